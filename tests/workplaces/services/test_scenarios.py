"""Scenarios: closed means closed, whoever writes; an overlay shows what it should; the close races nobody."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from workplaces.errors import Invalid, TooLate
from workplaces.loading import copy_rows
from workplaces.models import Product, Scenario
from workplaces.record.models import Entry
from workplaces.services.scenarios import scenario_close, scenario_open, scenario_verify

NOW = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC)


def product(scenario: Scenario, code: str, price: float = 1.0, **fields: object) -> Product:
    return Product.objects.create(scenario=scenario, code=code, name=code, unit="t", price=price, **fields)


def baseline() -> Scenario:
    return scenario_open(kind="baseline", by=None, now=NOW)


def closed(*codes: str) -> Scenario:
    scenario = baseline()
    for code in codes:
        product(scenario, code)
    return scenario_close(scenario=scenario, by=None, now=NOW)


def test_baselines_are_numbered_and_named(db: None) -> None:
    first, second = baseline(), baseline()
    assert second.number == first.number + 1
    assert second.name == f"Baseline {second.number}"
    assert Entry.objects.filter(kind="scenario.opened", subject=f"scenario:{first.public_id}").exists()


def test_a_branch_takes_over_currency_and_notes(db: None) -> None:
    parent = scenario_open(
        kind="baseline", currency="€", source_note="from", synthetic_note="made up", by=None, now=NOW
    )
    parent = scenario_close(scenario=parent, by=None, now=NOW)
    child = scenario_open(kind="sandbox", name="What if", parent=parent, by=None, now=NOW)
    assert (child.currency, child.source_note, child.synthetic_note) == ("€", "from", "made up")


def test_an_open_parent_and_a_missing_one_are_refused(db: None) -> None:
    with pytest.raises(Invalid, match="still open; close it before"):
        scenario_open(kind="sandbox", name="x", parent=baseline(), by=None, now=NOW)
    with pytest.raises(Invalid, match="say from which"):
        scenario_open(kind="round", name="x", by=None, now=NOW)


def orm_insert(row: Product) -> None:
    product(row.scenario, "new")


def orm_update(row: Product) -> None:
    Product.objects.filter(pk=row.pk).update(price=2)


def orm_delete(row: Product) -> None:
    row.delete()


def raw(sql: str) -> Callable[[Product], None]:
    def write(row: Product) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(id=row.pk, scenario=row.scenario_id))

    return write


def by_copy(row: Product) -> None:
    columns = {"scenario_id": row.scenario_id, "code": ["x", "y"], "name": "X", "unit": "t"}
    copy_rows(Product, columns, count=2)


WRITES = {
    "ORM insert": orm_insert,
    "ORM update": orm_update,
    "ORM delete": orm_delete,
    "SQL update": raw("UPDATE workplaces_product SET price = 7"),
    "SQL delete": raw("DELETE FROM workplaces_product"),
    "SQL moves a row out": raw(
        "WITH s AS (INSERT INTO workplaces_scenario (public_id, name, kind, state, digest, source_note,"
        " synthetic_note, currency, created_at) VALUES (gen_random_uuid(), 's', 'sandbox', 'open', '', '', '',"
        " 'x', now()) RETURNING id) UPDATE workplaces_product SET scenario_id = s.id FROM s"
    ),
    "SQL merge": raw(
        "MERGE INTO workplaces_product p USING (SELECT 1) one ON p.id = {id} WHEN MATCHED THEN DELETE"
    ),
    "COPY": by_copy,
    "TRUNCATE": raw("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE workplaces_product CASCADE"),
    "the scenario reopened": raw(
        "UPDATE workplaces_scenario SET state = 'open', digest = '', closed_at = NULL WHERE id = {scenario}"
    ),
    "the scenario's digest changed": raw("UPDATE workplaces_scenario SET digest = 'x' WHERE id = {scenario}"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_closed_scenario_refuses(write: Callable[[Product], None]) -> None:
    scenario = closed("a", "b")
    row = Product.objects.filter(scenario=scenario).first()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        write(row)
    assert scenario_verify(scenario=scenario) == []
    assert Product.objects.filter(scenario=scenario).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("write", list(WRITES.values())[:5])
def test_the_same_writes_succeed_while_it_is_open(write: Callable[[Product], None]) -> None:
    scenario = baseline()
    write(product(scenario, "a"))


def test_closing_twice_is_refused(db: None) -> None:
    scenario = closed("a")
    with pytest.raises(TooLate, match="is closed already"):
        scenario_close(scenario=scenario, by=None, now=NOW)


def test_the_digest_depends_on_every_figure_and_the_parent(db: None) -> None:
    one = closed("a")
    other = closed("a")
    assert len(one.digest) == 64
    assert one.digest != other.digest
    branches = [
        scenario_close(
            scenario=scenario_open(kind="sandbox", name="s", parent=parent, by=None, now=NOW),
            by=None,
            now=NOW,
        )
        for parent in (one, other)
    ]
    assert branches[0].digest != branches[1].digest


def test_what_somebody_changed_behind_the_triggers_back_is_found(db: None) -> None:
    scenario = closed("a", "b")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE workplaces_product DISABLE TRIGGER USER")
        cursor.execute("UPDATE workplaces_product SET price = price + 1e-15 WHERE code = 'a'")
        cursor.execute("ALTER TABLE workplaces_product ENABLE TRIGGER USER")
    assert scenario_verify(scenario=scenario) == ["workplaces_product"]


def test_the_digest_does_not_depend_on_how_the_session_writes_figures(db: None) -> None:
    scenario = baseline()
    product(scenario, "a", price=0.1 + 0.2)
    scenario = scenario_close(scenario=scenario, by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL extra_float_digits = -5")
        cursor.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
    assert scenario_verify(scenario=scenario) == []


# An overlay against a model in plain Python: a scenario is a dict, a branch is its parent's dict and the changes.

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "branch", "back"]), st.integers(0, 5), st.integers(0, 99)
    ),
    max_size=25,
)


class Model:
    """What every scenario should show: price by code; and the row of each code's first version."""

    def __init__(self) -> None:
        root = scenario_open(kind="baseline", by=None, now=NOW)
        self.shown: dict[int, dict[str, float]] = {root.pk: {}}
        self.stored: dict[int, dict[str, Product]] = {root.pk: {}}
        self.scenarios = {root.pk: root}
        self.current = root
        self.first: dict[str, Product] = {}
        self.count = 0

    def add(self, _which: int, price: int) -> None:
        self.count += 1
        code = f"p{self.count}"
        self.first[code] = row = product(self.current, code, price)
        self.stored[self.current.pk][code] = row
        self.shown[self.current.pk][code] = price

    def change(self, which: int, price: int) -> None:
        code = self._pick(which)
        if code:
            self._write(code, price=price)
            self.shown[self.current.pk][code] = price

    def remove(self, which: int, _price: int) -> None:
        code = self._pick(which)
        if code:
            self._write(code, removed=True)
            del self.shown[self.current.pk][code]

    def branch(self, _which: int, _price: int) -> None:
        parent = self.current
        if parent.state == "open":
            parent = self.scenarios[parent.pk] = scenario_close(scenario=parent, by=None, now=NOW)
        self._enter(scenario_open(kind="sandbox", name="s", parent=parent, by=None, now=NOW), parent)

    def back(self, which: int, price: int) -> None:
        """Leave this branch and make another one from an earlier, closed scenario."""
        shut = [one for one in self.scenarios.values() if one.state == "closed"]
        if shut:
            self.current = shut[which % len(shut)]
            self.branch(which, price)

    def _enter(self, child: Scenario, parent: Scenario) -> None:
        self.scenarios[child.pk] = self.current = child
        self.shown[child.pk], self.stored[child.pk] = dict(self.shown[parent.pk]), {}

    def _pick(self, which: int) -> str | None:
        codes = sorted(self.shown[self.current.pk])
        return codes[which % len(codes)] if codes else None

    def _write(self, code: str, **change: object) -> None:
        row = self.stored[self.current.pk].get(code)
        if row is None:
            row = product(self.current, code, self.shown[self.current.pk][code], origin=self.first[code])
            self.stored[self.current.pk][code] = row
        Product.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_an_overlay_shows_what_the_model_shows(steps: list[tuple[str, int, int]]) -> None:
    model = Model()
    for name, which, price in steps:
        getattr(model, name)(which, price)
    for scenario in model.scenarios.values():
        rows = Product.objects.in_scenario(scenario)
        assert dict(rows.values_list("code", "price")) == model.shown[scenario.pk]
        assert {row.entity_id for row in rows} == {model.first[code].pk for code in model.shown[scenario.pk]}


