"""The same optimum by independent solvers: HiGHS for linear, Clarabel for conic programmes."""

import clarabel
import numpy as np
from scipy import optimize, sparse

from planning.allocation.requests import Floats, Requests

_FOUND = (
    clarabel.SolverStatus.Solved,
    clarabel.SolverStatus.AlmostSolved,
)  # to 1e-11, or to what is asserted of the gap


def welfare(requests: Requests, grants: Floats, alpha: float) -> float:
    """``Σ n ω y^(1−α)/(1−α)``; at 1 the sum of logarithms."""
    level, weight = requests.lifted(grants), requests.size * requests.weight
    if alpha == 1:
        return float((weight * np.log(level)).sum())
    return float((weight * level ** (1 - alpha)).sum() / (1 - alpha))


def best_gain(requests: Requests, envelope: float) -> float:
    """The greatest ``Σ n ω y``: α = 0. Variables are the shares z/E of the envelope, here and below."""
    found = optimize.linprog(
        -requests.weight * requests.effect * envelope,
        A_ub=np.ones((1, len(requests))),
        b_ub=[1.0],
        bounds=np.c_[np.zeros(len(requests)), requests.most / envelope],
        method="highs",
    )
    assert found.success, found.message
    return float((requests.size * requests.weight * requests.level).sum() - found.fun)


def best_below(requests: Requests, envelope: float, line: float) -> float:
    """The greatest ``Σ (n/e) min(y, line)``. Water-filling reaches it for every line, and nothing else does."""
    n, worth = len(requests), requests.size / requests.effect
    found = optimize.linprog(
        np.r_[np.zeros(n), -worth / envelope],
        A_ub=sparse.bmat(
            [[-sparse.diags(envelope / worth), sparse.eye(n)], [sparse.csr_matrix(np.ones((1, n))), None]]
        ),
        b_ub=np.r_[requests.level, 1.0],
        bounds=np.r_[
            np.c_[np.zeros(n), requests.most / envelope], np.c_[np.full(n, -np.inf), np.full(n, line)]
        ],
        method="highs",
    )
    assert found.success, found.message
    return -float(found.fun) * envelope


def best_welfare(
    requests: Requests, envelope: float, alpha: float, least: list[tuple[np.ndarray, float]] | None = None
) -> float:
    """The greatest ``Σ n ω y^(1−α)/(1−α)``, 0 < α < ∞, with ``least`` (the requests of a group, their minimum share).

    Beside the shares, a bound t of each term; levels are measured in their mean.
    """
    n, scale = len(requests), float(requests.lifted(np.full(len(requests), envelope / len(requests))).mean())
    rise = requests.effect / requests.size * envelope / scale
    level, weight = requests.level / scale, requests.size * requests.weight
    weight = weight / weight.sum()
    rows, right, cones = [], [], []

    def at_most(columns: dict[int, float], limit: float) -> None:
        row = sparse.lil_matrix((1, 2 * n))
        for column, figure in columns.items():
            row[0, column] = figure
        rows.append(row)
        right.append(limit)

    at_most(dict.fromkeys(range(n), 1.0), 1.0)
    for chosen, sum_ in least or []:
        at_most(dict.fromkeys(np.flatnonzero(chosen).tolist(), -1.0), -sum_ / envelope)
    for i in range(n):
        at_most({i: 1.0}, requests.most[i] / envelope)
        at_most({i: -1.0}, 0.0)
    cones.append(clarabel.NonnegativeConeT(len(rows)))
    for i in range(n):
        kind, order = _cone(alpha)
        entries = {"y": ({i: -rise[i]}, level[i]), "t": ({n + i: -1.0}, 0.0), "1": ({}, 1.0)}
        for name in order:
            at_most(*entries[name])
        cones.append(kind)
    objective = np.r_[np.zeros(n), weight if alpha > 1 else -weight]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix((2 * n, 2 * n)),
        objective,
        sparse.vstack(rows).tocsc(),
        np.array(right),
        cones,
        settings,
    )
    found = solver.solve()
    gap = abs(found.obj_val - found.obj_val_dual) / max(1.0, abs(found.obj_val))
    assert found.status in _FOUND, found.status
    assert max(gap, found.r_prim, found.r_dual) < 1e-9, (gap, found.r_prim, found.r_dual)
    shares = np.clip(np.array(found.x[:n]), 0.0, requests.most / envelope)
    return welfare(requests, shares * envelope, alpha)


def _cone(alpha: float) -> tuple[object, str]:
    """t ≤ log y; t ≤ y^(1−α) for α < 1; t ≥ y^(1−α) for α > 1."""
    if alpha == 1:
        return clarabel.ExponentialConeT(), "t1y"
    if alpha < 1:
        return clarabel.PowerConeT(1 - alpha), "y1t"
    return clarabel.PowerConeT((alpha - 1) / alpha), "yt1"
