"""From a scenario's arrays to the engine's problem: a column for each line, a row for each balance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.engine.problem import PlanProblem, RowKind
from planning.runner.columns import Columns
from planning.runner.read import State
from workplaces.errors import Invalid

SCARCE = 1e-3  # of what is proposed: a smaller cap is priced as if it were that
OUTPUT, INPUT, LABOUR, RESOURCE = range(4)  # kinds of pattern entries, as read.py names them
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """What the charter fixes for an iteration; prices of gaps are multiples of a row's own price."""

    band: float = 0.05
    kappa: float = 0.02
    gap_price: float = 10.0
    idle_price: float = 0.0
    reserve: float = 0.0  # share of each band that the iteration would rather leave to later rounds
    ask_again: float = 10.0  # κ counts this many times for a line that has answered in this cycle
    capacity_share: float = 0.05  # flexibility of a line counts at least this share of its capacity

    @classmethod
    def of(cls, rules: dict[str, Any]) -> "Rules":
        """Pick the iteration's rules out of the cycle's frozen ones."""
        return cls(**{name: float(rules[name]) for name in cls.__dataclass_fields__ if name in rules})


@dataclass(frozen=True)
class Layout:
    """Which row and which column stands for what: kinds as in RunRow and RunLine, entity ids."""

    row_kind: NDArray[np.int8]
    row_entity: Longs
    row_price: Floats
    column_kind: NDArray[np.int8]
    column_entity: Longs
    room: Floats  # how far each column may move without anybody being asked
    clipped: int  # figures from last year that lay outside today's bounds and were taken at the bound


@dataclass(frozen=True)
class Techniques:
    """Techniques in the engine's grouped form: entries by group, groups by technique."""

    row: Longs
    use: Floats
    group: Longs  # number of the entry's group, counted through all techniques
    width: Longs  # groups per technique


class Rows:
    """Finds the row of a product, a pool or a resource by entity id."""

    def __init__(self, state: State) -> None:
        """Number products first, then pools, then capped resources, last the balance with the world."""
        self.state = state
        self.capped = np.isfinite(state.resources["cap"])
        self.resources = state.resources["entity_id"][self.capped]
        self.products, self.pools = len(state.products["entity_id"]), len(state.pools["entity_id"])
        self.world = self.products + self.pools + len(self.resources)
        self.total = self.world + 1
        pool_key = state.pools["region_id"] * 2**31 + state.pools["occupation_id"]
        self.pool_order = np.argsort(pool_key)
        self.pool_key = pool_key[self.pool_order]

    def product(self, entity: Longs) -> Longs:
        """Return the rows of products; raise Invalid for one that the scenario does not have."""
        return _find(self.state.products["entity_id"], entity, "product")

    def pool(self, region: Longs, occupation: Longs) -> Longs:
        """Return the rows of the pools of these occupations in these regions."""
        place = _find(self.pool_key, region * 2**31 + occupation, "labour pool")
        return self.products + self.pool_order[place]

    def resource(self, entity: Longs) -> Longs:
        """Return the rows of resources, −1 for those without a cap."""
        if not len(self.resources):
            return np.full(len(entity), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.resources, entity), len(self.resources) - 1)
        return np.where(self.resources[place] == entity, self.products + self.pools + place, -1)


def build_problem(state: State, rules: Rules) -> tuple[PlanProblem, Layout]:
    """Return the engine's problem and what its rows and columns stand for.

    Raises Invalid where a line uses a product or an occupation that the scenario does not have, and the
    engine's ``EngineError`` for figures it cannot take.
    """
    rows = Rows(state)
    techniques, column_technique, factors, widths = _columns(state, rows)
    figures, room, clipped = _figures(state, rules)
    drawn = _drawn(techniques, column_technique, factors, widths, figures["proposal"], rows)
    row_arrays, row_price = _row_arrays(state, rows, rules, drawn)
    problem = PlanProblem.build(
        **row_arrays,
        entry_row=techniques.row,
        entry_use=techniques.use,
        group_ptr=_pointers(np.bincount(techniques.group, minlength=int(techniques.width.sum()))),
        tech_ptr=_pointers(techniques.width),
        col_tech=column_technique,
        factor_ptr=_pointers(widths),
        factors=factors,
        **figures,
    )
    lines, demand, trade = (len(table["entity_id"]) for table in (state.lines, state.demand, state.trade))
    return problem, Layout(
        row_kind=row_arrays["row_kind"],
        row_entity=np.concatenate(
            [state.products["entity_id"], state.pools["entity_id"], rows.resources, np.zeros(1, np.int64)]
        ),
        row_price=row_price,
        column_kind=np.repeat(np.arange(3, dtype=np.int8), [lines, demand, trade]),
        column_entity=np.concatenate([t["entity_id"] for t in (state.lines, state.demand, state.trade)]),
        room=room,
        clipped=clipped,
    )


