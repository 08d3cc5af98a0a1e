"""What entries of the record say, as people read it: the room that knows a kind replaces codes by words.

The record itself, its export and its JSON stay as they were written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from workplaces.record.models import Entry

Body = Mapping[str, Any]
Teller = Callable[[Entry], Body]
VoteTeller = Callable[[Entry, Body], str]
_tellers: dict[str, Teller] = {}
_votes: dict[str, VoteTeller] = {}


def register(kind: str, teller: Teller) -> None:
    """Say how the body of entries of that kind reads."""
    _tellers[kind] = teller


def register_votes(kind: str, teller: VoteTeller) -> None:
    """Say how a vote reads that entries of that kind list."""
    _votes[kind] = teller


def readable(entry: Entry) -> Body:
    """Return an entry's body with words in place of codes where some room knows them."""
    teller = _tellers.get(entry.kind)
    return teller(entry) if teller else entry.body


def vote_said(entry: Entry, vote: Body) -> str:
    """Return in words what a vote says that the entry lists."""
    return _votes[entry.kind](entry, vote) if entry.kind in _votes else str(vote.get("option", ""))
