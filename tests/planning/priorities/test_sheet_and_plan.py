"""What the sheet says of a programme, against the plan that the year makes of it: votes, envelopes, grants, an iteration."""

import pytest

from planning.models import Cycle, Plan, RunLine, Topic
from planning.runner.consequences import Sheet, consequences_of
from planning.selectors.envelopes import fund
from planning.selectors.guidelines import keyed
from planning.services.cycles import cycle_begin_proposals
from planning.services.envelopes import envelopes_draft
from planning.services.plans import plan_propose
from planning.services.rounds import round_open
from tests.planning.board.world import figures
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.sharing_world import carried, propose
from tests.planning.investment.world import ask, motion_on, vote
from tests.planning.priorities.world import asked, opened, peopled, published, voted
from tests.planning.test_cycle import iterate
from workplaces.models import DemandLine, Line, Product, Resource

pytestmark = pytest.mark.django_db(transaction=True)
INVESTED, SHARE = (
    15.0,
    5.0,
)  # units of energy without the councils; percent of 160 that a programme sets aside


@pytest.fixture
def federation(db: None) -> Federation:
    """The peopled federation in millions of money, in which 15 of energy is invested without the councils."""
    made = peopled(make_federation())
    Product.objects.update(unit="R$ million")
    Resource.objects.update(cap=1000.0)
    DemandLine.objects.filter(product=made.products["energy"], category="household").update(
        last=50.0 - INVESTED
    )
    DemandLine.objects.create(
        scenario=made.baseline, region=made.community, product=made.products["energy"], category="investment",
        last=INVESTED, floor=INVESTED,
    )  # fmt: skip
    return made


def go_on(federation: Federation, cycle: Cycle) -> Cycle:
    return cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)


def granted_all(federation: Federation, cycle: Cycle) -> Cycle:
    """Settle the envelopes as suggested; the bakery asks for all that the valley holds, and gets it."""
    drafted = envelopes_draft(
        cycle=cycle, amounts={part.key: part.suggested for part in fund(cycle).parts}, reason="As voted.",
        by=federation.people["boardmember"], now=NOW,
    )  # fmt: skip
    vote(federation, motion_on(drafted))
    cycle = go_on(federation, cycle)
    envelopes = drafted.envelopes.select_related("draft__cycle__baseline", "region", "sector")
    envelope = envelopes.get(region__code="valley")
    goods = {Product.objects.get(code="energy"): envelope.amount / 100 / 1e6}
    ask(federation, cycle, of="region-valley", amount=envelope.amount, goods=goods)
    carried(federation, propose(federation, envelope))
    return cycle


def planned(federation: Federation) -> tuple[Sheet, Plan]:
    """Take a programme that sets 5 % aside through the vote into a plan; the sheet is read before the vote."""
    cycle = opened(federation, region_stream=1.0, round_limit=1)
    programme = published(federation, cycle, figures=[("investment", "", SHARE)])
    assert programme.published is not None
    sheet = consequences_of(cycle, keyed(programme.published.figures.all()))
    questions = asked(federation, cycle)
    voted(federation, questions[Topic.INVESTMENT.value], *[{"number": f"{SHARE:g}"}] * 3)
    cycle = granted_all(federation, go_on(federation, cycle))
    by = federation.people["coordinator"]
    first = round_open(cycle=cycle, by=by, now=NOW)
    iterate(first, federation)
    return sheet, plan_propose(round=first, by=by, now=NOW)


def test_the_plan_invests_what_the_sheet_said(federation: Federation) -> None:
    """To a thousandth: 15 + 8 of energy. Hours and capacities are idle, so nobody consumes less: the sheet's other end."""
    sheet, plan = planned(federation)
    assert (sheet.invested.now, sheet.invested.then) == (pytest.approx(15e6), pytest.approx(23e6))
    assert sheet.set_aside.then == pytest.approx(0.05 * 160e6)
    found = figures(plan.cycle)
    goods, _made = found["investment_use"].inputs
    assert goods.values.plan == pytest.approx(sheet.invested.then, rel=1e-3)
    assert found["invested_share"].values.plan == pytest.approx(SHARE / 100, rel=1e-3)
    services, household = found["collective_share"].inputs
    assert (sheet.individual.now, sheet.individual.then) == (pytest.approx(145e6), pytest.approx(137e6))
    assert sheet.individual.then <= household.values.plan <= sheet.individual.now * 1.001
    assert household.values.plan == pytest.approx(sheet.individual.now, rel=1e-3)
    assert services.values.plan == sheet.collective.then == 0.0


def suggested(plan: Plan) -> dict[str, float]:
    """Return what the iteration suggests of final uses by category, in units of energy and bread; all prices are 1."""
    rows = dict(
        RunLine.objects.filter(run=plan.run, kind=RunLine.Kind.DEMAND).values_list("entity", "suggested")
    )
    found: dict[str, float] = {}
    for line in DemandLine.objects.in_scenario(plan.scenario):
        found[line.category] = found.get(line.category, 0.0) + rows[line.entity_id]
    return found


def test_hours_follow_where_consumption_keeps_its_value(federation: Federation) -> None:
    """The iteration makes more, and needs the hours of the sheet's row for it, within two in a hundred."""
    sheet, plan = planned(federation)
    final = suggested(plan)
    assert final["investment"] + final["granted"] == pytest.approx(sheet.invested.then / 1e6, rel=1e-3)
    made = RunLine.objects.filter(run=plan.run, kind=RunLine.Kind.PRODUCTION).values_list(
        "suggested", flat=True
    )
    needed = sum(made)
    assert sheet.hours.now * 0.98 <= needed <= sheet.undiminished * 1.02
    if final["household"] > 0.99 * sheet.individual.now / 1e6:
        assert needed == pytest.approx(sheet.undiminished, rel=0.02)


def test_where_nothing_is_idle_consumption_leaves_what_investment_takes(federation: Federation) -> None:
    """No line can make more: the iteration lowers consumption by about what the sheet says, within two in a hundred."""
    for line in Line.objects.all():
        Line.objects.filter(pk=line.pk).update(capacity=line.last_output)
    sheet, plan = planned(federation)
    final = suggested(plan)
    assert final["investment"] + final["granted"] == pytest.approx(sheet.invested.then / 1e6, rel=1e-3)
    assert final["household"] == pytest.approx(sheet.individual.then / 1e6, rel=0.02)
