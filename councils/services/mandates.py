"""Giving and ending mandates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from councils import permissions, policies
from councils.models import Council, Mandate, Motion, Seat
from councils.services.locks import chain_first, locked
from councils.services.petition_ends import petitions_moot
from councils.services.vacancies import fill
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

BATCH = 2000


@dataclass(frozen=True)
class MandateDraft:
    """A mandate to be given. ``until`` is the first day on which it is over."""

    person: Person
    council: Council
    role: str
    since: date
    until: date
    obtained: str
    seat: Seat | None = None
    represents: Council | None = None


@transaction.atomic
def mandates_give(
    *, drafts: Sequence[MandateDraft], by: Person | None, now: datetime, motion: Motion | None = None
) -> list[Mandate]:
    """Give mandates, all or none, with one entry on the record.

    A registrar or coordinator of each council (or of the board) enters them; ``obtained="founding"`` is
    open to whoever sets the federation up until its first charter is adopted.
    Raises Forbidden, Invalid (superuser, empty term), Refused (seat taken, role already held).
    """
    hats = sorted({_check_may_give(draft, by, now) for draft in drafts})
    for draft in drafts:
        _check_draft(draft)
    return _given(drafts, by, ", ".join(hats)[:200], motion, now)


def mandates_give_by_vote(drafts: Sequence[MandateDraft], motion: Motion, now: datetime) -> list[Mandate]:
    """Give the mandates that a carried motion fills, in the transaction that counted it, or that fills a vacancy.

    Raises Invalid, Refused as ``mandates_give`` does.
    """
    for draft in drafts:
        _check_draft(draft)
    return _given(drafts, None, "", motion, now)


def _given(
    drafts: Sequence[MandateDraft], by: Person | None, hat: str, motion: Motion | None, now: datetime
) -> list[Mandate]:
    chain_first()
    mandates = [_mandate(draft, by, now, motion) for draft in drafts]
    _save(mandates)
    if mandates:
        body = {"mandates": [_written(mandate) for mandate in mandates]}
        subject = mandates[0].subject if len(mandates) == 1 else ""
        number = motion.public_id if motion else None
        entry_append(
            kind="mandate.given",
            by=by,
            hat=hat,
            subject=subject,
            motion=number,
            body=body,
            now=now,
        )
    return mandates


@transaction.atomic
def mandate_resign(*, mandate: Mandate, by: Person, now: datetime) -> Mandate:
    """Lay down one's own mandate."""
    permissions.check_takes_part(by)
    if mandate.person_id != by.pk:
        raise Forbidden(_("Only its holder can resign from a mandate."))
    return _end(mandate, "resigned", by, now)


def mandate_end_by_vote(mandate: Mandate, motion: Motion, now: datetime) -> Mandate:
    """End the mandate that a carried motion recalls, in the transaction that counted it."""
    return _end(mandate, "recalled", None, now, motion)


def _end(
    mandate: Mandate, event: str, by: Person | None, now: datetime, motion: Motion | None = None
) -> Mandate:
    chain_first()
    mandate = locked(mandate, related=("council", "person", "represents"))
    policies.check_can_end(mandate, event, now)
    day = max(now.date(), mandate.held.lower)
    mandate.held = DateRange(mandate.held.lower, day) if day > mandate.held.lower else DateRange(empty=True)
    setattr(mandate, f"{event}_at", now)
    mandate.save(update_fields=["held", f"{event}_at"])
    entry_append(
        kind=f"mandate.{event}",
        by=by,
        subject=mandate.subject,
        motion=motion.public_id if motion else None,
        body=_written(mandate),
        now=now,
    )
    petitions_moot(mandate, now)
    fill(mandate, now)
    return mandate


def _check_may_give(draft: MandateDraft, by: Person | None, now: datetime) -> str:
    if draft.obtained == Mandate.Obtained.FOUNDING:
        permissions.check_can_found(by)
        return ""
    if by is None:
        raise Forbidden(_("A mandate is given by somebody."))
    return permissions.check_can_register(by, draft.council, now.date())


def _check_draft(draft: MandateDraft) -> None:
    words = {"person": str(draft.person), "council": draft.council.label}
    if draft.person.is_superuser:
        raise Invalid(_("%(person)s runs the site and can hold no mandate.") % words)
    if draft.until <= draft.since:
        raise Invalid(_("The mandate of %(person)s in %(council)s ends before it begins.") % words)
    if draft.seat and draft.seat.council_id != draft.council.pk:
        raise Invalid(_("The seat for %(person)s is not in %(council)s.") % words)


def _mandate(draft: MandateDraft, by: Person | None, now: datetime, motion: Motion | None) -> Mandate:
    term = DateRange(draft.since, draft.until)
    represents = draft.represents or (draft.seat.represents_council if draft.seat else None)
    return Mandate(
        person=draft.person,
        council=draft.council,
        seat=draft.seat,
        role=draft.role,
        represents=represents,
        term=term,
        held=term,
        obtained=draft.obtained,
        motion=motion,
        created_by=by,
        created_at=now,
    )


def _save(mandates: list[Mandate]) -> None:
    try:
        with transaction.atomic():
            Mandate.objects.bulk_create(mandates, batch_size=BATCH)
    except IntegrityError as error:
        if "mandate_one_holder_per_seat" in str(error):
            raise Refused(_("This seat already has a holder in that term.")) from error
        if "mandate_role_once_at_a_time" in str(error):
            raise Refused(_("The person already has this role in that term.")) from error
        raise


def _written(mandate: Mandate) -> dict[str, Any]:
    return {
        "mandate": mandate.public_id,
        "person": mandate.person.public_id,
        "name": str(mandate.person),
        "role": mandate.role,
        "council": mandate.council.public_id,
        "council_name": mandate.council.name,
        "represents": mandate.represents.name if mandate.represents else "",
        "from": mandate.term.lower,
        "until": mandate.term.upper,
        "obtained": mandate.obtained,
    }
