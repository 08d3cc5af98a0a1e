"""How votes are written down: receipts, and the roll-call on the record. Pure functions of the rows."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from councils.models import Ballot, NamedVote, RollEntry
from workplaces.record import chain, merkle

RECEIPT_BYTES = 20


def receipt_code(ballot: Ballot, entry: RollEntry, option: str, revision: int, key: str, at: datetime) -> str:
    """Return 32 letters and digits: base32 of the first 160 bits of a SHA-256 over what was cast."""
    cast = [str(ballot.public_id), entry.right, option, revision, key, chain.moment(at)]
    digest = hashlib.sha256(chain.canonical(chain.plain(cast))).digest()
    return base64.b32encode(digest[:RECEIPT_BYTES]).decode()


def receipts_root(votes: Iterable[NamedVote]) -> str:
    """Return the Merkle root (RFC 6962) over the receipts counted, in the order of the roll."""
    return merkle.root(vote.receipt.encode() for vote in votes).hex()


def roll_call_written(votes: Iterable[NamedVote]) -> list[dict[str, Any]]:
    """Return the votes as the record lists them at the close, in the order of the roll."""
    return [
        {
            "number": vote.roll_entry.number,
            "name": vote.roll_entry.name,
            "represents": vote.roll_entry.represents,
            "weight": vote.roll_entry.weight,
            "option": vote.option.code,
            "revision": vote.revision,
            "receipt": vote.receipt,
        }
        for vote in votes
    ]