def _columns(state: State, rows: Rows) -> tuple[Techniques, Longs, Floats, Longs]:
    """All techniques, and per column its technique, its factors and how many they are."""
    shared = state.lines["own"] == 0
    parts = [
        _shared(state, rows, shared),
        _own(state, rows, ~shared),
        _demand(state, rows),
        _trade(state, rows),
    ]
    offset = np.cumsum([0] + [len(part[0].width) for part in parts])
    group_offset = np.cumsum([0] + [int(part[0].width.sum()) for part in parts])
    techniques = Techniques(
        row=np.concatenate([part[0].row for part in parts]),
        use=np.concatenate([part[0].use for part in parts]),
        group=np.concatenate([part[0].group + group_offset[i] for i, part in enumerate(parts)]),
        width=np.concatenate([part[0].width for part in parts]),
    )
    column = np.concatenate([part[1] + offset[i] for i, part in enumerate(parts)])
    widths = techniques.width[column]
    single = np.ones(
        int(widths.sum()) - len(parts[0][2])
    )  # columns with coefficients of their own: one factor, 1
    return techniques, column, np.concatenate([parts[0][2], single]), widths


def _shared(state: State, rows: Rows, shared: NDArray[np.bool_]) -> tuple[Techniques, Longs, Floats]:
    """Techniques shared by lines, one for each region they are used in: the pool is the region's.

    Group 0 holds output and resources and has the factor 1; group g + 1 is the technology's group g.
    """
    technology, region = state.lines["technology"][shared], state.lines["region_id"][shared]
    keys, column = np.unique(np.stack([technology, region]), axis=1, return_inverse=True)
    place = _find(state.technologies["entity_id"], keys[0], "technology")
    width = state.technologies["groups"][place] + 1
    first = np.searchsorted(state.patterns["technology"], keys[0])
    length = np.searchsorted(state.patterns["technology"], keys[0], side="right") - first
    entry = _ranges(first, length)
    key = np.repeat(np.arange(len(length)), length)
    pattern = {name: values[entry] for name, values in state.patterns.items()}
    row, use = _entries(pattern, keys[1][key], rows)
    group = _pointers(width)[:-1][key] + pattern["grp"] + 1
    keep = row >= 0
    column = column.reshape(-1)
    return Techniques(row[keep], use[keep], group[keep], width), column, _factors(state, width, column)


def _factors(state: State, width: Longs, column: Longs) -> Floats:
    """Per shared line the factor 1 for its output, then the line's own factors, 1 where it gives none."""
    widths = width[column]
    factors = np.ones(int(widths.sum()))
    start = _pointers(widths)[:-1]
    lines = state.lines["entity_id"][state.lines["own"] == 0]
    order = np.argsort(lines)
    line = order[np.searchsorted(lines[order], state.factors["entity_id"])]
    first = np.r_[True, np.diff(line) != 0] if len(line) else np.zeros(0, bool)
    position = np.arange(len(line)) - np.maximum.accumulate(np.where(first, np.arange(len(line)), 0))
    if len(line) and (position + 1 >= widths[line]).any():
        raise Invalid("A line has more factors than its technique has input groups.")
    factors[start[line] + 1 + position] = state.factors["value"]
    return factors


def _own(state: State, rows: Rows, own: NDArray[np.bool_]) -> tuple[Techniques, Longs, Floats]:
    """Techniques that belong to one line each: one group with the factor 1."""
    lines, region = state.lines["entity_id"][own], state.lines["region_id"][own]
    place = np.searchsorted(lines, state.own["line"])
    row, use = _entries(state.own, region[place], rows)
    keep = row >= 0
    column = np.arange(len(lines))
    return Techniques(row[keep], use[keep], place[keep], np.ones(len(lines), np.int64)), column, np.ones(0)