# Closing against writing.


@pytest.fixture
def committed(transactional_db: None) -> Scenario:
    """An open baseline that other connections see."""
    return baseline()


def race(scenario: Scenario) -> list[str]:
    """Close while somebody writes who began before; return how the writer fared."""
    outcome: list[str] = []
    wrote, digested = threading.Event(), threading.Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                digested.wait(5)
                wrote.set()
                product(scenario, "late")
            outcome.append("written")
        except IntegrityError as error:
            outcome.append("closed" if "closed" in str(error) else str(error))
        finally:
            connections.close_all()

    thread = threading.Thread(target=writer)
    thread.start()
    with transaction.atomic():
        scenario_close(scenario=scenario, by=None, now=NOW)
        digested.set()
        wrote.wait(5)
        thread.join(0.5)  # the writer cannot finish before this transaction does, unless nothing holds it
    thread.join(10)
    return outcome


def test_who_writes_while_it_is_closing_is_refused(committed: Scenario) -> None:
    assert race(committed) == ["closed"]
    assert scenario_verify(scenario=Scenario.objects.get(pk=committed.pk)) == []


def test_without_the_trigger_the_race_is_lost(committed: Scenario) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workplaces_product DISABLE TRIGGER product_scenario_insert")
    try:
        assert race(committed) == ["written"]
        assert scenario_verify(scenario=Scenario.objects.get(pk=committed.pk)) == ["workplaces_product"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE workplaces_product ENABLE TRIGGER product_scenario_insert")


def test_the_close_waits_for_who_is_writing(committed: Scenario) -> None:
    started, finish = threading.Event(), threading.Event()

    def writer() -> None:
        with transaction.atomic():
            product(committed, "in time")
            started.set()
            finish.wait(5)
        connections.close_all()

    thread = threading.Thread(target=writer)
    thread.start()
    started.wait(5)
    threading.Timer(0.3, finish.set).start()
    scenario = scenario_close(scenario=committed, by=None, now=NOW)
    assert finish.is_set()
    thread.join(5)
    entry = Entry.objects.get(kind="scenario.closed")
    assert entry.body["statement"]["tables"]["workplaces_product"]["rows"] == 1
    assert scenario_verify(scenario=scenario) == []
