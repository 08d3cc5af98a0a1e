"""Where the record's entries on baselines, workplaces, lines, agreements and imports lead."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from workplaces.models import Agreement, DemandLine, ImportBatch, Line, Scenario, Workplace
from workplaces.record.subjects import register

Links = dict[UUID, tuple[str, str]]
# A sandbox is its maker's own affair; its rows are named nowhere else.
PUBLIC = {"scenario__kind__in": [Scenario.Kind.BASELINE, Scenario.Kind.ROUND, Scenario.Kind.REVISION]}


def scenarios(ids: Collection[UUID]) -> Links:
    """Name scenarios that everybody may see."""
    found = Scenario.objects.filter(public_id__in=ids, kind__in=PUBLIC["scenario__kind__in"])
    return {row.public_id: (row.name, reverse("workplaces:scenario", args=[row.public_id])) for row in found}


def lines(ids: Collection[UUID]) -> Links:
    """Name lines by workplace and product."""
    found = Line.objects.filter(public_id__in=ids, **PUBLIC).select_related("workplace", "product")
    return {
        row.public_id: (
            _("%(workplace)s: %(product)s")
            % {"workplace": row.workplace.label, "product": row.product.label},
            reverse("workplaces:line", args=[row.public_id]),
        )
        for row in found
    }


def workplaces(ids: Collection[UUID]) -> Links:
    """Name workplaces."""
    found = Workplace.objects.filter(public_id__in=ids, **PUBLIC).order_by("pk")
    return {
        row.public_id: (row.label, reverse("workplaces:workplace", args=[row.public_id])) for row in found
    }


def demand_lines(ids: Collection[UUID]) -> Links:
    """Name what a place uses; its product's page is where that is shown."""
    found = DemandLine.objects.filter(public_id__in=ids, **PUBLIC).select_related("region", "product")
    return {
        row.public_id: (
            _("%(place)s uses %(product)s") % {"place": row.region.label, "product": row.product.label},
            reverse("workplaces:region", args=[row.region.public_id]),
        )
        for row in found
    }


def agreements(ids: Collection[UUID]) -> Links:
    """Name agreements by their parties and product."""
    related = ("supplier", "client", "counterparty", "product")
    found = Agreement.objects.filter(public_id__in=ids, **PUBLIC).select_related(*related)
    return {row.public_id: (str(row), reverse("workplaces:agreement", args=[row.public_id])) for row in found}


def imports(ids: Collection[UUID]) -> Links:
    """Name files that were taken in; their pages show to each what they may see."""
    found = ImportBatch.objects.filter(public_id__in=ids)
    return {
        row.public_id: (row.file_name, reverse("workplaces:import", args=[row.public_id])) for row in found
    }


def install() -> None:
    """Register all of them."""
    register("scenario", scenarios)
    register("line", lines)
    register("workplace", workplaces)
    register("demand_line", demand_lines)
    register("agreement", agreements)
    register("import", imports)
