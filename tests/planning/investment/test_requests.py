"""Requests: with purpose, goods and people; levels are computed from actual figures; what is bad is refused in a sentence."""

import math
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, InvestmentRequest
from planning.selectors.levels import Economy
from planning.selectors.requests import need
from planning.services.cycles import cycle_begin_proposals
from planning.services.requests import investment_withdraw
from planning.services.rounds import round_open
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import ask, investing, settled
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Line, Product, Technology, Workplace
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A year in the phase of envelopes."""
    return investing(federation)


class TestLevels:
    def test_value_added_per_hour_by_hand(self, federation: Federation) -> None:
        """Bread: 1 − 0.5 flour − 0.2 energy = 0.3 a unit and an hour, flour 0.9, energy 0.9."""
        made = Economy(federation.baseline).made()
        works = {name: made[one.entity_id] for name, one in federation.workplaces.items()}
        assert {name: round(one.level, 12) for name, one in works.items()} == {
            "bread": 0.3, "flour": 0.9, "energy": 0.9,
        }  # fmt: skip
        assert works["bread"].value_added == pytest.approx(30.0)
        assert works["bread"].hours == pytest.approx(100.0)

    def test_factors_scale_their_group_only(self, federation: Federation) -> None:
        """Inputs doubled (group 0), labour halved (group 1): 1 − 1.4 = −0.4 a unit, in half an hour; no level is below 0."""
        Line.objects.filter(pk=federation.lines["bread"].pk).update(factors=[2.0, 0.5])
        made = Economy(federation.baseline).made([federation.workplaces["bread"].entity_id])
        (bread,) = made.values()
        assert (bread.value_added, bread.hours, bread.level) == (
            pytest.approx(-40.0),
            pytest.approx(50.0),
            0.0,
        )

    def test_coefficients_of_its_own(self, federation: Federation) -> None:
        flour = federation.products["flour"].entity_id
        occupation = Technology.objects.get(code="bread").labour_occupation
        Line.objects.filter(pk=federation.lines["bread"].pk).update(
            technology=None, factors=[], own_input_product=[flour], own_input_coefficient=[0.4],
            own_labour_occupation=occupation, own_labour_hours=[2.0],
        )  # fmt: skip
        (bread,) = Economy(federation.baseline).made([federation.workplaces["bread"].entity_id]).values()
        assert bread.level == pytest.approx(0.6 / 2)

    def test_units_of_money_and_of_hours_count(self, federation: Federation) -> None:
        """A product measured in millions of money, hours in millions: a level in money per hour."""
        Product.objects.update(unit="R$ million")
        from workplaces.models import Occupation

        Occupation.objects.update(unit="million hours")
        made = Economy(federation.baseline).made([federation.workplaces["bread"].entity_id])
        (bread,) = made.values()
        assert (bread.value_added, bread.level) == (pytest.approx(30e6), pytest.approx(0.3))


def test_a_request_states_what_was_computed(federation: Federation, cycle: Cycle) -> None:
    made = ask(federation, cycle)
    assert (made.members, made.hours, made.value_added) == (10, pytest.approx(100.0), pytest.approx(30.0))
    assert (made.level, made.returns, made.returns_from) == (pytest.approx(0.3), 0.25, "charter")
    # A minor unit an hour, one unit of money over 100 hours, brings 0.25 a year: 0.0025 an hour.
    assert (made.size, made.effect) == (pytest.approx(100.0), pytest.approx(0.0025))
    body = Entry.objects.get(kind="investment.asked").body
    assert (body["amount"], body["goods"]) == (400, {"energy": "4.0"})
    assert float(body["level"]) == pytest.approx(0.3)


def test_a_new_workplace_counts_the_hours_of_its_jobs(federation: Federation, cycle: Cycle) -> None:
    federation.baseline.refresh_from_db()
    from planning.selectors.requests import standing
    from tests.unguarded import unguarded

    with unguarded(Line):
        Line.objects.filter(pk=federation.lines["bread"].pk).update(last_output=0.0)
    from planning.selectors import envelopes

    envelopes._made.cache_clear()
    bread = federation.workplaces["bread"]
    found = standing(cycle, bread, bread.main_sector_id)
    assert (found.level, found.hours, found.value_added) == (0.0, 10 * 1840.0, 0.0)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"purpose": "  "}, "purpose", "Say what it is for"),
        ({"amount": 401}, "amount", "more than the goods cost at accounting prices, R\\$\u202f4.00"),
        ({"amount": 0}, "amount", "more than nothing"),
        ({"amount": -5}, "amount", "more than nothing"),
        ({"goods": {}}, "goods", "which goods"),
        ({"of": "sector-flour"}, "of", "Bread works can ask Bread sector, Valley"),
        ({"of": "nobody"}, "of", "can ask"),
        ({"purpose": "x" * 5001}, "purpose", "At most 5000"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    federation: Federation, cycle: Cycle, changed: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        ask(federation, cycle, **changed)
    assert set(refused.value.fields) == {field}
    assert not InvestmentRequest.objects.exists()


@pytest.mark.parametrize("quantity", [0.0, -1.0, math.nan, math.inf, 1e9])
def test_quantities_are_plausible(federation: Federation, cycle: Cycle, quantity: float) -> None:
    with pytest.raises(Invalid):
        ask(federation, cycle, goods={federation.products["energy"]: quantity})


def test_nobody_asks_where_nobody_works(federation: Federation, cycle: Cycle) -> None:
    from tests.unguarded import unguarded

    with unguarded(Workplace):
        Workplace.objects.filter(code="bread-works").update(size=0)
    with pytest.raises(Invalid, match="Nobody works at Bread works") as refused:
        ask(federation, cycle)
    assert set(refused.value.fields) == {"members"}


def test_the_region_can_be_asked_too_each_envelope_once(federation: Federation, cycle: Cycle) -> None:
    ask(federation, cycle)
    ask(federation, cycle, of="region-valley")
    with pytest.raises(TooLate, match="has asked Valley already"):
        ask(federation, cycle, of="region-valley")
    assert InvestmentRequest.objects.count() == 2


def test_only_its_delegate_asks_and_withdraws(federation: Federation, cycle: Cycle) -> None:
    for name in ("flour_delegate", "coordinator", "villager", "root"):
        with pytest.raises(Forbidden):
            ask(federation, cycle, by=federation.people[name])
    made = ask(federation, cycle)
    with pytest.raises(Forbidden):
        investment_withdraw(request=made, by=federation.people["flour_delegate"], now=NOW)
    investment_withdraw(request=made, by=federation.people["bread_delegate"], now=NOW)
    with pytest.raises(TooLate, match="withdrawn already"):
        investment_withdraw(request=made, by=federation.people["bread_delegate"], now=NOW)
    assert ask(federation, cycle).pk != made.pk


def test_phases_open_and_close(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    settled(federation, cycle)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    made = ask(federation, cycle)
    round_open(cycle=cycle, by=by, now=NOW)
    with pytest.raises(TooLate, match="in the phases “envelopes” and “proposals”"):
        ask(federation, cycle, name="flour")
    with pytest.raises(TooLate):
        investment_withdraw(request=made, by=federation.people["bread_delegate"], now=NOW)


def test_without_investment_there_is_nothing_to_ask(federation: Federation) -> None:
    with pytest.raises(TooLate, match="Nothing is set aside"):
        ask(federation, investing(federation, investment_share=0.0))


def test_need_includes_the_last_begun_cent(federation: Federation) -> None:
    energy = federation.products["energy"]
    assert [need({energy: quantity}) for quantity in (4.0, 0.001, 0.1 + 0.2, 1.005)] == [400, 1, 30, 101]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE planning_investmentrequest SET amount = 1",
        "UPDATE planning_investmentrequest SET level = 0, withdrawn_at = now()",
        "DELETE FROM planning_investmentrequest",
        "TRUNCATE planning_investmentrequest CASCADE",
        "UPDATE planning_requestedgood SET quantity = 1",
        "DELETE FROM planning_requestedgood",
        "TRUNCATE planning_requestedgood",
    ],
)
def test_the_database_keeps_requests(federation: Federation, cycle: Cycle, statement: str) -> None:
    ask(federation, cycle)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(Error, match=r"refused|not changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


TYPED = {
    "of": "sector-bread", "purpose": "A new oven.", "expected": "", "amount": "4.00", "product-1": "energy",
    "quantity-1": "4",
}  # fmt: skip


class TestPages:
    def test_a_delegate_asks_and_everybody_reads(
        self, client: Client, federation: Federation, cycle: Cycle
    ) -> None:
        address = f"/cycles/2027/lines/{federation.lines['bread'].public_id}/request/"
        client.force_login(federation.people["bread_delegate"])
        assert "Your request" in client.get(address).content.decode()
        answer = client.post(address, TYPED | {"amount": "5"})
        page = answer.content.decode()
        assert (answer.status_code, 'value="5"' in page) == (422, True)
        assert "more than the goods cost" in page
        answer = client.post(address, TYPED)
        assert answer.status_code == 302
        client.force_login(federation.people["stranger"])
        page = client.get(answer["Location"]).content.decode()
        assert "Bread works asks Bread sector for R$\u202f4" in page
        assert "Computed, not declared: R$\u202f0.30 of value added per hour" in page
        assert "Withdraw this request" not in page
        listed = client.get("/cycles/2027/requests/").content.decode()
        assert "1 workplace asks for R$\u202f4 of investment in 2027" in listed
        told = b"".join(client.get("/cycles/2027/requests/?format=csv").streaming_content)  # type: ignore[attr-defined]
        assert b"bread-works,Bread works,bread,bread,4.0" in told

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"product-1": "oven"}, "no product with the code"),
            ({"quantity-1": "many"}, "is not a number"),
            ({"amount": "a lot"}, "is not a number"),
            ({"product-1": "", "quantity-1": ""}, "which goods"),
        ],
    )
    def test_bad_typing_is_said(
        self, client: Client, federation: Federation, cycle: Cycle, changed: dict[str, str], says: str
    ) -> None:
        client.force_login(federation.people["bread_delegate"])
        address = f"/cycles/2027/lines/{federation.lines['bread'].public_id}/request/"
        answer = client.post(address, TYPED | changed)
        assert (answer.status_code, says in answer.content.decode()) == (422, True)

    def test_others_are_told_who_asks(self, client: Client, federation: Federation, cycle: Cycle) -> None:
        client.force_login(federation.people["stranger"])
        address = f"/cycles/2027/lines/{federation.lines['bread'].public_id}/request/"
        assert "The delegates of Bread works ask" in client.get(address).content.decode()
        assert client.post(address, TYPED).status_code == 403

    def test_withdrawing(self, client: Client, federation: Federation, cycle: Cycle) -> None:
        made = ask(federation, cycle)
        client.force_login(federation.people["bread_delegate"])
        address = f"/cycles/2027/requests/{made.public_id}/"
        assert "Withdraw this request" in client.get(address).content.decode()
        assert client.post(f"{address}withdraw/").status_code == 302
        assert "Withdrawn on 2 Mar 2026" in client.get(address).content.decode()
        assert client.post(f"{address}withdraw/").status_code == 409
