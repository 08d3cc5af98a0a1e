"""Entries of the public record as sentences. An unknown kind is shown by its name."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from workplaces.record.models import Entry

SENTENCES: Mapping[str, str] = {
    "ballot.closed": gettext_noop("The vote closed: %(question)s"),
    "ballot.opened": gettext_noop("A vote opened: %(question)s"),
    "ballot.voided": gettext_noop("A vote was declared void: %(reason)s"),
    "charter.adopted": gettext_noop("Version %(version)s of the charter was adopted"),
    "federation.founded": gettext_noop("The councils were made: %(assemblies)s assemblies, %(seats)s seats"),
    "mandate.given": gettext_noop("Mandates were given: %(number)s"),
    "mandate.recalled": gettext_noop("%(name)s was recalled"),
    "mandate.resigned": gettext_noop("%(name)s resigned"),
    "motion.comment": gettext_noop("A comment on a motion: %(text)s"),
    "motion.moved": gettext_noop("A motion was moved: %(title)s"),
    "motion.withdrawn": gettext_noop("A motion was withdrawn: %(title)s"),
}
SHOWN = 120


class _Words(dict[str, Any]):
    """A body's fields; what an entry does not name is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(entry: Entry) -> str:
    """Say what an entry records, in a line."""
    words = _Words(entry.body)
    if "mandates" in words:
        words["number"] = len(words["mandates"])
    if "question" not in words and "council_name" in words:
        words["question"] = words["council_name"]
    told = (_(SENTENCES[entry.kind]) if entry.kind in SENTENCES else plain_kind(entry.kind)) % words
    return told if len(told) <= SHOWN else told[: SHOWN - 1].rstrip() + "…"


def plain_kind(kind: str) -> str:
    """Return an entry's kind as words: ``round.opened`` is “round opened”."""
    return kind.replace(".", ": ").replace("_", " ").replace("%", "%%")


def lines(body: Any, depth: int = 0, name: str = "") -> list[tuple[int, str, str]]:
    """Return a body as (depth, name, value) lines, for a page that shows all of it."""
    if isinstance(body, dict):
        head = [(depth, name, "")] if name else []
        inner = depth + bool(name)
        return head + [line for key, value in body.items() for line in lines(value, inner, key)]
    if isinstance(body, list):
        head = [(depth, name, "" if body else "–")]
        return head + [line for at, value in enumerate(body, 1) for line in lines(value, depth + 1, str(at))]
    return [(depth, name, "–" if body is None or body == "" else str(body))]
