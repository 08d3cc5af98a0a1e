"""The demo's sign-in page offers first whoever has something to do, and says what."""

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import Settings

from councils.models import Ballot, Motion, RollEntry
from planning.demo.roles import demo_roles
from planning.models import Plan, Round
from planning.services.ratifying import plan_votes_count
from planning.simulated.others import others_answer, others_vote
from planning.simulated.people import votes_simulate
from planning.views.steps import next_step
from tests.planning.federation import Federation
from workplaces.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made_up(federation: Federation) -> None:
    Person.objects.update(synthetic=True)
    for person in federation.people.values():
        person.refresh_from_db()


def test_who_is_asked_to_change_something_stands_in_front(answering: Round) -> None:
    roles = {role.key: role for role in demo_roles()}
    waiting = [key for key, role in roles.items() if "nothing waits" not in role.description]
    assert list(roles)[: len(waiting)] == waiting
    assert "asked" in waiting
    assert "“Can you make" in roles["asked"].description
    assert "community" in waiting
    assert len({role.person_id for role in roles.values()}) == len(roles)


def test_while_councils_vote_their_delegates_stand_in_front(plan: Plan) -> None:
    roles = {role.key: role for role in demo_roles()}
    assert "Ratify the plan of 2027" in roles["sector"].description
    assert "At present nothing waits." in roles["community"].description
    assert list(roles).index("sector") < list(roles).index("community")


def test_the_coordinator_is_led_on_while_the_others_have_not_answered(
    federation: Federation, answering: Round, settings: Settings
) -> None:
    now = timezone.now()
    assert next_step(answering.cycle, answering, now) is None, (
        "outside the demo people answer in their own time"
    )
    settings.DEMO = True
    step = next_step(answering.cycle, answering, now)
    assert step is not None
    assert step[0] == "Shall the others answer in round 1?"
    others_answer(round=answering, by=federation.people["coordinator"], now=now)
    step = next_step(answering.cycle, answering, now)
    assert step is not None
    assert step[0] == "Shall round 1 close?"


def test_the_others_vote_takes_the_plan_one_stage_further(federation: Federation, plan: Plan) -> None:
    asked = []
    for _stage in range(4):
        asked.append(Motion.objects.filter(subject_kind="plan").count())
        others_vote(by=federation.people["coordinator"], now=timezone.now())
        plan.refresh_from_db()
        if plan.state == Plan.State.IN_FORCE:
            break
    assert plan.state == Plan.State.IN_FORCE
    assert asked == sorted(set(asked)), "each time the next councils are asked"
    assert len(asked) > 1


def test_the_others_vote_to_the_end_when_they_are_let(federation: Federation, plan: Plan) -> None:
    votes = others_vote(by=federation.people["coordinator"], now=timezone.now(), to_the_end=True)
    plan.refresh_from_db()
    assert plan.state == Plan.State.IN_FORCE
    assert votes == RollEntry.objects.filter(ballot__motion__subject_kind="plan").count()
    assert Motion.objects.filter(subject_kind="plan").values("council__kind").distinct().count() == 3


def test_the_coordinator_is_led_to_the_votes_and_waits_where_people_vote_themselves(
    federation: Federation, plan: Plan, settings: Settings
) -> None:
    now, by = timezone.now(), federation.people["coordinator"]
    assert next_step(plan.cycle, plan.run.round, now) is None
    settings.DEMO = True
    step = next_step(plan.cycle, plan.run.round, now)
    assert step is not None
    assert step[0] == "Shall the others vote on the plan for 2027?"
    settings.DEMO = False
    for ballot in Ballot.objects.filter(state="open"):
        votes_simulate(ballot=ballot, rng=np.random.default_rng(1), now=now)
    step = next_step(plan.cycle, plan.run.round, now)
    assert step is not None
    assert step[0] == "In 3 councils everybody has voted on the plan for 2027: count the votes?"
    assert plan_votes_count(plan=plan, by=by, now=now) == 3
    assert plan_votes_count(plan=plan, by=by, now=now) == 0
    step = next_step(plan.cycle, plan.run.round, now)
    assert step is not None
    assert step[0] == "The councils have voted on the plan for 2027: does it go on?"
