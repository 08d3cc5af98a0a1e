"""Grants: those that stand, what became of them."""

from django.db.models import Exists, OuterRef, QuerySet

from planning.models import Cycle, Grant, JournalEntry

RELATED = ("request__workplace", "request__line", "request__sector", "request__region", "envelope__sector",
           "envelope__region", "envelope__draft__cycle__baseline", "share__sharing")  # fmt: skip


def grants_of(cycle: Cycle) -> QuerySet[Grant]:
    """Return the grants of a year, in the order in which they were made."""
    found = Grant.objects.filter(envelope__draft__cycle=cycle).select_related(*RELATED)
    return found.prefetch_related("request__goods__product", "reports").order_by("pk")


def standing_grants(cycle: Cycle) -> QuerySet[Grant]:
    """Return the grants of a year that were not taken back."""
    taken_back = JournalEntry.objects.filter(cause=JournalEntry.Cause.REVERSAL, subject=OuterRef("public_id"))
    return grants_of(cycle).filter(~Exists(taken_back))
