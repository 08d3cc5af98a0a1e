"""The consequence sheet, against the small economy worked by hand."""

import numpy as np
import pytest

from planning.models import Cycle, Topic
from planning.runner.consequences import Sheet, consequences_of, consequences_preview
from planning.selectors.envelopes import fund
from planning.selectors.guidelines import bounded
from planning.services.cycles import cycle_open
from planning.wording import programmes as wording
from tests.planning.board.world import figures
from tests.planning.federation import COEFFICIENTS, DEMAND, NOW, Federation, gross_outputs
from tests.planning.priorities.world import RULES
from workplaces.errors import Refused
from workplaces.models import DemandLine, Product, Resource, TradeLine

pytestmark = pytest.mark.django_db
ORDER = ("flour", "bread", "energy")


def by_hand(final: dict[str, float]) -> dict[str, float]:
    """Solve ``x = A x + f`` for the small federation."""
    a = np.array([[COEFFICIENTS[j].get(i, 0.0) for j in ORDER] for i in ORDER])
    made = np.linalg.solve(np.eye(3) - a, [final[i] for i in ORDER])
    return dict(zip(ORDER, made.tolist(), strict=True))


def test_with_nothing_changed_nothing_changes(federation: Federation, cycle: Cycle) -> None:
    found = consequences_of(cycle, {(Topic.INVESTMENT, None): 0.0})
    assert found.value_added == pytest.approx(160.0)
    assert found.hours.now == found.hours.then == pytest.approx(sum(gross_outputs().values()))
    assert found.offered.now == found.offered.then == 400.0
    assert found.weekly == pytest.approx(40 * sum(gross_outputs().values()) / 400)
    assert all(change.growth == 0 for change in found.sectors.values())


def test_a_collective_share_moves_demand_through_the_inverse(federation: Federation, cycle: Cycle) -> None:
    """The public uses nothing yet, so its part is composed as all use is: only what is divided changes, not the sum."""
    found = consequences_of(cycle, {(Topic.COLLECTIVE, None): 40.0})
    assert (found.collective.then, found.individual.then) == (pytest.approx(64.0), pytest.approx(96.0))
    assert found.hours.then == pytest.approx(found.hours.now)


def test_public_services_have_their_own_composition(federation: Federation) -> None:
    """The public uses energy only: half the consumption collective is 85 energy, and half of what households used."""
    DemandLine.objects.filter(category="public").update(last=10.0)
    cycle = frozen(federation)
    found = consequences_of(cycle, {(Topic.COLLECTIVE, None): 50.0})
    individual = {good: used * 85 / 160 for good, used in DEMAND.items()}
    now = by_hand(DEMAND | {"energy": DEMAND["energy"] + 10})
    then = by_hand(individual | {"energy": individual["energy"] + 85})
    # the baseline's outputs are given, so change is measured from the balanced ones
    for code, workplace in federation.workplaces.items():
        change = found.sectors[workplace.main_sector_id]
        assert change.now == pytest.approx(gross_outputs()[code])
        assert change.then - change.now == pytest.approx(then[code] - now[code])
    assert found.hours.then - found.hours.now == pytest.approx(sum(then.values()) - sum(now.values()))
    carbon = Resource.objects.get().entity_id
    use, cap = found.resources[carbon]
    assert use.then - use.now == pytest.approx(2 * (then["energy"] - now["energy"]))
    assert (cap.now, cap.then) == (200.0, 200.0)
    # 85 + 85 * 50 / 160 of final use needs more energy than 1.2 times last year's
    beyond = then["energy"] - now["energy"] + gross_outputs()["energy"]
    capacity = 1.2 * gross_outputs()["energy"]
    assert found.beyond == {federation.products["energy"].entity_id: pytest.approx(beyond / capacity - 1)}


def test_imports_share_in_what_is_wanted_more(federation: Federation) -> None:
    """Where half the energy comes from abroad, half of what is wanted more is made here, and so on down the chain."""
    from workplaces.models import Counterparty

    outside = Counterparty.objects.create(scenario=federation.baseline, code="world", name="World")
    TradeLine.objects.create(
        scenario=federation.baseline, counterparty=outside, product=federation.products["energy"], direction="import",
        last=gross_outputs()["energy"], world_price=1.0,
    )  # fmt: skip
    DemandLine.objects.filter(category="public").update(last=10.0)
    found = consequences_of(frozen(federation), {(Topic.COLLECTIVE, None): 50.0})
    a = np.array([[COEFFICIENTS[j].get(i, 0.0) for j in ORDER] for i in ORDER])
    home = np.diag([1.0, 1.0, 0.5])
    shift = {good: used * 85 / 160 - used for good, used in DEMAND.items()}
    shift["energy"] += 75
    grown = np.linalg.solve(np.eye(3) - home @ a, home @ [shift[i] for i in ORDER])
    for code, more in zip(ORDER, grown.tolist(), strict=True):
        change = found.sectors[federation.workplaces[code].main_sector_id]
        assert change.then - change.now == pytest.approx(more)


