"""Input–output analysis against exact fractions, dense algebra and published figures."""

import csv
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from planning.engine import analysis, errors
from tests.planning.engine.examples import table_folder


def numbers(path, *, skip=1):
    with path.open(newline="") as file:
        return np.array([[float(cell) for cell in row[skip:]] for row in list(csv.reader(file))[1:]])


def random_table(n: int, seed: int = 0) -> np.ndarray:
    A = np.random.default_rng(seed).random((n, n))
    return 0.7 * A / A.sum(axis=0)


def test_two_products_by_hand():
    """A = [[0, 1/2], [1/5, 0]]: det(I − A) = 9/10, L = (10/9)·[[1, 1/2], [1/5, 1]].

    For f = (9, 18): x = (20, 22). Column sums 4/3 and 5/3. Hours (1, 2): v = L'(1, 2) = (14/9, 25/9).
    """
    A = np.array([[0, 0.5], [0.2, 0]])
    np.testing.assert_allclose(analysis.leontief(A, np.array([9.0, 18.0])), [20, 22], rtol=1e-14)
    np.testing.assert_allclose(analysis.multipliers(A), [4 / 3, 5 / 3], rtol=1e-14)
    np.testing.assert_allclose(analysis.multipliers(A, [1, 2]), [14 / 9, 25 / 9], rtol=1e-14)
    assert analysis.embodied(A, [1, 2], np.array([9.0, 18.0])) == pytest.approx(20 + 2 * 22)
    assert analysis.spectral_radius(A) == pytest.approx(0.1**0.5)
    assert analysis.hawkins_simon(A)


def test_cost_prices_by_hand():
    """Hours (1, 2) at wage 9, water (1, 0) at 4.5, levy 0.9: direct (14.4, 18.9), p = direct·L = (20.2, 29)."""
    A = np.array([[0, 0.5], [0.2, 0]])
    prices = analysis.cost_prices(A, [1, 2], 9.0, resources=[[1, 0]], charge=[4.5], levy=0.9)
    np.testing.assert_allclose(prices, [20.2, 29.0], rtol=1e-14)
    np.testing.assert_allclose(prices, prices @ A + [14.4, 18.9], rtol=1e-14)
    by_pool = analysis.cost_prices(
        A, [[1, 0], [0, 2]], [9.0, 9.0], resources=[[1, 0]], charge=[4.5], levy=[0.9, 0.9]
    )
    np.testing.assert_allclose(by_pool, prices, rtol=1e-14)


def test_germany_1995_in_exact_fractions():
    """Labour multipliers by Gaussian elimination in fractions, as one would do them by hand."""
    folder = table_folder("de_1995_6")
    flows, output = numbers(folder / "Z.csv"), numbers(folder / "x.csv").ravel()
    jobs = numbers(folder / "satellite.csv")[2]
    A = analysis.technical_coefficients(flows, output)
    n = len(output)
    exact = [[Fraction(int(flows[i, j]), int(output[j])) for j in range(n)] for i in range(n)]
    transposed = [[Fraction(int(i == j)) - exact[j][i] for j in range(n)] for i in range(n)]
    direct = [Fraction(int(jobs[j]), int(output[j])) for j in range(n)]
    values = analysis.multipliers(A, jobs / output)
    np.testing.assert_allclose(values, [float(v) for v in eliminate(transposed, direct)], rtol=1e-14)
    final = output - flows.sum(axis=1)
    assert analysis.embodied(A, jobs / output, final) == pytest.approx(jobs.sum(), rel=1e-13)
    assert analysis.spectral_radius(A) == pytest.approx(0.402936086523641, rel=1e-12)


