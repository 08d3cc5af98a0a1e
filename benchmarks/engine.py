"""How long one iteration of the engine takes, from 10³ to 10⁶ lines, with shared techniques and with own
ones.

    python benchmarks/engine.py [--most 1000000] [--threads 2] [--seed 1]

The economy is synthetic and fixed by the seed. ``shared``: 128 products made in 5 regions, every line with
the
technique of its product and region and factors of its own for output, two groups of inputs, labour and
resources. ``own``: 1,000 products, every line with 10 input coefficients of its own. In both: 20 labour
pools,
5 resource caps, a world balance, import lines, 3 % more consumption asked for than last year, proposals
scattered by 15 %, 15 % spare capacity, flexibility 0.3, band 5 %, κ = 0.02 of the unit's price (1), 5 % of
the
lines holding firm. Times are the median of three solutions, without compilation; "again" starts from the
duals.
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.result import PlanResult, worst_imbalance
from planning.engine.solve import solve

REGIONS, POOLS, RESOURCES = 5, 20, 5
SPREAD, SLACK, ELASTICITY, BAND, KAPPA, FIRM, GROWTH = 0.15, 0.15, 0.3, 0.05, 0.02, 0.05, 1.03
PRICE_OF_GAP = 50.0  # times the unit price; labour left idle costs a tenth of the wage


def economy(lines: int, *, products: int, inputs: int, shared: bool, seed: int) -> PlanProblem:
    """A balanced economy at unit prices, then proposals scattered around it."""
    rng = np.random.default_rng(seed)
    made = np.sort(np.arange(lines) % products)
    region = rng.integers(0, REGIONS, lines)
    share = np.bincount(made, minlength=products)
    output = _gross_output(rng, products)
    base = output[made] / share[made]
    rows = _row_kinds(products)
    tech = _shared(rng, products, inputs) if shared else _own(rng, products, inputs, made)
    col_tech = made * REGIONS + region if shared else np.arange(lines)
    factors = np.exp(rng.normal(0, 0.1, (lines, 5))) if shared else np.ones((lines, 1))
    factors[:, 0] = 1.0
    return _close(rng, rows, tech, col_tech, factors, base, made, products)


def _gross_output(rng: np.random.Generator, products: int) -> np.ndarray:
    return 1e3 * np.exp(rng.normal(0, 1.5, products))


def _row_kinds(products: int) -> np.ndarray:
    kinds = [RowKind.PRODUCT] * products + [RowKind.POOL] * POOLS + [RowKind.RESOURCE] * RESOURCES
    return np.array([*kinds, RowKind.WORLD], dtype=np.int8)


def _input_rows(rng: np.random.Generator, products: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    rows = rng.choice(products, min(inputs, products), replace=False)
    uses = rng.random(len(rows))
    return rows, 0.5 * uses / uses.sum()


def _shared(rng: np.random.Generator, products: int, inputs: int) -> tuple[list, list, list]:
    """Techniques by product and region: output, two input groups, labour, resources."""
    row, use, groups = [], [], []
    for product in range(products):
        rows, uses = _input_rows(rng, products, inputs)
        cut = len(rows) // 2
        for region in range(REGIONS):
            pools = products + region * 4 + np.arange(4)
            row += [[product], rows[:cut], rows[cut:], pools, [products + POOLS + product % RESOURCES]]
            use += [[-1.0], uses[:cut], uses[cut:], rng.random(4) * 0.1, [0.1]]
            groups.append(5)
    return row, use, groups


def _own(rng: np.random.Generator, products: int, inputs: int, made: np.ndarray) -> tuple[list, list, list]:
    row, use = [], []
    patterns = [_input_rows(rng, products, inputs) for _ in range(products)]
    for product in made:
        rows, uses = patterns[product]
        pool, resource = products + rng.integers(POOLS), products + POOLS + product % RESOURCES
        row.append(np.concatenate([[product], rows, [pool, resource]]))
        use.append(np.concatenate([[-1.0], uses * np.exp(rng.normal(0, 0.1, len(uses))), [0.2, 0.1]]))
    return row, use, [1] * len(made)


def _close(
    rng,
    rows,
    tech,
    col_tech,
    factors,
    base,
    made,
    products,
):
    """Adds demand, import and export lines, and the targets that the base year just meets."""
    row, use, groups = (list(part) for part in tech)
    lines, world = len(base), len(rows) - 1
    for product in range(products):
        row += [[product], [product, world], [product, world]]
        use += [[1.0], [-1.0, 1.0], [1.0, -1.0]]
        groups += [1, 1, 1]
    first = len(groups) - 3 * products
    ends = (first + 3 * np.arange(products)[:, None] + np.arange(3)).T.ravel()
    problem = _arrays(rows, row, use, groups, np.concatenate([col_tech, ends]), factors, 3 * products)
    supply, wants = np.bincount(made, base, products), _flows(problem, np.r_[base, np.zeros(3 * products)])
    imports = 0.1 * supply
    demand = np.maximum(0.02 * supply, -wants[:products])
    imports = np.maximum(imports, demand + wants[:products])
    exports = np.maximum(0.0, imports - demand - wants[:products])
    target = np.r_[np.zeros(products), wants[products:world] * 1.05, imports.sum() - exports.sum()]
    proposed = base * np.exp(rng.normal(0, SPREAD, lines))
    proposal = np.r_[proposed, demand * GROWTH, imports, exports]
    cap = np.maximum(base * (1 + SLACK), proposed)
    flexibility = ELASTICITY * proposal
    flexibility[:lines][rng.random(lines) < FIRM] = 0.0
    none = np.zeros(3 * products)
    return replace(
        problem,
        target=target,
        proposal=proposal,
        lower=np.r_[np.zeros(lines), 0.9 * demand, none[: 2 * products]],
        upper=np.r_[cap, 1.1 * GROWTH * demand, 2 * imports, 2 * exports],
        flexibility=flexibility,
        band=np.r_[BAND * proposed, none],
        kappa=np.r_[np.full(lines, KAPPA), none],
    )


def _arrays(rows, row, use, groups, col_tech, factors, ends):
    m, n = len(rows), len(col_tech)
    glut = np.where(rows == RowKind.PRODUCT, PRICE_OF_GAP, np.where(rows == RowKind.POOL, 0.1, 0.0))
    flat = np.concatenate([factors.ravel(), np.ones(ends)])
    widths = np.r_[np.full(len(factors), factors.shape[1]), np.ones(ends, int)]
    zero = np.zeros(n)
    return PlanProblem.build(
        row_kind=rows, target=np.zeros(m), short_price=np.full(m, PRICE_OF_GAP), glut_price=glut,
        entry_row=np.concatenate(row), entry_use=np.concatenate(use),
        group_ptr=np.r_[0, np.cumsum([len(part) for part in row])], tech_ptr=np.r_[0, np.cumsum(groups)],
        col_tech=col_tech, factor_ptr=np.r_[0, np.cumsum(widths)], factors=flat,
        proposal=zero, lower=zero, upper=zero, flexibility=zero, band=zero, kappa=zero,
    )  # fmt: skip


def _flows(problem: PlanProblem, x: np.ndarray) -> np.ndarray:
    """Use minus supply of every row at the levels x: the engine's own figures of a firm plan."""
    firm = replace(problem, proposal=x, lower=x, upper=x)
    result = solve(firm)
    return result.use_after - result.supply_after


