"""Synthetic and national economies of any size for the benchmarks, fixed by their seed.

All start from a base year in balance at unit prices. Then every line's proposal is scattered by 15 %, capacity is
15 % above the base year, 3 % more consumption is asked for, flexibility is 0.3 of the proposal, the band 5 %,
κ = 0.02 of the unit price, and 5 % of the lines hold firm. Hours and caps are
between 2 % less and 8 % more than the base year needed, so that some bind. A gap costs 50 unit prices, an idle hour a tenth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.engine.problem import PlanProblem, RowKind
from workplaces.tables import SupplyUse

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

POOLS, RESOURCES = 100, 5
SPREAD, SLACK, ELASTICITY, BAND, KAPPA, FIRM, GROWTH = 0.15, 0.15, 0.3, 0.05, 0.02, 0.05, 1.03
PRICE_OF_GAP = 50.0


@dataclass(frozen=True)
class Lines:
    """Production lines before the economy is closed: columns in the engine's form, what each makes, its base year."""

    entry_row: Longs
    entry_use: Floats
    group_ptr: Longs
    tech_ptr: Longs
    col_tech: Longs
    factors: Floats  # [lines, groups], every technique with as many groups
    made: Longs
    base: Floats


def own_recipes(rng: np.random.Generator, *, lines: int, products: int, inputs: int = 10) -> PlanProblem:
    """Every line with a random recipe of its own: ``inputs`` products, one labour pool, one resource."""
    made, base = _made(rng, lines, products)
    rows = rng.integers(0, products, (lines, inputs))
    return _scattered(
        rng, made, base, rows, rng.random((lines, inputs)), rng.integers(0, POOLS, lines), products
    )


def shared_recipes(rng: np.random.Generator, *, lines: int, products: int, inputs: int = 10) -> PlanProblem:
    """All lines of a product use the same things, each with coefficients of its own, scattered by 10 %."""
    made, base = _made(rng, lines, products)
    rows, uses = rng.integers(0, products, (products, inputs)), rng.random((products, inputs))
    scattered = uses[made] * np.exp(rng.normal(0, 0.1, (lines, inputs)))
    return _scattered(rng, made, base, rows[made], scattered, made % POOLS, products)


def national(rng: np.random.Generator, source: SupplyUse, *, lines: int) -> PlanProblem:
    """A published table's techniques at their real density, factors scattered by 10 % for input groups and labour."""
    output, coefficients = source.output(), source.coefficients()
    product, sector = np.nonzero(source.make > 0)
    weight = source.make[product, sector]
    count = np.maximum(1, np.round(lines * weight / weight.sum())).astype(np.int64)
    tech = np.repeat(np.arange(len(product)), count)
    share = rng.dirichlet(np.ones(4), len(tech)).sum(axis=1) * np.exp(rng.normal(0, 1, len(tech)))
    base = weight[tech] * share / np.bincount(tech, share)[tech]
    products, groups = len(source.products.codes), int(source.product_group.max()) + 1
    row, use, group = [], [], []
    hours = source.labour / output
    for t, (p, s) in enumerate(zip(product, sector, strict=True)):
        inputs = np.flatnonzero(coefficients[:, s])
        inputs = inputs[np.argsort(source.product_group[inputs], kind="stable")]
        row.append(np.r_[p, inputs, products + s % POOLS])
        use.append(np.r_[-1.0, coefficients[inputs, s], hours[s]])
        group.append((groups + 2) * t + np.r_[0, 1 + source.product_group[inputs], groups + 1])
    widths = np.bincount(np.concatenate(group), minlength=(groups + 2) * len(product))
    factors = np.exp(rng.normal(0, 0.1, (len(tech), groups + 2)))
    factors[:, 0] = 1.0
    order = rng.permutation(len(tech))
    return close(rng, products, Lines(
        np.concatenate(row), np.concatenate(use), _pointers(widths), (groups + 2) * np.arange(len(product) + 1),
        tech[order], factors[order], product[tech][order], base[order],
    ))  # fmt: skip


def _made(rng: np.random.Generator, lines: int, products: int) -> tuple[Longs, Floats]:
    made = np.r_[np.arange(products), rng.integers(0, products, max(0, lines - products))][:lines]
    size = np.exp(rng.normal(0, 1, lines))
    output = 1e3 * np.exp(rng.normal(0, 1, products))
    return made, output[made] * size / np.bincount(made, size, products)[made]