def eliminate(matrix, right):
    """Gaussian elimination without rounding."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    n = len(rows)
    for k in range(n):
        rows[k] = [cell / rows[k][k] for cell in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [line[-1] for line in rows]


def test_united_kingdom_2010_multipliers_as_published():
    """The Office for National Statistics' output multipliers, as far as the file's rounding lets them be known.

    Flows stand there with ten significant digits, so ``|δA| ≤ 5·10⁻¹⁰ A`` and ``|δm| ≤ m |δA| L``.
    """
    A, names, published = united_kingdom()
    m, L = analysis.multipliers(A), analysis.leontief_inverse(A)
    assert (np.abs(m - published) <= m @ (5e-10 * A) @ L).all()
    np.testing.assert_allclose(m, published, rtol=1e-10)
    assert len(names) == 127


def test_united_kingdom_2010_multipliers_to_the_last_digits():
    """What the arithmetic adds to that is below 1e-12: inverse, LU and iteration agree."""
    A, _, _ = united_kingdom()
    inverse = np.linalg.inv(np.eye(len(A)) - A).sum(axis=0)
    np.testing.assert_allclose(analysis.multipliers(A), inverse, rtol=1e-12)
    np.testing.assert_allclose(analysis.multipliers(sparse.csr_array(A)), inverse, rtol=1e-12)


def united_kingdom():
    """Coefficients, product names and the published multipliers, in the order of products."""
    folder = table_folder("uk_2010_127")
    A = analysis.technical_coefficients(numbers(folder / "Z.csv"), numbers(folder / "x.csv").ravel())
    with (folder / "ons_published_multipliers.csv").open(newline="") as file:
        published = {row["uk_row_label"]: float(row["Output multiplier"]) for row in csv.DictReader(file)}
    with (folder / "sectors.csv").open(newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return A, names, np.array([published[name] for name in names])


@pytest.mark.parametrize("n", [1, 7, 150])
def test_iteration_agrees_with_lu(n):
    A, f = random_table(n), np.arange(1.0, n + 1)
    np.testing.assert_allclose(analysis.leontief(sparse.csr_array(A), f), analysis.leontief(A, f), rtol=1e-11)
    np.testing.assert_allclose(analysis.leontief_inverse(A), np.linalg.inv(np.eye(n) - A), rtol=1e-11)
    several = np.column_stack([f, 2 * f])
    np.testing.assert_allclose(
        analysis.leontief(sparse.csr_array(A), several), analysis.leontief(A, several), rtol=1e-11
    )


def test_spectral_radius_of_a_large_sparse_table():
    """A chain that closes on itself: n links of 1/2, radius 1/2; by iteration as by eigenvalues."""
    n = 2500
    A = sparse.csr_array((np.full(n, 0.3), (np.arange(n), np.arange(n))), shape=(n, n))
    A = A + sparse.csr_array(([0.5], ([0], [0])), shape=(n, n))
    assert analysis.spectral_radius(A) == pytest.approx(0.8, rel=1e-9)
    assert analysis.hawkins_simon(A)


def test_sector_without_output():
    flows, output = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([10.0, 0.0])
    np.testing.assert_allclose(analysis.technical_coefficients(flows, output), [[0.1, 0], [0.2, 0]])
    with pytest.raises(errors.NotProductive, match="Sector 1"):
        analysis.technical_coefficients(np.array([[1.0, 3.0], [2.0, 0.0]]), output)


def test_an_economy_that_uses_up_all_it_makes():
    A = np.array([[0.5, 0.5], [0.5, 0.5]])
    assert not analysis.hawkins_simon(A)
    with pytest.raises(errors.NotProductive):
        analysis.leontief(A, np.array([1.0, 2.0]))
    with pytest.raises(errors.NotProductive):
        analysis.leontief(sparse.csr_array(A), np.array([1.0, 2.0]))
    with pytest.raises(errors.NotProductive, match="zero or more"):
        analysis.hawkins_simon(-A)


@pytest.mark.parametrize("form", [np.array, sparse.csr_array])
@pytest.mark.parametrize("f", [[1.0, 1.0, 1.0], [1.0, -1.0, 0.5]], ids=["wanted", "wanted and given back"])
def test_an_economy_that_uses_up_more_than_it_makes_is_named(form, f):
    """1.2 of product 1 go into 1 of product 1: (I − A) can be inverted, and says −5; nobody is told that."""
    A = np.array([[0.2, 0.0, 0.1], [0.0, 1.2, 0.0], [0.1, 0.1, 0.2]])
    assert not analysis.hawkins_simon(A)
    for ask in (
        lambda: analysis.leontief(form(A), np.array(f)),
        lambda: analysis.multipliers(form(A), np.array(f)),
        lambda: analysis.leontief_inverse(form(A)),
        lambda: analysis.cost_prices(form(A), np.ones(3), 2.0),
    ):
        with pytest.raises(errors.NotProductive, match="product 1 would") as refusal:
            ask()
        assert refusal.value.index == 1


def test_what_an_unproductive_part_does_not_touch_is_answered():
    """Nobody wants product 1 and nobody needs it: the series for the others ends. 1/0.8 = 1.25."""
    A = np.array([[0.2, 0.0], [0.0, 1.2]])
    np.testing.assert_allclose(analysis.leontief(A, [1.0, 0.0]), [1.25, 0.0])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.floats(0.05, 0.98) | st.floats(1.02, 3.0))
def test_an_answer_is_the_sum_of_its_series_or_a_refusal(seed, size):
    """Whatever the table: with ``A, f ≥ 0`` the answer is ``f + Af + A²f + …``, and refused where that has no end."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    A = rng.random((n, n)) * (rng.random((n, n)) < 0.4)
    A *= size / max(analysis.spectral_radius(A), 1e-3)
    f = rng.random(n) + 0.01
    if not analysis.hawkins_simon(A):
        with pytest.raises(errors.NotProductive):
            analysis.leontief(A, f)
        return
    x = analysis.leontief(A, f)
    assert (x >= f * (1 - 1e-9)).all()
    np.testing.assert_allclose(x, f + A @ x, rtol=1e-8)