def measure(problem: PlanProblem, threads: int | None) -> tuple[PlanResult, float, float]:
    solve(problem, threads=threads, max_steps=300)  # compile and warm the caches
    times, again = [], []
    for _ in range(3):
        begin = time.perf_counter()
        result = solve(problem, threads=threads)
        times.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        solve(problem, threads=threads, warm=result.duals)
        again.append(time.perf_counter() - begin)
    return result, statistics.median(times), statistics.median(again)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        "technique      lines   rows  method  steps  seconds  again  residual      gap  before   after  asked"
    )
    for shared, products, inputs in ((True, 128, 100), (False, 1000, 10)):
        size = 1000
        while size <= arguments.most:
            problem = economy(size, products=products, inputs=inputs, shared=shared, seed=arguments.seed)
            result, seconds, again = measure(problem, arguments.threads)
            report(problem, result, "shared" if shared else "own", size, seconds, again)
            size *= 10


def report(
    problem: PlanProblem, result: PlanResult, form: str, size: int, seconds: float, again: float
) -> None:
    products = problem.row_kind == RowKind.PRODUCT
    before, after = (worst_imbalance(v[products]) for v in (result.imbalance_before, result.imbalance_after))
    proof = result.certificate
    print(
        f"{form:9s} {size:10d} {problem.m:6d}  {proof.method:6s} {proof.steps:6d} {seconds:8.3f} {again:6.3f}"
        f"  {proof.worst_residual:8.1e} {proof.gap:8.1e} {before:7.1%} {after:7.2%}"
        f" {result.asked[:size].mean():6.1%}",
        flush=True,
    )


if __name__ == "__main__":
    main()
