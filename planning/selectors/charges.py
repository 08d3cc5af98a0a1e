"""What settling a year charged workplaces for resources."""

from django.db.models import Q, QuerySet, Sum

from planning.models import Cycle, ResourceCharge


def charges_of(cycle: Cycle, workplace: int) -> QuerySet[ResourceCharge]:
    """Return what a workplace (entity id) was charged in a year, by resource."""
    return ResourceCharge.objects.filter(entry__cycle=cycle, workplace=workplace).select_related("resource")


def charged(cycles: list[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Return by year's id and resource the sum charged (minor units), and from how many workplaces as planned."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    rows = ResourceCharge.objects.filter(entry__cycle__in=cycles).values_list("entry__cycle", "resource")
    for cycle, resource, amount, planned in rows.annotate(
        Sum("amount"), planned=Sum("amount", filter=Q(unreported__gt=0))
    ).order_by():
        found.setdefault(cycle, {})[resource] = (int(amount), int(planned or 0))
    return found
