"""Surplus and levy, whatever was made and whoever writes: all of it comes out of the output, and nothing is rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import Account, Cycle, Plan, SurplusLevy
from planning.runner.surplus import Years
from planning.selectors.ledger import unbalanced
from planning.services.surplus import surplus_post
from tests.planning.federation import NOW, Federation
from tests.planning.investment.surplus_world import priced_plan, rate, settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """Two surpluses, a deficit, and a workplace that makes nothing."""
    return priced_plan(federation, request)


@dataclass
class Made:
    """What a year's workplaces are made to have made, in place of the query."""

    years: Years | None = None


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    held = Made()
    monkeypatch.setattr("planning.services.surplus.years_of", lambda _cycle, _plan: held.years)
    return held


AMOUNT = st.floats(0, 1e9, allow_nan=False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(years=st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=3, max_size=3), share=st.floats(0, 1))
def test_all_of_it_comes_out_of_the_output(
    federation: Federation, plan: Plan, made: Made, years: list[tuple[float, float, float]], share: float
) -> None:
    """Whatever was made: levies and surpluses add up to what left the year's output, and the ledger balances."""
    rate(plan, share)
    ids = np.sort(np.array([one.pk for one in federation.workplaces.values()], np.int64))
    output, inputs, pay = (np.array(column) for column in zip(*years, strict=True))
    made.years = Years(ids, output, inputs, pay, output / 2)
    with transaction.atomic():
        cycle = Cycle.objects.get(pk=plan.cycle_id)
        sums = surplus_post(cycle=cycle, plan=plan, by=federation.people["coordinator"], now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert unbalanced() == []
        held = {kind: sum(Account.objects.filter(kind=kind).values_list("balance", flat=True))
                for kind in ("output", "levy", "surplus")}  # fmt: skip
        assert (held["levy"] + held["surplus"], held["levy"]) == (-held["output"], sums[1])
        assert sums[0] == -held["output"]
        for row in SurplusLevy.objects.all():
            assert row.levy + row.kept == max(row.surplus, 0)
            assert abs(row.levy - share * max(row.surplus, 0)) <= 0.5 + 1e-3
        transaction.set_rollback(True)


ENTRY = """INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
    SELECT gen_random_uuid(), 'surplus', w.public_id, c.id, 2, now() FROM planning_cycle c, workplaces_workplace w
     WHERE w.code = 'idle-works';"""
POSTED = """INSERT INTO planning_posting (entry_id, account_id, amount)
    SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), id, CASE kind WHEN 'levy' THEN 5 ELSE -5 END
      FROM planning_account WHERE kind IN ('levy', 'output');"""
ROW = """INSERT INTO planning_surpluslevy
    (cycle_id, workplace_id, entry_id, output, inputs, pay, charges, unreported, rate, surplus, levy)
    SELECT c.id, w.id, {entry}, {output}, 0, 0, {charges}, 0, {rate}, {surplus}, {levy}
      FROM planning_cycle c, workplaces_workplace w WHERE w.code = '{code}';"""
UNFOUNDED = """INSERT INTO planning_posting (entry_id, account_id, amount)
    SELECT 999999999, id, 5 FROM planning_account WHERE kind = 'levy'"""
OWN = "currval(pg_get_serial_sequence('planning_journalentry', 'id'))"
OTHERS = "(SELECT min(id) FROM planning_journalentry WHERE cause = 'charge')"
LATEST = "; SET CONSTRAINTS ALL IMMEDIATE"


def row(**changed: Any) -> str:
    """Return the statement that writes down another surplus of 5.00 for the workplace that makes nothing."""
    given = {
        "code": "idle-works",
        "entry": OWN,
        "output": 500,
        "charges": 0,
        "rate": 0.3,
        "surplus": 500,
        "levy": 150,
    }
    return ROW.format(**given | changed)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE planning_surpluslevy SET levy = 0", "refused"),
        ("DELETE FROM planning_surpluslevy", "refused"),
        ("TRUNCATE planning_surpluslevy", "refused"),
        (row(code="flour-works", entry="NULL", output=0, surplus=0, levy=0), "surpluslevy_once"),
        (ENTRY + row(surplus=499), "surpluslevy_adds_up"),
        (ENTRY + row(levy=149), "surpluslevy_at_its_rate"),
        (row(entry="NULL"), "surpluslevy_posted_if_any"),
        (ENTRY + row(rate=0.1, levy=50), "rate of the levy is the one of the year"),
        (row(entry=OTHERS), "posted by an entry of its own"),
        (row(entry="999999999"), "posted by an entry of its own"),
        (ENTRY + row(output=600, charges=100), "those that were posted"),
        (ENTRY + row(), "add up to 0, and there are 0 of 2"),
        (ENTRY + row() + POSTED, "what is posted is what was computed"),
        (ENTRY + POSTED, "what is posted is what was computed"),
        (ENTRY, "add up to 0, and there are 0 of 2"),
        (UNFOUNDED, "add up to zero, all at once"),
        ("""INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
            SELECT gen_random_uuid(), cause, subject, cycle_id, 2, now() FROM planning_journalentry
             WHERE cause = 'surplus' LIMIT 1""", "journalentry_surplus_once"),
    ],
)  # fmt: skip
def test_the_database_keeps_it_by_plain_sql(
    federation: Federation, plan: Plan, statement: str, refusal: str
) -> None:
    settled(plan, federation)
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement + LATEST)
    assert unbalanced() == []
