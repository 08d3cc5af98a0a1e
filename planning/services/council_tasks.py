"""What the plan asks of a council now, for the agendas of its meetings: proposals, and answers to a round."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.due import Task
from councils.models import Council
from planning.models import Cycle, Round
from planning.selectors import duties
from planning.selectors.cycles import latest_cycle
from planning.services.cycles import standing
from workplaces.presentation import figures


def tasks_of(council: Council, now: datetime) -> list[Task]:  # noqa: ARG001
    """Return what waits for the workplace or place of a council: the same that its delegates' duties name."""
    cycle = latest_cycle()
    if cycle is None or (council.workplace_id is None and council.region_id is None):
        return []
    if cycle.phase == Cycle.Phase.PROPOSALS:
        return _proposals(council, cycle)
    last = cycle.rounds.select_related("scenario", "published_run", "cycle").order_by("-number").first()
    if last is None or last.state != Round.State.ANSWERING:
        return []
    return _lines(council, cycle, last) + _demand(council, cycle, last)


def _proposals(council: Council, cycle: Cycle) -> list[Task]:
    scenario = standing(cycle)
    if scenario is None:
        return []
    if council.workplace_id is not None:
        state = duties.proposals_of(scenario, [council.workplace_id]).get(council.workplace_id)
        works = duties.workplaces_by_entity(scenario, [council.workplace_id])
        if state is None or state.lines <= state.written or not works:
            return []
        works_now = works[council.workplace_id]
        words = {"name": works_now.label, "year": cycle.year}
        link = reverse("planning:workplace", args=[cycle.year, works_now.public_id])
        return [Task(_("What will %(name)s make in %(year)s?") % words, link)]
    assert council.region is not None  # noqa: S101  (a constraint holds it)
    state = duties.consumption_of(scenario, [council.region.pk]).get(council.region.pk)
    if state is None or state.lines <= state.written:
        return []
    words = {"name": council.region.label, "year": cycle.year}
    link = reverse("planning:consumption", args=[cycle.year, council.region.code])
    return [Task(_("What does %(name)s want to use in %(year)s?") % words, link)]


def _lines(council: Council, cycle: Cycle, last: Round) -> list[Task]:
    if council.workplace_id is None:
        return []
    waiting = [
        row for row in duties.lines_of(last, [council.workplace_id]) if row.asked and row.answer is None
    ]
    if not waiting:
        return []
    title = ngettext(
        "Round %(round)s asks to change %(count)s line",
        "Round %(round)s asks to change %(count)s lines",
        len(waiting),
    ) % {"round": last.number, "count": figures.number(len(waiting), get_language())}
    link = reverse("planning:lines_review", args=[cycle.year, last.number, waiting[0].workplace_public])
    return [Task(title, link)]


def _demand(council: Council, cycle: Cycle, last: Round) -> list[Task]:
    if council.region is None:
        return []
    _asked, waiting = duties.demand_of(last, [council.region.pk]).get(council.region.pk, (0, 0))
    if not waiting:
        return []
    title = ngettext(
        "Can %(place)s change %(count)s thing it wants to use?",
        "Can %(place)s change %(count)s things it wants to use?",
        waiting,
    ) % {"place": council.region.label, "count": figures.number(waiting, get_language())}
    link = reverse("planning:consumption_review", args=[cycle.year, last.number, council.region.code])
    return [Task(title, link)]
