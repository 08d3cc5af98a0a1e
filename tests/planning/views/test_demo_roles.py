"""The demo's sign-in page offers first whoever has something to do, and says what."""

import pytest

from planning.demo.roles import demo_roles
from planning.models import Plan, Round
from tests.planning.federation import Federation
from workplaces.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made_up(federation: Federation) -> None:
    Person.objects.update(synthetic=True)


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
