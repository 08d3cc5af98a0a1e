"""Casting a named vote: counted once, changeable until the close, with a receipt."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from councils import permissions, policies
from councils.choices import Choice, choice_cleaned
from councils.models import Ballot, NamedVote, Option, RollEntry, VoteVersion
from councils.models.votes import Cast
from councils.objections import reason_checked
from councils.selectors.instructions import instruction_for
from councils.services.locks import ballot_shared, roll_entry_held
from councils.services.motions import tidy
from councils.votes_written import receipt_code
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record import chain

KEY_LENGTH = 64
# What a cast must know, read at once after the locks: the option (none where a choice among several is made), this
# key's earlier request, the vote that counts now.
FOUND = """
    SELECT o.id, o.label, o.effect, j.id, v.id, v.revision FROM (SELECT 1) one
      LEFT JOIN councils_option o ON o.ballot_id = %s AND o.code = %s
      LEFT JOIN councils_voteversion j ON j.roll_entry_id = %s AND j.idempotency_key = %s
      LEFT JOIN councils_namedvote v ON v.roll_entry_id = %s
"""
FIRST = """
    INSERT INTO councils_namedvote
      (option_id, choice, reason, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt,
       roll_entry_id)
    VALUES (%s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s)
"""
CHANGED = """
    UPDATE councils_namedvote SET
      (option_id, choice, reason, cast_by_id, cast_at, revision, idempotency_key, content_digest, receipt)
      = (%s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s) WHERE roll_entry_id = %s
"""


@dataclass(frozen=True)
class Receipt:
    """What the voter takes away. ``code`` stands beside their vote in the roll-call and on the record.

    ``option`` and its ``label`` are empty where a ``choice`` among several was made, ``reason`` but for an objection.
    """

    code: str
    ballot: UUID
    right: str
    option: str
    label: str
    choice: Choice | None
    reason: str
    revision: int
    cast_at: datetime
    is_repeated: bool


@transaction.atomic
def vote_cast(
    *,
    ballot: Ballot,
    right: str,
    by: Person,
    idempotency_key: str,
    now: datetime,
    option: str = "",
    choice: Any = None,
    reason: str = "",
) -> Receipt:
    """Cast, or change, the vote that goes with ``right``: ``option`` is an option's code; where several are
    weighed, ``choice`` says how, in the form of ``councils.choices``.  Where consent decides, an objection, and nothing
    else, has a ``reason``; a delegate who was told to object and gives none objects for the reason they were told.

    The same request sent again (same key, same content) returns the same receipt and changes nothing, even
    after the close; the same key with other content is refused.  A new key changes the vote.
    Nothing stands between this and the count: when it returns and the transaction commits, the vote counts.
    Raises Forbidden, TooLate, Invalid (no such right, option, choice, reason or key), Refused (key used otherwise).
    """
    # A letter that the database cannot even compare becomes one that no right and no option has.
    right, option = right.replace("\0", "?"), option.replace("\0", "?")
    entry = _entry(ballot, right)
    permissions.check_can_vote(by, entry)
    _check_key(idempotency_key)
    chosen_among, reason = _choice(ballot, option, choice), tidy(reason.replace("\0", "?"))
    content = content_digest(entry.right, option if chosen_among is None else chosen_among, reason)
    current = ballot_shared(entry.ballot_id)
    roll_entry_held(entry.pk)
    chosen, earlier, vote = _found(entry, option, idempotency_key)
    if earlier:
        return _again(earlier, content, current, entry)
    policies.check_can_cast(current, now)
    if chosen is None and chosen_among is None:
        raise Invalid(_("Choose one of the answers."), fields={"option": _("This is not an answer here.")})
    told = (
        instruction_for(current, entry.sender_id) if entry.sender_id and chosen and is_told(current) else None
    )
    if chosen and current.params.get("instructions"):
        policies.check_follows(told, chosen)
    vote.reason = reason_checked(current, chosen, reason, told)
    vote.option, vote.choice = chosen, chosen_among
    vote.cast_by, vote.cast_at, vote.revision = by, now, vote.revision + 1
    vote.idempotency_key, vote.content_digest = idempotency_key, content
    vote.receipt = receipt_code(current, entry, vote.said, vote.revision, idempotency_key, now, vote.reason)
    _write(vote)
    return _receipt(vote, current, entry, is_repeated=False)


def is_told(ballot: Ballot) -> bool:
    """Say whether what the senders of a delegate told them matters to this cast."""
    return ballot.is_by_consent or bool(ballot.params.get("instructions"))


def _choice(ballot: Ballot, option: str, given: Any) -> Choice | None:
    """Return the choice among several that is cast, None where one answer is asked for; raises Invalid."""
    if not ballot.weighs_options:
        if given is not None:
            raise Invalid(
                _("Choose one of the answers."), fields={"choice": _("This vote asks for one answer.")}
            )
        return None
    if option or given is None:
        raise Invalid(_("Say how you weigh the options."), fields={"choice": _("This is missing.")})
    rows = Option.objects.filter(ballot=ballot).order_by("number").values_list("code", "label")
    return choice_cleaned(ballot.rule, ballot.params, dict(rows), given)


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
    with connection.cursor() as cursor:
        cursor.execute(FIRST if vote.revision == 1 else CHANGED, row_of(vote))


def row_of(vote: NamedVote) -> list[Any]:
    """Return a vote as the values of ``FIRST`` and ``CHANGED``."""
    choice = None if vote.choice is None else json.dumps(vote.choice)
    return [
        vote.option_id, choice, vote.reason, vote.cast_by_id, vote.cast_at, vote.revision, vote.idempotency_key,
        vote.content_digest, vote.receipt, vote.roll_entry_id,
    ]  # fmt: skip


def content_digest(right: str, said: Any, reason: str = "") -> str:
    """Return what a request asks for, as a digest: which right, which option or choice, and why if it says why."""
    return hashlib.sha256(chain.canonical([right, said, *([reason] if reason else [])])).hexdigest()


def _entry(ballot: Ballot, right: str) -> RollEntry:
    statement = 'SELECT * FROM councils_rollentry WHERE ballot_id = %s AND "right" = %s'
    entry = next(iter(RollEntry.objects.raw(statement, [ballot.pk, right])), None)
    if entry is None:
        raise Invalid(_("The roll of this vote has no such voting right."), fields={"right": right})
    return entry


def key_can_be(key: str) -> bool:
    """Say whether this can be the key of a request."""
    return 0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()


def _check_key(key: str) -> None:
    if not key_can_be(key):
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
        option=cast.option.code if cast.option else "",
        label=cast.option.label if cast.option else "",
        choice=cast.choice,
        reason=cast.reason,
        revision=cast.revision,
        cast_at=cast.cast_at,
        is_repeated=is_repeated,
    )
