"""How large a proposed figure can be: a slip of the pen or of a program must not break everybody's iteration."""

from django.db.models import Max
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from planning.models import Cycle
from planning.rules import DEFAULTS
from planning.services.saying import at_most, said
from workplaces.errors import Invalid
from workplaces.models import DemandLine, Line, Product, Scenario, TradeLine

UNIT = 1.0  # of a product that nobody has a figure of yet
KNOWN = (
    (Line, ("last_output", "capacity")),
    (DemandLine, ("last", "floor")),
    (TradeLine, ("last", "planned")),
)


def check_plausible(*, cycle: Cycle, scenario: Scenario, product: int, figure: float, field: str) -> None:
    """Refuse a figure beyond the charter's multiple of the largest known of the product (by entity id).

    Known are last year's figures, capacities, floors, and one unit.
    """
    times = float(cycle.rules.get("plausible", DEFAULTS["plausible"][0]))
    limit = times * _largest(scenario, product)
    if abs(figure) <= limit:
        return
    name = Product.objects.in_scenario(scenario).filter(entity_id=product).first()
    message = _(
        "%(figure)s of %(product)s cannot be meant: it is more than %(limit)s, %(times)s times the largest figure "
        "that anybody has of it. A higher limit takes a vote on the charter's rule “planning.plausible”."
    ) % {
        "figure": said(figure, name.unit if name else ""),
        "product": name.label if name else product,
        "limit": at_most(limit),
        "times": said(times),
    }
    raise Invalid(message, fields={field: message})


def _largest(scenario: Scenario, product: int) -> float:
    """Return the largest figure known of the product, in its unit; at least one unit."""
    largest = UNIT
    for model, columns in KNOWN:
        rows = model.objects.in_scenario(scenario).filter(product_id=product)
        found = rows.aggregate(**{f"most_{column}": Max(Abs(column)) for column in columns})
        largest = max(largest, *(value for value in found.values() if value is not None), UNIT)
    return largest
