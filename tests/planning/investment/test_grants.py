"""From grant to equipment: demand of the same year, reports, capacity in the next baseline; taken back after an appeal."""

import pytest
from django.test import Client
from django.utils import timezone

from councils.models import Motion
from planning.models import Account, CapacityGain, ConsumptionProposal, Cycle, Grant, JournalEntry, Plan
from planning.models.cycles import Round
from planning.selectors.effects import returns_of
from planning.services.answers import consumption_set
from planning.services.cycles import cycle_open
from planning.services.grants import grant_report, grants_reverse
from planning.services.plans import plan_propose, plan_put_in_force
from planning.services.requests import investment_withdraw
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.settlement import cycle_close, cycle_settle
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import asking, granted
from tests.planning.investment.world import ask
from tests.planning.test_cycle import AFTER, iterate, ratify
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import DemandLine, Line
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """Proposals, with the valley's 4.80 granted at α = 2: bread 4.00, the rest to flour and energy."""
    cycle, envelope = asking(federation)
    granted(federation, envelope)
    return cycle


def grant_of(name: str) -> Grant:
    related = Grant.objects.select_related("request__workplace", "request__line", "envelope__draft__cycle")
    return related.get(request__workplace__code=f"{name}-works")


def opened(federation: Federation, cycle: Cycle) -> Round:
    return round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)


def report(federation: Federation, state: str, name: str = "bread", **changed: object) -> object:
    given = {"text": "It bakes.", "by": federation.people[f"{name}_delegate"], "now": NOW} | changed
    return grant_report(grant=grant_of(name), state=state, **given)  # type: ignore[arg-type]


def in_force(federation: Federation, cycle: Cycle) -> Plan:
    by = federation.people["coordinator"]
    with unguarded(Cycle):
        Cycle.objects.filter(pk=cycle.pk).update(rules=cycle.rules | {"tolerance": 0.2})
    first = opened(federation, cycle)
    iterate(first, federation)
    plan = ratify(plan_propose(round=first, by=by, now=NOW), federation)
    return plan_put_in_force(plan=plan, by=by, now=NOW)


def bought(round: Round) -> DemandLine:
    return DemandLine.objects.in_scenario(round.scenario).get(category="granted")


def test_grants_are_demand_of_the_next_iteration(federation: Federation, cycle: Cycle) -> None:
    """4.80 of money buys 4.8 of energy at the price 1, on top of the 50 that the village uses."""
    first = opened(federation, cycle)
    line = bought(first)
    assert (line.floor, line.ceiling, line.last) == (pytest.approx(4.8), pytest.approx(4.8), 0.0)
    assert (line.region, line.product_id) == (federation.community, federation.products["energy"].entity_id)
    run = iterate(first, federation)
    row = run.rows.get(kind=0, entity=federation.products["energy"].entity_id)
    assert row.use_before == pytest.approx(50.0 + 4.8 + 20.0 + 6.0 + 0.1 * 76.0 / 0.9)
    asked = run.lines.get(kind=1, entity=line.entity_id)
    assert (asked.suggested, asked.asked) == (pytest.approx(4.8), False)


