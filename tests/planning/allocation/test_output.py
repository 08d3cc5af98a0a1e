"""α = 0 brings the most value added of all settings, whatever people work and whatever money brings in each place."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planning.allocation.requests import Requests
from planning.allocation.sharing import Least, share_out
from planning.models import InvestmentRequest
from planning.models.ledger import MINOR
from planning.selectors.sharing import taken

DIALS = st.one_of(st.sampled_from([0.001, 0.5, 1.0, 2.0, 8.0, 20.0, math.inf]), st.floats(0.001, 100.0))


@st.composite
def asking(draw: st.DrawFn) -> list[InvestmentRequest]:
    """Requests of workplaces with unequal hours a head and unequal returns."""
    requests = []
    for _ in range(draw(st.integers(1, 10))):
        members, hours = draw(st.integers(1, 500)), draw(st.floats(1.0, 2000.0))
        requests.append(
            InvestmentRequest(
                members=members, hours=members * hours, level=draw(st.one_of(st.just(0.0), st.floats(0.01, 500.0))),
                returns=draw(st.floats(0.01, 2.0)), amount=draw(st.integers(1, 10**8)),
            )
        )  # fmt: skip
    return requests


def taken_by(rows: list[InvestmentRequest], ceilings: list[float]) -> Requests:
    return taken(rows, [ceilings[place % len(ceilings)] for place in range(len(rows))], np.ones(len(rows)))


def gained(rows: list[InvestmentRequest], grants: np.ndarray) -> float:
    """Value added a year, by hand: what is granted times what a unit of money brings there."""
    return math.fsum(row.returns * int(grant) / MINOR for row, grant in zip(rows, grants, strict=True))


@given(
    rows=asking(),
    ceilings=st.lists(st.one_of(st.just(math.inf), st.floats(0.0, 600.0)), min_size=1, max_size=3),
    envelope=st.integers(0, 10**9),
    alpha=DIALS,
)
def test_no_dial_brings_more_than_zero(
    rows: list[InvestmentRequest], ceilings: list[float], envelope: int, alpha: float
) -> None:
    requests = taken_by(rows, ceilings)
    most = gained(rows, share_out(requests, envelope, 0.0).grants)
    found = gained(rows, share_out(requests, envelope, alpha).grants)
    assert found <= most * (1 + 1e-12)


@given(rows=asking(), envelope=st.integers(0, 10**9), alpha=DIALS)
def test_nor_under_minimum_shares(rows: list[InvestmentRequest], envelope: int, alpha: float) -> None:
    requests = taken_by(rows, [math.inf])
    least = Least(np.arange(len(rows)) % 3 - 1, {0: envelope // 3, 1: envelope // 4})
    most = gained(rows, share_out(requests, envelope, 0.0, least).grants)
    found = gained(rows, share_out(requests, envelope, alpha, least).grants)
    assert found <= most * (1 + 1e-12)


@given(rows=asking(), envelope=st.integers(1, 10**9), alpha=DIALS, heads=st.integers(1, 500))
def test_how_many_share_the_hours_changes_nothing(
    rows: list[InvestmentRequest], envelope: int, alpha: float, heads: int
) -> None:
    before = share_out(taken_by(rows, [math.inf]), envelope, alpha).grants
    for row in rows:
        row.members = heads
    assert (share_out(taken_by(rows, [math.inf]), envelope, alpha).grants == before).all()


def test_by_hand() -> None:
    """Both ask for all of 1,000,000.00; 0.30 brings more than 0.25, though the others' people work half as long."""
    rows = [
        InvestmentRequest(members=100, hours=hours, level=level, returns=returns, amount=10**8)
        for hours, level, returns in ((200_000.0, 30.0, 0.30), (100_000.0, 31.0, 0.25))
    ]
    requests = taken_by(rows, [math.inf])
    assert share_out(requests, 10**8, 0.0).grants.tolist() == [10**8, 0]
    assert gained(rows, share_out(requests, 10**8, 0.0).grants) == 300_000
    assert gained(rows, share_out(requests, 10**8, math.inf).grants) == 293_750


def test_weighing_by_heads_would_be_caught() -> None:
    """The control: with members and effects a head, as it once was, α = 0 gives to part-timers, who bring less."""
    hours, returns = np.array([200_000.0, 100_000.0]), np.array([0.30, 0.25])
    requests = Requests.of(
        level=[30.0, 31.0], effect=returns / MINOR * 100 / hours, size=[100, 100], asked=[10**8, 10**8]
    )
    found = [float((returns * share_out(requests, 10**8, alpha).grants).sum()) for alpha in (0.0, math.inf)]
    assert found[0] < found[1]