def test_investment_hours_caps_and_free_goods(federation: Federation, cycle: Cycle) -> None:
    carbon, bread = Resource.objects.get().entity_id, federation.products["bread"].entity_id
    found: Sheet = consequences_of(
        cycle,
        {(Topic.INVESTMENT, None): 25.0, (Topic.HOURS, None): 30.0, (Topic.CAP, carbon): 150.0, (Topic.FREE, bread): 1.0},
    )  # fmt: skip
    assert (found.invested.now, found.invested.then) == (0.0, pytest.approx(40.0))
    assert (found.set_aside.now, found.set_aside.then) == (0.0, pytest.approx(40.0))
    assert found.individual.then == pytest.approx(120.0)
    assert found.offered.then == pytest.approx(300.0)
    assert found.resources[carbon][1].then == 150.0
    assert found.free == {bread: pytest.approx(100.0)}
    assert found.later == pytest.approx(0.25 * 40)


def test_what_is_set_aside_comes_on_top_of_what_is_invested_already(federation: Federation) -> None:
    """20 of energy is invested without the councils; a tenth of 160 comes on top, and consumption leaves it."""
    energy_invested(federation, 20.0)
    found = consequences_of(frozen(federation), {(Topic.INVESTMENT, None): 10.0})
    assert (found.invested.now, found.invested.then) == (20.0, pytest.approx(36.0))
    assert (found.individual.now, found.individual.then) == (160.0, pytest.approx(144.0))
    assert found.later == pytest.approx(0.25 * 16)
    shift = {good: -used * 16 / 160 for good, used in DEMAND.items()}
    shift["energy"] += 16
    none = dict.fromkeys(ORDER, 0.0)
    assert found.hours.then - found.hours.now == pytest.approx(sum(by_hand(none | shift).values()))
    on_top = sum(by_hand(none | {"energy": 16.0}).values())
    assert found.undiminished - found.hours.now == pytest.approx(on_top)


def test_what_a_programme_leaves_open_stays_as_it_would_without_a_vote(federation: Federation) -> None:
    """The charter sets a tenth aside; who says nothing on it proposes that."""
    found = consequences_of(frozen(federation, investment_share=0.1), {(Topic.HOURS, None): 30.0})
    assert found.set_aside.then == pytest.approx(16.0)
    assert found.individual.then == pytest.approx(144.0)


def test_money_is_counted_in_the_unit_of_the_other_pages(federation: Federation) -> None:
    """Products in millions of money: the sheet, the envelopes and the board's sheet name one value added."""
    Product.objects.update(unit="R$ million")
    energy_invested(federation, 20.0)
    cycle = frozen(federation, investment_share=0.1)
    found, board = consequences_of(cycle, {}), figures(cycle)
    assert found.value_added == pytest.approx(160e6)
    assert found.value_added == pytest.approx(fund(cycle).value_added)
    assert found.set_aside.then == pytest.approx(fund(cycle).total / 100)
    goods, made = board["investment_use"].inputs
    assert found.value_added == pytest.approx(made.values.last)
    assert found.invested.now == pytest.approx(goods.values.last) == pytest.approx(20e6)
    services, household = board["collective_share"].inputs
    assert found.individual.now == pytest.approx(household.values.last) == pytest.approx(160e6)
    assert found.collective.now == services.values.last == 0.0
    bread = federation.workplaces["bread"].main_sector_id
    assert found.sectors[bread].now == pytest.approx(100e6)
    there = bounded(cycle)
    rows = {row.label: row for row in wording.consequences(cycle, there, [found])}
    assert rows["Individual consumption"].today == "R$\u202f160\u202fm"
    assert there.invested == pytest.approx(20e6)


def test_a_resource_without_a_cap_is_shown_with_its_use(federation: Federation) -> None:
    Resource.objects.update(cap=None)
    energy_invested(federation, 20.0)
    cycle = frozen(federation)
    found = consequences_of(cycle, {(Topic.INVESTMENT, None): 10.0})
    ((use, cap),) = found.resources.values()
    assert (use.now, cap) == (pytest.approx(2 * gross_outputs()["energy"]), None)
    shift = {good: -used * 16 / 160 for good, used in DEMAND.items()}
    shift["energy"] += 16
    assert use.then - use.now == pytest.approx(2 * by_hand(shift)["energy"])
    rows = {row.label: row for row in wording.consequences(cycle, bounded(cycle), [found])}
    assert rows["Use of Carbon"].today == "169\u202ft"
    assert rows["Use of Carbon"].cells[0].endswith("no cap")


def test_before_the_baseline_is_frozen_only_a_preview_is_computed(federation: Federation) -> None:
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES)
    with pytest.raises(Refused, match="once the baseline of 2027 is frozen"):
        consequences_of(cycle, {})
    energy_invested(federation, 20.0)
    assert consequences_preview(cycle, {}).invested.now == 20.0
    DemandLine.objects.filter(category="investment").update(last=30.0)
    assert consequences_preview(cycle, {}).invested.now == 30.0, "nothing of it is kept"


def energy_invested(federation: Federation, quantity: float) -> None:
    """Let the village invest energy, without the councils."""
    DemandLine.objects.create(
        scenario=federation.baseline, region=federation.community, product=federation.products["energy"],
        category="investment", last=quantity, floor=0.0,
    )  # fmt: skip


def frozen(federation: Federation, **rules: float) -> Cycle:
    from tests.planning.priorities.world import opened

    return opened(federation, **rules)
