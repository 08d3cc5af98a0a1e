"""The demo's other people: they propose, answer and vote when the coordinator asks for it, through the same services."""

from datetime import datetime

import numpy as np
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.services.ballots import ballot_close
from planning import permissions, policies
from planning.models import Cycle, Round
from planning.services.cycles import standing
from planning.services.plans import plan_advance, plan_under_way
from planning.simulated.people import Temper, answers_simulate, proposals_simulate, votes_simulate
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.presentation import figures


def _generator(cycle: Cycle, place: int) -> np.random.Generator:
    """The same baseline, year and round give the same people the same moods."""
    return np.random.default_rng([int(cycle.baseline.digest[:12] or "0", 16), cycle.year, place])


def others_propose(*, cycle: Cycle, by: Person, now: datetime) -> str:
    """Let everybody else propose: production scattered around last year's, consumption 3 % above it."""
    permissions.check_coordinate(by, now.date())
    policies.check_propose(cycle)
    scenario = standing(cycle)
    if scenario is None:
        raise TooLate(_("%(cycle)s has no open scenario to write proposals in.") % {"cycle": cycle})
    rng = _generator(cycle, 0)
    count = proposals_simulate(scenario=scenario, temper=Temper(), rng=rng, by=by, now=now)["lines"]
    return ngettext("%(n)s line was proposed.", "%(n)s lines were proposed.", count) % {"n": shown(count)}


def shown(count: int) -> str:
    """Return a number as the reader writes it."""
    return figures.number(count, get_language())


def others_answer(*, round: Round, by: Person, now: datetime) -> str:
    """Let everybody else who was asked answer: most follow, some go half-way, a few hold firm."""
    permissions.check_coordinate(by, now.date())
    policies.check_answer(round, now)
    rng = _generator(round.cycle, round.number)
    count = sum(answers_simulate(round=round, temper=Temper(), rng=rng, by=by, now=now).values())
    return ngettext("%(n)s answer was given.", "%(n)s answers were given.", count) % {"n": shown(count)}


def others_vote(*, by: Person, now: datetime) -> int:
    """Let everybody else vote in the ballots that are open, close those in which all have voted, count in what was
    decided: the next councils are asked, or the plan is ratified."""
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_related("baseline").latest("year")
    rng, count = _generator(cycle, int(cycle.rules["round_limit"]) + 1), 0
    for ballot in Ballot.objects.filter(state=Ballot.State.OPEN, secrecy=Ballot.Secrecy.NAMED).select_related(
        "council", "motion"
    ):
        count += votes_simulate(ballot=ballot, rng=rng, now=now)
        if not ballot.roll.filter(vote__isnull=True).exists():
            ballot_close(ballot=ballot, by=by, now=now)
    if plan := plan_under_way(cycle):
        plan_advance(plan=plan, by=by, now=now)
    return count
