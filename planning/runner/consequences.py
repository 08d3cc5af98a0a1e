"""What a programme would bring: last year's economy with another final demand, through the Leontief inverse."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from scipy import sparse

from planning.engine.analysis import leontief
from planning.engine.errors import NotProductive
from planning.engine.problem import Floats, Longs
from planning.models import Cycle, Topic
from planning.rules import rule
from planning.runner.build import Rules, build_problem
from planning.runner.contents import Table, tabulate
from planning.runner.packing import packed, unpacked, worth_keeping
from planning.runner.read import State, read_state
from workplaces.errors import Refused
from workplaces.hours import IN_HOURS
from workplaces.kept import kept, known
from workplaces.models import DemandLine, LabourPool, Line, Occupation, Product, Scenario, Workplace

Category = DemandLine.Category
INVESTED = (Category.INVESTMENT, Category.GRANTED)
RULES = ("investment_return", "weekly_hours")  # of the cycle, on which a sheet hangs
LINES_AT_ONCE, PRODUCTS_AT_ONCE = 5_000, 500  # what is computed while somebody waits: some tenths of a second


@dataclass(frozen=True)
class Baseline:
    """A frozen baseline as a table, its final demand by category [n], its supply and its limits; a year's quantities.

    ``domestic`` is the share of each product's supply that is made here [n]; ``hours`` are needed per product [n], in
    hours; ``shares`` say how the output of a product is divided over sectors [sectors, n].
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
    sectors: Longs
    shares: Floats


@dataclass(frozen=True)
class Change:
    """A figure as it is in the baseline and as the programme would have it."""

    now: float
    then: float

    @property
    def growth(self) -> float:
        """``then / now − 1``; 0 where nothing is there now."""
        return self.then / self.now - 1 if self.now else 0.0


@dataclass(frozen=True)
class Sheet:
    """The consequences: money at accounting prices a year, hours a year, resources in their units; by entity ids.

    ``weekly`` are the hours a week at which what is made would need all the hours that pools offer; ``later`` the value added
    a year that the investment adds once its lag is over; ``beyond`` products that need more than all lines' capacity.
    """

    value_added: float
    invested: Change
    collective: Change
    individual: Change
    hours: Change
    offered: Change
    weekly: float
    resources: dict[int, tuple[Change, Change]]  # use, cap
    sectors: dict[int, Change]
    beyond: dict[int, float]
    free: dict[int, float]
    later: float


def consequences_of(cycle: Cycle, figures: Mapping[tuple[str, int | None], float]) -> Sheet:
    """Return what figures (topic and entity → value) would bring, computed from the cycle's frozen baseline.

    Kept: a frozen baseline never changes. Raises Refused before it is frozen, and where the baseline uses up
    more than it makes.
    """
    key = _key(cycle, figures)

    def compute() -> dict[str, Any]:
        base = baseline_of(cycle.baseline_id, cycle.baseline.digest)
        rules = {"returns": rule(cycle.rules, RULES[0]), "weekly_hours": rule(cycle.rules, RULES[1])}
        try:
            return written(sheet(base, figures, **rules))
        except NotProductive:
            return {}

    return _there(kept(key, compute, read))


def consequences_known(cycle: Cycle, figures: Mapping[tuple[str, int | None], float]) -> Sheet | None:
    """Return the same where it is kept or quickly computed; None where nobody who asks should have to wait for it.

    Quick is a baseline of few lines, or one that is kept already, if its products are few. Raises Refused as
    ``consequences_of`` does.
    """
    found = known(_key(cycle, figures), read)
    if found is not None:
        return _there(found)
    scenario, digest = cycle.baseline_id, cycle.baseline.digest
    quick = Product.objects.in_scenario(cycle.baseline).count() <= PRODUCTS_AT_ONCE and (
        len(Line.objects.in_scenario(cycle.baseline).order_by().values_list("pk")[: LINES_AT_ONCE + 1])
        <= LINES_AT_ONCE
        or known(_kept_as(scenario, digest), _unpacked) is not None
    )
    return consequences_of(cycle, figures) if quick else None


