"""The consequence sheet, against the small economy worked by hand."""

import numpy as np
import pytest

from planning.models import Cycle, Topic
from planning.runner.consequences import Sheet, consequences_of
from planning.services.cycles import cycle_open
from tests.planning.federation import COEFFICIENTS, DEMAND, NOW, Federation, gross_outputs
from tests.planning.priorities.world import RULES
from workplaces.errors import Refused
from workplaces.models import DemandLine, Resource, TradeLine

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
    assert found.individual.then == pytest.approx(120.0)
    assert found.offered.then == pytest.approx(300.0)
    assert found.resources[carbon][1].then == 150.0
    assert found.free == {bread: pytest.approx(100.0)}
    assert found.later == pytest.approx(0.25 * 40)


def test_before_the_baseline_is_frozen_nothing_is_computed(federation: Federation) -> None:
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES)
    with pytest.raises(Refused, match="once the baseline of 2027 is frozen"):
        consequences_of(cycle, {})


def frozen(federation: Federation) -> Cycle:
    from tests.planning.priorities.world import opened

    return opened(federation)
