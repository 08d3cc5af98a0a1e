"""Revisions of a plan in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from planning.models import Revision


def shown(one: Revision) -> dict[str, str]:
    """Return what a page shows of a revision: what it is, where it stands, why, and how it came about and ended."""
    return {
        "heading": _("Revision %(number)s, of version %(version)s of the plan")
        % {"number": one.number, "version": one.plan.number},
        "state": one.get_outcome_display() or _("under way"),
        "kind": "done" if one.outcome else "soon",
        "reason": one.reason,
        "told": told(one),
    }


def told(one: Revision) -> str:
    """Say who opened it, and how it ended."""
    began = _("Opened by %(person)s on %(day)s, with round %(round)s.") % {
        "person": one.opened_by, "day": date_format(one.opened_at, "j F Y"), "round": one.first_round,
    }  # fmt: skip
    if one.ended_at is None:
        return began
    day = {"day": date_format(one.ended_at, "j F Y")}
    if one.replaced_by is not None:
        ended = _("Version %(version)s replaced it on %(day)s, by the councils' votes.")
        return f"{began} {ended % {**day, 'version': one.replaced_by.number}}"
    ended = _("%(person)s ended it on %(day)s, and the plan was kept: %(reason)s")
    return f"{began} {ended % {**day, 'person': one.ended_by, 'reason': one.end_reason}}"
