"""How rounds fare over a grid of people and economies, on published tables: every cell printed, the worst named.

    python -m config.servers run -- .venv/bin/python -m benchmarks.grid [--workplaces 2000] [--data FOLDER] [--fast]

Scatter of proposals 5 to 30 %, spare capacity 5 to 25 %, flexibility η 0.1 to 1, and 0 to 20 % of those asked hold
firm; of the others 16 follow for every 3 that go half-way. Everything else is the charter's default. A cell shows the
worst product's two-sided imbalance after at most three rounds (the least of what rounds 2, 3 and 4 begin with), the
share of workplaces asked in the first round, and the largest share asked in a later one, all in percent. Rounds
are held in arrays (``planning/rehearsal/arrays.py``), by the functions that a cycle in the database uses; a database is
named by the settings and never opened.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # a process a core

import django

django.setup()

import numpy as np

from planning.rehearsal.arrays import Held, rounds
from planning.rules import DEFAULTS
from planning.runner.build import Rules
from planning.runner.read import State
from planning.runner.stress.economy import state_of
from planning.simulated.people import Temper
from workplaces.tables import build_economy

SCATTER, SLACK, ELASTICITY, FIRM = (
    (0.05, 0.10, 0.15, 0.20, 0.30),
    (0.05, 0.10, 0.15, 0.25),
    (0.1, 0.3, 1.0),
    (0.0, 0.05, 0.10, 0.20),
)
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
TABLES = ("de_wiod_2014_56", "uk_2010_127", "us_useeio_2012_411")
ROUNDS, SEED = 4, 1


@dataclass(frozen=True)
class Cell:
    """One place of the grid: shares."""

    scatter: float
    slack: float
    elasticity: float
    firm: float

    @property
    def temper(self) -> Temper:
        """The people: of those who do not hold firm, 16 follow for every 3 who go half-way."""
        return Temper(scatter=self.scatter, follow=(1 - self.firm) * 16 / 19, part=(1 - self.firm) * 3 / 19)


@dataclass(frozen=True)
class Found:
    """What a cell came to, in percent."""

    cell: Cell
    worst: float
    first: float
    later: float

    def __str__(self) -> str:
        """As the grid shows it: worst imbalance, asked first, asked later."""
        return f"{self.worst:5.1f} {self.first:4.1f} {self.later:4.1f}"


def held(state: State, cell: Cell) -> Found:
    """Hold four rounds in one cell."""
    rules = Rules.of({key: default for key, (default, *_others) in DEFAULTS.items()})
    elastic = state.products | {"flexibility": np.full(len(state.products["entity_id"]), cell.elasticity)}
    course: list[Held] = list(
        islice(
            rounds(
                replace(state, products=elastic),
                rules=rules,
                temper=cell.temper,
                rng=np.random.default_rng(SEED),
            ),
            ROUNDS,
        )
    )
    return Found(
        cell,
        100 * min(found.worst for found in course[1:]),
        100 * course[0].asked,
        100 * max(found.asked for found in course[1:-1]),
    )


def column(source: str, workplaces: int, slack: float, cells: list[Cell]) -> list[Found]:
    """Every cell with this much spare capacity."""
    band = DEFAULTS["band"][0]
    state = state_of(build_economy(source, workplaces=workplaces, seed=SEED, slack=slack), band=band)
    return [held(state, cell) for cell in cells]


def show(source: str, found: list[Found]) -> None:
    """Print a table's grid, its worst cells and the cell that the targets are set for."""
    places = {f.cell: f for f in found}
    slacks = sorted({f.cell.slack for f in found})
    firms = sorted({f.cell.firm for f in found})
    print(f"\n{source}: worst imbalance after at most 3 rounds, asked in the first, most asked later (%)\n")
    print(
        "   η     σ  spare " + " ".join(f"{f'{100 * firm:.0f} % hold firm':>16}" for firm in firms),
        flush=True,
    )
    for elasticity, scatter, slack in product(
        sorted({f.cell.elasticity for f in found}), sorted({f.cell.scatter for f in found}), slacks
    ):
        row = " ".join(f"{places[Cell(scatter, slack, elasticity, firm)]!s:>16}" for firm in firms)
        print(f"{elasticity:4.1f}  {100 * scatter:3.0f} %   {100 * slack:2.0f} % {row}")
    for what, key in (
        ("worst imbalance", "worst"),
        ("most asked first", "first"),
        ("most asked later", "later"),
    ):
        cell = max(found, key=lambda f: float(getattr(f, key)))
        place, figure = cell.cell, getattr(cell, key)
        print(f"{what}: {figure:.2f} % at σ {place.scatter:.0%}, spare {place.slack:.0%}, η {place.elasticity}, "
              f"firm {place.firm:.0%}")  # fmt: skip
    inside = sum(f.worst < 1 and f.first <= 15 and f.later <= 1 for f in found)
    print(f"{inside} of {len(found)} cells stay below 1 %, 15 % and 1 %", flush=True)


def main() -> None:
    """Print the grid of every table that is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workplaces", type=int, default=2000)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--fast", action="store_true", help="the corners and the middle of the grid only")
    options = parser.parse_args()
    axes = (SCATTER, SLACK, ELASTICITY, FIRM)
    if options.fast:
        axes = ((0.05, 0.15, 0.30), (0.05, 0.15, 0.25), (0.1, 0.3, 1.0), (0.0, 0.05, 0.20))
    sources = ["brazil-2021", *(f"folder:{options.data / name}" for name in TABLES)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        for source in sources:
            if source.startswith("folder:") and not Path(source.removeprefix("folder:")).is_dir():
                print(f"\n{source} is not there; give the folder with --data", flush=True)
                continue
            columns = [
                pool.submit(
                    column,
                    source,
                    options.workplaces,
                    slack,
                    [Cell(s, slack, e, f) for s, e, f in product(axes[0], axes[2], axes[3])],
                )
                for slack in axes[1]
            ]
            show(Path(source).name, [found for future in columns for found in future.result()])


if __name__ == "__main__":
    main()