def _demand(state: State, rows: Rows) -> tuple[Techniques, Longs, Floats]:
    """One unit of demand draws one unit of its product; exports also earn its accounting price abroad."""
    product, export = rows.product(state.demand["product_id"]), state.demand["export"] > 0
    column = np.arange(len(product))
    row = np.concatenate([product, np.full(int(export.sum()), rows.world)])
    use = np.concatenate([np.ones(len(product)), -state.products["price"][product[export]]])
    group = np.concatenate([column, column[export]])
    return _sorted(row, use, group, len(product)), column, np.ones(0)


def _trade(state: State, rows: Rows) -> tuple[Techniques, Longs, Floats]:
    """An import supplies its product and costs the world price; an export the other way round."""
    sign = np.where(state.trade["import"] > 0, -1.0, 1.0)
    column = np.arange(len(sign))
    row = np.concatenate([rows.product(state.trade["product_id"]), np.full(len(sign), rows.world)])
    use = np.concatenate([sign, -sign * state.trade["world_price"]])
    return _sorted(row, use, np.concatenate([column, column]), len(sign)), column, np.ones(0)


def _sorted(row: Longs, use: Floats, group: Longs, columns: int) -> Techniques:
    order = np.argsort(group, kind="stable")
    return Techniques(row[order], use[order], group[order], np.ones(columns, np.int64))


def _entries(pattern: Columns, region: Longs, rows: Rows) -> tuple[Longs, Floats]:
    """Row (−1: no row, a resource without a cap) and use of each entry of a pattern in its region."""
    kind, entity = pattern["kind"], pattern["entity"]
    row = np.full(len(kind), -1, dtype=np.int64)
    made = kind <= INPUT
    row[made] = rows.product(entity[made])
    row[kind == LABOUR] = rows.pool(region[kind == LABOUR], entity[kind == LABOUR])
    row[kind == RESOURCE] = rows.resource(entity[kind == RESOURCE])
    return row, np.where(kind == OUTPUT, -pattern["amount"], pattern["amount"])


def _figures(state: State, rules: Rules) -> tuple[dict[str, Floats], Floats, int]:
    """Proposals, bounds, flexibilities and bands of all columns, lines first, then demand, then trade.

    A band is what is left of the standing mandate since a person last confirmed a figure, less the reserve:
    where a change can as well wait or fall to others, later rounds find some of the mandate unused.
    """
    lines, demand, trade = state.lines, state.demand, state.trade
    price = column_prices(state)
    line_eta = state.products["flexibility"][
        _find(state.products["entity_id"], lines["product_id"], "product")
    ]
    proposed = np.concatenate([lines["proposed"], demand["proposed"], trade["planned"]])
    lower = np.concatenate([np.zeros(len(line_eta)), demand["floor"], np.zeros(len(trade["last"]))])
    upper = np.concatenate([lines["capacity"], demand["ceiling"], trade["ceiling"]])
    proposal = np.clip(proposed, lower, upper)
    base = np.abs(proposal)
    base[: len(line_eta)] = np.maximum(base[: len(line_eta)], rules.capacity_share * lines["capacity"])
    response = np.concatenate([line_eta * (lines["firm"] == 0), demand["flexibility"] * (demand["firm"] == 0),
                               trade["flexibility"]])  # fmt: skip
    confirmed = np.concatenate([lines["confirmed"], demand["confirmed"]])
    share = np.concatenate([lines["band"], np.full(len(demand["floor"]), rules.band)])
    moved = np.abs(proposal[: len(confirmed)] - confirmed)
    mandate = np.maximum(share * np.abs(confirmed) - moved, 0.0)
    room = np.concatenate([mandate, np.full(len(trade["last"]), np.inf)])
    again = rules.kappa * rules.ask_again
    kappa = price * np.concatenate([
        np.where(lines["answered"] > 0, again, rules.kappa),
        np.where(demand["answered"] > 0, again, 0.0),
        np.zeros(len(trade["last"])),
    ])  # fmt: skip
    return (
        {
            "proposal": proposal,
            "lower": lower,
            "upper": upper,
            "flexibility": response * base / price,
            "band": (1.0 - rules.reserve) * room,
            "kappa": kappa,
        },
        room,
        int((proposal != proposed).sum()),
    )


