"""Whose vote counts for a right that its holder has not used: frozen delegations, followed to the first who voted."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from councils.models import Ballot, NamedVote, Proxy, RollEntry
from workplaces.record import chain

KEY = "proxies"  # in a ballot's params, where delegations froze with it: how many, and their digest


@dataclass(frozen=True)
class Delegated:
    """A right whose holder did not vote, and the vote of the delegate that counts for it."""

    entry: RollEntry
    vote: NamedVote


def followed[Right](start: Right, proxies: Mapping[Right, Right], voted: Iterable[Right]) -> Right | None:
    """Return the first on the way of ``proxies`` from ``start`` who has voted; None where the way ends before."""
    seen, at = {start}, proxies.get(start)
    while at is not None and at not in seen:
        if at in voted:
            return at
        seen.add(at)
        at = proxies.get(at)
    return None


def delegated(ballot: Ballot, votes: Iterable[NamedVote]) -> list[Delegated]:
    """Return the rights that count as a delegate voted, in the order of the roll."""
    if not ballot.params.get(KEY):
        return []
    found = {vote.roll_entry_id: vote for vote in votes}
    rows = Proxy.objects.filter(ballot=ballot).select_related("giver").order_by("giver__number")
    givers = {row.giver_id: row for row in rows}
    proxies = {pk: row.receiver_id for pk, row in givers.items()}
    ways = ((pk, followed(pk, proxies, found)) for pk in proxies if pk not in found)
    return [Delegated(givers[pk].giver, found[end]) for pk, end in ways if end is not None]


def delegated_written(rows: Iterable[Delegated]) -> list[dict[str, Any]]:
    """Return delegated rights as the record lists them at the close: whose, and whose vote counts for it."""
    return [
        {
            "number": row.entry.number,
            "name": row.entry.name,
            "weight": row.entry.weight,
            **({"part": row.entry.part} if row.entry.part else {}),
            **({"option": row.vote.option.code} if row.vote.option else {"choice": row.vote.choice}),
            "cast_by": row.vote.roll_entry.number,
            "cast_by_name": row.vote.roll_entry.name,
        }
        for row in rows
    ]


def proxies_frozen(pairs: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """Return what a ballot's params keep: the number and the SHA-256 of (giver, receiver) as numbers on the roll."""
    listed: list[Any] = sorted([giver, receiver] for giver, receiver in pairs)
    return {"number": len(listed), "digest": hashlib.sha256(chain.canonical(listed)).hexdigest()}


def proxies_are_unchanged(ballot: Ballot) -> bool:
    """Recompute the digest of a ballot's frozen delegations from what the database holds now."""
    pairs = list(Proxy.objects.filter(ballot=ballot).values_list("giver__number", "receiver__number"))
    return bool((proxies_frozen(pairs) if pairs else None) == ballot.params.get(KEY))
