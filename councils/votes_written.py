"""How votes are written down: receipts, and the roll-call on the record. Pure functions of the rows."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from councils.choices import Choice
from councils.models import Ballot, NamedVote, RollEntry
from workplaces.record import chain, merkle

RECEIPT_BYTES = 20
TRACKER_LENGTH = 20
TRACKER_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def receipt_code(
    ballot: Ballot, entry: RollEntry, said: Any, revision: int, key: str, at: datetime, reason: str = ""
) -> str:
    """Return the receipt of a vote: see ``receipt_of``."""
    return receipt_of(ballot.public_id, entry.right, said, revision, key, at, reason)


def receipt_of(
    ballot: UUID, right: str, said: Any, revision: int, key: str, at: datetime, reason: str = ""
) -> str:
    """Return 32 letters and digits: base32 of the first 160 bits of a SHA-256 over what was cast.

    ``said`` is an option's code, or a choice in the form of ``councils.choices``; an objection's ``reason`` follows
    at the end.
    """
    cast = [str(ballot), right, said, revision, key, chain.moment(at), *([reason] if reason else [])]
    digest = hashlib.sha256(chain.canonical(chain.plain(cast))).digest()
    return base64.b32encode(digest[:RECEIPT_BYTES]).decode()


def receipts_root(votes: Iterable[NamedVote]) -> str:
    """Return the Merkle root (RFC 6962) over the receipts counted, in the order of the roll."""
    return receipts_root_of(vote.receipt for vote in votes)


def receipts_root_of(receipts: Iterable[str]) -> str:
    """Return the Merkle root (RFC 6962) over receipts in their order."""
    return merkle.root(receipt.encode() for receipt in receipts).hex()


def roll_call_written(votes: Iterable[NamedVote]) -> list[dict[str, Any]]:
    """Return the votes as the record lists them at the close, in the order of the roll."""
    return [
        {
            "number": vote.roll_entry.number,
            "name": vote.roll_entry.name,
            "represents": vote.roll_entry.represents,
            "weight": vote.roll_entry.weight,
            **part_written(vote.roll_entry),
            **said_written(vote),
            "revision": vote.revision,
            "receipt": vote.receipt,
        }
        for vote in votes
    ]


def part_written(entry: RollEntry) -> dict[str, Any]:
    """Return the part of the roll that a right belongs to, where parts are counted and it belongs to one."""
    return {"part": entry.part} if entry.part else {}


def said_written(vote: NamedVote) -> dict[str, Any]:
    """Return what a vote says, as the record names it: an option, an objection's reason, or a choice among several."""
    if vote.option is None:
        return {"choice": vote.choice}
    return {"option": vote.option.code, **({"reason": vote.reason} if vote.reason else {})}


def tracker_new() -> str:
    """Return twenty random letters and digits (100 bits): what a secret paper is found by, known to its voter."""
    return "".join(secrets.choice(TRACKER_LETTERS) for _ in range(TRACKER_LENGTH))


def papers_root(papers: Iterable[tuple[str, Choice]]) -> str:
    """Return the Merkle root (RFC 6962) over the papers ``[tracker, choice]`` in canonical JSON, by tracker."""
    return merkle.root(chain.canonical(chain.plain([tracker, choice])) for tracker, choice in papers).hex()


def papers_written(papers: Iterable[tuple[str, Choice]]) -> list[list[Any]]:
    """Return the papers as the record lists them at the close, sorted by tracker."""
    return [[tracker, choice] for tracker, choice in papers]
