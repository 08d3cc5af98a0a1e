"""What is remembered of chains: closed ones only, and never what a transaction may yet take back."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.selectors.sql import nearest, select
from workplaces.models import Product, Scenario
from workplaces.models.chains import chain_of

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = f"SELECT p.name FROM {nearest('workplaces_product')} p WHERE p.code = %s"


def baseline() -> Scenario:
    made = Scenario.objects.create(name="Baseline 1", kind="baseline", number=1)
    Product.objects.create(scenario=made, code="rye", name="Rye", unit="t", price=1.0)
    return made


def close(scenario: Scenario) -> None:
    changed = {"state": "closed", "digest": "d" * 64, "closed_at": timezone.now()}
    Scenario.objects.filter(pk=scenario.pk).update(**changed)


def seen(scenario: Scenario) -> tuple[str, str]:
    """Return the product's name as the ORM and as plain SQL see it."""
    row = Product.objects.in_scenario(scenario).get(code="rye")
    return row.name, select(NAMES, [scenario.pk, scenario.pk, "rye"])[0].name


def test_a_closed_chain_is_asked_for_once_and_its_tables_directly() -> None:
    scenario = baseline()
    close(scenario)
    assert seen(scenario) == ("Rye", "Rye")
    with CaptureQueriesContext(connection) as queries:
        assert seen(scenario) == ("Rye", "Rye")
    assert len(queries) == 2
    assert not any("scenario_chain" in query["sql"] for query in queries)


def test_what_is_still_open_is_asked_for_each_time() -> None:
    first = baseline()
    close(first)
    second = Scenario.objects.create(name="Round", kind="round", parent=first)
    assert seen(second) == ("Rye", "Rye")
    row = Product.objects.get(code="rye")
    Product.objects.create(
        scenario=second, origin=row, public_id=row.public_id, code="rye", name="Dark rye", unit="t", price=1.0
    )
    assert seen(second) == ("Dark rye", "Dark rye")
    close(second)
    assert seen(second) == seen(second) == ("Dark rye", "Dark rye")
    assert seen(first) == ("Rye", "Rye")
    assert chain_of(second.pk).only("workplaces_product") is None
    assert chain_of(second.pk).only("workplaces_line") == second.pk


def test_a_closing_that_is_taken_back_leaves_nothing() -> None:
    scenario = baseline()
    with transaction.atomic():
        close(scenario)
        assert seen(scenario) == ("Rye", "Rye")
        assert chain_of(scenario.pk).inhabited is not None
        transaction.set_rollback(True)
    assert chain_of(scenario.pk).inhabited is None
    Product.objects.filter(code="rye").update(name="White rye")
    assert seen(scenario) == ("White rye", "White rye")


def test_a_query_with_other_parameters_around_keeps_their_order() -> None:
    scenario = baseline()
    close(scenario)
    table = nearest("workplaces_product")
    query = f"SELECT %s AS first, p.code, q.name, '%%' AS sign FROM {table} p JOIN {table} q ON q.code = %s WHERE p.unit = %s"
    row = select(query, ["a", *[scenario.pk] * 4, "rye", "t"])[0]
    assert tuple(row) == ("a", "rye", "Rye", "%")
