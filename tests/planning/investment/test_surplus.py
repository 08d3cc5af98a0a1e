"""The levy on surplus: computed at the plan's prices and wages out of what was made, posted once, to the cent."""

from typing import Any

import pytest
from django.db import transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from planning.models import Account, JournalEntry, Plan, Posting, RunLine, RunRow
from planning.runner.surplus import years_of
from planning.selectors.levels import Economy
from planning.services.surplus import surplus_post
from tests.planning.board.world import figures
from tests.planning.federation import NOW, Federation
from tests.planning.investment.surplus_world import (
    CARBON,
    PRICES,
    balance,
    parts,
    planned,
    price_at,
    priced_plan,
    rate,
    rows,
    settled,
    told,
)
from tests.unguarded import unguarded
from workplaces.errors import TooLate
from workplaces.models import LabourPool, Line, Product
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """Two surpluses, a deficit, and a workplace that makes nothing."""
    return priced_plan(federation, request)


def test_by_hand(federation: Federation, plan: Plan) -> None:
    """Flour made 40: 80.00 less 6.00 of energy and 48.00 of pay. The bakery made 90 of bread and 20 of cake:
    360 + 40 less 90 · (0.5 · 2 + 0.2 · 1.5) + 20 · 0.2 · 1.5 = 123 and 110 hours at 1.20. Energy falls short.
    """
    told(plan, federation, "flour", 40.0)
    told(plan, federation, "bread", 90.0)
    told(plan, federation, "cake", 20.0)
    settled(plan, federation)
    found = rows()
    assert parts(found["flour"]) == (8000, 600, 4800, 0, 2600, 780, 0)
    assert parts(found["bread"]) == (40000, 12300, 13200, 0, 14500, 4350, 0)
    made = planned(plan, federation, "energy")
    output, used, pay, charge = (int(100 * made * each + 0.5) for each in (1.5, 0.15, 1.2, 2 * CARBON))
    assert parts(found["energy"]) == (output, used, pay, charge, output - used - pay - charge, 0, output)
    assert found["energy"].surplus < 0
    assert found["energy"].entry is None
    assert balance("levy") == 780 + 4350
    assert balance("surplus", workplace__code="flour-works") == 1820
    assert balance("surplus", workplace__code="bread-works") == 10150
    assert balance("output", cycle=plan.cycle) == -(2600 + 14500 + charge)
    assert not Account.objects.filter(kind="surplus", workplace__code="energy-works").exists()
    body = Entry.objects.get(kind="surplus.posted").body
    assert body == {
        "year": 2027, "rate": "0.3", "surplus": 17100, "levy": 5130, "workplaces": 2, "deficits": 1,
        "deficit": -found["energy"].surplus, "unreported": 1,
    }  # fmt: skip
    drawn = Entry.objects.get(kind="baseline.drawn").body
    assert (drawn["surplus"], drawn["levy"]) == (17100, 5130)


def test_what_no_report_covers_is_as_planned(federation: Federation, plan: Plan) -> None:
    told(plan, federation, "cake", 20.0)
    settled(plan, federation)
    bread = round(400 * planned(plan, federation, "bread"))
    assert (rows()["bread"].output, rows()["bread"].unreported) == (bread + 4000, bread)


@pytest.mark.parametrize(("share", "levy", "kept"), [(0.0, 0, 2600), (1.0, 2600, 0), (0.25, 650, 1950)])
def test_the_charters_rate(federation: Federation, plan: Plan, share: float, levy: int, kept: int) -> None:
    told(plan, federation, "flour", 40.0)
    rate(plan, share)
    settled(plan, federation)
    row = rows()["flour"]
    assert (row.levy, row.kept, row.entry.postings_count if row.entry else 0) == (
        levy,
        kept,
        2 + (0 < share < 1),
    )
    held = Account.objects.filter(kind="surplus", workplace__code="flour-works").first()
    assert (held.balance if held else 0) == kept


def test_no_surplus_posts_nothing(federation: Federation, plan: Plan) -> None:
    """Flour at 1.35 covers its energy and its pay to the cent; everybody else falls short."""
    price_at(federation, plan, {"flour": 1.35, "bread": 1.0, "cake": 1.0})
    told(plan, federation, "flour", 40.0)
    settled(plan, federation)
    assert parts(rows()["flour"]) == (5400, 600, 4800, 0, 0, 0, 0)
    assert all(row.entry is None for row in rows().values())
    assert not JournalEntry.objects.filter(cause="surplus").exists()
    body = Entry.objects.get(kind="surplus.posted").body
    assert (body["surplus"], body["levy"], body["workplaces"], body["deficits"]) == (0, 0, 0, 2)


def test_a_premium_counts_inside_the_step(federation: Federation, plan: Plan) -> None:
    """Ten times the wage is a gap's penalty: an hour counts at one and a half of its wage."""
    with unguarded(RunRow):
        RunRow.objects.filter(run=plan.run, kind=RunRow.Kind.POOL).update(dual=10.0, price=11.0)
    told(plan, federation, "flour", 40.0)
    settled(plan, federation)
    assert rows()["flour"].pay == 6000


def test_a_year_is_settled_once(federation: Federation, plan: Plan) -> None:
    cycle = settled(plan, federation)
    before = list(Posting.objects.values_list("account", "amount"))
    with pytest.raises(TooLate):
        settled(plan, federation)
    with pytest.raises(Error, match="once"), transaction.atomic():
        surplus_post(cycle=cycle, plan=plan, by=federation.people["coordinator"], now=NOW)
    assert list(Posting.objects.values_list("account", "amount")) == before


