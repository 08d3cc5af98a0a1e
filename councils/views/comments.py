"""What is said about a motion: threads, answers, hiding; and how forms of any debate are taken."""

from collections.abc import Callable
from functools import partial
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
from councils.models.comments import DebateComment
from councils.services.comments import comment_add, comment_hide
from councils.views.common import act, moment, person
from councils.views.motions import motion_or_404, motion_page

type Page = Callable[
    ..., HttpResponse
]  # the debated thing's page, with a refusal on top and the form that was refused


def said(
    request: HttpRequest, comments: Any, *, add: Callable[..., Any], page: Page, to: str
) -> HttpResponse:
    """Add a comment or an answer to a debate (``comments``) and lead back to it at ``to``."""
    text, answered = request.POST.get("text", ""), _answered(request, comments)
    key = f"reply:{answered.pk}" if answered else "comment"
    form = CommentForm(request.POST, auto_id=f"id_{answered.pk}_%s" if answered else "id_%s")
    return act(
        request,
        lambda: add(text=text, by=person(request), now=moment(), reply_to=answered),
        done=_("Your comment stands below."),
        to=f"{to}#comments",
        refused=lambda problem: page(problem, **{key: form.show(problem)}),
    )


def hidden(
    request: HttpRequest, comment: DebateComment, *, hide: Callable[..., Any], page: Page, to: str
) -> HttpResponse:
    """Hide a comment of a debate, with the reason that the form brings, and lead back to the debate at ``to``."""
    form, reason = (
        HidingForm(request.POST, auto_id=f"id_hide_{comment.pk}_%s"),
        request.POST.get("reason", ""),
    )
    return act(
        request,
        lambda: hide(comment=comment, reason=reason, by=person(request), now=moment()),
        done=_("The comment is hidden; your reason stands in its place, and the record keeps its words."),
        to=f"{to}#comments",
        refused=lambda problem: page(problem, **{f"hide:{comment.pk}": form.show(problem)}),
    )


def _answered(request: HttpRequest, comments: Any) -> DebateComment | None:
    """Return the comment that is answered; 404 for one of another debate."""
    text = request.POST.get("reply_to", "")
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        wanted = UUID(int=0)
    found: DebateComment = get_object_or_404(comments, public_id=wanted)
    return found


@login_required
@require_POST
def comment_new(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Say something about a motion, or answer a comment on it."""
    found = motion_or_404(motion)
    return said(
        request,
        found.comments,
        add=partial(comment_add, motion=found),
        page=partial(motion_page, request, found),
        to=reverse("councils:motion", args=[motion]),
    )


@login_required
@require_POST
def comment_hidden(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Hide a comment, with a reason."""
    found = get_object_or_404(Comment.objects.select_related("motion__council"), public_id=comment)
    motion = motion_or_404(found.motion.public_id)
    return hidden(
        request,
        found,
        hide=comment_hide,
        page=partial(motion_page, request, motion),
        to=reverse("councils:motion", args=[motion.public_id]),
    )
