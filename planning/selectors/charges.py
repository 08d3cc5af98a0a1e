"""What settling a year charged workplaces for resources."""

from django.db.models import Q, QuerySet, Sum

from planning.models import Cycle, Plan, ResourceCharge, RunRow
from workplaces.models import Line, Resource, Technology


def charges_of(cycle: Cycle, workplace: int) -> QuerySet[ResourceCharge]:
    """Return what a workplace (entity id) was charged in a year, by resource."""
    return ResourceCharge.objects.filter(entry__cycle=cycle, workplace=workplace).select_related("resource")


def uncharged(cycle: Cycle, plan: Plan, workplace: int) -> list[Resource]:
    """Return the capped resources that a workplace's (entity id) techniques use and whose cap left room in the plan."""
    lines = Line.objects.in_scenario(cycle.baseline).filter(workplace=workplace)
    techniques = Technology.objects.in_scenario(cycle.baseline).filter(
        entity_id__in=lines.values("technology")
    )
    used = {entity for found in techniques.values_list("resource", flat=True) for entity in found}
    free = RunRow.objects.filter(run=plan.run_id, kind=RunRow.Kind.RESOURCE, entity__in=used, dual=0.0)
    capped = Resource.objects.in_scenario(plan.scenario).filter(cap__isnull=False)
    return list(capped.filter(entity_id__in=free.values("entity")).order_by("code"))


def charged(cycles: list[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Return by year's id and resource the sum charged (minor units), and from how many workplaces as planned."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    rows = ResourceCharge.objects.filter(entry__cycle__in=cycles).values_list("entry__cycle", "resource")
    for cycle, resource, amount, planned in rows.annotate(
        Sum("amount"), planned=Sum("amount", filter=Q(unreported__gt=0))
    ).order_by():
        found.setdefault(cycle, {})[resource] = (int(amount), int(planned or 0))
    return found
