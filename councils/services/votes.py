"""Casting a named vote: counted once, changeable until the close, with a receipt."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from councils import permissions, policies
from councils.models import Ballot, NamedVote, Option, RollEntry, VoteVersion
from councils.models.votes import Cast
from councils.selectors.instructions import instruction_for
from councils.services.locks import ballot_shared, roll_entry_held
from councils.votes_written import receipt_code
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record import chain

KEY_LENGTH = 64
# What a cast must know, read at once after the locks: the option, this key's earlier request, the vote that counts now.
FOUND = """
    SELECT o.id, o.label, o.effect, j.id, v.id, v.revision FROM (SELECT 1) one
      LEFT JOIN councils_option o ON o.ballot_id = %s AND o.code = %s
      LEFT JOIN councils_voteversion j ON j.roll_entry_id = %s AND j.idempotency_key = %s
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = %s
"""
FIRST = """
    INSERT INTO councils_namedvote
      (option_id, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt, roll_entry_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
CHANGED = """
    UPDATE councils_namedvote SET (option_id, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt)
      = (%s, %s, %s, %s, %s, %s, %s) WHERE roll_entry_id = %s
"""


@dataclass(frozen=True)
class Receipt:
    """What the voter takes away. ``code`` stands beside their vote in the roll-call and on the record."""

    code: str
    ballot: UUID
    right: str
    option: str
    label: str
    revision: int
    cast_at: datetime
    is_repeated: bool


@transaction.atomic
def vote_cast(
    *, ballot: Ballot, right: str, option: str, by: Person, idempotency_key: str, now: datetime
) -> Receipt:
    """Cast, or change, the vote that goes with ``right``; ``option`` is an option's code.

    The same request sent again (same key, same content) returns the same receipt and changes nothing, even
    after the close; the same key with other content is refused.  A new key changes the vote.
    Nothing stands between this and the count: when it returns and the transaction commits, the vote counts.
    Raises Forbidden, TooLate, Invalid (no such right, option or key), Refused (key used otherwise).
    """
    # A letter that the database cannot even compare becomes one that no right and no option has.
    right, option = right.replace("\0", "?"), option.replace("\0", "?")
    entry = _entry(ballot, right)
    permissions.check_can_vote(by, entry)
    _check_key(idempotency_key)
    content = content_digest(entry, option)
    current = ballot_shared(entry.ballot_id)
    roll_entry_held(entry.pk)
    chosen, earlier, vote = _found(entry, option, idempotency_key)
    if earlier:
        return _again(earlier, content, current, entry)
    policies.check_can_cast(current, now)
    if chosen is None:
        raise Invalid(_("Choose one of the answers."), fields={"option": _("This is not an answer here.")})
    if entry.sender_id and current.params.get("instructions"):
        policies.check_follows(instruction_for(current, entry.sender_id), chosen)
    vote.option, vote.cast_by, vote.cast_at, vote.revision = chosen, by, now, vote.revision + 1
    vote.idempotency_key, vote.content_digest = idempotency_key, content
    vote.receipt = receipt_code(current, entry, option, vote.revision, idempotency_key, now)
    _write(vote)
    return _receipt(vote, current, entry, is_repeated=False)


def _found(entry: RollEntry, option: str, key: str) -> tuple[Option | None, VoteVersion | None, NamedVote]:
    """Return the option of that code, what the key was used for before, and the vote that counts or a new one."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [entry.ballot_id, option, entry.pk, key, entry.pk])
        option_id, label, effect, version, vote, revision = cursor.fetchone()
    chosen = Option(pk=option_id, ballot_id=entry.ballot_id, code=option, label=label, effect=effect)
    earlier = VoteVersion.objects.select_related("option").get(pk=version) if version else None
    return (
        chosen if option_id else None,
        earlier,
        NamedVote(pk=vote, roll_entry=entry, revision=revision or 0),
    )


def _write(vote: NamedVote) -> None:
    values: list[Any] = [
        vote.option_id, vote.cast_by_id, vote.cast_at, vote.revision, vote.idempotency_key, vote.content_digest,
        vote.receipt, vote.roll_entry_id,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIRST if vote.revision == 1 else CHANGED, values)


def content_digest(entry: RollEntry, option: str) -> str:
    """Return what a request asks for, as a digest: which right, which option."""
    return hashlib.sha256(chain.canonical([entry.right, option])).hexdigest()


def _entry(ballot: Ballot, right: str) -> RollEntry:
    statement = 'SELECT * FROM councils_rollentry WHERE ballot_id = %s AND "right" = %s'
    entry = next(iter(RollEntry.objects.raw(statement, [ballot.pk, right])), None)
    if entry is None:
        raise Invalid(_("The roll of this vote has no such voting right."), fields={"right": right})
    return entry


def _check_key(key: str) -> None:
    if not key or len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Invalid(
            _("Every vote needs a key of its own, up to 64 letters and digits; load the page again."),
            fields={"idempotency_key": _("This key cannot be used.")},
        )


def _again(earlier: VoteVersion, content: str, ballot: Ballot, entry: RollEntry) -> Receipt:
    if earlier.content_digest != content:
        raise Refused(
            _(
                "This form was already used to cast another vote, which counts. Load the page again to change it."
            )
        )
    return _receipt(earlier, ballot, entry, is_repeated=True)


def _receipt(cast: Cast, ballot: Ballot, entry: RollEntry, *, is_repeated: bool) -> Receipt:
    return Receipt(
        code=cast.receipt,
        ballot=ballot.public_id,
        right=entry.right,
        option=cast.option.code,
        label=cast.option.label,
        revision=cast.revision,
        cast_at=cast.cast_at,
        is_repeated=is_repeated,
    )
