"""What addresses of programmes name: an association of the bakery's delegate, the draft of its programme, a comment."""

from typing import Any

from planning.models import Cycle, ProgrammeComment
from planning.services.associations import association_found
from planning.services.programmes import programme_write
from tests.planning.federation import NOW, Federation
from tests.unguarded import unguarded
from workplaces.models import Association

WORDS = {"title": "For a short week", "text": "Because."}


def things(federation: Federation, cycle: Cycle, *, guarded: bool) -> dict[str, dict[str, Any]]:
    """Return the parts of each route. The comment is on a draft, which the database refuses: none where ``guarded``."""
    by = federation.people["bread_delegate"]
    association = association_found(name="Time to Live", kind="list", by=by, now=NOW)
    programme = programme_write(
        cycle=cycle, association=association, figures=[("hours", "", 30.0)], by=by, now=NOW, **WORDS
    ).programme
    named: dict[str, dict[str, Any]] = {}
    for space in ("planning", "api"):
        for name in ("", "_support", "_unsupport", "_publish", "_consequences"):
            named[f"{space}:programme{name}"] = {"public_id": programme.public_id}
        for name in ("join", "leave"):
            named[f"{space}:association_{name}"] = {"public_id": association.public_id}
    for name in ("planning:programme_comment", "api:programme_comments"):
        named[name] = {"public_id": programme.public_id}
    if guarded:
        return named
    with unguarded(ProgrammeComment):
        comment = ProgrammeComment.objects.create(
            programme=programme, text="It pays in two years.", created_by=by, created_at=NOW
        )
    return named | {
        f"{space}:programme_comment_hide": {"public_id": comment.public_id} for space in ("planning", "api")
    }


def form(route: str) -> dict[str, Any]:
    """Return what a page would post."""
    return {
        "planning:associations": {"name": "Full Steam", "kind": "party"},
        "planning:programme_new": {**WORDS, "association": _association(), "hours": "32"},
        "planning:programme_support": {"version": "1"},
        "planning:programme_comment": {"text": "Good."},
        "planning:programme_comment_hide": {"reason": "An insult."},
    }.get(route, {})


def document(route: str) -> dict[str, Any]:
    """Return what a program would send."""
    return {
        "api:associations": {"name": "Full Steam", "kind": "party"},
        "api:programmes": {
            **WORDS,
            "association": _association(),
            "figures": [{"topic": "hours", "value": 32}],
        },
        "api:programme_support": {"version": 1},
        "api:programme_comments": {"text": "Good."},
        "api:programme_comment_hide": {"reason": "An insult."},
    }.get(route, {})


def _association() -> str:
    return str(Association.objects.get().public_id)
