"""What a stress test found, in the economy's own names, as one object for programs."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.engine.errors import EngineError
from planning.engine.hours import freed_hours
from planning.engine.nearby import Nearby
from planning.engine.problem import RowKind
from planning.engine.reasons import helpers_for_row
from planning.engine.result import PlanResult
from planning.engine.shocks import NOTICEABLE, Break, BreakKind, Stress, stress
from planning.engine.solve import solve
from planning.runner.build import column_prices
from planning.runner.stress.drops import Drop, shock_of
from planning.runner.stress.subjects import Label, Subject
from workplaces.errors import Invalid

Floats = NDArray[np.float64]
PRODUCTION, DEMAND, TRADE = range(3)
TOP = 10  # gaps that are told
HELPED, HELPERS = 3, 5  # rows whose helpers are named, helpers of each
WORDS = {
    BreakKind.SHORT: "there is too little {name}",
    BreakKind.GLUT: "{name} is left over",
    BreakKind.FULL: "no workplace can make more {name}",
    BreakKind.FLOOR: "no community can do with less {name}",
}


@dataclass(frozen=True)
class Told:
    """A stress test with its subject: what the report is drawn from."""

    subject: Subject
    drops: list[Drop]
    plan: PlanResult
    found: Stress
    prices: Floats
    seconds: float


def stress_test(
    subject: Subject, drops: Iterable[Drop], *, say: Callable[[str], None] = lambda _text: None
) -> Told:
    """Balance the plan, let the shock grow and re-plan with the least change.

    Raises Invalid for a drop that means nothing here, and with the engine's sentence where it finds no plan.
    """
    begun, drops = time.perf_counter(), list(drops)
    shock = shock_of(subject, drops)
    try:
        plan = solve(subject.problem)
        say(f"{subject.title}: {subject.problem.n} lines, {subject.problem.m} balances")
        found = stress(
            subject.problem, plan.x, shock, group=_groups(subject),
            progress=lambda count: say(f"{count} plans solved") if count % 10 == 0 else None,
        )  # fmt: skip
    except EngineError as problem:
        raise Invalid(str(problem)) from problem
    return Told(subject, drops, plan, found, column_prices(subject.state), time.perf_counter() - begun)


def _groups(subject: Subject) -> NDArray[np.int64]:
    """Makers of a product are one group, its consumers another; trade has none."""
    state, count = subject.state, len(subject.products)
    order = state.products["entity_id"]
    makers = np.searchsorted(order, state.lines["product_id"])
    consumers = count + np.searchsorted(order, state.demand["product_id"])
    return np.concatenate([makers, consumers, np.full(len(state.trade["entity_id"]), -1)])


def as_json(told: Told) -> dict[str, Any]:
    """Return plain values: shares are fractions, money in the economy's unit, hours in that of its pools."""
    subject, found = told.subject, told.found
    return {
        "subject": subject.title,
        "currency": subject.currency,
        "unit": subject.unit,
        "drops": [asdict(drop) for drop in told.drops],
        "lines": int((subject.layout.column_kind == PRODUCTION).sum()),
        "workplaces": len(np.unique(subject.state.lines["workplace_id"])),
        "open_before": _gaps(told, found.before),
        "breaks": [_broken(subject, each) for each in found.breaks],
        "gaps": _gaps(told, found.after),
        "acts": _acts(told),
        "output": _output(told),
        "demand": _demand(told),
        "imports": _imports(told),
        "hours": _hours(told),
        "help": _help(told),
        "certificate": found.after.certificate.as_dict(),
        "plans_solved": found.solutions,
        "seconds": told.seconds,
    }


