"""Where the record's entries on councils, mandates, motions, votes and the charter lead."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from councils import subjects as motion_subjects
from councils.layers import RULINGS
from councils.models import (
    Amendment,
    Appeal,
    Ballot,
    Charter,
    Council,
    Election,
    Instruction,
    Mandate,
    Meeting,
    MinorityReport,
    Motion,
    Petition,
)
from workplaces.models import Person
from workplaces.record.subjects import register

Links = dict[UUID, tuple[str, str]]


def councils(ids: Collection[UUID]) -> Links:
    """Name councils."""
    found = Council.objects.filter(public_id__in=ids)
    return {row.public_id: (row.label, reverse("councils:council", args=[row.public_id])) for row in found}


def people(ids: Collection[UUID]) -> Links:
    """Name people who hold or held a mandate; membership alone is not public."""
    found = Person.objects.filter(public_id__in=ids, mandates__isnull=False).distinct()
    return {row.public_id: (str(row), reverse("councils:person", args=[row.public_id])) for row in found}


def mandates(ids: Collection[UUID]) -> Links:
    """Name mandates by who holds them and as what."""
    found = Mandate.objects.filter(public_id__in=ids).select_related("person", "council", "represents")
    return {
        row.public_id: (
            f"{row.person}, {row.label}",
            reverse("councils:person", args=[row.person.public_id]),
        )
        for row in found
    }


def motions(ids: Collection[UUID]) -> Links:
    """Name motions by their titles."""
    found = Motion.objects.filter(public_id__in=ids).select_related("council")
    return {
        row.public_id: (
            f"{row.title} ({row.council.label})",
            reverse("councils:motion", args=[row.public_id]),
        )
        for row in found
    }


def amendments(ids: Collection[UUID]) -> Links:
    """Name amendments by their number and motion."""
    found = Amendment.objects.filter(public_id__in=ids).select_related("motion")
    return {row.public_id: (str(row), reverse("councils:amendment", args=[row.public_id])) for row in found}


def appeals(ids: Collection[UUID]) -> Links:
    """Name appeals by what they are against."""
    found = Appeal.objects.filter(public_id__in=ids).select_related("motion")
    return {row.public_id: (str(row), reverse("councils:appeal", args=[row.public_id])) for row in found}


def appeal_of(appeal: UUID, _council: Council) -> tuple[str, str] | None:
    """Return what a motion that rules on an appeal links to."""
    return appeals([appeal]).get(appeal)


def minority_reports(ids: Collection[UUID]) -> Links:
    """Name minority reports by their motion."""
    found = MinorityReport.objects.filter(public_id__in=ids, ballot__motion__isnull=False)
    return {
        row.public_id: (str(row), f"{_ballot_page(row.ballot)}#minority")
        for row in found.select_related("ballot__motion", "ballot__amendment")
    }


def ballots(ids: Collection[UUID]) -> Links:
    """Name votes by their questions; the page is that of the motion or the election."""
    found = Ballot.objects.filter(public_id__in=ids).select_related(
        "motion", "amendment", "council", "election"
    )
    return {row.public_id: (f"{row.question} ({row.council.label})", _ballot_page(row)) for row in found}


def _ballot_page(ballot: Ballot) -> str:
    if ballot.amendment:
        return reverse("councils:amendment", args=[ballot.amendment.public_id])
    if ballot.motion is not None:
        return reverse("councils:motion", args=[ballot.motion.public_id])
    if hasattr(ballot, "election"):
        return reverse("councils:election", args=[ballot.election.public_id])
    return reverse("councils:council", args=[ballot.council.public_id])


def elections(ids: Collection[UUID]) -> Links:
    """Name elections by their titles."""
    found = Election.objects.filter(public_id__in=ids)
    return {row.public_id: (row.title, reverse("councils:election", args=[row.public_id])) for row in found}


def instructions(ids: Collection[UUID]) -> Links:
    """Name instructions by who gave them; the page is the list of that body's."""
    found = Instruction.objects.filter(public_id__in=ids).select_related("sender", "council")
    return {
        row.public_id: (
            f"{row.sender.label} → {row.council.label}",
            reverse("councils:instructions", args=[row.sender.public_id]),
        )
        for row in found
    }


def meetings(ids: Collection[UUID]) -> Links:
    """Name meetings by council and number."""
    found = Meeting.objects.filter(public_id__in=ids).select_related("council")
    return {
        row.public_id: (
            _("Meeting %(number)s of %(council)s") % {"number": row.number, "council": row.council.label},
            reverse("councils:meeting", args=[row.public_id]),
        )
        for row in found
    }


def petitions(ids: Collection[UUID]) -> Links:
    """Name petitions by their titles."""
    found = Petition.objects.filter(public_id__in=ids)
    return {row.public_id: (row.title, reverse("councils:petition", args=[row.public_id])) for row in found}


def charters(ids: Collection[UUID]) -> Links:
    """Name versions of the charter."""
    found = Charter.objects.filter(public_id__in=ids)
    return {row.public_id: (str(row), reverse("councils:charter")) for row in found}


def install() -> None:
    """Register all of them."""
    register("council", councils)
    register("person", people)
    register("mandate", mandates)
    register("motion", motions)
    register("amendment", amendments)
    register("minority-report", minority_reports)
    register("appeal", appeals)
    for kind in RULINGS:
        motion_subjects.register(kind, appeal_of)
    register("ballot", ballots)
    register("election", elections)
    register("instruction", instructions)
    register("petition", petitions)
    register("meeting", meetings)
    register("charter", charters)
