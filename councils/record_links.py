"""Where the record's entries on councils, mandates, motions, votes and the charter lead."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import (
    Ballot,
    Charter,
    Council,
    Election,
    Instruction,
    Mandate,
    Meeting,
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


def ballots(ids: Collection[UUID]) -> Links:
    """Name votes by their questions; the page is that of the motion or the election."""
    found = Ballot.objects.filter(public_id__in=ids).select_related("motion", "council", "election")
    return {row.public_id: (f"{row.question} ({row.council.label})", _ballot_page(row)) for row in found}


def _ballot_page(ballot: Ballot) -> str:
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
    register("ballot", ballots)
    register("election", elections)
    register("instruction", instructions)
    register("petition", petitions)
    register("meeting", meetings)
    register("charter", charters)
