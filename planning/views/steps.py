"""The one step of the procedure that waits for a coordinator, as “my duties” asks for it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning import policies
from planning.models import Cycle, Plan, Round, Run, RunLine
from planning.selectors import cycles as cycle_selectors
from planning.selectors import plans as plan_selectors
from planning.services.runs import UNDER_WAY
from planning.simulated.outputs import outputs_wait
from planning.views.steps_early import early_step
from planning.wording.beginning import beginning
from workplaces.presentation import figures

Step = tuple[str, str, str, str]  # question, detail, address, button


def next_step(cycle: Cycle, last: Round | None, now: datetime) -> Step | None:
    """Return the step of the cycle, or of its last round, that waits for a coordinator; None where none does."""
    here = reverse("planning:cycle", args=[cycle.year])
    waits, step = early_step(cycle, now)
    if waits and (step is not None or cycle.phase in {"priorities", "envelopes"}):
        return step
    if cycle.phase in {"preparation", "priorities", "envelopes"}:
        words = beginning(cycle)
        return words.question, words.sentence, here, _("Look")
    if cycle.phase == "ratification":
        return _ratification_step(cycle)
    if cycle.phase in {"in_force", "settlement"}:
        return _year_step(cycle, here, now)
    if last is None or last.state == Round.State.CLOSED:
        if cycle.phase not in {"proposals", "rounds"}:
            return None
        number = last.number + 1 if last else 1
        detail, made_up = (
            _("It takes the proposals as they stand."),
            _("The made-up people propose when you let them."),
        )
        if settings.DEMO and number == 1:
            detail = f"{detail} {made_up}"
        return _("Shall round %(number)s open?") % {"number": number}, detail, here, _("Look")
    return _round_step(cycle, last, now)


def _year_step(cycle: Cycle, here: str, now: datetime) -> Step | None:
    """Settle the year, in the demo once the others reported, from the announced day on if there is one; then close it."""
    year = {"year": cycle.year}
    if cycle.phase == "settlement":
        return _("Shall the cycle %(year)s close?") % year, _("The next baseline is drawn."), here, _("Look")
    announced = cycle_selectors.phase_dates(cycle).get("settlement")
    if announced and announced.begins > now.date():
        return None
    if settings.DEMO and outputs_wait(cycle, now):
        return (
            _("Shall the others report what they made in %(year)s?") % year,
            _(
                "Report for yourself first, if you speak for a workplace; the made-up people do when you let them."
            ),
            reverse("planning:made", args=[cycle.year]),
            _("Look"),
        )
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
            _answered(last, is_over=is_over),
            url,
            _("Look"),
        )
    latest = last.runs.order_by("-pk").first()
    if latest and latest.state in UNDER_WAY:
        return (
            _("Round %(number)s is being computed") % values,
            _("It takes seconds; nothing is published before you have looked at it."),
            url,
            _("Look"),
        )
    finished = last.runs.filter(state=Run.State.FINISHED).order_by("-pk").first()
    if finished:
        return _computed_step(cycle, last, finished, url)
    return (
        _("Start the iteration of round %(number)s?") % values,
        _("The last one did not come to an end.") if latest else _("The proposals are in."),
        url,
        _("Look"),
    )


def _answered(last: Round, *, is_over: bool) -> str:
    if not RunLine.objects.filter(run_id=last.published_run_id or 0, asked=True).exists():
        return _("Nobody is asked: every change is inside the band that the assemblies voted.")
    return _("The time for answers is over.") if is_over else _("All who were asked have answered.")


def _computed_step(cycle: Cycle, last: Round, finished: Run, url: str) -> Step:
    """The iteration is done: ask the delegates, or the councils where nobody is asked any more."""
    if policies.adds_up(last, finished):
        detail = _("Everything adds up: no further round is needed.")
    elif policies.can_publish(last, finished):
        return (
            _("Publish the suggestions of round %(number)s?") % {"number": last.number},
            _("The iteration is done."),
            url,
            _("Review"),
        )
    else:
        detail = _("This is the last round that the charter allows; what does not add up goes with the plan.")
    return (
        _("Shall the plan for %(year)s go to the councils?") % {"year": cycle.year},
        detail,
        url,
        _("Review"),
    )


def _ratification_step(cycle: Cycle) -> Step | None:
    """While councils vote nothing waits for a coordinator; afterwards it goes on by itself, unless something hinders it."""
    plan, url = cycle_selectors.plan_of(cycle), reverse("planning:plan", args=[cycle.year])
    year = {"year": cycle.year}
    if plan is not None and plan.state == Plan.State.PROPOSED and plan_selectors.turnout(plan).is_open:
        if complete := plan_selectors.all_voted(plan).count():
            return _counting_step(complete, year, url)
        if not settings.DEMO:
            return None
        return (
            _("Shall the others vote on the plan for %(year)s?") % year,
            _("Vote for yourself first, if you have a vote; the made-up people do when you let them."),
            url,
            _("Look"),
        )
    return (
        _("The councils have voted on the plan for %(year)s: does it go on?") % year,
        _("It goes on by itself within a minute; if it does not, its page says what hinders it."),
        url,
        _("Look"),
    )


def _counting_step(complete: int, year: dict[str, int], url: str) -> Step:
    """Everybody has voted somewhere before the time is over: the coordinator can count."""
    question = ngettext(
        "In %(count)s council everybody has voted on the plan for %(year)s: count the votes?",
        "In %(count)s councils everybody has voted on the plan for %(year)s: count the votes?",
        complete,
    )
    count = {"count": figures.number(complete, get_language())}
    return (
        question % {**year, **count},
        _("Otherwise they are counted when their time is over."),
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
