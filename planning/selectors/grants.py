"""Grants: those that stand, what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from planning.models import CapacityGain, Cycle, Grant, GrantReport, Revision
from planning.models.ledger import MINOR
from planning.rules import rule
from workplaces.models import Scenario

RELATED = ("request__workplace", "request__line", "request__sector", "request__region", "envelope__sector",
           "envelope__region", "envelope__draft__cycle__baseline", "share__sharing", "gain")  # fmt: skip


def grants_of(cycle: Cycle) -> QuerySet[Grant]:
    """Return the grants of a year, in the order in which they were made."""
    return _of(Grant.objects.all(), cycle)


def _of(grants: QuerySet[Grant], cycle: Cycle) -> QuerySet[Grant]:
    found = grants.filter(envelope__draft__cycle=cycle).select_related(*RELATED)
    return found.prefetch_related("request__goods__product", "reports").order_by("pk")


def standing_grants(cycle: Cycle) -> QuerySet[Grant]:
    """Return the grants of a year that were neither taken back nor diverted."""
    return _of(Grant.objects.standing(), cycle)


@dataclass(frozen=True)
class AsOf:
    """What lateness is measured by: the day, and the years that are settled. A plan year need not be a calendar's."""

    today: date
    settled: frozenset[int]


def as_of(today: date) -> AsOf:
    """Return the day with the years that are settled by now."""
    years = Cycle.objects.filter(phase__in=(Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED))
    return AsOf(today, frozenset(years.values_list("year", flat=True)))


def due_year(grant: Grant) -> int:
    """Return the year before whose settlement a grant's equipment is to work.

    Equipment granted for the year ``t`` raises capacity from ``t + lag`` on, in the baseline drawn when
    ``t + lag − 1`` is settled.
    """
    cycle = grant.envelope.draft.cycle
    return cycle.year + int(rule(cycle.rules, "investment_lag")) - 1


def expected_on(grant: Grant) -> date | None:
    """Return the day by which late equipment is to work, as its latest report says; None where it says none."""
    reports = list(grant.reports.all())
    return reports[-1].expected_on if reports else None


def is_overdue(grant: Grant, as_of: AsOf) -> bool:
    """Say whether the equipment should work by now, and nobody has said that it does or that it went elsewhere."""
    reports = list(grant.reports.all())
    if reports and reports[-1].state != GrantReport.State.LATE:
        return False
    day = expected_on(grant)
    return day < as_of.today if day else due_year(grant) in as_of.settled


def granted_for(baseline: Scenario) -> float:
    """Return what the standing grants of the year that drew a baseline bought (currency); 0 where no year drew it."""
    found = Grant.objects.standing().filter(envelope__draft__cycle__next_baseline=baseline)
    return int(found.aggregate(total=Sum("amount"))["total"] or 0) / MINOR


def waiting_grants(workplaces: Collection[int], phases: Collection[str]) -> QuerySet[Grant]:
    """Return the workplaces' standing grants that are not done, of every year whose cycle is in one of the phases, or whose
    plan in force is being revised.

    Equipment that is late is still waited for when the next year has begun.
    """
    done = GrantReport.objects.filter(grant=OuterRef("pk"), state=GrantReport.State.DONE)
    cycle = "envelope__draft__cycle"
    revised = Revision.objects.filter(cycle=OuterRef(cycle), ended_at__isnull=True)
    found = (
        Grant.objects.standing()
        .filter(Q(**{f"{cycle}__phase__in": phases}) | Exists(revised), request__workplace__in=workplaces)
        .select_related("request__workplace")
    )
    return found.filter(~Exists(done)).order_by("pk")


def gains_before(cycle: Cycle, workplace: int) -> QuerySet[CapacityGain]:
    """Return the capacity that finished grants have added to a workplace's lines in the baselines up to the cycle's own."""
    found = CapacityGain.objects.filter(year__lt=cycle.year, grant__request__workplace=workplace)
    related = ("grant__request__line__product", "grant__envelope__sector", "grant__envelope__region")
    return found.select_related(*related).order_by("pk")