NAN = float("nan")


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: analysis.technical_coefficients([[NAN]], [1.0]), errors.NotFinite, "flows"),
        (lambda: analysis.technical_coefficients([[1.0]], [-1.0]), errors.NegativeCoefficient, "Sector 0"),
        (lambda: analysis.technical_coefficients([[1.0]], [1.0, 2.0]), errors.WrongShape, "output"),
        (lambda: analysis.technical_coefficients([[1.0, 2.0]], [1.0, 2.0]), errors.WrongShape, "square"),
        (lambda: analysis.leontief([["a"]], [1.0]), errors.NotFinite, "not a number"),
        (lambda: analysis.leontief([[0.5]], [NAN]), errors.NotFinite, "f holds"),
        (lambda: analysis.multipliers([[0.5]], [NAN]), errors.NotFinite, "intensity"),
        (lambda: analysis.embodied([[0.5]], [1.0], [[1.0, 2.0]]), errors.WrongShape, "final_demand"),
        (lambda: analysis.embodied([[0.5]], [1.0], [NAN]), errors.NotFinite, "final_demand"),
        (lambda: analysis.cost_prices([[0.5]], [1.0], NAN), errors.NotFinite, "wage"),
        (lambda: analysis.cost_prices([[0.5]], [1.0, 2.0], 1.0), errors.WrongShape, "labour"),
        (lambda: analysis.cost_prices([[0.5]], [1.0], 1.0, resources=[[1.0]]), errors.WrongShape, "charge"),
        (lambda: analysis.cost_prices([[0.5]], [1.0], 1.0, levy=[1.0, 2.0]), errors.WrongShape, "levy"),
    ],
)
def test_bad_figures_are_refused_by_name(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_an_economy_without_products_is_productive():
    assert analysis.hawkins_simon(np.zeros((0, 0)))
    assert analysis.leontief(np.zeros((0, 0)), np.zeros(0)).shape == (0,)


@pytest.mark.parametrize(
    ("A", "f", "error"),
    [
        (np.zeros((2, 3)), np.ones(2), errors.WrongShape),
        (np.zeros((2, 2)), np.ones(3), errors.WrongShape),
        (np.full((2, 2), np.nan), np.ones(2), errors.NotFinite),
    ],
)
def test_bad_tables_are_refused(A, f, error):
    with pytest.raises(error):
        analysis.leontief(A, f)
