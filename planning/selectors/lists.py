"""Elections by lists as pages and programs show them: the lists with those who stand, and the seats they got."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from councils.models import Ballot, Council
from planning.models import (
    AssociationMember,
    CandidateList,
    ListCandidate,
    ListElection,
    ListSeating,
    Programme,
)
from workplaces.models import Association, Person


@dataclass
class Shown:
    """A list with what a reader may see of it: others see who agreed, its members everybody who was asked."""

    list: CandidateList
    candidates: Sequence[ListCandidate]
    mine: ListCandidate | None
    is_member: bool
    seats: int = 0


def elections() -> QuerySet[ListElection]:
    """Return the elections, the latest first, with what their pages name."""
    related = ListElection.objects.select_related("council", "target", "motion", "created_by")
    return related.prefetch_related("seats").order_by("-pk")


def ballot_of(election: ListElection) -> Ballot | None:
    """Return the latest vote on the lists that was not declared void."""
    if election.motion is None:
        return None
    return election.motion.ballots.exclude(state=Ballot.State.VOID).order_by("-pk").first()


def lists_of(election: ListElection) -> QuerySet[CandidateList]:
    """Return the lists that stand, by name; once voted on, those that were on the ballot."""
    rows = election.lists.filter(withdrawn_at__isnull=True)
    if election.motion_id:
        rows = rows.exclude(code="")
    people = ListCandidate.objects.select_related("person").order_by("place")
    return (
        rows.select_related("association", "programme__published", "programme__cycle", "programme__association")
        .prefetch_related(Prefetch("candidates", people))
        .order_by("association__name", "pk")
    )  # fmt: skip


def shown_to(election: ListElection, who: Person) -> list[Shown]:
    """Return the lists as that person sees them, with their seats once they were counted."""
    mine = set(
        AssociationMember.objects.filter(person=who, until__isnull=True).values_list("association", flat=True)
    )
    ballot = ballot_of(election)
    result: dict[str, Any] = (ballot.result or {}) if ballot else {}
    found = []
    for one in lists_of(election):
        rows = list(one.candidates.all())
        own = next((row for row in rows if row.person_id == who.pk), None)
        inside = one.association_id in mine and election.motion_id is None
        seen = [row for row in rows if row.agreed_at or inside or row is own]
        seats = int(result.get("seats", {}).get(one.code, 0))
        found.append(Shown(one, seen, own, one.association_id in mine, seats))
    return found


def seatings_of(election: ListElection) -> QuerySet[ListSeating]:
    """Return each step of giving the seats, in its order."""
    rows = ListSeating.objects.filter(list__election=election)
    return rows.select_related(
        "list__association", "seat", "candidate__person", "mandate", "after__person"
    ).order_by("pk")


def programmes_open() -> QuerySet[Programme]:
    """Return the published programmes for which a list can stand, the latest year's first."""
    rows = Programme.objects.filter(published__isnull=False).select_related(
        "published", "association", "cycle"
    )
    return rows.order_by("-cycle__year", "association__name", "pk")


def associations_of(who: Person) -> list[Association]:
    """Return the associations to which the person belongs."""
    mine = AssociationMember.objects.filter(person=who, until__isnull=True).values("association")
    return list(Association.objects.filter(pk__in=mine, dissolved_on__isnull=True).order_by("name", "pk"))


def asked_of(who: Person) -> QuerySet[ListCandidate]:
    """Return where the person is asked to stand and has not answered, in elections whose lists are still put up."""
    return (
        ListCandidate.objects.filter(
            person=who,
            agreed_at__isnull=True,
            declined_at__isnull=True,
            list__withdrawn_at__isnull=True,
            election__motion__isnull=True,
            election__cancelled_at__isnull=True,
        )
        .select_related("list__association", "election__target")
        .order_by("pk")
    )


def under_way() -> QuerySet[ListElection]:
    """Return the elections that are not over."""
    waiting = Q(motion__isnull=True, cancelled_at__isnull=True) | Q(motion__state__in=["moved", "voting"])
    return elections().filter(waiting)


def general_vote() -> Council | None:
    """Return the council of everybody, if it sits."""
    return Council.objects.sitting().filter(kind=Council.Kind.GENERAL).first()