def _drawn(
    techniques: Techniques, column: Longs, factors: Floats, widths: Longs, level: Floats, rows: Rows
) -> Floats:
    """What the proposals draw on every capped resource."""
    first = rows.products + rows.pools
    if not len(rows.resources):
        return np.zeros(0)
    each = np.repeat(np.arange(len(column)), widths)
    group = _pointers(techniques.width)[:-1][column][each] + np.arange(len(each))
    group -= _pointers(widths)[:-1][each]
    done = np.bincount(group, factors * level[each], int(techniques.width.sum()))
    hit = (techniques.row >= first) & (techniques.row < rows.world)
    amount = techniques.use[hit] * done[techniques.group[hit]]
    return np.bincount(techniques.row[hit] - first, np.maximum(amount, 0.0), len(rows.resources))


def _row_arrays(
    state: State, rows: Rows, rules: Rules, drawn: Floats
) -> tuple[dict[str, NDArray[Any]], Floats]:
    """Kinds, targets and gap prices of the rows, and the money price that stands for one unit of each.

    A unit of a resource stands for as much of the year's value as it is of its cap, or, where next to nothing may be
    used, of a thousandth of what is proposed.
    """
    value = _value(state)
    hours = float(state.pools["hours"].sum())
    wage = np.where(state.pools["wage"] > 0, state.pools["wage"], value / hours if hours > 0 else 1.0)
    caps = state.resources["cap"][rows.capped]
    price = np.concatenate(
        [
            _positive(state.products["price"]),
            _positive(wage),
            value / _positive(np.maximum(caps, SCARCE * drawn)),
            [1.0],
        ]
    )
    kind = np.repeat(
        np.array([RowKind.PRODUCT, RowKind.POOL, RowKind.RESOURCE, RowKind.WORLD], dtype=np.int8),
        [rows.products, rows.pools, len(caps), 1],
    )
    glut = np.select(
        [kind == RowKind.PRODUCT, kind == RowKind.POOL], [rules.gap_price, rules.idle_price], 0.0
    )
    target = np.concatenate([np.zeros(rows.products), state.pools["hours"], caps, [_deficit(state)]])
    return {
        "row_kind": kind,
        "target": target,
        "short_price": rules.gap_price * price,
        "glut_price": glut * price,
    }, price


def _value(state: State) -> float:
    """The year's proposed output in money; where nothing is made yet what is wanted, where nothing is wanted 1."""
    for table in (state.lines, state.demand):
        value = float((np.abs(table["proposed"]) * _price_of(state, table["product_id"])).sum())
        if value > 0:
            return value
    return 1.0


def _deficit(state: State) -> float:
    """Last year's imports less exports at world prices: what the balance with the world may cost again."""
    sign = np.where(state.trade["import"] > 0, 1.0, -1.0)
    traded = float((sign * state.trade["last"] * state.trade["world_price"]).sum())
    export = state.demand["export"] > 0
    earned = state.demand["last"][export] * _price_of(state, state.demand["product_id"][export])
    return traded - float(earned.sum())


def column_prices(state: State) -> Floats:
    """Return the money that one unit of each column is worth: its product's price; 1 where that has none."""
    tables = (state.lines, state.demand, state.trade)
    return np.concatenate([_price_of(state, table["product_id"]) for table in tables])


def _price_of(state: State, product: Longs) -> Floats:
    return _positive(state.products["price"])[_find(state.products["entity_id"], product, "product")]


def _positive(price: Floats) -> Floats:
    """Prices with 1 where a product has none, so that flexibility keeps a unit."""
    return np.where(price > 0, price, 1.0)


def _find(known: Longs, wanted: Longs, what: str) -> Longs:
    """Return the places of ``wanted`` in the ascending ``known``; raise Invalid naming the first unknown one."""
    if not len(known):
        if len(wanted):
            raise Invalid(f"A line refers to a {what}, but the scenario has none.")
        return np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    unknown = known[place] != wanted
    if unknown.any():
        raise Invalid(
            f"A line refers to {what} {int(wanted[np.argmax(unknown)])}, which the scenario does not have."
        )
    return place


def _pointers(counts: Longs) -> Longs:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _ranges(first: Longs, length: Longs) -> Longs:
    """Concatenate ``first[k] … first[k] + length[k] − 1`` over k."""
    total = int(length.sum())
    return np.arange(total) - np.repeat(_pointers(length)[:-1], length) + np.repeat(first, length)
