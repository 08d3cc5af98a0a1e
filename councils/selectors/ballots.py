"""Ballots as pages show them: the roll-call, one's own voting rights, receipts."""

from dataclasses import dataclass

from django.db.models import QuerySet

from councils.models import Ballot, Motion, NamedVote, RollEntry, VoteVersion
from workplaces.models import Person


@dataclass(frozen=True)
class Found:
    """A receipt that was found: what it stands for, and whether it is what counts."""

    version: VoteVersion
    entry: RollEntry
    ballot: Ballot
    counts: bool


def ballots_on(motion: Motion) -> QuerySet[Ballot]:
    """Return a motion's ballots, the latest first."""
    return motion.ballots.select_related("council", "created_by").order_by("-pk")


def roll_call(ballot: Ballot) -> QuerySet[RollEntry]:
    """Return the roll in order, each entry with its vote if there is one."""
    return ballot.roll.select_related("person", "vote__option").order_by("number")


def rights_of(ballot: Ballot, person: Person) -> list[RollEntry]:
    """Return the voting rights that the roll gives to a person."""
    return list(roll_call(ballot).filter(person=person)) if person.is_authenticated else []


def votes_cast(ballot: Ballot) -> int:
    """Return how many votes have been cast."""
    return NamedVote.objects.filter(roll_entry__ballot=ballot).count()


def receipt_found(code: str) -> Found | None:
    """Return what a receipt stands for, or None when no vote ever had it; spaces, hyphens and case do not matter."""
    plain = "".join(code.split()).replace("-", "").upper()
    related = ("option", "roll_entry__ballot__motion", "roll_entry__ballot__council")
    version = VoteVersion.objects.filter(receipt=plain).select_related(*related).first()
    if version is None:
        return None
    entry = version.roll_entry
    counts = NamedVote.objects.filter(roll_entry=entry, receipt=plain).exists()
    return Found(version, entry, entry.ballot, counts)


def votes_by(person: Person) -> QuerySet[NamedVote]:
    """Return a person's named votes, the latest first."""
    return (
        NamedVote.objects.filter(roll_entry__person=person)
        .select_related("option", "roll_entry__ballot__motion", "roll_entry__ballot__council")
        .order_by("-cast_at", "-pk")
    )