def test_it_stays_through_the_rounds_and_no_delegate_changes_it(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    first = opened(federation, cycle)
    round_publish(round=first, run=iterate(first, federation), by=by, now=NOW)
    round_close(round=first, by=by, now=AFTER)
    with pytest.raises(Invalid):
        consumption_set(
            cycle=cycle, demand_line=bought(first), quantity=0.0, by=federation.people["villager"], now=AFTER
        )
    second = round_open(cycle=Cycle.objects.get(pk=cycle.pk), by=by, now=AFTER)
    assert bought(second).entity_id == bought(first).entity_id
    figure = ConsumptionProposal.objects.in_scenario(second.scenario).get(
        demand_line_id=bought(second).entity_id
    )
    assert figure.quantity == pytest.approx(4.8)


def test_a_grant_is_paid_when_done_and_adds_capacity(federation: Federation, cycle: Cycle) -> None:
    """Bread adds 0.3 a unit; 4.00 at a return of 0.25 is 1.00 a year, which takes 1 / 0.3 of bread."""
    plan = in_force(federation, cycle)
    amount = grant_of("bread").amount
    report(federation, "late", text="The mason is ill.")
    report(federation, "done")
    report(federation, "diverted", name="flour", text="A roof instead.")
    bread = federation.workplaces["bread"]
    assert Account.objects.get(kind="investment", workplace=bread).balance == 0
    assert Account.objects.get(kind="world").balance == amount
    baseline = cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    gain = CapacityGain.objects.get()
    assert (gain.grant, gain.year) == (grant_of("bread"), 2027)
    assert gain.capacity == pytest.approx(0.25 * amount / 100 / 0.3)
    lines = {line.entity_id: line.capacity for line in Line.objects.in_scenario(baseline)}
    assert lines[federation.lines["bread"].entity_id] == pytest.approx(120.0 + gain.capacity)
    assert lines[federation.lines["flour"].entity_id] == pytest.approx(72.0)
    assert not DemandLine.objects.in_scenario(baseline).filter(category="granted").exists()
    assert Entry.objects.get(kind="baseline.drawn").body["changed"]["capacities"] == 1


def test_money_of_a_diverted_grant_goes_back_to_its_envelope(federation: Federation, cycle: Cycle) -> None:
    """4.80 was granted; what the bakery did not use for its oven can be shared out again, and buys no oven."""
    amount = grant_of("bread").amount
    report(federation, "diverted", text="A roof instead.")
    assert Account.objects.get(kind="region").balance == amount
    assert Account.objects.get(kind="investment", workplace=federation.workplaces["bread"]).balance == 0
    entry = JournalEntry.objects.get(cause="return")
    assert (entry.subject, entry.postings_count) == (grant_of("bread").public_id, 2)
    assert Entry.objects.get(kind="grant.reported").body["returned"] == amount
    for state in ("late", "done", "diverted"):
        with pytest.raises(TooLate, match="went back to its envelope"):
            report(federation, state)
    assert bought(opened(federation, cycle)).floor == pytest.approx((480 - amount) / 100)
    with unguarded(Motion):
        Motion.objects.filter(subject_kind="sharing").update(state="overruled")
    grants_reverse(cycle=cycle, by=None, now=NOW)
    assert Account.objects.get(kind="region").balance == 480, "given back once"


def test_what_is_not_done_or_still_lags_adds_nothing(federation: Federation) -> None:
    cycle, envelope = asking(federation, investment_lag=2)
    granted(federation, envelope)
    plan = in_force(federation, cycle)
    report(federation, "done")
    cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    assert not CapacityGain.objects.exists()


def test_reports_are_refused_out_of_time_and_by_others(federation: Federation, cycle: Cycle) -> None:
    with pytest.raises(TooLate, match="once the plan that makes it is in force"):
        report(federation, "done")
    for name in ("flour_delegate", "coordinator", "root"):
        with pytest.raises(Forbidden):
            report(federation, "late", by=federation.people[name])
    with pytest.raises(Invalid):
        report(federation, "late", text=" ")
    with pytest.raises(Invalid, match="done, late or diverted"):
        report(federation, "lost")
    in_force(federation, cycle)
    report(federation, "done")
    with pytest.raises(TooLate, match="is done"):
        report(federation, "late")
    assert JournalEntry.objects.filter(cause="purchase").count() == 1


def test_an_overruled_grant_is_taken_back_before_the_next_round(federation: Federation, cycle: Cycle) -> None:
    with unguarded(Motion):
        Motion.objects.filter(subject_kind="sharing").update(state="overruled")
    first = opened(federation, cycle)
    assert not DemandLine.objects.in_scenario(first.scenario).filter(category="granted").exists()
    assert not Account.objects.filter(kind="investment", balance__gt=0).exists()
    assert Account.objects.get(kind="region").balance == 480
    assert Entry.objects.filter(kind="grant.reversed").count() == Grant.objects.count()
    with pytest.raises(TooLate, match="taken back"):
        report(federation, "late")
    assert grants_reverse(cycle=cycle, by=None, now=NOW) == 0


def test_a_workplace_asks_anew_after_its_grant_was_taken_back(federation: Federation, cycle: Cycle) -> None:
    with unguarded(Motion):
        Motion.objects.filter(subject_kind="sharing").update(state="overruled")
    grants_reverse(cycle=cycle, by=None, now=NOW)
    investment_withdraw(request=grant_of("bread").request, by=federation.people["bread_delegate"], now=NOW)
    assert ask(federation, cycle, of="region-valley").pk


def test_the_charters_return_until_there_are_enough_grants(federation: Federation, cycle: Cycle) -> None:
    sector = federation.workplaces["bread"].main_sector_id
    assert returns_of(cycle, sector) == (0.25, "charter")


class TestPages:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW)

    def test_everybody_sees_a_grant_and_its_delegate_reports(
        self, client: Client, federation: Federation, cycle: Cycle
    ) -> None:
        address = f"/grants/{grant_of('bread').public_id}/"
        client.force_login(federation.people["stranger"])
        page = client.get(address).content.decode()
        assert "Out of the envelope of Valley" in page
        assert "Where does it stand?" not in page
        assert client.post(f"{address}report/", {"state": "late", "text": "x"}).status_code == 403
        client.force_login(federation.people["bread_delegate"])
        assert "Where does it stand?" in client.get(address).content.decode()
        assert client.post(f"{address}report/", {"state": "done", "text": "x"}).status_code == 409
        assert (
            client.post(f"{address}report/", {"state": "late", "text": "The mason is ill."}).status_code
            == 302
        )
        assert "The mason is ill." in client.get(address).content.decode()
        listed = client.get("/cycles/2027/grants/").content.decode()
        assert "of R$\u202f4.80 in 2027" in listed
        assert "late" in listed
        told = b"".join(client.get("/cycles/2027/grants/?format=csv").streaming_content)  # type: ignore[attr-defined]
        assert b"bread-works,Bread works,Valley" in told

    def test_a_diverted_grant_names_no_appeal_where_there_is_none(
        self, client: Client, federation: Federation, cycle: Cycle
    ) -> None:
        report(federation, "diverted", text="A roof instead.")
        client.force_login(federation.people["stranger"])
        page = client.get(f"/grants/{grant_of('bread').public_id}/").content.decode()
        assert "Diverted: on" in page
        assert "See the appeal" not in page
        assert '<a href="/cycles/2027/grants/">Grants</a>' in client.get("/cycles/2027/").content.decode()

    def test_duties_ask_for_late_equipment_when_the_next_year_has_begun(
        self, client: Client, federation: Federation, cycle: Cycle
    ) -> None:
        by = federation.people["coordinator"]
        client.force_login(federation.people["bread_delegate"])
        asked = f"/grants/{grant_of('bread').public_id}/"
        assert asked not in client.get("/duties/").content.decode(), "its plan is not in force yet"
        plan = in_force(federation, cycle)
        report(federation, "late")
        baseline = cycle_settle(cycle=plan.cycle, by=by, now=NOW)
        cycle_close(cycle=plan.cycle, by=by, now=NOW)
        cycle_open(year=2028, baseline=baseline, by=by, now=NOW)
        assert asked in client.get("/duties/").content.decode()
        report(federation, "done")
        assert asked not in client.get("/duties/").content.decode()
