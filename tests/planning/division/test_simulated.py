"""Made-up members divide their surplus through the services that people use, when the coordinator lets them."""

import pytest
from django.test import Client
from pytest_django import Settings

from planning.models import Cycle, Plan, SurplusDivision
from planning.simulated.dividing import divisions_wait, others_divide
from tests.planning.division.world import KEPT, MILLS, balances, join
from tests.planning.federation import NOW, Federation
from workplaces.errors import Forbidden, TooLate
from workplaces.models import Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_divide_once_the_year_is_settled(federation: Federation, plan: Plan, settings: Settings) -> None:
    settings.DEMO, settings.STAFF_NEED_SECOND_FACTOR = True, False
    join(federation, "miller", "flour")
    cycle, by = Cycle.objects.select_related("baseline").get(), federation.people["coordinator"]
    assert others_divide(cycle=cycle, by=by, now=NOW) == 0, "nobody here is made up"
    Person.objects.exclude(username="miller").update(synthetic=True)
    assert others_divide(cycle=cycle, by=by, now=NOW) == 1
    division = SurplusDivision.objects.get()
    assert (division.amount, division.settled_at, division.bonuses.count()) == (KEPT, NOW, 4)
    assert balances()["surplus"] == 0
    assert balances("flour-works") == {"surplus": MILLS}, "a member who is no fiction decides there"
    assert Entry.objects.filter(kind="divisions.simulated").count() == 2
    assert not divisions_wait(cycle)
    with pytest.raises(Forbidden):
        others_divide(cycle=cycle, by=federation.people["ada"], now=NOW)
    cycle.phase = Cycle.Phase.IN_FORCE
    with pytest.raises(TooLate, match="once the year is settled"):
        others_divide(cycle=cycle, by=by, now=NOW)


def test_the_coordinator_is_offered_it(federation: Federation, plan: Plan, settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    client = Client()
    client.force_login(federation.people["coordinator"])
    for demo in (True, False):
        settings.DEMO = demo
        assert client.get("/cycles/2027/").context["divisions_wait"] is demo
