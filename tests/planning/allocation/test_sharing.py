"""Sharing out by the dial: the optimum by independent solvers, its special cases, no better transfer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.allocation.errors import AllocationError
from planning.allocation.requests import Requests
from planning.allocation.sharing import Least, Sharing, Standing, share_out
from tests.planning.allocation.oracles import best_below, best_gain, best_welfare, welfare

DIALS = [0.0, 0.25, 0.5, 1.0, 2.0, 5.0, math.inf]
CONIC = [0.25, 0.5, 1.0, 2.0, 3.0]


def drawn(seed: int, n: int = 25) -> Requests:
    """Requests of a made-up sector, in units so small that rounding to whole ones is far below 1e-9."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(3.0, 0.5, n)
    level[rng.random(n) < 0.1] = 0.0
    return Requests.of(
        level=level,
        effect=rng.lognormal(-22.0, 0.4, n),
        size=rng.integers(1, 400, n),
        asked=(rng.lognormal(28.0, 1.0, n)).astype(np.int64),
        ceiling=np.where(rng.random(n) < 0.5, 40.0, np.inf),
        weight=rng.choice([0.8, 1.0, 1.5], n),
    )


def half(requests: Requests) -> int:
    return int(requests.most.sum()) // 2


@pytest.mark.parametrize("seed", range(8))
class TestAgainstOtherSolvers:
    """Objectives agree to 1e-9."""

    def test_all_to_the_best(self, seed: int) -> None:
        requests = drawn(seed)
        sharing = share_out(requests, half(requests), 0.0)
        found = welfare(requests, sharing.grants, 0.0)
        assert found == pytest.approx(best_gain(requests, half(requests)), rel=1e-9)

    def test_the_lowest_first(self, seed: int) -> None:
        requests = drawn(seed)
        sharing = share_out(requests, half(requests), math.inf)
        for line in (5.0, 20.0, math.exp(sharing.log_line), 38.0):
            found = (requests.size / requests.effect * np.minimum(sharing.after, line)).sum()
            assert found == pytest.approx(best_below(requests, half(requests), line), rel=1e-9)

    @pytest.mark.parametrize("alpha", CONIC)
    def test_between(self, seed: int, alpha: float) -> None:
        requests = drawn(seed)
        sharing = share_out(requests, half(requests), alpha)
        found = welfare(requests, sharing.grants, alpha)
        assert found == pytest.approx(best_welfare(requests, half(requests), alpha), rel=1e-9)

    @pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
    def test_with_minimum_shares(self, seed: int, alpha: float) -> None:
        requests = drawn(seed)
        group = np.arange(len(requests)) % 4
        free = share_out(requests, half(requests), alpha)
        got = [int(free.grants[group == key].sum()) for key in range(4)]
        sums = {0: min(int(1.3 * got[0]), int(requests.most[group == 0].sum())), 1: got[1], 2: got[2] // 2}
        sharing = share_out(requests, half(requests), alpha, Least(np.where(group < 3, group, -1), sums))
        assert 0 in sharing.bound
        assert not sharing.short
        found = welfare(requests, sharing.grants, alpha)
        wanted = best_welfare(requests, half(requests), alpha, [(group == key, s) for key, s in sums.items()])
        assert found == pytest.approx(wanted, rel=1e-9)
        assert found < welfare(requests, free.grants, alpha)


amounts = st.integers(0, 10**9)
figures = st.floats(1e-3, 1e3)
levels = st.one_of(st.just(0.0), st.floats(1e-3, 1e4))


@st.composite
def sectors(draw: st.DrawFn) -> tuple[Requests, int]:
    n = draw(st.integers(1, 8))

    def many(of: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(of, min_size=n, max_size=n))

    requests = Requests.of(
        level=many(levels),
        effect=many(figures),
        size=many(st.integers(1, 1000)),
        asked=many(amounts),
        ceiling=many(st.one_of(st.just(math.inf), levels)),
        weight=many(st.sampled_from([0.5, 1.0, 2.0])),
    )
    return requests, draw(st.integers(0, 2 * 10**9))


def last_worth(requests: Requests, grants: np.ndarray, alpha: float) -> np.ndarray:
    """Logarithm of what the last unit is worth; at α = ∞ minus the logarithm of the level: the order is all that counts."""
    with np.errstate(divide="ignore"):
        level = np.log(np.maximum(requests.lifted(grants), 0.0))
    if alpha == math.inf:
        return -level
    gain = np.log(requests.weight * requests.effect)
    return gain if alpha == 0 else gain - alpha * level


class TestAlways:
    """What holds for every input."""

    @given(sectors(), st.sampled_from(DIALS))
    def test_every_unit_is_given_once(self, sector: tuple[Requests, int], alpha: float) -> None:
        requests, envelope = sector
        sharing = share_out(requests, envelope, alpha)
        assert (sharing.grants >= 0).all()
        assert (sharing.grants <= requests.most).all()
        assert sharing.grants.sum() == min(envelope, requests.most.sum())
        assert sharing.unspent == envelope - sharing.grants.sum()

    @given(sectors(), st.sampled_from(DIALS))
    def test_no_transfer_helps(self, sector: tuple[Requests, int], alpha: float) -> None:
        """Two units moved from anyone to anyone else do not pay: one may be owed to whole units."""
        requests, envelope = sector
        grants = share_out(requests, envelope, alpha).grants
        gives, takes = np.flatnonzero(grants > 0), np.flatnonzero(requests.most - grants >= 2)
        if not len(gives) or not len(takes):
            return
        lost = last_worth(requests, np.maximum(grants - 1, 0), alpha)[gives].min()
        won = last_worth(requests, grants + 1, alpha)[takes].max()
        assert won <= lost + 1e-9

    @given(sectors(), st.sampled_from(DIALS), st.lists(st.integers(-1, 2), min_size=8, max_size=8))
    def test_no_transfer_helps_under_minimum_shares(
        self, sector: tuple[Requests, int], alpha: float, groups: list[int]
    ) -> None:
        """Nor from a group that keeps its minimum share without them, nor inside any group."""
        requests, envelope = sector
        group = np.array(groups[: len(requests)])
        sums = {0: envelope // 3, 1: envelope // 4, 2: envelope // 10}
        grants = share_out(requests, envelope, alpha, Least(group, sums)).grants
        lost = last_worth(requests, np.maximum(grants - 1, 0), alpha)
        won = last_worth(requests, grants + 1, alpha)
        for one in np.flatnonzero(grants > 0):
            own = group == group[one]
            free = group[one] < 0 or grants[own].sum() - 2 >= sums[int(group[one])]
            takes = (requests.most - grants >= 2) & (own | free)
            assert not takes.any() or won[takes].max() <= lost[one] + 1e-9

    @given(sectors(), st.sampled_from(DIALS), st.integers(1, 10**6))
    def test_more_money_takes_from_nobody(
        self, sector: tuple[Requests, int], alpha: float, more: int
    ) -> None:
        requests, envelope = sector
        first, second = (share_out(requests, sum_, alpha).grants for sum_ in (envelope, envelope + more))
        assert (second - first >= -1).all()

    @given(sectors(), st.sampled_from(DIALS))
    def test_minimum_shares_are_met(self, sector: tuple[Requests, int], alpha: float) -> None:
        requests, envelope = sector
        group = np.arange(len(requests)) % 3 - 1
        sums = {0: envelope // 3, 1: envelope // 4}
        sharing = share_out(requests, envelope, alpha, Least(group, sums))
        for key, least in sums.items():
            given_, most = int(sharing.grants[group == key].sum()), int(requests.most[group == key].sum())
            assert given_ >= min(least, most)
            assert sharing.short.get(key, 0) == max(least - most, 0)
        assert sharing.grants.sum() + sharing.unspent == envelope


def told(sharing: Sharing) -> list[Standing]:
    return [Standing(each) for each in sharing.standing]


class TestSpecialCases:
    """Figures that can be checked by hand."""

    def test_water_finds_its_level(self) -> None:
        requests = Requests.of(level=[10, 20, 50], effect=[1, 1, 1], size=[1, 1, 1], asked=[100, 100, 100])
        sharing = share_out(requests, 30, math.inf)
        assert sharing.grants.tolist() == [20, 10, 0]
        assert math.exp(sharing.log_line) == pytest.approx(30)
        assert told(sharing) == [Standing.LINE, Standing.LINE, Standing.NOTHING]

    def test_size_and_effect_count(self) -> None:
        """Twice the hours need twice the money, twice the effect half of it."""
        requests = Requests.of(level=[0, 0, 0], effect=[1, 1, 2], size=[1, 2, 1], asked=[1000] * 3)
        assert share_out(requests, 350, math.inf).grants.tolist() == [100, 200, 50]

    def test_the_best_first(self) -> None:
        requests = Requests.of(level=[0, 50, 90], effect=[1, 3, 2], size=[5, 5, 5], asked=[40, 40, 40])
        assert share_out(requests, 60, 0.0).grants.tolist() == [0, 40, 20]

    def test_of_equals_the_lowest_first(self) -> None:
        requests = Requests.of(level=[30, 10, 0], effect=[1, 1, 0.5], size=[1, 1, 1], asked=[100] * 3)
        assert share_out(requests, 30, 0.0).grants.tolist() == [5, 25, 0]

    def test_logarithms_share_money_by_size(self) -> None:
        """Nash: from nothing, each hour gets the same money, whatever it does."""
        requests = Requests.of(level=[0, 0], effect=[1, 9], size=[1, 3], asked=[1000, 1000])
        assert share_out(requests, 400, 1.0).grants.tolist() == [100, 300]

    def test_a_ceiling_holds(self) -> None:
        requests = Requests.of(
            level=[10, 20, 60], effect=[1] * 3, size=[1] * 3, asked=[100] * 3, ceiling=[25, 25, 25]
        )
        sharing = share_out(requests, 1000, math.inf)
        assert sharing.grants.tolist() == [15, 5, 0]
        assert sharing.unspent == 980
        assert told(sharing) == [Standing.CEILING] * 3

    def test_no_more_than_was_asked(self) -> None:
        requests = Requests.of(level=[10, 20], effect=[1, 1], size=[1, 1], asked=[3, 100])
        sharing = share_out(requests, 20, math.inf)
        assert sharing.grants.tolist() == [3, 17]
        assert told(sharing) == [Standing.ASKED, Standing.LINE]

    def test_one_alone(self) -> None:
        for alpha in DIALS:
            requests = Requests.of(level=[0], effect=[0.5], size=[1], asked=[70])
            assert share_out(requests, 50, alpha).grants.tolist() == [50]

    def test_nothing_to_give_nobody_to_ask(self) -> None:
        requests = Requests.of(level=[1, 2], effect=[1, 1], size=[1, 1], asked=[5, 0])
        assert share_out(requests, 0, 1.0).grants.tolist() == [0, 0]
        nobody = Requests.of(level=[], effect=[], size=[], asked=[])
        assert share_out(nobody, 7, 2.0).unspent == 7

    def test_a_thirds_remainder_goes_to_the_first(self) -> None:
        requests = Requests.of(level=[5] * 3, effect=[1] * 3, size=[1] * 3, asked=[100] * 3)
        assert share_out(requests, 100, 2.0).grants.tolist() == [34, 33, 33]

    def test_far_ends_meet_the_special_cases(self) -> None:
        requests = drawn(3)
        scale = requests.most.max()
        for near, end in ((1e-3, 0.0), (3e3, math.inf)):
            first, second = (share_out(requests, half(requests), a).grants for a in (near, end))
            assert np.abs(first - second).max() / scale < 0.03

    def test_a_group_that_asks_too_little(self) -> None:
        requests = Requests.of(level=[10, 0], effect=[1, 1], size=[1, 1], asked=[5, 100])
        sharing = share_out(requests, 50, math.inf, Least(np.array([0, -1]), {0: 20}))
        assert sharing.grants.tolist() == [5, 45]
        assert sharing.short == {0: 15}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"level": [1.0, -2.0]}, "Request 2: its level is -2.0"),
        ({"level": [1.0, math.nan]}, "Request 2: its level is nan"),
        ({"effect": [0.0, 1.0]}, "Request 1: its effect is 0.0"),
        ({"size": [1.0, 0.0]}, "Request 2: its size is 0.0"),
        ({"asked": [-1, 1]}, "Request 1: its asked is -1"),
        ({"asked": [0.5, 1.0]}, "whole minor units"),
        ({"ceiling": [math.nan, 1.0]}, "Request 1: its ceiling is nan"),
        ({"weight": [1.0, math.inf]}, "Request 2: its weight is inf"),
        ({"size": [1.0]}, "2 levels and 1 figures for size"),
    ],
)
def test_senseless_requests_are_refused(change: dict[str, list[float]], words: str) -> None:
    good = {"level": [1.0, 2.0], "effect": [1.0, 1.0], "size": [1.0, 1.0], "asked": [1, 1]}
    with pytest.raises(AllocationError, match=words.replace(".", r"\.")):
        Requests.of(**(good | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("envelope", "alpha", "sums", "words"),
    [
        (-1, 1.0, {}, "cannot be negative"),
        (10, -1.0, {}, "dial stands at -1"),
        (10, math.nan, {}, "dial stands at nan"),
        (10, 1e-5, {}, "dial stands at 1e-05"),
        (10, 1.0, {0: 6, 1: 5}, "add up to 11, the envelope holds 10"),
        (10, 1.0, {0: -6}, "cannot be negative"),
    ],
)
def test_senseless_orders_are_refused(envelope: int, alpha: float, sums: dict[int, int], words: str) -> None:
    requests = Requests.of(level=[1, 2], effect=[1, 1], size=[1, 1], asked=[5, 5])
    with pytest.raises(AllocationError, match=words):
        share_out(requests, envelope, alpha, Least(np.array([0, 1]), sums))
