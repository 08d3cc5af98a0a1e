"""Casting a named vote: counted once, changeable until the close, with a receipt."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
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
    entry = _entry(ballot, right)
    permissions.check_can_vote(by, entry)
    _check_key(idempotency_key)
    content = content_digest(entry, option)
    current = ballot_shared(entry.ballot_id)
    roll_entry_held(entry.pk)
    if earlier := VoteVersion.objects.filter(roll_entry=entry, idempotency_key=idempotency_key).first():
        return _again(earlier, content, current, entry)
    policies.check_can_cast(current, now)
    vote = NamedVote.objects.filter(roll_entry=entry).first() or NamedVote(roll_entry=entry, revision=0)
    vote.option = _option(current, option)
    if entry.sender_id and current.params.get("instructions"):
        policies.check_follows(instruction_for(current, entry.sender_id), vote.option)
    vote.cast_by, vote.cast_at, vote.revision = by, now, vote.revision + 1
    vote.idempotency_key, vote.content_digest = idempotency_key, content
    vote.receipt = receipt_code(current, entry, option, vote.revision, idempotency_key, now)
    vote.save()
    return _receipt(vote, current, entry, is_repeated=False)


def content_digest(entry: RollEntry, option: str) -> str:
    """Return what a request asks for, as a digest: which right, which option."""
    return hashlib.sha256(chain.canonical([entry.right, option])).hexdigest()


def _entry(ballot: Ballot, right: str) -> RollEntry:
    entry = RollEntry.objects.filter(ballot=ballot, right=right).first()
    if entry is None:
        raise Invalid(_("The roll of this vote has no such voting right."), fields={"right": right})
    return entry


def _option(ballot: Ballot, code: str) -> Option:
    option = Option.objects.filter(ballot=ballot, code=code).first()
    if option is None:
        raise Invalid(_("Choose one of the answers."), fields={"option": _("This is not an answer here.")})
    return option


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