def _key(cycle: Cycle, figures: Mapping[tuple[str, int | None], float]) -> str:
    """Return what the sheet is kept as: it names all that it hangs on. Raises Refused before the baseline is frozen."""
    if not cycle.baseline.digest:
        raise Refused(
            _("Consequences are computed once the baseline of %(year)s is frozen.") % {"year": cycle.year}
        )
    given = sorted(((*key, value) for key, value in figures.items()), key=str)
    hangs_on = repr((given, [rule(cycle.rules, name) for name in RULES]))
    return f"sheet:{cycle.baseline_id}:{cycle.baseline.digest}:{sha256(hangs_on.encode()).hexdigest()}"


def _there(found: list[Sheet]) -> Sheet:
    """Return the sheet; raise Refused where there is none."""
    if not found:
        raise Refused(
            _("The consequences have no answer: by its figures the baseline uses up more than it makes.")
        )
    return found[0]


def written(one: Sheet) -> dict[str, Any]:
    """Return a sheet as plain JSON."""
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, Change):
        return [value.now, value.then]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return [[key, _plain(one)] for key, one in value.items()] if isinstance(value, dict) else value


def read(value: dict[str, Any]) -> list[Sheet]:
    """Return a sheet that was written, in a list; none where it was found to have no answer."""
    if not value:
        return []
    changes = {
        name: Change(*value[name]) for name in ("invested", "collective", "individual", "hours", "offered")
    }
    inside = {
        "resources": {key: (Change(*use), Change(*cap)) for key, (use, cap) in value["resources"]},
        "sectors": {key: Change(*change) for key, change in value["sectors"]},
        "beyond": dict(value["beyond"]),
        "free": dict(value["free"]),
    }
    return [Sheet(**(value | changes | inside))]


def sheet(
    base: Baseline, figures: Mapping[tuple[str, int | None], float], *, returns: float, weekly_hours: float
) -> Sheet:
    """``Δx = (I − D A)⁻¹ D Δf``: what is made changes with final demand, imports in proportion.

    ``Δf`` keeps the value of final use: investment becomes its share of value added, consumption what is left of both,
    divided into collective and individual; each keeps its own composition (Miller and Blair 2009, ch. 2 and 4.2: competitive
    imports ``D = diag(x / (x + m))``). Raises ``NotProductive``.
    """
    price, table = base.price, base.table
    value_added = float(price @ table.output - (price @ table.flows).sum())
    now = {name: float(price @ getattr(base, name)) for name in ("invested", "collective", "individual")}
    consumed = now["collective"] + now["individual"]
    then = dict(now)
    if (share := figures.get((Topic.INVESTMENT, None))) is not None:
        then["invested"] = share / 100 * value_added
    left = max(consumed + now["invested"] - then["invested"], 0.0)
    part = now["collective"] / consumed if consumed else 0.0
    part = figures.get((Topic.COLLECTIVE, None), 100 * part) / 100
    then["collective"], then["individual"] = part * left, (1 - part) * left
    wanted = sum(_composed(base, name, then[name]) for name in then)
    change = wanted - base.invested - base.collective - base.individual
    grown = _grown(base, change)
    made = np.maximum(table.output + grown, 0.0)
    per_unit = _per_unit(base.hours, table.output)
    hours = Change(float(base.hours.sum()), float(base.hours.sum() + per_unit @ grown))
    week = figures.get((Topic.HOURS, None), weekly_hours)
    offered = Change(base.offered, base.offered * week / weekly_hours)
    worth_now, worth_then = base.shares @ (price * table.output), base.shares @ (price * made)
    return Sheet(
        value_added=value_added,
        invested=Change(now["invested"], then["invested"]),
        collective=Change(now["collective"], then["collective"]),
        individual=Change(now["individual"], then["individual"]),
        hours=hours,
        offered=offered,
        weekly=weekly_hours * hours.then / base.offered if base.offered else 0.0,
        resources=_resources(base, grown, figures),
        sectors={
            int(one): Change(float(a), float(b)) for one, a, b in zip(base.sectors, worth_now, worth_then, strict=True)
        },
        beyond=_beyond(base, made),
        free={
            entity: _used(base, entity) for (topic, entity) in figures if topic == Topic.FREE and entity is not None
        },
        later=returns * then["invested"],
    )  # fmt: skip