def _scattered(
    rng: np.random.Generator, made: Longs, base: Floats, rows: Longs, uses: Floats, pool: Longs, products: int
) -> PlanProblem:
    """Half of each line's output goes into its inputs; the rest of the column is hours and a resource."""
    lines = len(made)
    resource = products + POOLS + made % RESOURCES
    row = np.column_stack([made, rows, products + pool, resource])
    uses = 0.5 * uses / uses.sum(axis=1, keepdims=True)
    hours = 0.2 * np.exp(rng.normal(0, 0.1, lines))
    use = np.column_stack([np.full(lines, -1.0), uses, hours, np.full(lines, 0.1)])
    steps = np.arange(lines + 1)
    return close(rng, products, Lines(
        row.ravel(), use.ravel(), row.shape[1] * steps, steps, steps[:-1], np.ones((lines, 1)), made, base
    ))  # fmt: skip


def close(rng: np.random.Generator, products: int, lines: Lines) -> PlanProblem:
    """Adds demand, import and export lines and the hours, caps and deficit that the base year just meets."""
    m, n = products + POOLS + RESOURCES + 1, len(lines.base)
    world = m - 1
    supply = np.bincount(lines.made, lines.base, products)
    wants = _net_use(lines, m)
    imports = 0.1 * supply
    demand = np.maximum(0.02 * supply, -wants[:products])
    imports = np.maximum(imports, demand + wants[:products])
    exports = imports - demand - wants[:products]
    exports[exports < 1e-9 * supply] = 0.0  # rounding, not trade
    ends, place = 3 * products, np.arange(products)
    row = np.r_[place, np.column_stack([place, np.full(products, world)]).ravel(),
                np.column_stack([place, np.full(products, world)]).ravel()]  # fmt: skip
    use = np.r_[np.ones(products), np.tile([-1.0, 1.0], products), np.tile([1.0, -1.0], products)]
    sizes = np.r_[np.ones(products, np.int64), np.full(2 * products, 2)]
    techs = len(lines.tech_ptr) - 1
    width = lines.factors.shape[1]
    proposed = lines.base * np.exp(rng.normal(0, SPREAD, n))
    proposal = np.r_[proposed, demand * GROWTH, imports, exports]
    flexibility = ELASTICITY * proposal
    flexibility[:n][rng.random(n) < FIRM] = 0.0
    none = np.zeros(ends)
    kind = np.repeat([int(k) for k in RowKind], [products, POOLS, RESOURCES, 1])
    given = rng.uniform(0.98, 1.08, POOLS + RESOURCES)
    glut = np.select([kind == RowKind.PRODUCT, kind == RowKind.POOL], [PRICE_OF_GAP, 0.1], 0.0)
    return PlanProblem.build(
        row_kind=kind,
        target=np.r_[np.zeros(products), wants[products:world] * given, imports.sum() - exports.sum()],
        short_price=np.full(m, PRICE_OF_GAP),
        glut_price=glut,
        entry_row=np.r_[lines.entry_row, row],
        entry_use=np.r_[lines.entry_use, use],
        group_ptr=np.r_[lines.group_ptr, lines.group_ptr[-1] + np.cumsum(sizes)],
        tech_ptr=np.r_[lines.tech_ptr, lines.tech_ptr[-1] + 1 + np.arange(ends)],
        col_tech=np.r_[lines.col_tech, techs + np.arange(ends)],
        factor_ptr=np.r_[width * np.arange(n + 1), width * n + 1 + np.arange(ends)],
        factors=np.r_[lines.factors.ravel(), np.ones(ends)],
        proposal=proposal,
        lower=np.r_[np.zeros(n), 0.9 * demand, none[: 2 * products]],
        upper=np.r_[
            np.maximum(lines.base * (1 + SLACK), proposed), 1.1 * GROWTH * demand, 2 * imports, 2 * exports
        ],
        flexibility=flexibility,
        band=np.r_[BAND * proposed, none],
        kappa=np.r_[np.full(n, KAPPA), none],
    )


def _net_use(lines: Lines, m: int) -> Floats:
    """Use minus supply of every row in the base year."""
    techs, width = len(lines.tech_ptr) - 1, lines.factors.shape[1]
    level = np.zeros((techs, width))
    for g in range(width):
        level[:, g] = np.bincount(lines.col_tech, lines.base * lines.factors[:, g], techs)
    group = np.repeat(np.arange(techs * width), np.diff(lines.group_ptr))
    return np.bincount(lines.entry_row, lines.entry_use * level.ravel()[group], m)


def _pointers(counts: Longs) -> Longs:
    return np.r_[0, np.cumsum(counts)]
