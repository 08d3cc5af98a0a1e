"""Which line, product or occupation made an iteration fail, in the words of those who can correct it."""

import numpy as np
from django.db.models import Model
from django.utils.translation import gettext as _

from planning.engine.errors import EngineError, NotConverged, NotFinite
from planning.engine.result import PlanResult
from planning.runner.build import INPUT, LABOUR
from planning.runner.extremes import extreme
from planning.runner.read import State
from workplaces.errors import Invalid
from workplaces.models import DemandLine, LabourPool, Line, Occupation, Product, TradeLine


def check_finite(state: State, result: PlanResult) -> None:
    """Raise Invalid that names the most extreme figure where the arithmetic ran out of numbers."""
    certificate = [value for value in result.certificate.as_dict().values() if isinstance(value, float)]
    arrays = (result.x, result.duals, result.margin, result.use_before, result.supply_before, result.use_after,
              result.supply_after, np.array(certificate))  # fmt: skip
    if not all(np.isfinite(values).all() for values in arrays):
        raise Invalid(extreme_figure(state))


def engine_sentence(problem: EngineError, state: State) -> str:
    """Return the engine's refusal in the words of those who can correct it."""
    return extreme_figure(state) if isinstance(problem, NotConverged | NotFinite) else str(problem)


def extreme_figure(state: State) -> str:
    """Return a sentence that names the figure farthest from one, which is where to look first, and what to do about it."""
    found = extreme(state)
    if found is None:
        return _("The figures are too large to be added up.")
    model, entity, sentence = found.place
    row = model._base_manager.filter(entity_id=entity).order_by("-pk")[0]
    named = {"figure": f"{found.figure:g}", "what": sentence % {"name": _name(row)}}
    if found.proposed:
        return (
            _(
                "The figures are too large to be balanced. The largest is %(figure)s, %(what)s: correct it, then start the "
                "iteration again."
            )
            % named
        )
    return (
        _(
            "The figures are too far apart to be balanced. The most extreme is %(figure)s, %(what)s. A frozen baseline "
            "cannot be changed: abandon the cycle, correct the figure and open the next one."
        )
        % named
    )


def _name(row: Model) -> str:
    """Return what a row is called: who makes or uses what, where people are employed."""
    if isinstance(row, Line):
        return f"{row.product.label}, {row.workplace.label}"
    if isinstance(row, DemandLine):
        return f"{row.product.label}, {row.region.label}"
    if isinstance(row, TradeLine):
        return f"{row.product.label}, {row.get_direction_display()}"
    if isinstance(row, LabourPool):
        return f"{row.occupation.label}, {row.region.label}"
    return str(getattr(row, "label", row))


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
