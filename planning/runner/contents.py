"""What goes into a product from first to last: the plan's lines added up to a table, and its Leontief inverse applied."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from scipy import sparse

from planning.engine.analysis import DENSE_PRODUCTS, multipliers
from planning.engine.errors import NotProductive
from planning.engine.problem import Floats, Longs, PlanProblem, RowKind
from planning.models import Plan
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.packing import packed, unpacked, worth_keeping
from planning.runner.read import State, read_state
from workplaces.errors import Refused
from workplaces.kept import kept
from workplaces.models import Product

PRODUCTION, DEMAND = 0, 1


@dataclass(frozen=True)
class Table:
    """A plan as an input–output table: products [n] in their order, pools [q], resources [r]; a year's quantities."""

    products: Longs  # entity ids
    flows: sparse.csr_array  # [n, n], of product i used in making product j
    output: Floats  # [n] gross
    labour: Floats  # [q, n] by pool
    resources: Floats  # [r, n] by resource with a cap
    resource_ids: Longs
    final: Floats  # [n] final demand

    @property
    def coefficients(self) -> sparse.csr_array | Floats:
        """``a_ij = z_ij / x_j`` [n, n] (Leontief 1936); 0 for what is not made here. Written out where that is small."""
        shares = sparse.csr_array(self.flows @ sparse.diags_array(_inverse(self.output)))
        return shares.toarray() if len(self.products) <= DENSE_PRODUCTS else shares


@dataclass(frozen=True)
class Contents:
    """Per unit of final demand of each product [n]: direct and total hours, total output, total use of resources [r, n].

    ``hours`` are labour values ``v = ℓ (I − A)⁻¹``; ``output`` the multipliers ``1 (I − A)⁻¹`` in value, each product
    at its accounting price (Miller and Blair 2009, ch. 6).
    """

    table: Table
    direct_hours: Floats
    hours: Floats
    output: Floats
    resources: Floats


def tabulate(state: State, problem: PlanProblem, layout: Layout, x: Floats) -> Table:
    """Add the lines up at the activities ``x [columns]``; a line counts for the product that it is named after.

    What a line makes beside it, as a by-product, counts as less of that product used.
    """
    n = len(state.products["entity_id"])
    production = layout.column_kind == PRODUCTION
    made = np.searchsorted(state.products["entity_id"], state.lines["product_id"])
    level = _levels(problem, np.where(production, x, 0.0))
    product = np.zeros(len(problem.tech_ptr) - 1, np.int64)
    product[problem.col_tech[production]] = made
    group_of = np.repeat(np.arange(len(problem.group_ptr) - 1), np.diff(problem.group_ptr))
    tech_of = np.repeat(np.arange(len(product)), np.diff(problem.tech_ptr))
    column, amount = product[tech_of[group_of]], problem.entry_use * level[group_of]
    rows = len(layout.row_kind)
    used = sparse.coo_array((amount, (problem.entry_row, column)), shape=(rows, n)).tocsr()
    goods = sparse.csr_array(used[:n])
    made_gross = np.bincount(made, weights=x[production], minlength=n)
    flows = sparse.csr_array(goods + sparse.diags_array(made_gross))
    demand = layout.column_kind == DEMAND
    wanted = np.searchsorted(state.products["entity_id"], state.demand["product_id"])
    capped = layout.row_kind == RowKind.RESOURCE
    return Table(
        products=state.products["entity_id"],
        flows=flows,
        output=made_gross,
        labour=used[layout.row_kind == RowKind.POOL].toarray(),
        resources=used[capped].toarray(),
        resource_ids=layout.row_entity[capped],
        final=np.bincount(wanted, weights=x[demand], minlength=n),
    )


def contents(table: Table, price: Floats) -> Contents:
    """Return what one unit of each product holds. ``price [n]`` are accounting prices.

    Raises ``NotProductive`` where the plan uses up more than it makes.
    """
    a = table.coefficients
    inverse = _inverse(table.output)
    direct = table.labour.sum(axis=0) * inverse
    output = np.divide(multipliers(a, price), price, out=np.zeros_like(price), where=price > 0)
    resources = [multipliers(a, row * inverse) for row in table.resources]
    return Contents(
        table=table,
        direct_hours=direct,
        hours=multipliers(a, direct),
        output=output,
        resources=np.array(resources).reshape(len(resources), len(price)),
    )


def contents_of(plan: Plan) -> Contents:
    """Return the contents of a plan's products; kept, since a plan's figures never change.

    Raises ``Refused`` that names the product where the plan uses up more than it makes.
    """
    rules = tuple(sorted(plan.cycle.rules.items()))
    if not worth_keeping(int(plan.run.summary["products"])):
        return _of(plan.scenario_id, plan.scenario.digest, rules)
    by = sha256(repr(rules).encode()).hexdigest()
    key = f"contents:{plan.public_id}:{plan.scenario.digest}:{by}"
    return kept(key, lambda: packed(_contents(plan.scenario_id, rules)), _unpacked)


def _unpacked(found: dict[str, Any]) -> Contents:
    return unpacked(Contents, found, table=Table)


@lru_cache(maxsize=4)
def _of(scenario: int, _digest: str, rules: tuple[tuple[str, float], ...]) -> Contents:
    return _contents(scenario, rules)


def _contents(scenario: int, rules: tuple[tuple[str, float], ...]) -> Contents:
    known = Rules.of(dict(rules))
    state = read_state(scenario, band=known.band)
    problem, layout = build_problem(state, known)
    try:
        return contents(tabulate(state, problem, layout, problem.proposal), state.products["price"])
    except NotProductive as refusal:
        raise Refused(_unproductive(refusal, state)) from refusal


def _unproductive(refusal: NotProductive, state: State) -> str:
    if refusal.index is None:
        return _(
            "What the products of this plan hold has no answer: together they use up all that they make."
        )
    entity = int(state.products["entity_id"][refusal.index])
    name = Product._base_manager.filter(entity_id=entity).order_by("-pk")[0].label
    return _(
        "What the products of this plan hold has no answer: making %(product)s uses up more of it than is made, directly or "
        "through its inputs. Look at the techniques of those who make it."
    ) % {"product": name}  # fmt: skip


def _levels(problem: PlanProblem, x: Floats) -> Floats:
    """``Σ_j factor_jg x_j`` of every group of every technique."""
    width = np.diff(problem.factor_ptr)
    column = np.repeat(np.arange(problem.n), width)
    within = np.arange(len(column)) - np.repeat(problem.factor_ptr[:-1], width)
    group = problem.tech_ptr[problem.col_tech[column]] + within
    return np.bincount(group, weights=problem.factors * x[column], minlength=len(problem.group_ptr) - 1)


def _inverse(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
