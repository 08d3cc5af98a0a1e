"""The guided tour's practice answers. They are a person's own exercise: no record, no round, no council knows them."""

import math
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from planning.models import Practice, Response
from planning.runner.practice import PROPOSED, UPPER, YOU, practised
from workplaces import authority
from workplaces.authority import DELEGATE
from workplaces.errors import Invalid
from workplaces.models import Person

ACTS = ("accept", "counter", "firm", "undo")


@transaction.atomic
def practice_answer(*, by: Person, kind: str, figure: float | None = None, reason: str = "") -> Practice:
    """Answer the practice suggestion. Raises Invalid with ``fields``: figure, reason."""
    if kind not in ACTS[:3]:
        raise Invalid(
            _("An answer accepts, counters or holds firm; “%(kind)s” is none of these.") % {"kind": kind}
        )
    if kind != "accept" and not reason.strip():
        raise Invalid(
            _("Give a reason: it goes to those who are affected."),
            fields={"reason": _("A reason is needed.")},
        )
    if kind == "counter":
        _check(figure)
    meant = {"accept": practised().suggested[YOU], "firm": PROPOSED[YOU]}.get(kind, figure)
    practice = _held(by)
    practice.answer, practice.figure = kind, meant
    practice.tried = sorted({*practice.tried, kind})
    practice.save()
    return practice


def _check(figure: float | None) -> None:
    if figure is None or not math.isfinite(figure) or not 0 <= figure <= UPPER[YOU]:
        message = _("Type a figure from 0 to %(most)s: more than that your ovens cannot bake.") % {
            "most": f"{UPPER[YOU]:g}"
        }
        raise Invalid(message, fields={"figure": message})


@transaction.atomic
def practice_undo(*, by: Person) -> Practice:
    """Take the practice answer back."""
    practice = _held(by)
    practice.answer, practice.figure = "", None
    practice.tried = sorted({*practice.tried, "undo"})
    practice.save()
    return practice


@transaction.atomic
def practice_end(*, by: Person, now: datetime, finished: bool) -> Practice:
    """Offer the tour no more: it was gone through, or is not wanted. It stays reachable."""
    practice = _held(by)
    if finished:
        practice.finished_at = practice.finished_at or now
    else:
        practice.dismissed_at = practice.dismissed_at or now
    practice.save()
    return practice


def practice_of(person: Person) -> Practice:
    """Return how far the person has come; not saved where they never began."""
    return Practice.objects.filter(person=person).first() or Practice(person=person)


def is_offered(person: Person, now: datetime) -> bool:
    """Say whether the tour is offered: to a workplace's delegate who never answered and has not put it away."""
    practice = practice_of(person)
    if practice.dismissed_at or practice.finished_at:
        return False
    delegate = any(
        hat.role == DELEGATE and hat.workplace is not None for hat in authority.hats(person, now.date())
    )
    return delegate and not Response.objects.filter(by=person).exists()


def _held(by: Person) -> Practice:
    Practice.objects.get_or_create(person=by)
    return Practice.objects.select_for_update().get(person=by)
