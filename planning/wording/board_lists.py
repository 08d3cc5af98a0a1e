"""Elections by lists in words: where one has got to, who got which seat and why, the count as a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.choice_rules import rule_told
from councils.models import Ballot
from councils.result_wording import figure
from planning.models import ListElection, ListSeating
from workplaces.presentation import figures

Outcome = ListSeating.Outcome


@dataclass
class SeatRow:
    """A seat, the list that got it, who sits there by it, and each step on the way in words."""

    number: int
    association: str
    holder: str = ""
    steps: list[str] = field(default_factory=list)


def state_word(state: str) -> str:
    """Return where an election has got to, in a word or two."""
    return {
        "collecting": _("lists are put up"),
        "voting": _("being voted on"),
        "decided": _("decided"),
        "lost": _("no seat was given"),
        "cancelled": _("cancelled"),
    }[state]


def title(election: ListElection, lists: int) -> str:
    """Return the page's heading: what stands now."""
    words = {"title": election.title, "count": figures.number(lists, get_language())}
    if election.state == "collecting":
        told = ngettext("%(title)s: %(count)s list so far", "%(title)s: %(count)s lists so far", lists)
        return told % words
    if election.state == "voting":
        return ngettext(
            "%(title)s: %(count)s list is voted on", "%(title)s: %(count)s lists are voted on", lists
        ) % words  # fmt: skip
    return f"{election.title}: {state_word(election.state)}"


def lead(election: ListElection) -> str:
    """Say which seats are filled, from when on, and how they are divided."""
    numbers = ", ".join(str(seat.number) for seat in election.seats.all())
    words = {
        "count": election.places, "numbers": numbers, "council": election.target.label,
        "day": date_format(election.term_from, "j M Y"),
    }  # fmt: skip
    told = ngettext(
        "%(count)s seat of %(council)s (%(numbers)s) is filled from lists, from %(day)s on.",
        "%(count)s seats of %(council)s (%(numbers)s) are filled from lists, from %(day)s on.",
        election.places,
    )
    return f"{told % words} {rule_told(election.rule, {'seats': election.places})}"


def seat_rows(seatings: Iterable[ListSeating]) -> list[SeatRow]:
    """Return the seats in their order with what happened on each."""
    rows: dict[int, SeatRow] = {}
    for step in seatings:
        if step.seat is None:
            continue
        row = rows.setdefault(step.seat.number, SeatRow(step.seat.number, step.list.association.label))
        row.steps.append(step_told(step))
        if step.outcome == Outcome.SEATED and step.candidate:
            row.holder = str(step.candidate.person)
        elif step.outcome == Outcome.VACANT:
            row.holder = ""
    return [rows[number] for number in sorted(rows)]


def step_told(step: ListSeating) -> str:
    """Say one step: who is seated, who was passed over and why, or that nobody is left."""
    words: dict[str, Any] = {
        "name": step.candidate.person if step.candidate else "",
        "place": step.candidate.place if step.candidate else "",
        "reason": step.get_reason_display(),
        "before": step.after.person if step.after else "",
        "day": date_format(step.at, "j M Y"),
    }
    if step.outcome == Outcome.PASSED_OVER:
        return _("Place %(place)s, %(name)s, was passed over: %(reason)s.") % words
    if step.outcome == Outcome.VACANT:
        return _("The seat stays vacant: %(reason)s.") % words
    if step.after:
        return _("Place %(place)s, %(name)s, follows %(before)s (%(day)s).") % words
    return _("Place %(place)s, %(name)s, is elected.") % words


def averages(ballot: Ballot) -> list[dict[str, Any]]:
    """Return the count as a table: each seat with the list that got it, its votes, divisor and average."""
    names = {option.code: option.label for option in ballot.options.all()}
    steps = (ballot.result or {}).get("explanation", {}).get("steps", [])
    return [
        {
            "seat": step["seat"], "list": names[step["list"]], "votes": figure(step["votes"]),
            "divisor": step["divisor"], "average": figure(step["average"]),
        }
        for step in steps
    ]  # fmt: skip