def test_coefficients_count_as_value_added_does(federation: Federation, plan: Plan) -> None:
    """Factors by input group, and a line with coefficients of its own: output less inputs is ``Economy.per_unit``'s."""
    occupation = LabourPool.objects.get().occupation_id
    with unguarded(Line):
        Line.objects.filter(pk=federation.lines["bread"].pk).update(factors=[1.5, 0.5])
        Line.objects.filter(pk=federation.lines["energy"].pk).update(factors=[])
        Line.objects.filter(pk=federation.lines["flour"].pk).update(
            technology=None, factors=[], own_input_product=[federation.products["energy"].entity_id],
            own_input_coefficient=[0.3], own_labour_occupation=[occupation], own_labour_hours=[0.5],
        )  # fmt: skip
    found = years_of(plan.cycle, plan)
    price = {federation.products[code].entity_id: amount for code, amount in PRICES.items()}
    economy = Economy(plan.scenario, price)
    for place, workplace in enumerate(found.workplace.tolist()):
        lines = Line.objects.in_scenario(plan.scenario).filter(workplace_id=workplace)
        made = {
            line: RunLine.objects.get(run=plan.run, kind=0, entity=line.entity_id).proposed for line in lines
        }
        units = {line: economy.per_unit(line) for line in made}
        added = sum(units[line].value_added * output for line, output in made.items())
        assert found.output[place] - found.inputs[place] == pytest.approx(added)
        assert found.pay[place] == pytest.approx(1.2 * sum(units[line].hours * made[line] for line in made))


def test_a_table_in_millions_is_levied_in_millions(federation: Federation, plan: Plan) -> None:
    before = years_of(plan.cycle, plan)
    with unguarded(Product):
        Product.objects.update(unit="R$ million")
    after = years_of(plan.cycle, plan)
    for name in ("output", "inputs", "pay", "unreported"):
        assert getattr(after, name) == pytest.approx(1e6 * getattr(before, name))


class TestPages:
    def page(self, client: Client, address: str) -> str:
        answer: Any = client.get(address)
        assert answer.status_code == 200
        found: str = answer.content.decode()
        return found

    def address(self, plan: Plan, federation: Federation, name: str) -> str:
        return f"/cycles/{plan.cycle.year}/workplaces/{federation.workplaces[name].public_id}/"

    def test_a_workplace_sees_its_surplus_and_how_it_was_computed(
        self, client: Client, federation: Federation, plan: Plan
    ) -> None:
        told(plan, federation, "flour", 40.0)
        client.force_login(federation.people["stranger"])
        own = self.address(plan, federation, "flour")
        assert "Surplus and levy" not in self.page(client, own)
        settled(plan, federation)
        page = self.page(client, own)
        assert (
            "A surplus of R$\u202f26.00. The levy takes R$\u202f7.80 of it (30\u202f%, by the charter)"
            in page
        )
        assert "All output is as reported." in page
        account = Account.objects.get(kind="surplus", workplace__code="flour-works")
        assert f'/ledger/{account.public_id}/">In its surplus account stand R$\u202f18.20' in page
        page = self.page(client, self.address(plan, federation, "energy"))
        assert "short of what it used up. Nothing is posted" in page
        assert "is as planned: no report covers the year." in page
        page = self.page(client, f"/ledger/{account.public_id}/")
        assert "surplus of a year, and the levy on it" in page
        assert f'href="{own}">Flour works' in page

    def test_the_boards_sheet(self, federation: Federation, plan: Plan) -> None:
        told(plan, federation, "flour", 40.0)
        before = figures(plan.cycle)["levy"]
        assert (before.values.actual, before.unrecorded) == (None, "levy_not_posted")
        found = figures(settled(plan, federation))["levy"]
        assert found.values.actual == pytest.approx(sum(row.levy for row in rows().values()) / 100)
        assert {part.code: part.values.actual for part in found.parts} == {
            name: pytest.approx(row.levy / 100) for name, row in rows().items()
        }
        inputs = {one.name: one.values.actual for one in found.inputs}
        assert inputs["levy_unreported"] == pytest.approx(rows()["bread"].levy / 100)
        assert inputs["deficits"] == pytest.approx(-rows()["energy"].surplus / 100)

    def test_the_plans_levy_is_at_constant_prices(self, federation: Federation, plan: Plan) -> None:
        """At prices of 1 and a wage of 0.5: flour adds 0.9, bread 0.3, cake 0.8, energy 0.9 and pays for its carbon."""
        with unguarded(LabourPool):
            LabourPool.objects.update(wage=0.5)
        found = figures(plan.cycle)["levy"]
        flour, energy = (
            0.4 * planned(plan, federation, "flour"),
            (0.4 - 2 * CARBON) * planned(plan, federation, "energy"),
        )
        assert found.values.plan == pytest.approx(0.3 * (flour + energy))
        inputs = {one.name: one.values.plan for one in found.inputs}
        assert inputs["deficits"] == pytest.approx(0.2 * planned(plan, federation, "bread") - 0.3 * 20)

    def test_a_rate_of_nothing_is_said(self, federation: Federation, plan: Plan) -> None:
        rate(plan, 0.0)
        assert figures(plan.cycle)["levy"].missing == "no_levy"
