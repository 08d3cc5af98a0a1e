"""The figure of a scenario that lies farthest from one: where arithmetic runs out of numbers, it is the one to look at."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Model
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from planning.runner.read import State
from workplaces.models import DemandLine, LabourPool, Line, Product, Resource, Technology, TradeLine

Place = tuple[type[Model], int, str]
DIVISORS = {("products", "price"), ("resources", "cap")}  # a figure next to nothing makes others too large


@dataclass(frozen=True)
class Extreme:
    """``place``: the model, the entity and what the figure is of it; ``proposed``: it can still be corrected."""

    figure: float
    place: Place
    proposed: bool


# table of State, its figures, its entities, the model they are of, what a figure is called
FIGURES = [
    ("lines", "proposed", "entity_id", Line, gettext_lazy("proposed for %(name)s")),
    ("demand", "proposed", "entity_id", DemandLine, gettext_lazy("proposed for %(name)s")),
    ("products", "price", "entity_id", Product, gettext_lazy("the price of %(name)s")),
    ("products", "flexibility", "entity_id", Product, gettext_lazy("the flexibility of %(name)s")),
    ("pools", "hours", "entity_id", LabourPool, gettext_lazy("the hours of %(name)s")),
    ("pools", "wage", "entity_id", LabourPool, gettext_lazy("the wage of %(name)s")),
    ("resources", "cap", "entity_id", Resource, gettext_lazy("the cap of %(name)s")),
    ("lines", "capacity", "entity_id", Line, gettext_lazy("the capacity of %(name)s")),
    ("lines", "last_output", "entity_id", Line, gettext_lazy("last year's output of %(name)s")),
    ("factors", "value", "entity_id", Line, gettext_lazy("a factor of %(name)s")),
    ("own", "amount", "line", Line, gettext_lazy("a coefficient of %(name)s")),
    ("patterns", "amount", "technology", Technology, gettext_lazy("a coefficient of %(name)s")),
    ("demand", "floor", "entity_id", DemandLine, gettext_lazy("the floor of %(name)s")),
    ("demand", "ceiling", "entity_id", DemandLine, gettext_lazy("the ceiling of %(name)s")),
    ("demand", "flexibility", "entity_id", DemandLine, gettext_lazy("the flexibility of %(name)s")),
    ("trade", "last", "entity_id", TradeLine, gettext_lazy("last year's trade of %(name)s")),
    ("trade", "planned", "entity_id", TradeLine, gettext_lazy("what is planned of %(name)s")),
    ("trade", "ceiling", "entity_id", TradeLine, gettext_lazy("the limit of %(name)s")),
    ("trade", "world_price", "entity_id", TradeLine, gettext_lazy("the world price of %(name)s")),
    ("trade", "flexibility", "entity_id", TradeLine, gettext_lazy("the flexibility of %(name)s")),
]


def extreme(state: State) -> Extreme | None:
    """Return the figure with the largest ``|log figure|``, small ones counted where others are divided by them.

    Without limit (infinite) and zero are no figures here; None if nothing is left.
    """
    best, found = -1.0, None
    for table, column, key, model, sentence in FIGURES:
        columns = getattr(state, table)
        sizes = _distance(columns[column], small=(table, column) in DIVISORS)
        if not len(sizes) or sizes.max() <= best:
            continue
        place = int(np.argmax(sizes))
        best = float(sizes[place])
        entity = (model, int(columns[key][place]), str(sentence))
        found = Extreme(float(columns[column][place]), entity, column == "proposed")
    return found


def _distance(figures: NDArray[np.float64], *, small: bool) -> NDArray[np.float64]:
    size = np.abs(figures)
    counted = np.isfinite(size) & (size > 0)
    far = np.log10(size, out=np.full(len(size), -1.0), where=counted)
    return np.where(counted, np.abs(far) if small else far, -1.0)
