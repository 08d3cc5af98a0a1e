"""A workplace's own record, shrunk towards its sector's: held against simulations in which the truth is known."""

import numpy as np
import pytest

from planning.allocation.effects import Records, shrunk

DRIFT, STRAY, SECTOR = 0.01, 0.04, 0.25
Truth = tuple[np.ndarray, Records, np.ndarray]


def world(seed: int, *, scatter: float, sectors: int = 8, each: int = 12) -> Truth:
    """Return what money truly brings, and what the record shows of it after some noisy years."""
    rng = np.random.default_rng(seed)
    count = sectors * each
    truth = SECTOR * np.exp(scatter * rng.standard_normal(count) - scatter**2 / 2)
    size = np.exp(rng.normal(3.0, 1.0, count))
    money = size * rng.uniform(0.05, 1.0, count)
    years = rng.integers(1, 6, count).astype(float)
    moved = DRIFT * years * size + STRAY * np.sqrt(years) * size * rng.standard_normal(count)
    sector = np.repeat(np.arange(sectors), each)
    return truth, Records(sector, money, truth * money + moved, size, years, DRIFT, STRAY), sector


def errors(scatter: float, **shape: int) -> dict[str, float]:
    """Return mean squared errors over many worlds: of the own record alone, of the sector's, of the shrunk one."""
    found: dict[str, list[float]] = {"raw": [], "pooled": [], "shrunk": []}
    for seed in range(60):
        truth, records, sector = world(seed, scatter=scatter, **shape)
        own = records.gained - DRIFT * records.years * records.size
        pooled = (np.bincount(sector, own) / np.bincount(sector, records.money))[sector]
        estimates = {"raw": own / records.money, "pooled": pooled, "shrunk": shrunk(records, pooled)}
        for name, estimate in estimates.items():
            found[name].append(float(((estimate - truth) ** 2).mean()))
    return {name: float(np.mean(each)) for name, each in found.items()}


@pytest.mark.parametrize("scatter", [0.3, 0.5, 1.0])
def test_its_error_is_below_that_of_the_own_record_and_of_the_sectors(scatter: float) -> None:
    found = errors(scatter)
    assert found["shrunk"] < 0.95 * found["pooled"]
    assert found["shrunk"] < 0.8 * found["raw"]


def test_where_all_are_alike_it_is_nearly_the_sectors() -> None:
    found = errors(0.0)
    assert found["shrunk"] < 1.1 * found["pooled"]
    assert found["shrunk"] < 0.1 * found["raw"]


def test_small_federations_gain_too() -> None:
    found = errors(0.5, sectors=2, each=6)
    assert found["shrunk"] < 0.9 * min(found["raw"], found["pooled"])


def test_a_record_of_little_money_counts_for_little() -> None:
    sector, ones = np.zeros(6, np.intp), np.ones(6)
    money = np.array([0.01, 1.0, 1.0, 1.0, 1.0, 1.0])
    rates = np.array([0.5, 0.1, 0.4, 0.25, 0.3, 0.2])
    known = np.full(6, SECTOR)
    found = shrunk(Records(sector, money, rates * money, ones, ones, 0.0, 0.05), known)
    assert abs(found[0] - SECTOR) < 0.1 * 0.25
    assert found[2] > 0.33
    assert (np.argsort(found[1:]) == np.argsort(rates[1:])).all()


def test_without_noise_the_record_is_the_estimate_but_for_the_sectors_shift() -> None:
    rates = np.array([0.1, 0.2, 0.3, 0.4])
    records = Records(np.zeros(4, np.intp), np.ones(4), rates, np.ones(4), np.ones(4), 0.0, 0.0)
    assert shrunk(records, np.full(4, 0.25)) == pytest.approx(rates)
    assert shrunk(records, np.full(4, 0.5)) == pytest.approx(rates + 0.25)


@pytest.mark.parametrize("sector", [[], [0], [0, 0, 0], [0, 1, 2, 3, 4], [0, 0, 1, 1]])
def test_too_few_records_leave_the_sectors_figure(sector: list[int]) -> None:
    count = len(sector)
    known = np.linspace(0.1, 0.4, count)
    records = Records(
        np.array(sector, np.intp), np.ones(count), np.arange(count, dtype=float), np.ones(count), np.ones(count), 0.0, 0.1
    )  # fmt: skip
    assert shrunk(records, known) == pytest.approx(known)


def test_who_gained_no_more_than_those_without_a_grant_is_not_counted_as_effective() -> None:
    """Everybody grows by a tenth; of two small grants, one brought nothing beyond that."""
    size, money = np.full(5, 10.0), np.array([1.0, 1.0, 10.0, 10.0, 10.0])
    rates = np.array([0.0, 0.25, 0.25, 0.25, 0.25])
    records = Records(np.zeros(5, np.intp), money, rates * money + 0.1 * size, size, np.ones(5), 0.1, 0.001)
    found = shrunk(records, np.full(5, SECTOR))
    assert found[0] < 0.05
    assert found[1:] == pytest.approx(0.25, abs=0.03)
