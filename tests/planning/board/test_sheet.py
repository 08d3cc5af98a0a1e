"""The board's sheet: every figure against a recomputation from the raw rows, or one that can be done by hand."""

import math
from collections import defaultdict
from datetime import timedelta

import pytest

from planning.models import Cycle, Guideline, Plan, Posting, RunLine, RunRow
from planning.selectors.board import ROLES, sheet
from planning.selectors.board.totals import COMES_IN, GOES_OUT
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.settlement import cycle_close, cycle_settle
from planning.wording import board as wording
from tests.planning.board.world import PRICE, figures, outputs, rich, value_added
from tests.planning.federation import COEFFICIENTS, NOW, Federation
from tests.planning.investment.sharing_world import asking, granted
from tests.planning.investment.world import AMOUNTS
from tests.planning.priorities.world import peopled
from tests.planning.reports.world import reported
from tests.planning.test_settlement import put_in_force
from tests.planning.views.conftest import SignIn
from tests.unguarded import unguarded
from workplaces.models import (
    DemandLine,
    Occupation,
    Post,
    Product,
    Resource,
    TradeLine,
)

pytestmark = pytest.mark.django_db


def gini(levels: list[tuple[float, float]]) -> float:
    """Return the Gini index by its definition, over all pairs."""
    people, held = sum(n for _y, n in levels), sum(y * n for y, n in levels)
    pairs = sum(n * m * abs(y - z) for y, n in levels for z, m in levels)
    return pairs / (2 * people * held)


def test_hours_find_posts_by_region(federation: Federation, full: Plan) -> None:
    found = figures(full.cycle)
    row = RunRow.objects.get(run=full.run, kind=RunRow.Kind.POOL)
    made = outputs(full, federation)
    assert row.use_before == pytest.approx(sum(made.values()))  # one hour a unit
    one = found["posts_found"]
    assert one.values.last == pytest.approx((100 + 60 + 76 / 0.9) / 400)
    assert one.values.plan == pytest.approx(min(sum(made.values()), 400) / 400)
    assert one.values.actual is None
    assert one.target == 1.0
    assert [(p.code, p.values.plan) for p in one.parts] == [
        ("village", pytest.approx(sum(made.values()) / 400))
    ]
    assert found["hours_short"].values.plan == 0.0
    assert found["weekly_hours"].values.plan == pytest.approx(40 * sum(made.values()) / 400)
    assert found["weekly_hours"].target == 40.0


def test_hours_that_nobody_offers_are_short(federation: Federation, request: pytest.FixtureRequest) -> None:
    type(federation.pool).objects.filter(pk=federation.pool.pk).update(hours=100.0)  # type: ignore[union-attr]
    plan = request.getfixturevalue("plan")
    need = sum(outputs(plan, federation).values())
    found = figures(plan.cycle)
    assert found["hours_short"].values.plan == pytest.approx((need - 100) / need)
    assert found["posts_found"].values.plan == 1.0
    assert [(p.code, p.values.plan) for p in found["hours_short"].parts] == [
        ("work", pytest.approx((need - 100) / need))
    ]


def test_a_floor_holds_where_supply_covers_it(federation: Federation, full: Plan) -> None:
    one = figures(full.cycle)["floors_held"]
    bread = RunRow.objects.get(
        run=full.run, kind=RunRow.Kind.PRODUCT, entity=federation.products["bread"].entity_id
    )
    assert bread.supply_before == 90.0  # of 110 wanted, 80 are guaranteed
    assert [i.values.plan for i in one.inputs] == [2.0, 2.0]
    assert one.values == (1.0, 1.0, None)
    assert one.unrecorded == "uses_not_reported"


