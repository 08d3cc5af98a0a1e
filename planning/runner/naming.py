"""Which line, product or occupation made an iteration fail, in the words of those who can correct it."""

import numpy as np
from django.utils.translation import gettext as _

from planning.engine.errors import EngineError, NotConverged
from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.models import RunLine
from planning.runner.build import INPUT, LABOUR, Layout
from planning.runner.read import State
from workplaces.errors import Invalid
from workplaces.models import DemandLine, Line, Occupation, Product, TradeLine

MODELS = {
    RunLine.Kind.PRODUCTION: Line,
    RunLine.Kind.DEMAND: DemandLine,
    RunLine.Kind.TRADE: TradeLine,
}


def check_finite(problem: PlanProblem, layout: Layout, result: PlanResult) -> None:
    """Raise Invalid that names the line with the largest figure where the arithmetic ran out of numbers."""
    certificate = [value for value in result.certificate.as_dict().values() if isinstance(value, float)]
    arrays = (result.x, result.duals, result.margin, result.use_before, result.supply_before, result.use_after,
              result.supply_after, np.array(certificate))  # fmt: skip
    if not all(np.isfinite(values).all() for values in arrays):
        raise Invalid(largest_figure(problem, layout))


def largest_figure(problem: PlanProblem, layout: Layout) -> str:
    """Return a sentence that names the line with the largest proposal, which is where to look first."""
    if not len(problem.proposal):
        return _("The figures are too large to be added up.")
    column = int(np.argmax(np.abs(problem.proposal)))
    return _(
        "The figures are too large to be balanced. The largest is %(figure)g, proposed for %(line)s: correct it, then start "
        "the iteration again."
    ) % {"figure": problem.proposal[column], "line": line_name(layout, column)}  # fmt: skip


def line_name(layout: Layout, column: int) -> str:
    """Return what the line of a column is called: who makes or uses what."""
    kind = RunLine.Kind(int(layout.column_kind[column]))
    line = MODELS[kind].objects.select_related("product").get(pk=int(layout.column_entity[column]))
    if isinstance(line, Line):
        return f"{line.product.label}, {line.workplace.label}"
    place = line.region.label if isinstance(line, DemandLine) else line.get_direction_display()
    return f"{line.product.label}, {place}"


def engine_sentence(problem: EngineError, asked: PlanProblem, layout: Layout) -> str:
    """Return the engine's refusal with the line it concerns."""
    if isinstance(problem, NotConverged):
        return largest_figure(asked, layout)
    if problem.axis == "column" and problem.index is not None:
        return f"{problem} {line_name(layout, problem.index)}."
    return str(problem)


def removed(state: State) -> str:
    """Return a sentence that names what lines refer to and the economy no longer has; empty if nothing is missing."""
    made = [pattern["entity"][pattern["kind"] <= INPUT] for pattern in (state.patterns, state.own)]
    used = [table["product_id"] for table in (state.lines, state.demand, state.trade)]
    products = np.setdiff1d(np.concatenate([*made, *used]), state.products["entity_id"])
    hours = [pattern["entity"][pattern["kind"] == LABOUR] for pattern in (state.patterns, state.own)]
    occupations = np.setdiff1d(np.concatenate(hours), state.pools["occupation_id"])
    named = _labels(Product, products) + _labels(Occupation, occupations)
    if not named:
        return ""
    return _(
        "Lines refer to %(missing)s, which this cycle's baseline no longer has. A frozen baseline cannot be changed: "
        "abandon the cycle and open the next one on a baseline that has it, or without these lines."
    ) % {"missing": ", ".join(named[:5])}


def _labels(model: type[Product] | type[Occupation], entities: np.ndarray) -> list[str]:
    """Return the names by which rows were known before they were taken out."""
    rows = model._base_manager.filter(entity_id__in=entities.tolist()).order_by("entity_id", "pk")
    return [row.label for row in {row.entity_id: row for row in rows}.values()]
