"""The one step of the procedure that waits for a coordinator, as “my duties” asks for it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from planning import policies, policies_programmes
from planning.models import Cycle, Round, Run
from planning.selectors import cycles as cycle_selectors

Step = tuple[str, str, str, str]  # question, detail, address, button


def next_step(cycle: Cycle, last: Round | None, now: datetime) -> Step | None:
    """Return the step of the cycle, or of its last round, that waits for a coordinator; None where none does."""
    year = {"year": cycle.year}
    here = reverse("planning:cycle", args=[cycle.year])
    if cycle.phase == "priorities" and not policies_programmes.can_settle(cycle, now):
        return _priorities_step(cycle, now)
    if cycle.phase in {"preparation", "priorities", "envelopes"}:
        return (
            _("Shall proposals for %(year)s begin?") % year,
            _("The baseline is frozen then."),
            here,
            _("Look"),
        )
    if cycle.phase == "ratification":
        return (
            _("Have the councils ratified the plan for %(year)s?") % year,
            _("See what they decided, ask the next ones."),
            reverse("planning:plan", args=[cycle.year]),
            _("Look"),
        )
    if cycle.phase in {"in_force", "settlement"}:
        return _year_step(cycle, here, now)
    if last is None or last.state == Round.State.CLOSED:
        if cycle.phase not in {"proposals", "rounds"}:
            return None
        number = last.number + 1 if last else 1
        return (
            _("Shall round %(number)s open?") % {"number": number},
            _("It takes the proposals as they stand."),
            here,
            _("Look"),
        )
    return _round_step(cycle, last, now)


def _priorities_step(cycle: Cycle, now: datetime) -> Step | None:
    """Put the guidelines to the vote once the deadline for programmes is over; nothing while people write or vote."""
    if not policies_programmes.can_ask(cycle, now):
        return None
    return (
        _("Shall the guidelines for %(year)s be put to the vote?") % {"year": cycle.year},
        _("Everybody votes on what the published programmes speak of."),
        reverse("planning:programmes", args=[cycle.year]),
        _("Look"),
    )


def _year_step(cycle: Cycle, here: str, now: datetime) -> Step | None:
    """Settle the year, from the announced day on if there is one; then close the cycle."""
    year = {"year": cycle.year}
    if cycle.phase == "settlement":
        return _("Shall the cycle %(year)s close?") % year, _("The next baseline is drawn."), here, _("Look")
    announced = cycle_selectors.phase_dates(cycle).get("settlement")
    if announced and announced.begins > now.date():
        return None
    return (
        _("Has the year %(year)s run its course? Then settle it") % year,
        _("That draws the baseline from which the next plan year starts."),
        here,
        _("Look"),
    )


def _round_step(cycle: Cycle, last: Round, now: datetime) -> Step | None:
    url = reverse("planning:round", args=[cycle.year, last.number])
    values = {"number": last.number}
    if last.state == Round.State.ANSWERING:
        if not policies.can_close_round(last, now):
            return _others_step(last, url) if settings.DEMO else None
        is_over = last.answers_close_at is None or last.answers_close_at <= now
        return (
            _("Shall round %(number)s close?") % values,
            _("The time for answers is over.") if is_over else _("All who were asked have answered."),
            url,
            _("Look"),
        )
    finished = last.runs.filter(state=Run.State.FINISHED).order_by("-pk").first()
    if finished and policies.adds_up(last, finished):
        return (
            _("Shall the plan for %(year)s go to the councils?") % {"year": cycle.year},
            _("Everything adds up: no further round is needed."),
            url,
            _("Review"),
        )
    if finished:
        return (
            _("Publish the suggestions of round %(number)s?") % values,
            _("The iteration is done."),
            url,
            _("Review"),
        )
    return (
        _("Start the iteration of round %(number)s?") % values,
        _("The proposals are in."),
        url,
        _("Look"),
    )


def _others_step(last: Round, url: str) -> Step:
    """In the demo nobody else comes by: their coordinator lets them answer."""
    return (
        _("Shall the others answer in round %(number)s?") % {"number": last.number},
        _("Answer for yourself first, if you are asked; the made-up people do when you let them."),
        url,
        _("Look"),
    )
