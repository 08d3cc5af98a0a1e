"""Petitions that end without a vote: their time is over, or the mandate that they would recall has ended."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from councils import transitions
from councils.models import Mandate, Petition
from councils.services.locks import chain_first, locked
from workplaces.record.services import entry_append


def petitions_end_due(*, now: datetime) -> list[Petition]:
    """End every petition whose time or whose mandate's term is over, each in a transaction of its own."""
    collecting = Petition.objects.filter(state=Petition.State.COLLECTING)
    over = Q(closes_at__lte=now) | Q(mandate__held__isempty=True) | Q(mandate__held__endswith__lte=now.date())
    ended = []
    for petition in collecting.filter(over).order_by("closes_at", "pk"):
        with transaction.atomic():
            chain_first()
            held = locked(petition, related=("council", "mandate"))
            if held.state == Petition.State.COLLECTING:
                _end(held, "deadline_passed" if held.closes_at <= now else "mandate_ended", now)
                ended.append(held)
    return ended


def petitions_moot(mandate: Mandate, now: datetime) -> None:
    """End the petitions to recall a mandate that has just ended; the record's chain is locked already."""
    rows = Petition.objects.select_for_update(of=("self",)).select_related("council")
    for petition in rows.filter(mandate=mandate, state=Petition.State.COLLECTING):
        _end(petition, "mandate_ended", now)


def _end(petition: Petition, event: str, now: datetime) -> None:
    petition.state = transitions.after(transitions.PETITION, petition.state, event)
    petition.ended_at = now
    petition.save(update_fields=["state", "ended_at"])
    body = {"council": petition.council.public_id, "title": petition.title, "why": event}
    entry_append(kind="petition.ended", by=None, subject=petition.subject, body=body, now=now)
