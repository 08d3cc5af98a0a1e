"""What a page shows of the debate on it: threads, and forms to say something, to answer, to hide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse

from councils import permissions, policies_motions
from councils.forms import CommentForm, HidingForm, ServiceForm
from councils.models import Motion
from councils.selectors.comments import COLUMNS, Said, comments_told, threads_of
from workplaces.models import Person
from workplaces.tables_out import csv_response


@dataclass(frozen=True)
class Debate:
    """Comments and their addresses: where one is sent, where which one is hidden (a route's name), and the record on it.

    ``debated``: something can be said now; ``speaks``: by who asks; ``conducts``: who asks may hide. ``authors`` (primary
    keys) wrote what is debated.
    """

    comments: Any
    say_url: str
    hide_route: str
    record_url: str
    debated: bool
    speaks: bool
    conducts: bool
    authors: Collection[int] = ()


def debate_on(motion: Motion, who: Person, now: datetime, *, conducts: bool) -> Debate:
    """Return the debate on a motion, for who asks."""
    return Debate(
        comments=motion.comments,
        say_url=reverse("councils:comment", args=[motion.public_id]),
        hide_route="councils:comment_hide",
        record_url=f"{reverse('record:record')}?motion={motion.public_id}",
        debated=policies_motions.can_comment_on(motion, now),
        speaks=permissions.can_comment(who),
        conducts=conducts,
    )


def comments_part(debate: Debate, forms: Mapping[str, ServiceForm]) -> dict[str, Any]:
    """Return threads, and forms for those who may write or hide; a form that was refused keeps what was typed."""
    may_write = debate.speaks and debate.debated
    threads = [_thread(said, debate, forms) for said in threads_of(debate.comments)]
    if may_write:
        for thread in threads:
            key = thread["said"].comment.pk
            thread["form"] = forms.get(f"reply:{key}") or CommentForm(auto_id=f"id_{key}_%s")
    return {
        "debate": debate,
        "threads": threads,
        "comment_form": forms.get("comment") or CommentForm(),
        "can_comment": may_write,
        "comments_closed": debate.speaks and not may_write,
    }


def comments_csv(comments: Any) -> HttpResponseBase:
    """Return a debate as a table."""
    return csv_response(filename="comments", header=COLUMNS, rows=comments_told(comments))


def _thread(said: Said, debate: Debate, forms: Mapping[str, ServiceForm]) -> dict[str, Any]:
    return {
        **_row(said, debate, forms),
        "replies": [_row(reply, debate, forms) for reply in said.replies],
    }


def _row(said: Said, debate: Debate, forms: Mapping[str, ServiceForm]) -> dict[str, Any]:
    can_hide = debate.conducts and not said.hiding
    return {
        "said": said,
        "is_author": said.comment.created_by_id in debate.authors,
        "hide_form": _hide_form(said, forms) if can_hide else None,
        "hide_url": reverse(debate.hide_route, args=[said.comment.public_id]),
    }


def _hide_form(said: Said, forms: Mapping[str, ServiceForm]) -> ServiceForm:
    key = said.comment.pk
    return forms.get(f"hide:{key}") or HidingForm(auto_id=f"id_hide_{key}_%s")
