"""What settling a year charged workplaces for resources, and found of their surplus."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from planning.models import Account, Cycle, Plan, ResourceCharge, RunRow, SurplusLevy
from workplaces.models import Line, Resource, Technology


@dataclass(frozen=True)
class Levied:
    """Sums over workplaces, in minor units: surpluses, deficits, the levy, and the levy of those in part as planned."""

    surplus: int
    deficit: int
    levy: int
    unreported: int


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


def surplus_of(cycle: Cycle, workplace: int) -> SurplusLevy | None:
    """Return what settling the year found of a workplace's (entity id) surplus; None where it made nothing."""
    return SurplusLevy.objects.filter(cycle=cycle, workplace=workplace).first()


def surplus_account(workplace: int) -> Account | None:
    """Return the account in which a workplace's (entity id) surplus stands, once it had one."""
    return Account.objects.filter(kind=Account.Kind.SURPLUS, workplace=workplace, cycle=None).first()


def levied(cycles: list[int]) -> dict[int, dict[int, Levied]]:
    """Return by year's id and sector what settling found of surpluses and took as a levy."""
    rows = SurplusLevy.objects.filter(cycle__in=cycles).values_list("cycle", "workplace__main_sector")
    found: dict[int, dict[int, Levied]] = {}
    for cycle, sector, *sums in rows.annotate(
        above=Sum("surplus", filter=Q(surplus__gt=0)), below=Sum("surplus", filter=Q(surplus__lt=0)),
        taken=Sum("levy"), planned=Sum("levy", filter=Q(unreported__gt=0)),
    ).order_by():  # fmt: skip
        above, below, taken, planned = (int(one or 0) for one in sums)
        found.setdefault(cycle, {})[sector] = Levied(above, -below, taken, planned)
    return found
