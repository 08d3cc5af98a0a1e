"""Delegations that run: whose vote goes to whom, and how many rights somebody casts."""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import QuerySet

from councils.charter import charter_value
from councils.counting import votes_of
from councils.delegated import KEY, delegated
from councils.models import Ballot, Council, Delegation, NamedVote, Proxy, RollEntry
from workplaces.models import Person

RELATED = ("council", "giver", "receiver")


def allowed_in(council: Council, on: date) -> bool:
    """Say whether the charter lets members delegate their vote in this council."""
    return council.kind in charter_value("councils.delegation.kinds", on=on)


def running(council: Council, now: datetime) -> QuerySet[Delegation]:
    """Return the delegations in a council that are in force at that moment."""
    return Delegation.objects.filter(council=council, held__contains=now).select_related(*RELATED)


def given_by(person: Person, council: Council, now: datetime) -> QuerySet[Delegation]:
    """Return whom a person lets vote for them."""
    return running(council, now).filter(giver=person).order_by("subject_kind", "pk")


def edges(council: Council, subject_kind: str, now: datetime) -> dict[int, int]:
    """Return giver → receiver (persons' ids) for votes about a kind of subject: the one for the kind before the general."""
    rows = running(council, now).filter(subject_kind__in={"", subject_kind})
    pairs = rows.order_by("subject_kind").values_list("giver_id", "receiver_id")
    return dict(pairs)  # the kind's own comes after "" and replaces it


def rights_through(person: Person, council: Council, now: datetime) -> int:
    """Return how many others' rights somebody would cast in a vote on nothing in particular, chains included."""
    back: dict[int, list[int]] = defaultdict(list)
    for giver, receiver in edges(council, "", now).items():
        back[receiver].append(giver)
    return _behind(person.pk, back)


def proxies_behind(ballot: Ballot, entry_id: int) -> int:
    """Return how many frozen delegations lead to a right, chains included, whether or not their givers have voted."""
    back: dict[int, list[int]] = defaultdict(list)
    for giver, receiver in Proxy.objects.filter(ballot=ballot).values_list("giver_id", "receiver_id"):
        back[receiver].append(giver)
    return _behind(entry_id, back)


def _behind(start: int, back: dict[int, list[int]]) -> int:
    found, waiting = {start}, [start]
    while waiting:
        for giver in back.get(waiting.pop(), []):
            if giver not in found:
                found.add(giver)
                waiting.append(giver)
    return len(found) - 1


def proxy_of(ballot: Ballot, entry: RollEntry) -> Proxy | None:
    """Return the frozen delegation of a right, if its holder gave one."""
    return Proxy.objects.filter(ballot=ballot, giver=entry).select_related("receiver").first()


def through_delegates(ballot: Ballot) -> dict[int, NamedVote]:
    """Return the votes that count, as things stand, for rights whose holders have not voted, by roll entry."""
    if not ballot.params.get(KEY):
        return {}
    return {row.entry.pk: row.vote for row in delegated(ballot, votes_of(ballot))}
