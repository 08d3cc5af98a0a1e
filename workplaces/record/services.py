"""Writing to the public record.

An entry locks the chain until commit.  So either append as the last act of a transaction, or, where several
services share one, call ``lock_chain`` before locking any row: then no two wait for each other in a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from workplaces.ids import uuid7
from workplaces.models import Person
from workplaces.record import chain, selectors
from workplaces.record.models import Entry, Root

# Any constant does, as long as nothing else locks it: the letters of "record".
CHAIN_LOCK = int.from_bytes(b"record")


@dataclass(frozen=True)
class Draft:
    """What an entry is to say, before it has its place in the chain."""

    kind: str
    by: Person | None
    hat: str = ""
    subject: str = ""
    motion: UUID | None = None
    body: dict[str, Any] = field(default_factory=dict)


def entry_append(
    *,
    kind: str,
    by: Person | None,
    hat: str = "",
    subject: str = "",
    motion: UUID | None = None,
    body: dict[str, Any],
    now: datetime,
) -> Entry:
    """Add one entry to the record, in the caller's transaction; ``by=None`` is the system itself.

    ``subject`` names what it is about as ``kind:public id``.  Raises TransactionManagementError outside
    an atomic block and ValueError for a body that cannot be written down (see ``chain.plain``).
    """
    draft = Draft(kind=kind, by=by, hat=hat, subject=subject, motion=motion, body=body)
    return entries_append(drafts=[draft], now=now)[0]


def entries_append(*, drafts: Iterable[Draft], now: datetime) -> list[Entry]:
    """Add several entries, in order, under one lock; otherwise as ``entry_append``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An entry is written in the same transaction as what it records; open an atomic block first."
        )
    prepared = [(draft, chain.plain(draft.body)) for draft in drafts]
    lock_chain()
    number, previous = selectors.head()
    entries = []
    for draft, body in prepared:
        number += 1
        entry = _chained(draft, body, number, previous, now)
        previous = entry.digest
        entries.append(entry)
    return Entry.objects.bulk_create(entries, batch_size=1000)


def record_root(now: datetime) -> Root | None:
    """Publish the Merkle root over all entries; None when the record is empty. Idempotent for a size."""
    with transaction.atomic():
        lock_chain()
        size, top = selectors.root_now()
        if not size:
            return None
        return Root.objects.get_or_create(size=size, defaults={"root": top, "at": now})[0]


def lock_chain() -> None:
    """Let one transaction at a time add to the record; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def _chained(draft: Draft, body: Any, number: int, previous: str, now: datetime) -> Entry:
    entry = Entry(
        number=number,
        public_id=uuid7(),
        at=now,
        kind=draft.kind,
        actor=draft.by,
        actor_name=str(draft.by) if draft.by else "",
        hat=draft.hat,
        subject=draft.subject,
        motion=draft.motion,
        body=body,
        previous=previous,
    )
    entry.digest = chain.digest(selectors.written(entry))
    return entry
