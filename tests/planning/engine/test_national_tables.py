"""One iteration, and rounds with people in them, on published national tables.

Lines scatter around the table's technique; what a product lacks comes in by import lines, as every table's
imports must, or every plan is short by construction.
"""

import csv
from dataclasses import replace

import numpy as np
import pytest

from planning.engine.analysis import technical_coefficients
from planning.engine.problem import PlanProblem, RowKind
from planning.engine.result import worst_imbalance
from planning.engine.solve import solve
from tests.planning.engine.examples import table_folder

LINES, SPREAD, SLACK, ELASTICITY, BAND, KAPPA, GROWTH = 20, 0.15, 0.15, 0.3, 0.05, 0.02, 1.03
FOLLOW, MEET = 0.8, 0.15  # the rest holds firm


def flows_table(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and output from flows; sectors without output stay, with no lines."""
    folder = table_folder(name)
    output = _cells(folder / "x.csv").ravel()
    return technical_coefficients(_cells(folder / "Z.csv"), output), output


def useeio() -> tuple[np.ndarray, np.ndarray]:
    """USEEIO's coefficients include imports; negative cells are its own."""
    folder = table_folder("us_useeio_2012_411")
    return _cells(folder / "A.csv"), np.maximum(_cells(folder / "q.csv").ravel(), 0.0)


def _cells(path) -> np.ndarray:
    with path.open(newline="") as file:
        return np.array([[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]])


TABLES = {
    "Germany, 6 branches": lambda: flows_table("de_1995_6"),
    "Germany, 56 branches": lambda: flows_table("de_wiod_2014_56"),
    "United Kingdom, 127 products": lambda: flows_table("uk_2010_127"),
    "United States, 411 commodities": useeio,
}


def economy(A: np.ndarray, output: np.ndarray, seed: int) -> PlanProblem:
    rng, k = np.random.default_rng(seed), len(output)
    made = np.repeat(np.flatnonzero(output > 0), LINES)
    share = rng.dirichlet(np.full(LINES, 5.0), len(made) // LINES).ravel()
    base = share * output[made]
    use = A[:, made] * np.exp(rng.normal(0, 0.1, (k, len(made))))
    use[made, np.arange(len(made))] -= 1.0
    final = -use @ base
    demand, imports = np.maximum(final, 0.02 * output), np.maximum(0.05 * output, 0.0)
    imports += np.maximum(demand - final, 0.0)
    demand = final + imports
    hours = np.r_[np.full(len(made), 0.3), np.zeros(2 * k)]
    matrix = np.vstack([np.hstack([use, np.eye(k), -np.eye(k)]), hours])
    lines = base * np.exp(rng.normal(0, SPREAD, len(base)))
    proposal = np.r_[lines, GROWTH * demand, imports]
    capacity = np.maximum(base * (1 + SLACK), lines)
    return PlanProblem.own(
        matrix,
        row_kind=[RowKind.PRODUCT] * k + [RowKind.POOL],
        target=np.r_[np.zeros(k), 0.3 * base.sum() * 1.1],
        short_price=np.full(k + 1, 20.0),
        glut_price=np.r_[np.full(k, 20.0), 0.01],
        proposal=proposal,
        lower=np.r_[0 * lines, 0.9 * demand, 0 * imports],
        upper=np.r_[capacity, 1.2 * demand, 3 * imports],
        flexibility=ELASTICITY * proposal,
        band=np.r_[BAND * lines, 0 * demand, 0 * imports],
        kappa=np.r_[np.full(len(lines), KAPPA), np.zeros(2 * k)],
    )


@pytest.mark.parametrize("name", TABLES)
def test_rounds_close_on_a_national_table(name):
    """80 % follow, 15 % meet half way, 5 % hold firm: below 1 % after at most three rounds, few asked after the first."""
    A, output = TABLES[name]()
    problem = economy(A, output, seed=1)
    rng = np.random.default_rng(2)
    lines = problem.n - 2 * len(output)
    answer = np.where(rng.random(problem.n) < FOLLOW, 1.0, 0.5)
    answer[:lines][rng.random(lines) < 1 - FOLLOW - MEET] = 0.0
    worst, asked, duals = [], [], None
    for _ in range(4):
        flexible = np.where(answer > 0, ELASTICITY * problem.proposal, 0.0)
        result = solve(replace(problem, flexibility=flexible), warm=duals)
        assert result.certificate.worst_residual <= 1e-9
        assert result.certificate.gaps_at_bounds
        assert result.certificate.steps <= 30
        worst.append(worst_imbalance(result.imbalance_before[:-1]))
        asked.append(result.asked[:lines].mean())
        duals = result.duals
        moved = problem.proposal + answer * (result.x - problem.proposal)
        problem = replace(problem, proposal=np.clip(moved, problem.lower, problem.upper))
    assert worst[0] > 0.05
    assert worst[3] < 0.01
    assert max(asked[1:]) < 0.02
