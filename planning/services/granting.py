"""What a council's vote on its envelope has in common, however it shares out: who votes, what is granted, what is noted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from councils.models import Council, Motion
from planning.models import Account, Cycle, Envelope, Grant, JournalEntry, Share, SharingOut
from planning.services.envelopes import account_of
from planning.services.ledger import account, journal_post
from workplaces.errors import TooLate
from workplaces.record.services import entry_append


def council_of(envelope: Envelope) -> Council:
    """Return the council that shares an envelope out; raises TooLate where it was dissolved."""
    sitting = Council.objects.sitting()
    own = (
        sitting.filter(sector_id=envelope.sector_id)
        if envelope.sector_id
        else sitting.filter(region=envelope.region)
    )
    council = own.first()
    if council is None:
        raise TooLate(_("The council of %(name)s does not sit any more.") % {"name": envelope})
    return council


def shares_grant(
    sharing: SharingOut, shares: Iterable[Share], cycle: Cycle, motion: Motion, now: datetime
) -> list[Grant]:
    """Grant parts of a settled sharing-out, in their order: out of the envelope into the workplaces' investment accounts."""
    source = account_of(sharing.envelope)
    made = [
        Grant(
            share=share, request=share.request, envelope=sharing.envelope, amount=share.amount, granted_at=now
        )
        for share in sorted(shares, key=lambda share: share.pk)
    ]
    grants = Grant.objects.bulk_create(made)
    for grant in grants:
        into = account(Account.Kind.INVESTMENT, workplace_id=grant.request.workplace_id)
        journal_post(
            cause=JournalEntry.Cause.GRANT, subject=grant.public_id, cycle=cycle,
            amounts={source: -grant.amount, into: grant.amount}, by=motion.moved_by, now=now,
        )  # fmt: skip
    return grants


def sharing_note(what: str, sharing: SharingOut, motion: Motion, body: dict[str, Any], now: datetime) -> None:
    """Write on the record what became of a sharing-out that was carried."""
    told = {"envelope_name": str(sharing.envelope), "amount": sharing.amount, **body}
    entry_append(
        kind=f"sharing.{what}", by=None, subject=subject(sharing), motion=motion.public_id, body=told, now=now
    )


def subject(sharing: SharingOut) -> str:
    """How the public record names a sharing-out."""
    return f"sharing:{sharing.public_id}"
