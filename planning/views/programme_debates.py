"""What is said about a programme: saying, answering, hiding."""

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from councils.views.comments import hidden, said
from planning.models import ProgrammeComment
from planning.services.programme_debates import programme_comment_add, programme_comment_hide
from planning.views.programmes import programme_or_404, programme_page


@login_required
@require_POST
def programme_comment_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say something about a programme, or answer a comment on it."""
    programme = programme_or_404(public_id)
    return said(
        request,
        programme.comments,
        add=partial(programme_comment_add, programme=programme),
        page=partial(programme_page, request, programme),
        to=reverse("planning:programme", args=[public_id]),
    )


@login_required
@require_POST
def programme_comment_hide_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hide a comment on a programme, with a reason."""
    comment = get_object_or_404(ProgrammeComment.objects.select_related("programme"), public_id=public_id)
    programme = programme_or_404(comment.programme.public_id)
    return hidden(
        request,
        comment,
        hide=programme_comment_hide,
        page=partial(programme_page, request, programme),
        to=reverse("planning:programme", args=[programme.public_id]),
    )
