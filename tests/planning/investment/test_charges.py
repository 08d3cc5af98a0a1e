"""Charges for the use of resources: the plan's charge times the use, as reported or as planned; posted once, to the cent."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from planning.models import Account, Cycle, JournalEntry, Plan, ResourceCharge, RunLine, RunRow, SurplusLevy
from planning.selectors.levels import money_unit
from planning.services.settlement import cycle_settle
from tests.planning.board.world import figures, rich
from tests.planning.federation import NOW, Federation
from tests.planning.reports.world import reported
from tests.planning.test_settlement import put_in_force
from tests.unguarded import unguarded
from workplaces.models import Resource, Technology
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
CARBON, LAND = 0.123, 0.5  # charges for one unit more
USE = {"energy": 2.0, "flour": 0.25}  # of carbon, by a unit made; flour takes 0.1 of land, too


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """A plan in force whose run charges for carbon, which energy and flour use, and for land, which flour uses."""
    rich(federation)
    carbon = Resource.objects.get(code="carbon")
    land = Resource.objects.create(
        scenario=federation.baseline, code="land", name="Land", unit="ha", cap=100.0
    )
    Technology.objects.filter(code="flour").update(
        resource=[carbon.entity_id, land.entity_id], resource_use=[USE["flour"], 0.1]
    )
    found = put_in_force(request.getfixturevalue("cycle"), federation)
    with unguarded(RunRow):
        for resource, charge in ((carbon, CARBON), (land, LAND)):
            RunRow.objects.filter(run=found.run, kind=2, entity=resource.entity_id).update(dual=charge)
    return found


def planned(plan: Plan, federation: Federation, name: str) -> float:
    return RunLine.objects.get(
        run=plan.run, kind=RunLine.Kind.PRODUCTION, entity=federation.lines[name].entity_id
    ).proposed


def settled(plan: Plan, federation: Federation) -> Cycle:
    cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    return Cycle.objects.get(pk=plan.cycle_id)


def told(plan: Plan, federation: Federation, output: float) -> None:
    """The mill reports what it made."""
    reported(plan.cycle, federation, "flour", output)


def owed(charge: float, use: float) -> int:
    return int(charge * use * 100 + 0.5)


def test_by_hand(federation: Federation, plan: Plan) -> None:
    """Flour reported 40: 10 t of carbon and 4 ha of land; energy reported nothing, and is charged as planned."""
    told(plan, federation, 40.0)
    settled(plan, federation)
    rows = {(row.workplace.code, row.resource.code): row for row in ResourceCharge.objects.all()}
    energy = 2.0 * planned(plan, federation, "energy")
    assert {key: (row.use, row.unreported, row.amount) for key, row in rows.items()} == {
        ("energy-works", "carbon"): (pytest.approx(energy), pytest.approx(energy), owed(CARBON, energy)),
        ("flour-works", "carbon"): (pytest.approx(10.0), 0.0, owed(CARBON, 10.0)),
        ("flour-works", "land"): (pytest.approx(4.0), 0.0, owed(LAND, 4.0)),
    }
    total = sum(row.amount for row in rows.values())
    assert Account.objects.get(kind="charges").balance == total
    assert Account.objects.get(kind="output", cycle=plan.cycle).balance == -total
    entries = JournalEntry.objects.filter(cause="charge")
    assert {entry.subject for entry in entries} == {
        federation.workplaces[name].public_id for name in ("energy", "flour")
    }
    body = Entry.objects.get(kind="charges.posted").body
    assert (body["amount"], body["workplaces"], body["unreported"]) == (total, 2, 1)
    assert Entry.objects.get(kind="baseline.drawn").body["charged"] == total


def test_without_a_charge_nothing_is_posted(federation: Federation, plan: Plan) -> None:
    with unguarded(RunRow):
        RunRow.objects.filter(run=plan.run, kind=2).update(dual=0.0)
    settled(plan, federation)
    assert not JournalEntry.objects.filter(cause="charge").exists()
    assert not Entry.objects.filter(kind="charges.posted").exists()


def test_a_fault_leaves_nothing(federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(**_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("planning.services.settlement.cycle_move", fault)
    with pytest.raises(RuntimeError):
        settled(plan, federation)
    assert not JournalEntry.objects.exists()
    assert not ResourceCharge.objects.exists()
    assert not SurplusLevy.objects.exists()


@pytest.mark.parametrize(
    ("units", "scale"), [({"t", "h"}, 1.0), ({"R$ million"}, 1e6), ({"R$ million", "t"}, 1.0)]
)
def test_a_run_in_millions_charges_in_millions(units: set[str], scale: float) -> None:
    assert money_unit(units) == scale


ONE_MORE = """INSERT INTO planning_resourcecharge (entry_id, workplace_id, resource_id, use, unreported, rate, amount)
  SELECT entry_id, workplace_id, {resource}, 1, 0, 1, 7 FROM planning_resourcecharge
   WHERE workplace_id = (SELECT min(id) FROM workplaces_workplace WHERE code = 'energy-works');
  SET CONSTRAINTS ALL IMMEDIATE"""
FORGED = """INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
    SELECT gen_random_uuid(), 'charge', gen_random_uuid(), id, 2, now() FROM planning_cycle;
  INSERT INTO planning_posting (entry_id, account_id, amount)
    SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), id, CASE kind WHEN 'charges' THEN 5 ELSE -5 END
      FROM planning_account WHERE kind IN ('charges', 'output');
  SET CONSTRAINTS ALL IMMEDIATE"""
TWICE = """INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
  SELECT gen_random_uuid(), cause, subject, cycle_id, 2, now() FROM planning_journalentry WHERE cause = 'charge' LIMIT 1"""


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        (ONE_MORE, "what is posted is what the uses add up to"),
        (FORGED, "what is posted is what the uses add up to"),
        (TWICE, "journalentry_charged_once"),
        ("UPDATE planning_resourcecharge SET amount = 1", "refused"),
        ("DELETE FROM planning_resourcecharge", "refused"),
        ("TRUNCATE planning_resourcecharge", "refused"),
    ],
)
def test_the_database_keeps_it_by_plain_sql(
    federation: Federation, plan: Plan, statement: str, refusal: str
) -> None:
    settled(plan, federation)
    other = Resource.objects.get(code="land").pk
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(resource=other))


def test_a_year_is_charged_in_its_own_account(federation: Federation, plan: Plan) -> None:
    settled(plan, federation)
    assert Account.objects.get(kind="charges").cycle == plan.cycle
    with pytest.raises(IntegrityError, match="account_once"), transaction.atomic():
        Account.objects.create(kind="charges", cycle=plan.cycle)


class TestPages:
    def page(self, client: Client, address: str) -> str:
        answer: Any = client.get(address)
        assert answer.status_code == 200
        found: str = answer.content.decode()
        return found

    def test_a_workplace_sees_what_it_was_charged_and_why(
        self, client: Client, federation: Federation, plan: Plan
    ) -> None:
        told(plan, federation, 40.0)
        client.force_login(federation.people["stranger"])
        address = f"/cycles/{plan.cycle.year}/workplaces/{federation.workplaces['flour'].public_id}/"
        assert "Resource charges" not in self.page(client, address)
        settled(plan, federation)
        page = self.page(client, address)
        assert "Carbon: R$\u202f1.23 for 10\u202ft at R$0.123 a t, as reported." in page
        assert "Land: R$\u202f2.00 for 4\u202fha at R$0.5 a ha, as reported." in page
        page = self.page(client, address.replace(str(federation.workplaces["flour"].public_id),
                                                 str(federation.workplaces["energy"].public_id)))  # fmt: skip
        assert "as planned: no report covers the year" in page
        account = Account.objects.get(kind="charges")
        page = self.page(client, f"/ledger/{account.public_id}/")
        assert "charges for the use of resources" in page
        assert f'href="{address}">Flour works' in page

    def test_a_charge_of_nothing_says_why(self, client: Client, federation: Federation, plan: Plan) -> None:
        """Neither carbon's cap binds in the plan nor land's."""
        client.force_login(federation.people["stranger"])
        with unguarded(RunRow):
            RunRow.objects.filter(run=plan.run, kind=2).update(dual=0.0)
        found = figures(plan.cycle)["charges"]
        assert (found.values.plan, found.note, found.unrecorded) == (0.0, "no_cap_binds", "")
        page = self.page(client, f"/cycles/{plan.cycle.year}/board/")
        assert "The charges are 0 because every cap leaves room in the plan" in page
        address = f"/cycles/{plan.cycle.year}/workplaces/{federation.workplaces['flour'].public_id}/"
        assert "nothing was charged" not in self.page(client, address)
        settled(plan, federation)
        page = self.page(client, address)
        for name in ("Carbon", "Land"):
            assert f"{name}: nothing was charged, because its cap left room in the plan" in page
        other = address.replace(str(federation.workplaces["flour"].public_id),
                                str(federation.workplaces["bread"].public_id))  # fmt: skip
        assert "nothing was charged" not in self.page(client, other), "bread uses neither"

    def test_where_one_cap_leaves_room_the_sheet_says_so(self, federation: Federation, plan: Plan) -> None:
        """Carbon's cap leaves room, and land's binds."""
        carbon = Resource.objects.get(code="carbon").entity_id
        with unguarded(RunRow):
            RunRow.objects.filter(run=plan.run, kind=2, entity=carbon).update(dual=0.0)
        found = figures(plan.cycle)["charges"]
        assert (found.note, found.unrecorded) == ("some_caps_leave_room", "charges_not_posted")

    def test_the_boards_sheet_has_what_came_of_it(self, federation: Federation, plan: Plan) -> None:
        told(plan, federation, 40.0)
        assert figures(plan.cycle)["charges"].unrecorded == "charges_not_posted"
        found = figures(settled(plan, federation))["charges"]
        energy = owed(CARBON, 2.0 * planned(plan, federation, "energy")) / 100
        assert found.values.actual == pytest.approx(energy + 1.23 + 2.0)
        assert {part.code: part.values.actual for part in found.parts} == {
            "carbon": pytest.approx(energy + 1.23), "land": pytest.approx(2.0),
        }  # fmt: skip
        assert {one.name: one.values.actual for one in found.inputs}["charges_unreported"] == pytest.approx(
            energy
        )
        assert found.unrecorded == ""
