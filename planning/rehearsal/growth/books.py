"""The year's plan: what everybody proposes, iterations by the real engine, what is then made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.allocation.requests import Floats, Longs
from planning.rehearsal.arrays import PRODUCTION, proposed, settled
from planning.rehearsal.growth.start import Places, per_unit
from planning.runner.balance import balanced
from planning.runner.build import Rules
from planning.runner.columns import Columns
from planning.runner.read import State
from planning.runner.stress.economy import state_of
from planning.runner.write import summarise
from planning.simulated.people import Temper
from workplaces.tables.arrays import Economy

GRANTED = "granted"


@dataclass(frozen=True, eq=False)
class Books:
    """The economy's arrays, lines in the order of ``state``; what changes stands in ``Made``.

    Of lines: whose they are, value added and table hours per unit, spare capacity as a share. Of demand: its
    category, floor and ceiling as shares of what is wanted.
    """

    state: State
    workplace: Places
    added: Floats
    hours: Floats
    spare: Floats
    category: NDArray[np.str_]
    floor: Floats
    ceiling: Floats


@dataclass(frozen=True, eq=False)
class Made:
    """A year's figures: lines' outputs and capacities, ``productivity`` (n) relative to the table.

    ``scale`` is what was asked for relative to the start; ``worst`` the imbalance that the plan leaves, ``asked`` the
    largest share of workplaces asked in a round.
    """

    output: Floats
    capacity: Floats
    productivity: Floats
    scale: float = 1.0
    worst: float = 0.0
    asked: float = 0.0

    def hours(self, books: Books) -> Floats:
        """Return the hours that each line works."""
        worked: Floats = self.output * books.hours / self.productivity[books.workplace]
        return worked

    def added(self, books: Books) -> float:
        """Return the value added at the prices of the start."""
        return float((self.output * books.added).sum())


def opened(economy: Economy, productivity: Floats, rules: Rules) -> tuple[Books, Made]:
    """Return the books of an economy with rows for what grants buy, and its last year.

    Grants buy the products that the table's investment buys, in its proportions, where the collective stands.
    """
    state = _with_granted(state_of(economy, band=rules.band), economy)
    value, hours = per_unit(economy)
    lines, demand = state.lines, state.demand
    technique, last = lines["technology"] - 1, demand["last"]
    granted = len(last) - len(economy.demand)
    books = Books(
        state=state,
        workplace=(lines["workplace_id"] - 1).astype(np.intp),
        added=value[technique],
        hours=hours[technique],
        spare=lines["capacity"] / lines["last_output"] - 1,
        category=np.array([*economy.demand.demand_category, *[GRANTED] * granted]),
        floor=np.divide(demand["floor"], last, out=np.ones(len(last)), where=last > 0),
        ceiling=np.divide(demand["ceiling"], last, out=np.ones(len(last)), where=last > 0),
    )
    return books, Made(lines["last_output"], lines["capacity"], productivity)


def _with_granted(state: State, economy: Economy) -> State:
    goods = np.unique(state.demand["product_id"][_is(economy, "investment")])
    if not len(goods):
        raise ValueError("The table has no investment, so that nobody knows which goods grants would buy.")
    count = len(goods) * len(economy.regions.codes)
    more: Columns = {name: np.zeros(count, column.dtype) for name, column in state.demand.items()}
    more["entity_id"] = len(economy.demand) + 1 + np.arange(count)
    more["region_id"] = 1 + np.repeat(np.arange(len(economy.regions.codes)), len(goods))
    more["product_id"] = np.tile(goods, len(economy.regions.codes))
    demand = {name: np.concatenate([column, more[name]]) for name, column in state.demand.items()}
    return replace(state, demand=demand)


def _is(economy: Economy, category: str) -> NDArray[np.bool_]:
    return np.array([name == category for name in economy.demand.demand_category])


def demand_wanted(books: Books, scale: float, granted: Floats) -> Floats:
    """Return what each demand line wants: that of the start times ``scale``; ``granted`` (R, units of value) inside it.

    What grants buy takes the place of other investment, wherever that was: the country invests no more than it would
    have without envelopes. What goes beyond that households do without. Raises ValueError where it is more than both.
    """
    demand = books.state.demand
    product, region, last = demand["product_id"], demand["region_id"] - 1, demand["last"] * scale
    price = np.concatenate([[0.0], books.state.products["price"]])  # products count from 1
    ours, ordinary, home = (books.category == name for name in (GRANTED, "investment", "household"))
    bundle = np.bincount(product[ordinary], last[ordinary], len(price))
    invested, consumed = (float((last * price[product])[lines].sum()) for lines in (ordinary, home))
    total = float(granted.sum())
    if total > invested + consumed:
        raise ValueError("Grants come to more than all investment and consumption: set --fund lower.")
    wanted = last.copy()
    wanted[ordinary] *= 1 - min(total / invested, 1.0)
    wanted[home] *= 1 - max(total - invested, 0.0) / consumed if consumed else 1.0
    wanted[ours] = granted[region[ours]] * bundle[product[ours]] / invested
    return wanted


def year(
    books: Books, last: Made, productivity: Floats, granted: Floats, wanted: float, scatter: float, rounds: int,
    rules: Rules, rng: np.random.Generator, pools: float,
) -> Made:  # fmt: skip
    """Plan a year and return what is made.

    Everybody proposes to work as many hours as last year, scattered. All demand, exports and imports grow alike, by as
    much as would take the ``wanted`` hours in all at the new ``productivity`` (n) and last year's division of labour.
    ``granted`` (R) is what grants buy, in units of value; ``pools`` the growth of all pools since the start. Equipment
    keeps the hours of capacity, and those of use, that it had. Then ``rounds`` iterations, with answers between
    them; the last one's plan is carried out.
    """
    rise = (productivity / last.productivity)[books.workplace]
    worked, needed = float(last.hours(books).sum()), float((last.hours(books) / rise).sum())
    scale = last.scale * wanted / needed
    capacity = np.maximum(last.capacity, last.output * (1 + books.spare)) * rise
    demand = demand_wanted(books, scale, granted)
    abroad = {name: books.state.trade[name] * scale for name in ("last", "planned", "ceiling")}
    state = replace(
        books.state,
        lines=books.state.lines
        | {"last_output": last.output * rise * (wanted / worked), "capacity": capacity},
        factors=books.state.factors | {"value": _factors(books, productivity)},
        pools=books.state.pools | {"hours": books.state.pools["hours"] * pools},
        demand=books.state.demand
        | {"last": demand, "floor": demand * books.floor, "ceiling": demand * books.ceiling},
        trade=books.state.trade | abroad,
    )
    temper = Temper(scatter=scatter, growth=0.0)
    state = proposed(state, temper, rng)
    asked = 0.0
    for number in range(rounds):
        problem, layout, result = balanced(state, rules)
        summary: Mapping[str, float] = summarise(state, problem, layout, result)
        asked = max(asked, summary["workplaces_asked"] / summary["workplaces"])
        if number + 1 < rounds:
            state = settled(state, problem, layout, result, temper, rng)
            rules = replace(rules, reserve=0.0)
    output = np.maximum(result.x[layout.column_kind == PRODUCTION], 0.0)
    return Made(output, capacity, productivity, scale, summary["worst_after"], asked)


def _factors(books: Books, productivity: Floats) -> Floats:
    """Inputs per unit are the table's; hours are the table's over the collective's productivity."""
    factors = np.ones((len(books.workplace), len(books.state.factors["value"]) // len(books.workplace)))
    factors[:, -1] = 1 / productivity[books.workplace]
    return factors.reshape(-1)


def by_collective(books: Books, made: Made, count: int) -> Floats:
    """Return the hours (n) that each collective works."""
    return np.bincount(books.workplace, made.hours(books), count)


def in_regions(region: Places, grants: Longs, money: float, regions: int) -> Floats:
    """Return grants (n, minor units) by region (R), in units of value."""
    return np.bincount(region, grants / money, regions)
