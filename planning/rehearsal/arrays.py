"""Rounds in arrays alone: the iteration, the people and the mandates of a rehearsal, without a database in between.

The problem is built, solved and settled by the very functions that a cycle in the database uses; only where
figures are kept differs. A test holds the two to the same figures. No ballots, no record, no communities.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planning.engine.problem import PlanProblem
    from planning.engine.result import PlanResult

from planning.models import Response
from planning.runner.balance import balanced
from planning.runner.build import Layout, Rules
from planning.runner.columns import Columns
from planning.runner.read import State
from planning.runner.write import asked, summarise
from planning.services.settling import ACCEPT, COUNTER, FIRM, NONE, outcome
from planning.simulated.people import Temper, proposed_figures, reactions

ANSWERS = {
    str(Response.Kind.ACCEPT): ACCEPT,
    str(Response.Kind.COUNTER): COUNTER,
    str(Response.Kind.FIRM): FIRM,
}
PRODUCTION, DEMAND, TRADE = range(3)


@dataclass(frozen=True)
class Held:
    """One round: two-sided imbalances of products before it, share of workplaces asked, what the engine needed."""

    worst: float
    mean: float
    asked: float
    pools_exceeded: int
    steps: int
    gap: float


def rounds(state: State, *, rules: Rules, temper: Temper, rng: np.random.Generator) -> Iterator[Held]:
    """Yield rounds without end: what each begins with and how many it asks; the caller stops.

    ``state`` as :func:`planning.runner.stress.economy.state_of` gives it, with nobody's proposals in it yet. The
    first round leaves ``rules.reserve`` of each band to later ones, as a cycle does.
    """
    state = proposed(state, temper, rng)
    while True:
        problem, layout, result = balanced(state, rules)
        summary = summarise(state, problem, layout, result)
        yield Held(
            worst=summary["worst_before"],
            mean=summary["mean_before"],
            asked=summary["workplaces_asked"] / max(summary["workplaces"], 1),
            pools_exceeded=summary["pools_exceeded"],
            steps=result.certificate.steps,
            gap=result.certificate.gap,
        )
        state = settled(state, problem, layout, result, temper, rng)
        rules = replace(rules, reserve=0.0)


def proposed(state: State, temper: Temper, rng: np.random.Generator) -> State:
    """Everybody proposes; what goes abroad stays as it was."""
    lines, demand = state.lines, state.demand
    order = np.argsort(lines["entity_id"])
    output = np.empty(len(order))
    inland = demand["export"] == 0
    output[order], quantity = proposed_figures(
        {name: lines[name][order] for name in ("last_output", "capacity")},
        {name: demand[name] for name in ("last", "floor", "ceiling")},
        temper,
        rng,
    )
    quantity = np.where(inland, quantity, demand["last"])
    return replace(
        state,
        lines=lines | {"proposed": output, "confirmed": output},
        demand=demand | {"proposed": quantity, "confirmed": quantity},
    )


def settled(
    state: State, problem: "PlanProblem", layout: Layout, result: "PlanResult", temper: Temper, rng: np.random.Generator
) -> State:  # fmt: skip
    """Ask, answer, and take over what mandates and answers make of the figures."""
    beyond = asked(problem, layout, result)
    tables = {}
    for kind, table in ((PRODUCTION, state.lines), (DEMAND, state.demand)):
        mine = layout.column_kind == kind
        tables[kind] = _answered(table, problem.proposal[mine], result.x[mine], beyond[mine], temper, rng)
    planned = result.x[layout.column_kind == TRADE]
    return replace(
        state, lines=tables[PRODUCTION], demand=tables[DEMAND], trade=state.trade | {"planned": planned}
    )


def _answered(
    table: Columns, proposed: np.ndarray, suggested: np.ndarray, beyond: np.ndarray, temper: Temper,
    rng: np.random.Generator,
) -> Columns:  # fmt: skip
    """One kind of lines after the round's answers. People are drawn in the order of their lines' ids."""
    order = np.argsort(table["entity_id"])
    who = order[beyond[order]]
    kinds, figures = reactions(
        {"entity": table["entity_id"][who], "proposed": proposed[who], "suggested": suggested[who]},
        temper,
        rng,
    )
    answer, figure = np.full(len(order), NONE), np.zeros(len(order))
    answer[who], figure[who] = [ANSWERS[str(kind)] for kind in kinds], figures
    found = {
        "proposed": proposed,
        "suggested": suggested,
        "asked": beyond.astype(np.int64),
        "answer": answer,
        "figure": figure,
        "confirmed": table["confirmed"],
        "simulated": np.ones(len(order), np.int64),
        "held": table["firm"],
        "was_simulated": np.ones(len(order), np.int64),
    }
    after, confirmed, _source = outcome(found)
    written = (after != proposed) | (answer > NONE)
    return table | {
        "proposed": np.where(written, after, table["proposed"]),
        "confirmed": np.where(written, confirmed, table["confirmed"]),
        "firm": (answer == FIRM).astype(np.int64),
        "answered": table["answered"] + (answer > NONE),
    }