def _broken(subject: Subject, broken: Break) -> dict[str, Any]:
    row_like = broken.kind in (BreakKind.SHORT, BreakKind.GLUT)
    place = broken.place if row_like else broken.place % len(subject.products)
    consumers = not row_like and broken.place >= len(subject.products)
    kind, label = row_label(subject, place)
    words = WORDS[broken.kind]
    if broken.kind == BreakKind.FULL and consumers:
        words = "no community takes more {name}"
    if broken.kind == BreakKind.FLOOR and not consumers:
        words = "nobody makes {name} any more"
    return {
        "share_of_shock": broken.size,
        "not_yet_at": broken.after,
        "what": broken.kind.value,
        "kind": kind,
        "code": label.code,
        "name": label.name,
        "sentence": words.format(name=label.name),
    }


def row_label(subject: Subject, row: int) -> tuple[str, Label]:
    """Return the kind of a row and what people call it."""
    kind, entity = int(subject.layout.row_kind[row]), int(subject.layout.row_entity[row])
    if kind == RowKind.PRODUCT:
        return "product", subject.products[entity]
    if kind == RowKind.RESOURCE:
        return "resource", subject.resources[entity]
    if kind == RowKind.WORLD:
        return "world", Label("world", "foreign exchange", subject.currency)
    place = int(np.searchsorted(subject.state.pools["entity_id"], entity))
    region, occupation = (int(subject.state.pools[key][place]) for key in ("region_id", "occupation_id"))
    work, where = subject.occupations[occupation], subject.regions[region]
    return "pool", Label(f"{where.code}/{work.code}", f"{work.name} in {where.name}", subject.labour_unit)


def _gaps(told: Told, result: PlanResult) -> list[dict[str, Any]]:
    """Declared gaps, the dearest first; hours and caps left over are none."""
    subject = told.subject
    gross = np.maximum(result.use_after, result.supply_after)
    left_over = np.where(subject.layout.row_kind == RowKind.PRODUCT, result.glut, 0.0)
    gap = result.shortfall - left_over
    share = np.divide(gap, gross, out=np.zeros_like(gap), where=gross > 0)
    places = np.flatnonzero(np.abs(share) > NOTICEABLE)
    order = places[np.argsort(-np.abs(gap * subject.layout.row_price)[places], kind="stable")]
    told_rows = []
    for row in order[:TOP].tolist():
        kind, label = row_label(subject, row)
        told_rows.append(
            asdict(label)
            | {"kind": kind, "short": float(gap[row]), "share": float(share[row]),
               "worth": float(gap[row] * subject.layout.row_price[row])}
        )  # fmt: skip
    return told_rows


