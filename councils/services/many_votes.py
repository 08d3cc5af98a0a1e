"""Many people's named votes in one ballot, cast at once: made-up people, and whoever reads votes in by the thousand."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from councils import permissions, policies
from councils.choices import choice_cleaned
from councils.models import Ballot, NamedVote, Option, RollEntry
from councils.objections import reason_checked
from councils.selectors.instructions import instruction_for
from councils.services.locks import ballot_shared
from councils.services.votes import FIRST, content_digest, is_told, row_of
from councils.votes_written import receipt_code
from workplaces.errors import Invalid


@transaction.atomic
def votes_cast(*, ballot: Ballot, said: Mapping[int, Any], now: datetime) -> int:
    """Cast the votes of those who have not voted yet, each in the name of who is on the roll; return how many.

    ``said`` by roll entry: an option's code, or where several are weighed a choice in the form of ``councils.choices``.
    The checks, the receipts and the database's guards are those of ``vote_cast``; a vote that was cast stays as it is.
    Raises TooLate, Forbidden, Invalid (no such option, or a choice that is not whole): then none of them is cast.
    """
    current = ballot_shared(ballot.pk)
    policies.check_can_cast(current, now)
    options = {one.code: one for one in Option.objects.filter(ballot=current).order_by("number")}
    entries = RollEntry.objects.filter(ballot=current, pk__in=list(said), vote__isnull=True)
    rows = [
        _row(current, entry, said[entry.pk], options, now)
        for entry in entries.select_for_update(of=("self",), no_key=True).select_related("person").order_by("pk")
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(FIRST, rows)
    return len(rows)


def _row(
    ballot: Ballot, entry: RollEntry, said: Any, options: Mapping[str, Option], now: datetime
) -> list[Any]:
    """Return one vote as a row of ``FIRST``."""
    permissions.check_can_vote(entry.person, entry)
    vote = NamedVote(roll_entry=entry, cast_by=entry.person, cast_at=now, revision=1)
    if ballot.weighs_options:
        labels = {code: one.label for code, one in options.items()}
        vote.choice = choice_cleaned(ballot.rule, ballot.params, labels, said)
    elif said not in options:
        raise Invalid(_("Choose one of the answers."), fields={"option": _("This is not an answer here.")})
    else:
        vote.option = options[said]
        told = instruction_for(ballot, entry.sender_id) if entry.sender_id and is_told(ballot) else None
        if ballot.params.get("instructions"):
            policies.check_follows(told, vote.option)
        vote.reason = reason_checked(ballot, vote.option, "", told)
    vote.idempotency_key = secrets.token_hex(16)
    vote.content_digest = content_digest(entry.right, vote.said, vote.reason)
    key = vote.idempotency_key
    vote.receipt = receipt_code(ballot, entry, vote.said, 1, key, now, vote.reason)
    return row_of(vote)
