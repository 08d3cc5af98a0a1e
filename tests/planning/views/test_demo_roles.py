"""The demo's sign-in page offers first whoever has something to do, and says what."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from councils.models import Motion
from planning.demo.roles import demo_roles
from planning.models import Plan, Round
from planning.simulated.others import others_answer, others_vote
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
        if plan.state == Plan.State.RATIFIED:
            break
    assert plan.state == Plan.State.RATIFIED
    assert asked == sorted(set(asked)), "each time the next councils are asked"
    assert len(asked) > 1
