"""What is said about a motion: threads, answers, hiding."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from councils.forms import CommentForm, HidingForm
from councils.models import Comment
from councils.services.comments import comment_add, comment_hide
from councils.views.common import act, moment, person
from councils.views.motions import motion_or_404, motion_page


@login_required
@require_POST
def comment_new(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Say something about a motion, or answer a comment on it."""
    found, text = motion_or_404(motion), request.POST.get("text", "")
    answered = _answered(request, found.pk)
    key = f"reply:{answered.pk}" if answered else "comment"
    form = CommentForm(request.POST, auto_id=f"id_{answered.pk}_%s" if answered else "id_%s")
    return act(
        request,
        lambda: comment_add(motion=found, text=text, by=person(request), now=moment(), reply_to=answered),
        done=_("Your comment stands below."),
        to=f"{reverse('councils:motion', args=[motion])}#comments",
        refused=lambda problem: motion_page(request, found, problem, **{key: form.show(problem)}),
    )


def _answered(request: HttpRequest, motion: int) -> Comment | None:
    """Return the comment that is answered; 404 for one that is not about this motion."""
    text = request.POST.get("reply_to", "")
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        wanted = UUID(int=0)
    return get_object_or_404(Comment, public_id=wanted, motion_id=motion)


@login_required
@require_POST
def comment_hidden(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Hide a comment, with a reason."""
    found = get_object_or_404(Comment.objects.select_related("motion__council"), public_id=comment)
    form: Any = HidingForm(request.POST, auto_id=f"id_hide_{found.pk}_%s")
    reason, motion = request.POST.get("reason", ""), found.motion.public_id
    return act(
        request,
        lambda: comment_hide(comment=found, reason=reason, by=person(request), now=moment()),
        done=_("The comment is hidden; your reason stands in its place, and the record keeps its words."),
        to=f"{reverse('councils:motion', args=[motion])}#comments",
        refused=lambda problem: motion_page(
            request, motion_or_404(motion), problem, **{f"hide:{found.pk}": form.show(problem)}
        ),
    )
