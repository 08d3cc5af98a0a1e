"""The same order gives the same country."""

import pytest
from django.db import transaction

from planning.demo.load import Order, demo_load
from tests.planning.demo.conftest import NOW
from workplaces.models import Line, Membership, Person, Workplace


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
