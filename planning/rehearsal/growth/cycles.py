"""Cycles in a row at one setting of the dial: envelopes, plan, grants, a year's motion."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from planning.allocation.requests import Floats
from planning.rehearsal.growth.assumptions import Assumptions
from planning.rehearsal.growth.books import Books, Made, by_collective, in_regions, opened, year
from planning.rehearsal.growth.dial import Granted, by_value, nothing, people, shared
from planning.rehearsal.growth.measures import Apart, apart
from planning.rehearsal.growth.motion import Standing, estimated, moved, standing
from planning.rehearsal.growth.start import PEOPLE, SHOCKS, Collectives, collectives_of
from planning.rules import DEFAULTS
from planning.runner.build import Rules
from workplaces.tables import build_economy
from workplaces.tables.arrays import Economy

Say = Callable[[str], None]
NONE, VALUE = "none", "value"  # controls: nothing set aside; the fund left to everybody by value added
Dial = float | str  # α, or a control


@dataclass(frozen=True)
class Ahead:
    """A cycle: its plan and money, and how far apart the levels are with which the next one starts.

    ``output`` is the value added of the plan at the prices of the start, in the table's unit, ``hours`` what it takes
    of the hours wanted (share). ``fund``, ``granted``, ``unspent`` are whole minor units, ``fund = granted + unspent``.
    ``worst`` is what the plan leaves of the worst imbalance of a product, ``asked`` the largest share of workplaces
    asked in a round. Cycle 0 is the start.
    """

    cycle: int
    apart: Apart
    output: float
    growth: float
    hours: float
    fund: int
    granted: int
    unspent: int
    expected: float
    worst: float
    asked: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Course:
    """All cycles at one setting, cycle 0 first."""

    alpha: Dial
    cycles: list[Ahead]


@dataclass(frozen=True, eq=False)
class Setting:
    """An economy to hold cycles in: the same for all settings of the dial."""

    economy: Economy
    of: Collectives
    level: Floats
    assumed: Assumptions
    seed: int
    scatter: float
    rounds: int
    rules: Rules


def setting(
    *, source: str, workplaces: int, seed: int, assumed: Assumptions, scatter: float = 0.15, rounds: int = 2
) -> Setting:
    """Return the economy of a published table; raises TableError and ValueError."""
    rules = Rules.of({key: default for key, (default, *_others) in DEFAULTS.items()})
    economy, of, level = collectives_of(_built(source, workplaces, seed), assumed, seed)
    return Setting(economy, of, level, assumed, seed, scatter, rounds, rules)


@lru_cache(maxsize=4)
def _built(source: str, workplaces: int, seed: int) -> Economy:
    """The economy before levels are dispersed: the same for all assumptions."""
    return build_economy(source, workplaces=workplaces, seed=seed)


def courses(at: Setting, alphas: Sequence[Dial], cycles: int, say: Say = lambda _text: None) -> list[Course]:
    """Hold as many cycles at each setting of the dial, with the same shocks and the same people."""
    found = []
    for alpha in alphas:
        found.append(course(at, alpha, cycles))
        last = found[-1].cycles[-1]
        say(f"{named(alpha)}: {cycles} cycles, gap {100 * last.apart.gap:.1f} %, output {last.output:,.0f}")
    return found


def course(at: Setting, alpha: Dial, cycles: int) -> Course:
    """Hold cycles at one setting of the dial."""
    books, made = opened(at.economy, at.level / at.of.table_level, at.rules)
    stand = standing(at.level)
    wanted = float(made.hours(books).sum())
    output = made.added(books)
    members = people(at.of, by_collective(books, made, len(at.of)))
    rows = [
        Ahead(0, apart(at.of, stand.level, members, at.assumed.aversion), output, 0.0, 1.0, 0, 0, 0, 0.0, 0.0, 0.0)
    ]  # fmt: skip
    for cycle in range(1, cycles + 1):
        growth = (1 + at.assumed.labour_growth) ** cycle
        granted, made, stand = _cycle(at, alpha, cycle, books, made, stand, wanted * growth)
        members = people(at.of, by_collective(books, made, len(at.of)))
        measured = apart(at.of, stand.level, members, at.assumed.aversion)
        rows.append(_row(cycle, measured, granted, made, books, rows[-1].output, wanted * growth))
    return Course(alpha, rows)


def _cycle(
    at: Setting, alpha: Dial, cycle: int, books: Books, last: Made, stand: Standing, wanted: float
) -> tuple[Granted, Made, Standing]:
    of, assumed = at.of, at.assumed
    hours = by_collective(books, last, len(of))
    granted = _granted(at, alpha, stand, hours)
    made = year(
        books, last, stand.level / of.table_level, in_regions(of.region, granted.grants, of.money, of.regions), wanted,
        at.scatter, at.rounds, at.rules, np.random.default_rng([at.seed, PEOPLE, cycle]),
        (1 + assumed.labour_growth) ** cycle,
    )  # fmt: skip
    draw = np.random.default_rng([at.seed, SHOCKS, cycle]).standard_normal(len(of))
    return granted, made, moved(stand, of, by_collective(books, made, len(of)), granted.grants, draw, assumed)


def _granted(at: Setting, alpha: Dial, stand: Standing, hours: Floats) -> Granted:
    if alpha == NONE:
        return nothing(at.of)
    returns = estimated(stand, at.of, hours, at.assumed)
    if isinstance(alpha, str):
        return by_value(at.of, stand.level, hours, returns, at.assumed)
    return shared(at.of, stand.level, hours, returns, alpha, at.assumed)


def _row(
    cycle: int, measured: Apart, granted: Granted, made: Made, books: Books, before: float, wanted: float
) -> Ahead:
    output = made.added(books)
    return Ahead(
        cycle=cycle,
        apart=measured,
        output=output,
        growth=output / before - 1,
        hours=float(made.hours(books).sum()) / wanted,
        fund=granted.fund,
        granted=int(granted.grants.sum()),
        unspent=int(granted.unspent.sum()),
        expected=granted.expected,
        worst=made.worst,
        asked=made.asked,
    )


def named(alpha: Dial) -> str:
    """Return how a setting is called."""
    if isinstance(alpha, str):
        return {NONE: "no fund", VALUE: "by value added"}[alpha]
    return "α = ∞" if alpha == np.inf else f"α = {alpha:g}"
