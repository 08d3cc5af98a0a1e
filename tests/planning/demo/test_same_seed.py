"""The same order gives the same country, with a cycle where one is asked for."""

import pytest
from django.db import transaction

from planning.demo.load import Order, demo_load
from planning.models import Cycle
from tests.planning.demo.conftest import NOW
from workplaces.models import Line, Membership, Person, Workplace
from workplaces.services.scenarios import scenario_verify


def picture() -> list[object]:
    return [
        list(Person.objects.order_by("username").values_list("username", "name")),
        list(Workplace.objects.order_by("code").values_list("code", "name", "region__code", "owner__code")),
        list(
            Line.objects.order_by("workplace__code", "product__code", "capacity").values_list(
                "capacity", "last_output"
            )
        ),
        list(
            Membership.objects.filter(workplace=None)
            .order_by("person__username")
            .values_list("community__code")
        ),
    ]


@pytest.mark.django_db
def test_same_seed_same_country_other_seed_another() -> None:
    pictures = []
    for seed in (5, 5, 6):
        with transaction.atomic():
            demo_load(order=Order("brazil-2021", 300, seed), now=NOW)
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]


@pytest.mark.django_db
def test_the_next_years_cycle_opens_on_request() -> None:
    demo_load(order=Order("brazil-2021", 300, 5), now=NOW, open_cycle=True)
    cycle = Cycle.objects.get()
    assert (cycle.year, cycle.phase, cycle.charter_version) == (2022, "proposals", 1)
    assert cycle.baseline.state == "closed"
    assert scenario_verify(scenario=cycle.baseline) == []