def _composed(base: Baseline, name: str, total: float) -> Floats:
    """Return quantities worth ``total`` in the composition of that use; where there is none, in that of all three."""
    pattern: Floats = getattr(base, name)
    worth = float(base.price @ pattern)
    if worth <= 0:
        pattern = np.maximum(base.invested + base.collective + base.individual, 0.0)
        worth = float(base.price @ pattern)
    return pattern * (total / worth) if worth > 0 else np.zeros_like(base.price)


def _grown(base: Baseline, change: Floats) -> Floats:
    """``Δx = (I − D A)⁻¹ D Δf`` [n]."""
    if not change.any():
        return np.zeros_like(change)
    a = base.table.coefficients
    home = base.domestic[:, None] * a if isinstance(a, np.ndarray) else sparse.diags_array(base.domestic) @ a
    return leontief(home, base.domestic * change)


def _resources(
    base: Baseline, grown: Floats, figures: Mapping[tuple[str, int | None], float]
) -> dict[int, tuple[Change, Change]]:
    found = {}
    for row, entity, cap in zip(
        base.table.resources, base.table.resource_ids.tolist(), base.caps, strict=True
    ):
        more = float(_per_unit(row, base.table.output) @ grown)
        voted = figures.get((Topic.CAP, entity), float(cap))
        found[entity] = (Change(float(row.sum()), float(row.sum()) + more), Change(float(cap), voted))
    return found


def _beyond(base: Baseline, made: Floats) -> dict[int, float]:
    """Return by product, as a share, how far what would be made exceeds all that its lines can make."""
    over = (base.capacity > 0) & (made > base.capacity * (1 + 1e-9))
    share = made[over] / base.capacity[over] - 1
    return dict(zip(base.table.products[over].tolist(), share.tolist(), strict=True))


def _used(base: Baseline, entity: int) -> float:
    place = int(np.searchsorted(base.table.products, entity))
    return float(base.price[place] * base.individual[place])


def _per_unit(total: Floats, output: Floats) -> Floats:
    return np.divide(total, output, out=np.zeros_like(total), where=output > 0)


def baseline_of(scenario: int, digest: str) -> Baseline:
    """Read a frozen baseline; kept, since it never changes."""
    if not worth_keeping(Product._base_manager.filter(scenario_id=scenario).count()):
        return _remembered(scenario, digest)
    return kept(_kept_as(scenario, digest), lambda: packed(_baseline(scenario)), _unpacked)


def _kept_as(scenario: int, digest: str) -> str:
    return f"baseline:{scenario}:{digest}"


def _unpacked(found: dict[str, Any]) -> Baseline:
    return unpacked(Baseline, found, table=Table)


@lru_cache(maxsize=2)
def _remembered(scenario: int, digest: str) -> Baseline:  # noqa: ARG001  (part of the key)
    return _baseline(scenario)


def _baseline(scenario: int) -> Baseline:
    state = read_state(scenario, band=0.0)
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
    capped = np.isfinite(state.resources["cap"])
    return Baseline(
        table=table,
        price=state.products["price"],
        individual=uses[Category.HOUSEHOLD],
        collective=uses[Category.PUBLIC],
        invested=sum((uses[one] for one in INVESTED), np.zeros(n)),
        domestic=np.divide(table.output, supply, out=np.ones(n), where=supply > 0),
        hours=in_hours @ table.labour,
        offered=float(in_hours @ state.pools["hours"]),
        capacity=np.bincount(made, weights=state.lines["capacity"], minlength=n),
        caps=state.resources["cap"][capped],
        sectors=sectors,
        shares=shares,
    )


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
    return sectors, _per_unit(
        flat.reshape(len(sectors), len(output)), np.broadcast_to(output, (len(sectors), len(output)))
    )


def _in_hours(scenario: int, state: State) -> Floats:
    """Return what one unit of each pool's hours is in hours [q]."""
    here = Scenario.objects.get(pk=scenario)
    units = dict(Occupation.objects.in_scenario(here).values_list("entity_id", "unit"))
    work = dict(LabourPool.objects.in_scenario(here).values_list("entity_id", "occupation_id"))
    found = [IN_HOURS.get(units.get(work[pool], ""), 1.0) for pool in state.pools["entity_id"].tolist()]
    return np.array(found, dtype=float)
