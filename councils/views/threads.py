"""What a motion's page shows of the comments on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from councils import permissions, policies_motions
from councils.forms import CommentForm, HidingForm, ServiceForm
from councils.models import Motion
from councils.selectors.comments import Said, threads_of
from workplaces.models import Person


def comments_part(
    motion: Motion, who: Person, now: datetime, forms: Mapping[str, ServiceForm], *, conducts: bool
) -> dict[str, Any]:
    """Return threads, and forms for those who may write or hide; a form that was refused keeps what was typed."""
    may_write = permissions.can_comment(who) and policies_motions.can_comment_on(motion, now)
    threads = [_thread(said, forms, conducts=conducts) for said in threads_of(motion)]
    if may_write:
        for thread in threads:
            key = thread["said"].comment.pk
            thread["form"] = forms.get(f"reply:{key}") or CommentForm(auto_id=f"id_{key}_%s")
    return {
        "threads": threads,
        "comment_form": forms.get("comment") or CommentForm(),
        "can_comment": may_write,
        "comments_closed": permissions.can_comment(who) and not may_write,
    }


def _thread(said: Said, forms: Mapping[str, ServiceForm], *, conducts: bool) -> dict[str, Any]:
    return {
        "said": said,
        "hide_form": _hide_form(said, forms) if conducts else None,
        "replies": [
            {"said": reply, "hide_form": _hide_form(reply, forms) if conducts else None}
            for reply in said.replies
        ],
    }


def _hide_form(said: Said, forms: Mapping[str, ServiceForm]) -> ServiceForm | None:
    key = said.comment.pk
    return None if said.hiding else forms.get(f"hide:{key}") or HidingForm(auto_id=f"id_hide_{key}_%s")