def _acts(told: Told) -> dict[str, Any]:
    """Who is hit, who must act beyond the standing mandate, who moves within it; workplaces are counted once."""
    subject, found = told.subject, told.found
    production = subject.layout.column_kind == PRODUCTION
    of = subject.state.lines["workplace_id"]

    def workplaces(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.unique(of[mask[production]])

    hit, asked = workplaces(found.hit), workplaces(found.asked)
    others = np.setdiff1d(asked, hit)
    inside = np.setdiff1d(workplaces(found.moved), np.union1d(hit, asked))
    total = len(np.unique(of))
    return {
        "workplaces_hit": len(hit),
        "workplaces_beyond_band": len(others),
        "share_beyond_band": len(others) / max(total, 1),
        "workplaces_inside_band": len(inside),
        "lines_beyond_band": int((found.asked & production).sum()),
        "demand_lines_beyond_band": int((found.asked & (subject.layout.column_kind == DEMAND)).sum()),
    }


def _output(told: Told) -> dict[str, float]:
    """Gross output by value: what drops out, what that costs in the end, what others make more or less."""
    production = told.subject.layout.column_kind == PRODUCTION
    change = (told.found.after.x - told.plan.x) * told.prices
    hit, others = production & told.found.hit, change[production & ~told.found.hit]
    return {
        "before": float((told.plan.x * told.prices)[production].sum()),
        "dropped_out": float(np.maximum(-change[hit], 0.0).sum()),
        "others_more": float(np.maximum(others, 0.0).sum()),
        "others_less": float(np.maximum(-others, 0.0).sum()),
        "lost": float(-change[production].sum()),
    }


def _demand(told: Told) -> list[dict[str, Any]]:
    """What each kind of final demand gives up, by value."""
    of_demand = told.subject.layout.column_kind == DEMAND
    before = (told.plan.x * told.prices)[of_demand]
    given = ((told.plan.x - told.found.after.x) * told.prices)[of_demand]
    category = told.subject.category
    return [
        {"category": str(each), "before": float(before[category == each].sum()),
         "given_up": float(given[category == each].sum())}
        for each in np.unique(category)
    ]  # fmt: skip


def _imports(told: Told) -> dict[str, float]:
    trade = told.subject.layout.column_kind == TRADE
    bought = trade.copy()
    bought[trade] = told.subject.state.trade["import"] > 0
    worth = told.prices[bought]
    return {
        "before": float((told.plan.x[bought] * worth).sum()),
        "after": float((told.found.after.x[bought] * worth).sum()),
    }


def _hours(told: Told) -> dict[str, Any]:
    """Hours no longer worked and hours idle, before and after, in all and by region."""
    subject, found = told.subject, told.found
    freed = freed_hours(subject.problem, found.before, found.problem, found.after)
    regions = np.unique(subject.state.pools["region_id"])
    by = freed.by(np.searchsorted(regions, subject.state.pools["region_id"]), len(regions))
    rows = zip(regions.tolist(), by.freed.tolist(), *(side.tolist() for side in by.idle), strict=True)
    return {
        "unit": subject.labour_unit,
        "worked_before": float(freed.worked[0].sum()),
        "freed": float(freed.freed.sum()),
        "idle_before": float(freed.idle[0].sum()),
        "idle_after": float(freed.idle[1].sum()),
        "regions": [
            {"code": subject.regions[region].code, "name": subject.regions[region].name, "freed": change,
             "idle_before": before, "idle_after": after}
            for region, change, before, after in rows
        ],
    }  # fmt: skip


def _help(told: Told) -> list[dict[str, Any]]:
    """For what the shock leaves most short: who has room, and what a unit more would be worth to all."""
    subject, found = told.subject, told.found
    use, supply = found.after.use_before, found.after.supply_before
    noticed = (use - supply > NOTICEABLE * use) & (subject.layout.row_kind == RowKind.PRODUCT)
    missing = np.where(noticed, (use - supply) * subject.layout.row_price, 0.0)
    nearby = Nearby(found.problem, found.after)
    rows = [row for row in np.argsort(-missing, kind="stable")[:HELPED].tolist() if missing[row] > 0]
    return [_helped(told, nearby, row) for row in rows]


def _helped(told: Told, nearby: Nearby, row: int) -> dict[str, Any]:
    subject, found = told.subject, told.found
    helpers = helpers_for_row(found.problem, found.after, row, from_proposals=True, limit=HELPERS)
    worth = nearby.worth(row)
    one_percent = 0.01 * float(subject.layout.row_price[row])
    return asdict(row_label(subject, row)[1]) | {
        "missing": helpers.missing,
        "could_be_had": helpers.total,
        "premium": worth.worth / float(subject.layout.row_price[row]),
        "helpers": [
            {
                "who": who(subject, column),
                "more": way > 0,
                "room": room,
                "per_percent_of_premium": response * one_percent,
            }
            for column, way, room, response in zip(
                helpers.columns.tolist(),
                helpers.direction.tolist(),
                helpers.contribution.tolist(),
                helpers.response.tolist(),
                strict=True,
            )
        ],
    }


def who(subject: Subject, column: int) -> str:
    """Return what people call a column: a workplace, a kind of demand, imports."""
    kind = int(subject.layout.column_kind[column])
    place = column - int(np.searchsorted(subject.layout.column_kind, kind))
    if kind == PRODUCTION:
        return subject.workplaces[int(subject.state.lines["workplace_id"][place])].name
    if kind == TRADE:
        return "imports" if subject.state.trade["import"][place] else "exports"
    region = subject.regions.get(int(subject.state.demand["region_id"][place]))
    return f"{subject.category[place]} demand" + (f", {region.name}" if region else "")
