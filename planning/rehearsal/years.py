"""Cycles in a row: each begins at the plan and the prices in which the one before ended."""

import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, F
from django.db.models.functions import Abs

from planning.demo.load import Order
from planning.models import Plan
from planning.rehearsal.cycle import Country, Say, country_load, year_hold
from planning.rehearsal.report import Report, laid_out
from planning.services.settlement import cycle_close, cycle_settle
from planning.simulated.people import Temper

HEAD = ("year", "baseline", "worst at start", "rounds", "worst at end", "prices moved by", "plan", "seconds")


@dataclass(frozen=True)
class Year:
    """A cycle in a row of cycles. ``price_change``: mean of the size of (accounting price − cost price) / cost price."""

    year: int
    baseline: int
    price_change: float
    report: Report

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        own = {"year": self.year, "baseline": self.baseline, "price_change": self.price_change}
        return own | self.report.as_json()


def rehearse_years(
    *, order: Order, temper: Temper, cycles: int, rounds: int | None = None, say: Say = lambda _text: None
) -> list[Year]:
    """Load a country into the (empty) database and hold cycles in it until ``cycles`` plans were in force.

    A plan that the councils refuse ends the row: the cycle stays in its rounds.
    """
    started = time.perf_counter()
    country = country_load(order=order, temper=temper, rounds=rounds, say=say)
    years: list[Year] = []
    while True:
        report, plan = year_hold(country, started=started)
        years.append(Year(plan.cycle.year, plan.cycle.baseline.number or 0, price_change(plan), report))
        if len(years) == cycles or plan.state != Plan.State.IN_FORCE:
            return years
        started = time.perf_counter()
        _settle(plan, country)


def _settle(plan: Plan, country: Country) -> None:
    baseline = cycle_settle(cycle=plan.cycle, by=country.by, now=country.calendar.next())
    cycle_close(cycle=plan.cycle, by=country.by, now=country.calendar.next())
    country.say(f"{plan.cycle.year} is settled; {baseline.name} is drawn")


def price_change(plan: Plan) -> float:
    """Return by what share of its cost price an accounting price moved, on average over the products."""
    moved = plan.prices.filter(cost__gt=0).aggregate(mean=Avg(Abs(F("price") - F("cost")) / F("cost")))
    return float(moved["mean"] or 0.0)


def years_table(years: list[Year]) -> str:
    """Return the years as lines of text."""
    first = years[0].report
    return (
        f"{first.source}, seed {first.seed}: {first.workplaces} workplaces, {first.lines} lines, "
        f"{first.products} products, {len(years)} cycles\n\n{laid_out([HEAD, *map(_row, years)])}\n\n"
        "Worst is the two-sided imbalance of the product that is furthest out of balance: at start in the first "
        "round's proposals, at end in the plan. Prices moved is the mean over products of the change from the year's "
        "cost price to its accounting price; the next year starts from that price."
    )


def _row(year: Year) -> tuple[str, ...]:
    rounds = year.report.rounds
    return (
        str(year.year), str(year.baseline), f"{100 * rounds[0].worst_imbalance:.2f} %", str(len(rounds)),
        f"{100 * rounds[-1].worst_imbalance:.2f} %", f"{100 * year.price_change:.2f} %",
        year.report.state.replace("_", " "), f"{year.report.seconds:.1f}",
    )  # fmt: skip
