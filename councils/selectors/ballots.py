"""Ballots as pages show them: the roll-call, one's own voting rights, receipts."""

from dataclasses import dataclass

from django.db.models import QuerySet

from councils.models import Ballot, Motion, NamedVote, Paper, RollEntry, VoteVersion
from workplaces.models import Entry, Person


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
    if not person.is_authenticated:
        return []
    return list(roll_call(ballot).select_related("mark").filter(person=person))


def votes_cast(ballot: Ballot) -> int:
    """Return how many votes have been cast; of a secret vote nothing before its close."""
    if ballot.secrecy == Ballot.Secrecy.SECRET:
        return ballot.result["votes"] if ballot.result else 0
    return NamedVote.objects.filter(roll_entry__ballot=ballot).count()


def closing_of(ballot: Ballot) -> Entry | None:
    """Return the record's entry on the ballot's close."""
    return Entry.objects.filter(kind="ballot.closed", subject=ballot.subject).first()


def papers_of(ballot: Ballot) -> QuerySet[Paper]:
    """Return the published papers by tracker: none before the close."""
    return Paper.objects.filter(ballot=ballot).order_by("tracker")


def receipt_found(code: str) -> Found | None:
    """Return what a receipt stands for, or None when no vote ever had it; spaces, hyphens and case do not matter."""
    plain = "".join(code.split()).replace("-", "").upper()
    related = (
        "option",
        "roll_entry__ballot__motion",
        "roll_entry__ballot__amendment",
        "roll_entry__ballot__council",
    )
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
        .select_related(
            "option",
            "roll_entry__ballot__motion",
            "roll_entry__ballot__amendment",
            "roll_entry__ballot__council",
        )
        .order_by("-cast_at", "-pk")
    )
