"""Where a cycle is, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.selectors.cycles import NOTHING, Held

PHASES = (
    "preparation",
    "priorities",
    "envelopes",
    "proposals",
    "rounds",
    "ratification",
    "in_force",
    "settlement",
)

OPTIONAL = ("priorities", "envelopes")  # a year without them keeps last year's guidelines, or invests nothing


SHARES = {
    "tolerance", "band", "capacity_share", "kappa", "reserve", "price_step", "investment_share", "region_stream",
    "envelope_least", "stipend", "surplus_levy",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A phase on the stepper."""

    label: str
    note: str
    state: str  # done, skipped, now, later


def phase_label(phase: str) -> str:
    """Return a phase's name as a heading."""
    return {
        "preparation": _("Preparation"),
        "priorities": _("Priorities"),
        "envelopes": _("Envelopes"),
        "proposals": _("Proposals"),
        "rounds": _("Rounds"),
        "ratification": _("Ratification"),
        "in_force": _("In force"),
        "settlement": _("Settlement"),
        "closed": _("Closed"),
        "abandoned": _("Abandoned"),
    }[phase]


def steps(
    *,
    phase: str,
    dates: Mapping[str, tuple[date, date | None]],
    rounds: int,
    limit: int,
    proposals: str,
    today: date,
    held: Held = NOTHING,
    reported: str = "",
) -> list[Step]:
    """Return the phases with what is known of each; preparation only while it lasts.

    Priorities that nobody was called to and envelopes that nobody drafted were skipped, not done.
    """
    shown = PHASES if phase == "preparation" else PHASES[1:]
    place = PHASES.index(phase) if phase in PHASES else -1 if phase == "abandoned" else len(PHASES)
    found = []
    for name in shown:
        index = PHASES.index(name)
        state = "done" if index < place else "now" if index == place else "later"
        ran = bool(held.called if name == "priorities" else held.drafts)
        if state == "done" and name in OPTIONAL and name not in dates and not ran:
            found.append(Step(phase_label(name), _("skipped"), "skipped"))
            continue
        if state == "done" and name in OPTIONAL and name not in dates:
            found.append(Step(phase_label(name), _came_of(name, held), "done"))
            continue
        if name == "in_force" and reported and state != "later":
            found.append(Step(phase_label(name), reported, state))
            continue
        found.append(
            Step(phase_label(name), _note(name, state, dates, rounds, limit, proposals, today), state)
        )
    return found


def _came_of(name: str, held: Held) -> str:
    """Say what came of priorities or envelopes that were held."""
    if name == "priorities":
        votes = ngettext("%(count)s vote", "%(count)s votes", held.questions)
        return votes % {"count": held.questions} if held.questions else _("without a vote")
    if held.settled_at:
        return _("settled %(date)s") % {"date": _short(held.settled_at.date())}
    return _("not settled")


def _note(
    name: str,
    state: str,
    dates: Mapping[str, tuple[date, date | None]],
    rounds: int,
    limit: int,
    proposals: str,
    today: date,
) -> str:
    if name == "rounds" and rounds and state != "later":
        return _("%(rounds)s of at most %(limit)s") % {"rounds": rounds, "limit": max(limit, rounds)}
    if name == "proposals" and proposals and state != "later":
        return proposals
    if name not in dates:
        return ""
    begins, ends = dates[name]
    if state == "later" or begins > today:
        return _("from %(date)s") % {"date": _short(begins)}
    if ends and state == "now":
        return _("until %(date)s") % {"date": _short(ends)}
    return _("ended %(date)s") % {"date": _short(ends)} if ends and state == "done" else _short(begins)


def _short(day: date) -> str:
    return date_format(day, "j M")


def title(year: int, phase: str, *, rounds: int = 0, revising: bool = False) -> str:
    """Return where the cycle is and what comes next."""
    values = {"year": year, "number": rounds}
    if revising:
        return _("The plan for %(year)s is in force, and is being revised") % values
    sentences = {
        "preparation": _("The plan for %(year)s is being prepared"),
        "priorities": _("Priorities for %(year)s are being settled"),
        "envelopes": _("Envelopes for %(year)s are being settled"),
        "proposals": _("What shall we make and use in %(year)s? Proposals are open"),
        "rounds": _("The plan for %(year)s is in its rounds, now round %(number)s")
        if rounds
        else _("The plan for %(year)s goes into its rounds"),
        "ratification": _("The plan for %(year)s is before the councils"),
        "in_force": _("The plan for %(year)s is in force"),
        "settlement": _("The year %(year)s is being settled"),
        "closed": _("The year %(year)s is closed"),
        "abandoned": _("The plan for %(year)s was abandoned"),
    }
    return sentences[phase] % values


def lead(phase: str) -> str:
    """Return the phase's rule in one sentence and the one thing to do in it."""
    return {
        "preparation": _(
            "The economy as it stands is entered and checked; freezing it as a numbered baseline ends this phase."
        ),
        "priorities": _("Rival programmes are debated and voted; the outcome fixes the guidelines."),
        "envelopes": _("The board turns the guidelines into investment envelopes and votes them."),
        "proposals": _(
            "Workplaces say what they will make, communities and regions what they want to use. "
            "Who proposes nothing stays at last year's figure."
        ),
        "rounds": _(
            "The iteration computes the least set of changes that makes everything add up; "
            "delegates accept, counter or hold firm; their answers are the next round's proposals."
        ),
        "ratification": _(
            "Assemblies, councils and the board vote in the order of the charter; a refusal refers back with reasons."
        ),
        "in_force": _(
            "Everybody works by these figures; workplaces report what they made, and everybody sees where it differs."
        ),
        "settlement": _(
            "The next baseline is drawn: it begins where this plan ended. Closing the cycle ends the year."
        ),
        "closed": _("Nothing can be changed any more; everything stays readable."),
        "abandoned": _("It ended without a plan; why is on the public record. Everything stays readable."),
    }[phase]


def baseline_label(name: str, year: int | None) -> str:
    """Return a baseline's name with the year whose settlement drew it."""
    return _("%(name)s, drawn from the plan for %(year)s") % {"name": name, "year": year} if year else name


def rule_value(key: str, value: object) -> str:
    """Return a rule's value as people read it."""
    from django.utils.translation import get_language

    from workplaces.presentation import figures

    number = float(str(value))
    if key in {
        "tolerance",
        "band",
        "capacity_share",
        "kappa",
        "reserve",
        "price_step",
        "investment_share",
        "region_stream",
        "envelope_least",
        "surplus_levy",
        "invested_least",
        "invested_most",
        "collective_least",
        "collective_most",
        "guideline_room",
        "stipend",
    }:
        return figures.percent(number, get_language())
    if key in {"weekly_hours", "hours_least", "hours_most"}:
        return _("%(hours)s hours") % {"hours": figures.number(number, get_language())}
    if key in {"gap_price", "idle_price", "ask_again", "plausible", "cap_most"}:
        return _("%(times)s times") % {"times": f"{number:g}"}
    if key in {"answer_days", "programme_days"}:
        return _("%(days)s days") % {"days": f"{number:g}"}
    return f"{number:g}"
