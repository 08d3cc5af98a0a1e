"""The demo's other people: they propose, answer and vote when the coordinator asks for it, through the same services."""

from datetime import datetime

import numpy as np
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.services.ballots import ballot_close
from councils.services.many_votes import votes_cast
from planning import permissions, policies
from planning.models import Cycle, Round, SharingOut
from planning.selectors.guidelines import questions_of
from planning.services.cycles import standing
from planning.services.priorities import published
from planning.services.ratifying import plans_go_on
from planning.simulated.choosing import project_choices, question_choices
from planning.simulated.people import Temper, answers_simulate, proposals_simulate, votes_simulate
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.presentation import figures

GUIDELINES = 2001  # places of the generator from which the votes on guidelines are drawn, one each
PROJECTS = 4001  # and those from which the votes among requests are


def generator(cycle: Cycle, place: int) -> np.random.Generator:
    """The same baseline, year and round give the same people the same moods."""
    return np.random.default_rng([int(cycle.baseline.digest[:12] or "0", 16), cycle.year, place])


def others_propose(*, cycle: Cycle, by: Person, now: datetime) -> str:
    """Let everybody else propose: production scattered around last year's, consumption 3 % above it."""
    permissions.check_coordinate(by, now.date())
    policies.check_propose(cycle)
    scenario = standing(cycle)
    if scenario is None:
        raise TooLate(_("%(cycle)s has no open scenario to write proposals in.") % {"cycle": cycle})
    rng = generator(cycle, 0)
    count = proposals_simulate(scenario=scenario, temper=Temper(), rng=rng, by=by, now=now)["lines"]
    return ngettext("%(n)s line was proposed.", "%(n)s lines were proposed.", count) % {"n": shown(count)}


def shown(count: int) -> str:
    """Return a number as the reader writes it."""
    return figures.number(count, get_language())


def others_answer(*, round: Round, by: Person, now: datetime) -> str:
    """Let everybody else who was asked answer: most follow, some go half-way, a few hold firm."""
    permissions.check_coordinate(by, now.date())
    policies.check_answer(round, now)
    rng = generator(round.cycle, round.number)
    count = sum(answers_simulate(round=round, temper=Temper(), rng=rng, by=by, now=now).values())
    return ngettext("%(n)s answer was given.", "%(n)s answers were given.", count) % {"n": shown(count)}


def others_vote(*, by: Person, now: datetime, to_the_end: bool = False) -> int:
    """Let everybody else vote in the ballots that are open and close those in which all have voted.

    What was decided is counted in as everywhere: the next councils are asked, or the plan is in force.  With
    ``to_the_end`` they vote in the next councils too, until nobody made up has a vote left.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_related("baseline").latest("year")
    rng = generator(cycle, int(cycle.rules["round_limit"]) + 1)
    count = cast = _vote_once(cycle, rng, by, now)
    while to_the_end and cast:
        cast = _vote_once(cycle, rng, by, now)
        count += cast
    return count


def _vote_once(cycle: Cycle, rng: np.random.Generator, by: Person, now: datetime) -> int:
    """Let the others vote in the councils that are asked now; return how many votes they cast."""
    count = 0
    for ballot in (
        Ballot.objects.filter(state=Ballot.State.OPEN, secrecy=Ballot.Secrecy.NAMED)
        .select_related("council", "motion")
        .order_by("pk")
    ):
        if ballot.weighs_options:
            count += _choose(cycle, ballot, now)
        else:
            count += votes_simulate(ballot=ballot, rng=rng, now=now)
        if not ballot.roll.filter(vote__isnull=True).exists():
            ballot_close(ballot=ballot, by=by, now=now)
    plans_go_on(now=now)
    return count


def _choose(cycle: Cycle, ballot: Ballot, now: datetime) -> int:
    """Let the others choose among several: on the guidelines, of which they know the programmes, and among requests."""
    subject = ballot.motion.subject_id if ballot.motion else None
    sharing = SharingOut.objects.filter(public_id=subject, method=SharingOut.Method.PROJECTS).first()
    if sharing is not None:
        return _approve(cycle, ballot, sharing, now)
    asked = [(place, one) for place, one in enumerate(questions_of(cycle)) if one.public_id == subject]
    programmes = published(cycle)
    if not asked or not programmes:
        return 0
    place, question = asked[0]
    entries = _entries(ballot)
    rng = generator(cycle, GUIDELINES + place)
    choices = question_choices(question, ballot, programmes, rng, len(entries))
    return votes_cast(ballot=ballot, said=dict(zip(entries, choices, strict=True)), now=now)


def _approve(cycle: Cycle, ballot: Ballot, sharing: SharingOut, now: datetime) -> int:
    entries = _entries(ballot)
    choices = project_choices(ballot, generator(cycle, PROJECTS + sharing.number), len(entries))
    return votes_cast(ballot=ballot, said=dict(zip(entries, choices, strict=True)), now=now)


def _entries(ballot: Ballot) -> list[int]:
    """Return the voting rights of made-up people who have not voted."""
    roll = ballot.roll.filter(person__synthetic=True, vote__isnull=True).order_by("number")
    return list(roll.values_list("pk", flat=True))
