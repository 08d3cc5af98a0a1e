"""Casting a first named vote for one answer in one statement, which is its own transaction: nearly all of a large vote.

It holds the same locks as ``vote_cast``: ballot FOR SHARE, roll entry FOR NO KEY UPDATE. The same triggers check what it
writes.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from councils import permissions
from councils.models import Ballot
from councils.services.votes import Receipt, content_digest, key_can_be, vote_cast
from councils.votes_written import receipt_of
from workplaces.models import Person
from workplaces.statements import asked

# Whatever keeps ``found`` empty, or stands in the way of the INSERT, is looked at by ``vote_cast``.
STATEMENT = """
    WITH found AS (
      SELECT r.id AS entry, o.id AS option, o.label
        FROM councils_ballot b
        JOIN councils_rollentry r ON r.ballot_id = b.id AND r."right" = %(right)s::varchar
        JOIN councils_option o ON o.ballot_id = b.id AND o.code = %(option)s::varchar
       WHERE b.public_id = %(ballot)s::uuid AND b.state = 'open' AND b.secrecy = 'named'
         AND b.rule IN ('majority_of_cast', 'majority_of_eligible')
         AND b.opened_at <= %(now)s::timestamptz AND b.closes_at > %(now)s::timestamptz
         AND r.person_id = %(by)s::bigint AND (r.sender_id IS NULL OR NOT b.params ? 'instructions')
         FOR SHARE OF b FOR NO KEY UPDATE OF r
    ), written AS (
      INSERT INTO councils_namedvote
        (option_id, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt, roll_entry_id)
      SELECT option, %(by)s::bigint, %(now)s::timestamptz, 1, %(key)s::varchar, %(content)s::varchar,
             %(receipt)s::varchar, entry FROM found
      ON CONFLICT (roll_entry_id) DO NOTHING RETURNING roll_entry_id
    )
    SELECT label FROM found JOIN written ON roll_entry_id = entry
"""


def named_vote_cast(
    *,
    ballot: UUID,
    right: str,
    by: Person,
    idempotency_key: str,
    now: datetime,
    option: str = "",
    choice: Any = None,
    reason: str = "",
) -> Receipt:
    """Cast, or change, a named vote as ``vote_cast`` does; raises what it raises, and Ballot.DoesNotExist."""
    right, option = right.replace("\0", "?"), option.replace("\0", "?")
    if choice is None and not reason:
        first = first_vote(
            ballot=ballot, right=right, option=option, by=by, idempotency_key=idempotency_key, now=now
        )
        if first:
            return first
    return vote_cast(
        ballot=Ballot.objects.get(public_id=ballot),
        right=right,
        option=option,
        choice=choice,
        reason=reason,
        by=by,
        idempotency_key=idempotency_key,
        now=now,
    )


def first_vote(
    *, ballot: UUID, right: str, option: str, by: Person, idempotency_key: str, now: datetime
) -> Receipt | None:
    """Cast the first vote of a right where nothing speaks against it; None where something might, and nothing is cast."""
    if not permissions.can_take_part(by) or not key_can_be(idempotency_key):
        return None
    receipt = receipt_of(ballot, right, option, 1, idempotency_key, now)
    values = {
        "ballot": ballot,
        "right": right,
        "option": option,
        "by": by.pk,
        "key": idempotency_key,
        "content": content_digest(right, option),
        "receipt": receipt,
        "now": now,
    }
    written = asked(STATEMENT, values)
    if not written:
        return None
    return Receipt(
        code=receipt,
        ballot=ballot,
        right=right,
        option=option,
        label=written[0][0],
        choice=None,
        reason="",
        revision=1,
        cast_at=now,
        is_repeated=False,
    )
