"""Where the record's entries on plan years, rounds, iterations and plans lead, and a workplace's page to its plan."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Council
from planning.models import (
    Cycle,
    EnvelopeDraft,
    Grant,
    GuidelineQuestion,
    InvestmentRequest,
    ListElection,
    Plan,
    Programme,
    Round,
    Run,
    SharingOut,
    SurplusDivision,
)
from planning.selectors.cycles import latest_cycle
from workplaces import elsewhere
from workplaces.models import Association, Workplace
from workplaces.record.subjects import register

Links = dict[UUID, tuple[str, str]]


def cycles(ids: Collection[UUID]) -> Links:
    """Name plan years."""
    found = Cycle.objects.filter(public_id__in=ids)
    return {
        row.public_id: (
            _("The plan year %(year)s") % {"year": row.year},
            reverse("planning:cycle", args=[row.year]),
        )
        for row in found
    }


def rounds(ids: Collection[UUID]) -> Links:
    """Name rounds."""
    found = Round.objects.filter(public_id__in=ids).select_related("cycle")
    return {
        row.public_id: (
            _("Round %(number)s of %(cycle)s") % {"number": row.number, "cycle": row.cycle.year},
            reverse("planning:round", args=[row.cycle.year, row.number]),
        )
        for row in found
    }


def plans(ids: Collection[UUID]) -> Links:
    """Name plans by year and version."""
    found = Plan.objects.filter(public_id__in=ids).select_related("cycle")
    return {
        row.public_id: (
            _("The plan for %(year)s, version %(version)s") % {"year": row.cycle.year, "version": row.number},
            reverse("planning:plan", args=[row.cycle.year]),
        )
        for row in found
    }


def runs(ids: Collection[UUID]) -> Links:
    """Name iterations by their rounds."""
    found = Run.objects.filter(public_id__in=ids, round__isnull=False).select_related("round__cycle")
    return {row.public_id: (_run_label(row), reverse("planning:run", args=[row.public_id])) for row in found}


def _run_label(run: Run) -> str:
    words = {"number": run.of_round.number, "cycle": run.of_round.cycle.year}
    return _("Iteration of round %(number)s of %(cycle)s") % words


def envelopes(ids: Collection[UUID]) -> Links:
    """Name drafts of envelopes by year and number."""
    found = EnvelopeDraft.objects.filter(public_id__in=ids).select_related("cycle")
    return {
        row.public_id: (
            _("Envelopes for %(year)s, draft %(number)s") % {"year": row.cycle.year, "number": row.number},
            f"{reverse('planning:envelopes', args=[row.cycle.year])}#draft-{row.number}",
        )
        for row in found
    }


def envelopes_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on a draft of envelopes links to."""
    return envelopes([public_id]).get(public_id)


def requests(ids: Collection[UUID]) -> Links:
    """Name requests for investment."""
    found = InvestmentRequest.objects.filter(public_id__in=ids).select_related("cycle", "workplace")
    return {
        row.public_id: (
            _("Request of %(workplace)s for %(year)s")
            % {"workplace": row.workplace.label, "year": row.cycle.year},
            reverse("planning:request", args=[row.cycle.year, row.public_id]),
        )
        for row in found
    }


def sharings(ids: Collection[UUID]) -> Links:
    """Name sharings-out by their envelopes."""
    found = SharingOut.objects.filter(public_id__in=ids).select_related(
        "envelope__sector", "envelope__region"
    )
    return {
        row.public_id: (
            _("Sharing out the envelope of %(name)s") % {"name": row.envelope},
            reverse("planning:projects_vote", args=[row.public_id])
            if row.is_of_projects
            else reverse("planning:sharing", args=[row.envelope.public_id]),
        )
        for row in found
    }


def sharing_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on a sharing-out links to."""
    return sharings([public_id]).get(public_id)


def divisions(ids: Collection[UUID]) -> Links:
    """Name divisions of a surplus by their workplaces."""
    found = SurplusDivision.objects.filter(public_id__in=ids).select_related("workplace")
    return {
        row.public_id: (
            _("Division %(number)s of the surplus of %(workplace)s")
            % {"number": row.number, "workplace": row.workplace.label},
            reverse("planning:division", args=[row.public_id]),
        )
        for row in found
    }


def division_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on a division of a surplus links to."""
    return divisions([public_id]).get(public_id)


def grants(ids: Collection[UUID]) -> Links:
    """Name grants by their workplaces."""
    found = Grant.objects.filter(public_id__in=ids).select_related("request__workplace")
    return {
        row.public_id: (
            _("Grant of %(workplace)s") % {"workplace": row.request.workplace.label},
            reverse("planning:grant", args=[row.public_id]),
        )
        for row in found
    }


def programmes(ids: Collection[UUID]) -> Links:
    """Name programmes by their associations."""
    found = Programme.objects.filter(public_id__in=ids).select_related("association", "cycle")
    return {
        row.public_id: (
            _("Programme of %(name)s for %(year)s") % {"name": row.association.label, "year": row.cycle.year},
            reverse("planning:programme", args=[row.public_id]),
        )
        for row in found
    }


def list_elections(ids: Collection[UUID]) -> Links:
    """Name elections by lists."""
    rows = ListElection.objects.filter(public_id__in=ids)
    return {
        row.public_id: (row.title, reverse("planning:list_election", args=[row.public_id])) for row in rows
    }


def list_election_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on lists links to: the lists with their candidates."""
    found = list_elections([public_id]).get(public_id)
    return (_("The lists and their candidates"), found[1]) if found else None


def associations(ids: Collection[UUID]) -> Links:
    """Name associations."""
    rows = Association.objects.filter(public_id__in=ids)
    return {row.public_id: (row.label, reverse("planning:associations")) for row in rows}


def guideline_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on a guideline links to: the rival programmes side by side."""
    asked = GuidelineQuestion.objects.filter(public_id=public_id).select_related("cycle").first()
    if asked is None:
        return None
    label = _("The programmes for %(year)s side by side") % {"year": asked.cycle.year}
    return label, reverse("planning:programmes", args=[asked.cycle.year])


def workplace_in_plan(workplace: Workplace) -> tuple[str, str] | None:
    """Lead from a workplace to what it proposes and answers in the latest plan year."""
    cycle = latest_cycle()
    if cycle is None:
        return None
    found = Workplace.objects.in_scenario(cycle.baseline).filter(entity_id=workplace.entity_id).first()
    if found is None:
        return None
    label = _("Its proposals and answers in the plan for %(year)s") % {"year": cycle.year}
    return label, reverse("planning:workplace", args=[cycle.year, found.public_id])


def install() -> None:
    """Register all of them."""
    elsewhere.register(workplace_in_plan)
    register("cycle", cycles)
    register("round", rounds)
    register("plan", plans)
    register("envelopes", envelopes)
    register("investment", requests)
    register("sharing", sharings)
    register("division", divisions)
    register("grant", grants)
    register("programme", programmes)
    register("association", associations)
    register("list-election", list_elections)
    register("run", runs)