def test_a_floor_above_what_can_be_supplied_does_not_hold(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    DemandLine.objects.filter(product=federation.products["bread"]).update(floor=95.0)
    DemandLine.objects.filter(product=federation.products["energy"]).update(floor=10.0)
    one = figures(request.getfixturevalue("plan").cycle)["floors_held"]
    assert one.values.plan == 0.5  # 90 made, 95 guaranteed; energy holds
    assert [(p.code, p.values.plan) for p in one.parts] == [("village", 0.5)]


def test_output_is_counted_at_constant_prices(federation: Federation, full: Plan) -> None:
    found, made = figures(full.cycle), outputs(full, federation)
    value = sum(value_added(code) * quantity for code, quantity in made.items())
    last = sum(value_added(code) * line.last_output for code, line in federation.lines.items())
    one = found["output_per_hour"]
    assert one.values.plan == pytest.approx(value / sum(made.values()))
    assert one.inputs[0].values.last == pytest.approx(last)
    uses = dict(
        RunLine.objects.filter(run=full.run, kind=RunLine.Kind.DEMAND).values_list("entity", "proposed")
    )
    own: dict[str, float] = defaultdict(float)
    for line in DemandLine.objects.in_scenario(full.scenario):
        own[line.category] += uses[line.entity_id] * PRICE
    assert found["investment_use"].values.plan == pytest.approx(own["investment"] / value)
    assert found["public_services"].values.plan == pytest.approx(own["public"])
    assert found["collective_share"].values.plan == pytest.approx(
        own["public"] / (own["public"] + own["household"])
    )
    assert found["free_share"].values.last == pytest.approx(10 / 160)
    assert [(p.code, p.values.last) for p in found["free_share"].parts] == [
        ("priced", pytest.approx(150 / 160)), ("subsidised", 0.0), ("free", pytest.approx(10 / 160)),
    ]  # fmt: skip


def test_inequality_is_that_of_the_definitions(federation: Federation, full: Plan) -> None:
    found = figures(full.cycle)
    levels = [(value_added(code), 10.0) for code in COEFFICIENTS]
    assert found["gini_workplaces"].values.last == pytest.approx(gini(levels))
    mean = sum(y for y, _n in levels) / 3
    theil = sum(y / mean * math.log(y / mean) for y, _n in levels) / 3
    assert found["theil_sectors"].values.plan == pytest.approx(theil)  # each workplace is a sector of its own
    assert found["theil_regions"].values.plan == pytest.approx(0.0, abs=1e-12)
    assert {p.code: p.values.plan for p in found["theil_sectors"].parts} == {
        code: pytest.approx(value_added(code)) for code in COEFFICIENTS
    }
    assert found["gini_wages"].values.last == pytest.approx(0.0, abs=1e-12)  # one pool, one wage
    assert found["gini_people"].values.last == 0.0  # three posts alike


def test_wages_of_two_pools_differ(federation: Federation, request: pytest.FixtureRequest) -> None:
    from planning.selectors.board.economy import Pool
    from planning.selectors.board.equality import wage_gini

    class Two:
        pools = (Pool(1, 1, 30.0, 40.0, 1.0), Pool(1, 2, 50.0, 10.0, 4.0))

    assert wage_gini(Two()) == pytest.approx(gini([(1.0, 30.0), (4.0, 10.0)]))  # type: ignore[arg-type]


def test_caps_their_owner_and_charges(federation: Federation, full: Plan) -> None:
    found = figures(full.cycle)
    row = RunRow.objects.get(run=full.run, kind=RunRow.Kind.RESOURCE)
    energy = outputs(full, federation)["energy"]
    assert row.use_before == pytest.approx(2 * energy)
    (part,) = found["caps_held"].parts
    assert (part.code, part.unit, part.owner, part.target) == ("carbon", "t", "Town", 500.0)
    assert part.values == (pytest.approx(2 * 76 / 0.9), pytest.approx(2 * energy), None)
    assert found["caps_held"].values == (1.0, 1.0, None)
    assert found["charges"].values.plan == pytest.approx(row.use_before * row.dual)
    assert row.dual == 0.0
    assert (found["charges"].unrecorded, found["charges"].note) == ("", "no_cap_binds")


def test_a_cap_that_binds_is_charged_and_not_held(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    rich(federation)
    Resource.objects.filter(code="carbon").update(cap=100.0)
    run = request.getfixturevalue(
        "computed"
    )  # no plan can be put to the vote above a cap: the round stands for it
    found, row = figures(run.round.cycle), RunRow.objects.get(run=run, kind=RunRow.Kind.RESOURCE)
    assert row.use_before > 100.0
    assert found["caps_held"].values.plan == 0.0
    assert found["caps_held"].decided[-1].kind == "round"
    assert row.dual > 0
    assert found["charges"].values.plan == pytest.approx(row.use_before * row.dual)


def test_the_balance_with_the_world(federation: Federation, full: Plan) -> None:
    one = figures(full.cycle)["balance"]
    rows = dict(
        RunLine.objects.filter(run=full.run, kind=RunLine.Kind.TRADE).values_list("entity", "proposed")
    )
    sign = {"export": 1.5, "import": -1.5}
    plan = sum(sign[t.direction] * rows[t.entity_id] for t in TradeLine.objects.in_scenario(full.scenario))
    assert one.values.last == pytest.approx((2 - 7) * 1.5)
    assert one.values.plan == pytest.approx(plan)
    assert one.target == one.values.last


def test_what_the_federation_does_not_record_is_said(federation: Federation, plan: Plan) -> None:
    found = figures(plan.cycle)
    missing = {key: one.missing for key, one in found.items() if one.missing}
    assert missing == {
        "floors_held": "no_floors", "invested_share": "nothing_invested", "envelopes_sectors": "no_envelopes",
        "envelopes_regions": "no_envelopes", "charges": "no_caps", "fund": "nothing_invested",
        "public_services": "no_public_use", "social_wage": "no_social_wage", "stipends": "no_population",
        "gini_people": "no_posts", "posts": "no_posts", "training_places": "no_posts", "caps_held": "no_caps",
        "balance": "no_trade", "revenue_less_expenditure": "one_side_only",
    }  # fmt: skip
    assert set(missing.values()) | {one.unrecorded for one in found.values()} <= {*wording.MISSING, ""}
    rich_ones = {one.key for one in found.values() if one.is_recorded} - {"levy"}  # posted in the year itself
    assert all(found[key].values.last is not None for key in rich_ones)


def test_posts_and_training_places(federation: Federation, request: pytest.FixtureRequest) -> None:
    bread = federation.workplaces["bread"]
    for training, number in ((True, 2), (True, 1), (False, 5)):
        Post.objects.create(
            scenario=federation.baseline, workplace=bread, pool=federation.pool, number=number, weekly_hours=30.0,
            training=training, intensity=number,
        )  # fmt: skip
    found = figures(request.getfixturevalue("full").cycle)
    assert found["posts"].values.plan == 3.0 + 5.0
    learning = found["training_places"]
    assert learning.values == (3.0, 3.0, None)
    assert [(p.code, p.values.last) for p in learning.parts] == [("work", pytest.approx(3 / 8))]
    pay = [(40.0, 3.0), (30.0, 8.0)]  # hours a week at the one wage: the wage cancels out
    assert found["gini_people"].values.last == pytest.approx(gini(pay))
    assert found["gini_people"].values.plan == pytest.approx(gini(pay))


def test_the_social_wage_is_what_is_collective_and_free(federation: Federation, full: Plan) -> None:
    found = figures(full.cycle)
    one = found["social_wage"]
    free = next(i for i in found["free_share"].inputs if i.name == "free_use")
    assert one.values.last == pytest.approx(4 * PRICE + 10 * PRICE)
    assert one.values.plan == pytest.approx(found["public_services"].values.plan + free.values.plan)
    assert one.values.actual is None
    assert one.unrecorded == "uses_not_reported"


def test_revenue_less_expenditure_adds_up_what_is_recorded(federation: Federation, full: Plan) -> None:
    found = figures(full.cycle)
    one = found["revenue_less_expenditure"]
    recorded = {
        key for key in ("levy", "charges", "fund", "social_wage", "stipends") if found[key].is_recorded
    }
    assert recorded == {"levy", "charges", "social_wage"}, (
        "nothing is set aside here, and nobody counted the people"
    )
    comes, goes = (sum(found[key].values.plan or 0 for key in recorded & set(names))
                   for names in (COMES_IN, GOES_OUT))  # fmt: skip
    assert one.values.plan == pytest.approx(comes - goes)
    assert {i.name: i.values.plan for i in one.inputs} == {
        "revenue": pytest.approx(comes), "expenditure": pytest.approx(goes),
    }  # fmt: skip
    assert one.values.last is None, "nothing was levied last year: a sum without it would be false"
    assert one.note == ("out_of_output" if comes < goes else "")


def test_stipends_go_by_the_charter_and_by_who_is_not_in_paid_work(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    """Of 50 who live here 30 work; the country's figure counts, not that of the places in it."""
    country = federation.community
    while country.parent is not None:
        country.population = 1000
        country.save(update_fields=["population"])
        country = country.parent
    country.population = 50
    country.save(update_fields=["population"])
    type(federation.pool).objects.update(wage=2.5)  # type: ignore[union-attr]
    plan = request.getfixturevalue("full")
    one = figures(plan.cycle)["stipends"]
    hours = 100 + 60 + 76 / 0.9
    assert one.values.last == pytest.approx(0.5 * (2.5 * hours / 30) * 20)
    row = RunRow.objects.get(run=plan.run, kind=RunRow.Kind.POOL)
    assert one.values.plan == pytest.approx(0.5 * (row.price * row.use_before / 30) * 20)
    assert [d.kind for d in one.decided] == ["charter", "plan"]
    cycle = Cycle.objects.select_related("baseline").get(pk=plan.cycle_id)
    cycle.rules["stipend"] = 0.0
    assert {f.key: f.missing for f in sheet(cycle)}["stipends"] == "no_stipends"


def test_a_wage_is_in_the_currency_per_hour_whatever_the_tables_count_in(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    """In tables of millions, 12 is a million hours' wage in millions: 12 an hour."""
    Product.objects.update(unit="R$ million")
    Occupation.objects.update(unit="million hours")
    type(federation.pool).objects.update(wage=12.0)  # type: ignore[union-attr]
    found = figures(request.getfixturevalue("full").cycle)
    assert [(p.code, p.values.last) for p in found["gini_wages"].parts] == [("work", pytest.approx(12.0))]


def test_money_set_aside_divided_and_granted(federation: Federation) -> None:
    cycle, envelope = asking(federation)
    granted(federation, envelope)
    found = figures(cycle)
    last = sum(value_added(code) * line.last_output for code, line in federation.lines.items())

    def posted(cause: str, kind: str) -> float:
        return sum(p.amount for p in Posting.objects.filter(entry__cause=cause, account__kind=kind)) / 100

    assert posted("fund", "board") == 16.0
    assert found["invested_share"].values.plan == pytest.approx(16.0 / last)
    assert found["invested_share"].target == pytest.approx(0.1)
    assert found["fund"].values.plan == 16.0
    sectors, regions = found["envelopes_sectors"], found["envelopes_regions"]
    assert (sectors.values.plan, sectors.values.actual) == (11.2, 0.0)
    assert {f"sector-{p.code}": round(p.values.plan * 100) for p in sectors.parts} == {
        key: amount for key, amount in AMOUNTS.items() if key.startswith("sector")
    }
    assert regions.values.plan == 4.8
    assert regions.values.actual == pytest.approx(posted("grant", "investment"))
    assert regions.values.actual > 0
    assert [(p.code, p.values.actual) for p in regions.parts] == [
        ("valley", pytest.approx(regions.values.actual))
    ]
    assert regions.target == 4.8
    kinds = [d.kind for d in sectors.decided]
    assert kinds == ["charter", "envelopes", "grants", "ledger"]
    assert "/councils/motions/" in sectors.decided[1].url


def test_every_figure_says_how_it_came_about_at_every_phase(federation: Federation, sign_in: SignIn) -> None:
    """From preparation on there is a page, with the ten roles; what is not there yet is a dash, not a zero."""
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    client = sign_in("stranger")
    for _phase in range(2):
        found = figures(cycle)
        assert list(dict.fromkeys(one.role for one in found.values())) == list(ROLES)
        assert all(one.values.plan is None and one.values.actual is None for one in found.values())
        assert found["posts_found"].values.last == pytest.approx((100 + 60 + 76 / 0.9) / 400)
        page = client.get("/cycles/2027/board/").content.decode()
        assert "Nothing is planned yet" in page
        cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW) if cycle.phase == "preparation" else cycle


@pytest.mark.django_db(transaction=True)
def test_a_settled_year_shows_what_came_of_it(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    plan = put_in_force(cycle, federation, bread=95.0)
    reported(plan.cycle, federation, "bread", 70.0)
    cycle_settle(cycle=plan.cycle, by=by, now=NOW)
    made = outputs(plan, federation) | {"bread": 70.0}
    value = sum(value_added(code) * quantity for code, quantity in made.items())
    found = figures(cycle)
    assert found["output_per_hour"].inputs[0].values.actual == pytest.approx(value)
    assert found["output_per_hour"].values.actual == pytest.approx(value / sum(made.values()))
    assert found["posts_found"].values.actual == pytest.approx(sum(made.values()) / 400)
    assert (found["free_share"].values.actual, found["free_share"].unrecorded) == (None, "uses_not_reported")
    cycle_close(cycle=Cycle.objects.get(pk=cycle.pk), by=by, now=NOW)
    following = cycle_open(year=2028, by=by, now=NOW)
    one = figures(following)["posts_found"]
    assert [(p.year, p.plan is not None, p.actual) for p in one.trend] == [
        (2027, True, pytest.approx(sum(made.values()) / 400)), (2028, False, None),
    ]  # fmt: skip
    assert one.values.last == pytest.approx(sum(made.values()) / 400)


@pytest.mark.django_db(transaction=True)
def test_a_voted_week_holds_in_every_column(federation: Federation, cycle: Cycle) -> None:
    """400 hours are offered in the charter's week of 40: 390 in one of 39, in the plan, in what came of it, and a year on."""
    by = federation.people["coordinator"]
    plan = put_in_force(cycle, federation, bread=95.0)
    with unguarded(Guideline):
        Guideline.objects.create(
            cycle=cycle, topic="hours", value=39.0, source="last", decided_in=cycle, settled_at=NOW
        )
    cycle_settle(cycle=plan.cycle, by=by, now=NOW)
    found = figures(cycle)
    offered = found["posts_found"].inputs[1].values
    assert (offered.last, offered.actual) == (400.0, pytest.approx(390.0))
    had, made = found["posts_found"].inputs[0].values, outputs(plan, federation)
    assert found["posts_found"].values.actual == pytest.approx(sum(made.values()) / 390)
    assert had.actual == pytest.approx(sum(made.values()))
    week = found["weekly_hours"]
    assert week.inputs[2].values == (40.0, 39.0, 39.0)
    assert week.values.actual == pytest.approx(40.0 * sum(made.values()) / 400)
    cycle_close(cycle=Cycle.objects.get(pk=cycle.pk), by=by, now=NOW)
    following = figures(cycle_open(year=2028, by=by, now=NOW))
    assert following["posts_found"].values.last == found["posts_found"].values.actual
    assert following["weekly_hours"].values.last == week.values.actual


def test_guidelines_are_the_targets_with_their_votes(federation: Federation) -> None:
    from tests.planning.priorities.world import asked, both, everything, opened

    peopled(federation)
    cycle = opened(federation)
    both(federation, cycle)
    questions = asked(federation, cycle)
    everything(federation, questions)
    by = federation.people["coordinator"]
    later = max(q.asked_at for q in questions.values()) + timedelta(days=60)
    cycle_begin_proposals(cycle=Cycle.objects.get(pk=cycle.pk), by=by, now=later)
    found = figures(cycle)
    assert found["weekly_hours"].target == 32.0
    assert found["invested_share"].target == pytest.approx(0.2)
    assert found["collective_share"].target == pytest.approx(0.3)
    assert found["free_share"].target == pytest.approx(100 / 160)
    (carbon,) = found["caps_held"].parts
    assert carbon.target == 180.0
    for key in ("weekly_hours", "invested_share", "collective_share", "free_share", "caps_held"):
        assert found[key].decided[0].kind == "guideline", key
        assert "/councils/motions/" in found[key].decided[0].url
    bread = next(p for p in found["envelopes_sectors"].parts if p.code == "bread")
    assert bread.target == pytest.approx(0.15 * found["envelopes_sectors"].target, abs=0.02)
