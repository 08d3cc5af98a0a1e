"""A baseline added up: last year's economy as a table, its final uses, its supply and its limits."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from planning.engine.problem import Floats, Longs
from planning.runner.build import Rules, build_problem
from planning.runner.contents import Table, tabulate
from planning.runner.packing import packed, unpacked, worth_keeping
from planning.runner.read import State, read_state
from workplaces.hours import IN_HOURS
from workplaces.kept import kept, known
from workplaces.models import DemandLine, LabourPool, Occupation, Product, Scenario, Workplace
from workplaces.presentation.figures import worth

Category = DemandLine.Category
INVESTED = (Category.INVESTMENT, Category.GRANTED)
UNCAPPED = 1e30  # what a resource without a cap is given, so that a table counts its use too


@dataclass(frozen=True)
class Baseline:
    """A frozen baseline as a table, its final demand by category [n], its supply and its limits; a year's quantities.

    ``price`` is in currency per unit; ``domestic`` the share of each product's supply that is made here [n]; ``hours``
    are needed per product [n], in hours; ``caps`` are 0 where a resource is not ``capped``; ``shares`` say how the
    output of a product is divided over sectors [sectors, n].
    """

    table: Table
    price: Floats
    individual: Floats
    collective: Floats
    invested: Floats
    domestic: Floats
    hours: Floats
    offered: float
    capacity: Floats
    caps: Floats
    capped: Longs
    sectors: Longs
    shares: Floats


def per_unit(total: Floats, output: Floats) -> Floats:
    """Return totals per unit of output; 0 where nothing is made."""
    return np.divide(total, output, out=np.zeros_like(total), where=output > 0)


def baseline_of(scenario: int, digest: str) -> Baseline:
    """Read a frozen baseline; kept, since it never changes."""
    if not worth_keeping(Product._base_manager.filter(scenario_id=scenario).count()):
        return _remembered(scenario, digest)
    return kept(_kept_as(scenario, digest), lambda: packed(added_up(scenario)), _unpacked)


def is_kept(scenario: int, digest: str) -> bool:
    """Say whether a frozen baseline was read already."""
    return known(_kept_as(scenario, digest), _unpacked) is not None


def _kept_as(scenario: int, digest: str) -> str:
    return f"baseline-2:{scenario}:{digest}"


def _unpacked(found: dict[str, Any]) -> Baseline:
    return unpacked(Baseline, found, table=Table)


@lru_cache(maxsize=2)
def _remembered(scenario: int, digest: str) -> Baseline:  # noqa: ARG001  (part of the key)
    return added_up(scenario)


def added_up(scenario: int) -> Baseline:
    """Read a baseline, frozen or not."""
    state = read_state(scenario, band=0.0)
    cap = state.resources["cap"]
    capped = np.isfinite(cap)
    state = replace(state, resources=state.resources | {"cap": np.where(capped, cap, UNCAPPED)})
    problem, layout = build_problem(state, Rules())
    table = tabulate(state, problem, layout, problem.proposal)
    uses = _uses(scenario, state)
    n = len(table.products)
    bought = np.bincount(
        np.searchsorted(table.products, state.trade["product_id"]),
        weights=state.trade["planned"] * (state.trade["import"] > 0), minlength=n,
    )  # fmt: skip
    supply = table.output + bought
    made = np.searchsorted(table.products, state.lines["product_id"])
    sectors, shares = _sectors(scenario, state, made, table.output)
    in_hours = _in_hours(scenario, state)
    return Baseline(
        table=table,
        price=_prices(scenario, state),
        individual=uses[Category.HOUSEHOLD],
        collective=uses[Category.PUBLIC],
        invested=sum((uses[one] for one in INVESTED), np.zeros(n)),
        domestic=np.divide(table.output, supply, out=np.ones(n), where=supply > 0),
        hours=in_hours @ table.labour,
        offered=float(in_hours @ state.pools["hours"]),
        capacity=np.bincount(made, weights=state.lines["capacity"], minlength=n),
        caps=np.where(capped, cap, 0.0),
        capped=capped.astype(np.int64),
        sectors=sectors,
        shares=shares,
    )


def _prices(scenario: int, state: State) -> Floats:
    """Return accounting prices in whole units of currency [n]: a product measured in millions of it counts as so much."""
    rows = Product.objects.in_scenario(Scenario.objects.get(pk=scenario)).values_list("entity_id", "unit")
    units = dict(rows)
    ids, prices = state.products["entity_id"].tolist(), state.products["price"].tolist()
    return np.array([worth(1.0, price, units[entity]) for entity, price in zip(ids, prices, strict=True)])


def _uses(scenario: int, state: State) -> dict[str, Floats]:
    """Return last year's final uses of every product [n] by category."""
    rows = DemandLine.objects.in_scenario(Scenario.objects.get(pk=scenario)).values_list(
        "entity_id", "category"
    )
    category = dict(rows)
    n = len(state.products["entity_id"])
    place = np.searchsorted(state.products["entity_id"], state.demand["product_id"])
    kinds = np.array([category[entity] for entity in state.demand["entity_id"].tolist()], dtype=object)
    return {
        one: np.bincount(place, weights=state.demand["proposed"] * (kinds == one), minlength=n) if len(place) else np.zeros(n)
        for one in Category.values
    }  # fmt: skip


def _sectors(scenario: int, state: State, made: Longs, output: Floats) -> tuple[Longs, Floats]:
    """Return the sectors, and how each product's output is divided over the main sectors of who makes it [sectors, n]."""
    found = Workplace.objects.in_scenario(Scenario.objects.get(pk=scenario)).values_list(
        "entity_id", "main_sector_id"
    )
    sector_of = dict(found)
    of_line = np.array([sector_of[one] for one in state.lines["workplace_id"].tolist()], dtype=np.int64)
    sectors, place = np.unique(of_line, return_inverse=True)
    flat = np.bincount(
        place * len(output) + made, weights=state.lines["proposed"], minlength=len(sectors) * len(output)
    )
    return sectors, per_unit(
        flat.reshape(len(sectors), len(output)), np.broadcast_to(output, (len(sectors), len(output)))
    )


def _in_hours(scenario: int, state: State) -> Floats:
    """Return what one unit of each pool's hours is in hours [q]."""
    here = Scenario.objects.get(pk=scenario)
    units = dict(Occupation.objects.in_scenario(here).values_list("entity_id", "unit"))
    work = dict(LabourPool.objects.in_scenario(here).values_list("entity_id", "occupation_id"))
    found = [IN_HOURS.get(units.get(work[pool], ""), 1.0) for pool in state.pools["entity_id"].tolist()]
    return np.array(found, dtype=float)
