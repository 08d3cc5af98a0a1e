"""Minority reports as pages show them."""

from django.db.models import QuerySet

from councils.models import MinorityReport, Motion


def reports_on(motion: Motion) -> QuerySet[MinorityReport]:
    """Return the reports on a motion's votes in the order in which they were filed, with their signatures."""
    found = MinorityReport.objects.filter(ballot__motion=motion)
    return found.select_related("ballot").prefetch_related("signatures__person").order_by("pk")
