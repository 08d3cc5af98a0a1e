"""Cycles at settings of the dial: money to the cent, what α can and cannot do, the same course by the same seed."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.rehearsal.growth.assumptions import FIGURES, OWN, SECTOR, SHRUNK, TRUE, Assumptions
from planning.rehearsal.growth.books import GRANTED, by_collective, demand_wanted, opened
from planning.rehearsal.growth.cycles import NONE, VALUE, Setting, course, courses, setting
from planning.rehearsal.growth.dial import by_value, people, shared
from planning.rehearsal.growth.measures import apart
from planning.rehearsal.growth.motion import Standing, estimated, moved, standing
from planning.rehearsal.growth.sensitivity import sensitivity, variations
from planning.rehearsal.growth.start import Collectives, collectives_of
from workplaces.tables import build_economy
from workplaces.tables.totals import hours_by_workplace

DIALS = [0.0, 0.5, 1.0, 2.0, np.inf]
STILL = Assumptions(shock=0.0, drift=0.0, learning=0.0, wear=0.0, region_stream=0.0, estimate=TRUE)
SOURCE, SIZE = "brazil-2021", 250


@lru_cache
def small(seed: int = 1, **changed: float | str) -> Setting:
    return setting(source=SOURCE, workplaces=SIZE, seed=seed, assumed=Assumptions(**changed))  # type: ignore[arg-type]


def one_sector(
    level: list[float], returns: list[float], hours: list[float]
) -> tuple[Collectives, np.ndarray, np.ndarray]:
    count = len(level)
    of = Collectives(
        sector=np.zeros(count, np.intp), region=np.zeros(count, np.intp), sectors=1, regions=1,
        table_level=np.ones(count), returns=np.array(returns), job=1.0, money=1e6,
    )  # fmt: skip
    return of, np.array(level), np.array(hours)


SECTORS = st.integers(10, 25).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(1.0, 50.0), min_size=n, max_size=n),
        st.lists(st.floats(0.05, 1.0), min_size=n, max_size=n),
        st.lists(st.floats(1.0, 200.0), min_size=n, max_size=n),
    )
)


@settings(max_examples=60)
@given(sector=SECTORS, fund=st.floats(0.01, 0.5))
def test_a_theorem_for_one_cycle(sector: tuple[list[float], list[float], list[float]], fund: float) -> None:
    """Where effects are known, α = ∞ leaves the smallest gap of all settings, α = 0 lifts levels most in all."""
    of, level, hours = one_sector(*sector)
    assumed, draw = replace(STILL, fund=fund), np.zeros(len(level))
    gap, expected = {}, {}
    for alpha in DIALS:
        found = shared(of, level, hours, of.returns, alpha, assumed)
        after = moved(standing(level), of, hours, found.grants, draw, assumed).level
        gap[alpha] = apart(of, after, people(of, hours), 1.0).gap
        expected[alpha] = found.expected
    cents = len(level) * float((of.returns / of.money).max())  # whole minor units
    assert all(gap[np.inf] <= each + 1e-6 for each in gap.values())
    assert all(expected[0.0] >= each - cents for each in expected.values())


@settings(max_examples=30)
@given(sector=SECTORS, same=st.floats(0.05, 1.0))
def test_where_effects_are_equal_the_dial_changes_nothing(
    sector: tuple[list[float], list[float], list[float]], same: float
) -> None:
    of, level, hours = one_sector(*sector)
    found = [shared(of, level, hours, np.full(len(level), same), alpha, STILL).grants for alpha in DIALS]
    for each in found[1:]:
        assert np.abs(each - found[0]).max() <= 2  # whole minor units


def test_the_dial_moves_money_where_effects_differ() -> None:
    of, level, hours = one_sector(
        [1.0] * 5 + [20.0] * 5 + [40.0] * 5, [0.1] * 5 + [0.5] * 5 + [0.2] * 5, [10.0] * 15
    )
    most = shared(of, level, hours, of.returns, 0.0, STILL).grants
    few = replace(STILL, fund=0.02)
    least = shared(of, level, hours, of.returns, np.inf, few).grants
    assert most[:5].sum() < most[5:10].sum()
    assert least[:5].sum() > 0
    assert not least[5:].any()


@pytest.mark.parametrize("alpha", [*DIALS, VALUE, NONE])
def test_every_minor_unit_of_every_envelope_is_granted_or_unspent(alpha: float | str) -> None:
    at = small()
    held = course(at, alpha, 3)
    for row in held.cycles[1:]:
        assert row.fund == row.granted + row.unspent
        assert (row.fund > 0) == (alpha != NONE)
    books, made = opened(at.economy, at.level / at.of.table_level, at.rules)
    hours = by_collective(books, made, len(at.of))
    if not isinstance(alpha, str):
        found = shared(at.of, at.level, hours, np.full(len(at.of), 0.25), alpha, at.assumed)
        assert (found.given + found.unspent == found.envelopes).all()
        assert found.grants.sum() == found.given.sum()
        assert found.fund == int(at.assumed.fund * (at.level * hours).sum() * at.of.money)
        assert found.unspent.sum() > 0, "in an economy this small some envelope finds too few who ask"


def test_the_control_spreads_the_same_fund_by_value_added() -> None:
    of, level, hours = one_sector([1.0, 3.0], [0.25, 0.25], [10.0, 10.0])
    found = by_value(of, level, hours, of.returns, STILL)
    assert found.grants.tolist() == [1_000_000, 3_000_000]
    assert found.fund == 4_000_000


def test_the_same_seed_is_the_same_course() -> None:
    first, again, other = (course(small.__wrapped__(seed), 1.0, 3).cycles for seed in (1, 1, 2))
    assert [row.as_json() for row in first] == [row.as_json() for row in again]
    assert [row.output for row in first[1:]] != [row.output for row in other[1:]]


def test_without_a_fund_every_setting_is_the_control() -> None:
    at = small(fund=0.0)
    control, *others = courses(at, [NONE, 0.0, np.inf, VALUE], 3)
    for each in others:
        assert each.cycles == control.cycles


def test_three_cycles_with_equal_effects_are_the_same_at_both_ends_of_the_dial() -> None:
    at = small(effect_scatter=0.0, returns_scatter=0.0, estimate=TRUE)
    low, high = courses(at, [0.0, np.inf], 3)
    for one, other in zip(low.cycles, high.cycles, strict=True):
        assert other.apart.gap <= one.apart.gap + 1e-6
        assert other.output == pytest.approx(one.output, rel=1e-6)


def test_the_start_is_the_table_with_levels_dispersed() -> None:
    plain = build_economy(SOURCE, workplaces=SIZE, seed=1)
    economy, of, level = collectives_of(plain, Assumptions(), 1)
    hours = hours_by_workplace(economy.technologies, economy.lines, len(of)).sum(axis=1)
    before = hours_by_workplace(plain.technologies, plain.lines, len(of)).sum(axis=1)
    by_sector = [np.bincount(of.sector, each, of.sectors) for each in (hours, before)]
    assert by_sector[0] == pytest.approx(by_sector[1])
    books, made = opened(economy, level / of.table_level, small().rules)
    assert made.added(books) == pytest.approx(float((level * hours).sum()))
    assert small().rules.reserve > 0, "the charter's rules, not the engine's"
    spread = [
        np.log(collectives_of(plain, Assumptions(dispersion=s), 1)[2] / of.table_level).std()
        for s in (0.1, 0.5)
    ]
    assert spread[0] < spread[1]


def test_a_plan_keeps_to_the_hours_that_people_want() -> None:
    rows = course(small(), 1.0, 4).cycles
    assert all(abs(row.hours - 1) < 0.1 for row in rows)
    assert all(row.worst < 0.5 for row in rows)


def test_what_grants_buy_takes_the_place_of_other_investment() -> None:
    at = small()
    books, _made = opened(at.economy, at.level / at.of.table_level, at.rules)
    grants = np.linspace(1e4, 2e4, at.of.regions)
    plain, wanted = (demand_wanted(books, 1.1, each) for each in (np.zeros(at.of.regions), grants))
    both = np.isin(books.category, ["investment", GRANTED])
    product = books.state.demand["product_id"][both]
    assert np.bincount(product, wanted[both]) == pytest.approx(np.bincount(product, plain[both]))
    region = books.state.demand["region_id"][books.category == GRANTED] - 1
    assert np.bincount(region, wanted[books.category == GRANTED]) == pytest.approx(grants)
    assert (wanted[~both] == plain[~both]).all()
    invested = float(plain[both].sum())
    more = demand_wanted(books, 1.1, np.full(at.of.regions, 1.5 * invested / at.of.regions))
    assert more.sum() == pytest.approx(plain.sum())
    assert more[books.category == "household"].sum() < plain[books.category == "household"].sum()
    with pytest.raises(ValueError, match="--fund lower"):
        demand_wanted(books, 1.0, np.full(at.of.regions, 1e9))


def test_a_year_by_hand() -> None:
    """A grant of 40 at a return of 0.5 brings 20 a year, 2 an hour of 10 hours, two years later; a tenth of it wears."""
    assumed = replace(STILL, lag=2, wear=0.1, drift=0.05)
    of, level, hours = one_sector([8.0], [0.5], [10.0])
    none, grant, draw = np.zeros(1, np.int64), np.array([40_000_000]), np.zeros(1)
    at = moved(standing(level), of, hours, grant, draw, assumed)
    assert at.level == pytest.approx(8.4)
    at = moved(at, of, hours, none, draw, assumed)
    assert at.level == pytest.approx(8.82 + 2.0)
    assert (at.given.item(), at.count.item()) == (40.0, 1)
    assert at.gained == pytest.approx((8.82 + 2.0 - 8.4) * 10)
    assert moved(at, of, hours, none, draw, assumed).level == pytest.approx(8.82 * 1.05 + 1.8)


def test_the_weak_learn_from_the_best_tenth() -> None:
    of, level, hours = one_sector([10.0] * 8 + [20.0] * 2, [0.5] * 10, [1.0] * 10)
    at = moved(standing(level), of, hours, np.zeros(10, np.int64), np.zeros(10), replace(STILL, learning=0.1))
    assert at.level == pytest.approx([11.0] * 8 + [20.0] * 2)


def test_what_money_brings_is_estimated_from_finished_grants() -> None:
    of, level, hours = one_sector([2.0, 2.0, 2.0], [9.0, 9.0, 9.0], [5.0, 5.0, 5.0])
    given, gained = np.array([10.0, 10.0, 0.0]), np.array([6.0, 2.0, 0.0])
    at = Standing(level, np.zeros(3), (), given, gained, np.array([2, 1, 0]))
    by_sector = estimated(at, of, hours, Assumptions(estimate=SECTOR))
    assert by_sector == pytest.approx([0.4] * 3)
    own = estimated(
        at, of, hours, Assumptions(estimate=OWN, credibility=1.0)
    )  # K is a year's 10: half the way
    assert own == pytest.approx([0.5, 0.3, 0.4])
    few = replace(at, count=np.array([1, 1, 0]))
    assert estimated(few, of, hours, Assumptions(estimate=SECTOR, returns=0.3)) == pytest.approx([0.3] * 3)
    assert estimated(at, of, hours, Assumptions(estimate=TRUE)) == pytest.approx([9.0] * 3)


def test_the_application_s_estimate_comes_nearer_the_truth_than_the_sector_s() -> None:
    """Five years in which two thirds of sixty collectives are granted a tenth of their value added, amid drift and luck."""
    rng = np.random.default_rng(1)
    truth = 0.25 * np.exp(0.5 * rng.standard_normal(60))
    of, level, hours = one_sector([10.0] * 60, truth.tolist(), np.exp(rng.normal(2.0, 1.0, 60)).tolist())
    assumed, at = Assumptions(learning=0.0, wear=0.0, estimate=SHRUNK), standing(level)
    assert estimated(at, of, hours, assumed) == pytest.approx([0.25] * 60)
    for _year in range(5):
        grants = (0.1 * at.level * hours * 1e6 * (rng.random(60) < 2 / 3)).astype(np.int64)
        at = moved(at, of, hours, grants, rng.standard_normal(60), assumed)
    by = {one: estimated(at, of, hours, replace(assumed, estimate=one)) for one in (SECTOR, SHRUNK)}
    errors = {one: float(((estimate - truth) ** 2).mean()) for one, estimate in by.items()}
    raw = float(((at.gained / np.maximum(at.given, 1e-9) - truth) ** 2)[at.given > 0].mean())
    assert errors[SHRUNK] < min(errors[SECTOR], raw)


def test_gaps_by_hand() -> None:
    of, level, _hours = one_sector([5.0, 10.0], [0.1, 0.1], [1.0, 1.0])
    of = replace(of, region=np.array([0, 1]), regions=2)
    found = apart(of, level, np.array([3.0, 1.0]), 1.0)
    assert (found.gap, found.worst, found.where, found.tenths) == (0.5, 0.5, 0, 0.5)
    assert found.within == pytest.approx(0.0)
    assert found.theil == pytest.approx(found.between)
    assert found.gini == pytest.approx(0.4 - 0.25)  # the fourth holds 10 of 25


def test_every_assumption_is_an_option_with_limits_and_is_varied_alone() -> None:
    with pytest.raises(ValueError, match=r"--region-stream is 2; it must be from 0 to 1\."):
        Assumptions(region_stream=2)
    with pytest.raises(ValueError, match="whole years"):
        Assumptions(lag=1.5)
    with pytest.raises(ValueError, match="sector, own, shrunk, true"):
        Assumptions(estimate="guess")
    plain = Assumptions()
    moved_by = [
        {name for name in vars(plain) if getattr(other, name) != getattr(plain, name)}
        for _name, other in list(variations(plain))[1:]
    ]
    assert all(len(names) == 1 for names in moved_by)
    assert set().union(*moved_by) >= set(FIGURES) - {"labour_growth", "aversion"} | {"estimate"}


def test_sensitivity_needs_two_settings() -> None:
    with pytest.raises(ValueError, match="at least two"):
        sensitivity(
            source=SOURCE, workplaces=10, seeds=[1], assumed=Assumptions(), alphas=[0.0, NONE], cycles=1, scatter=0.1,
            rounds=1,
        )  # fmt: skip
