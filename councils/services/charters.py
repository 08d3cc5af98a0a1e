"""Adopting the charter, and changing it by the vote that it prescribes itself."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from councils import charter as keys
from councils import permissions
from councils.models import Charter, Council, Motion
from councils.services.locks import chain_first
from workplaces.errors import Refused, TooLate
from workplaces.models import Person
from workplaces.record import chain
from workplaces.record.services import entry_append

# Where an identifier keeps version and variant (RFC 9562 §4), and what they are for one made by our own rule.
VERSION_BITS = (0xF << 76) | (0x3 << 62)
VERSION_8 = (0x8 << 76) | (0x2 << 62)


@transaction.atomic
def charter_found(*, values: Mapping[str, Any], by: Person | None, now: datetime) -> Charter:
    """Adopt the first charter; with it the founding of the federation ends. Raises Forbidden, Invalid."""
    chain_first()
    permissions.check_can_found(by)
    found = Charter.objects.create(
        version=1,
        validity=DateRange(now.date(), None),
        values=keys.checked(values),
        created_by=by,
        created_at=now,
    )
    _record(found, by, now)
    return found


def subject_of(values: Mapping[str, Any], since: date) -> UUID:
    """Return the identifier that binds a motion on the charter to the very values it proposes."""
    text = chain.canonical(chain.plain({"values": keys.checked(values), "since": since}))
    return UUID(int=int.from_bytes(hashlib.sha256(text).digest()[:16]) & ~VERSION_BITS | VERSION_8)


@transaction.atomic
def charter_amend(
    *, motion: Motion, values: Mapping[str, Any], since: date, by: Person, now: datetime
) -> Charter:
    """Put a carried motion of the general vote into force: ``values`` replace the charter from ``since`` on.

    Raises Forbidden, Refused (motion not carried, or on other values), TooLate (a day in the past).
    """
    permissions.check_can_register(by, motion.council, now.date())
    chain_first()
    motion.refresh_from_db()
    is_general = motion.council.kind == Council.Kind.GENERAL
    if not is_general or motion.state != Motion.State.CARRIED or motion.subject_kind != "charter":
        raise Refused(_("The charter is changed by a motion on it that a general vote has carried."))
    if motion.subject_id != subject_of(values, since):
        raise Refused(_("These are not the values that the motion proposed."))
    if since < now.date():
        raise TooLate(_("A charter cannot come into force on a day that has passed."))
    last = Charter.objects.select_for_update().order_by("-version").first()
    if last is None or last.validity.lower >= since:
        raise Refused(_("The charter in force begins on that day or later; choose a later one."))
    last.validity = DateRange(last.validity.lower, since)
    last.save(update_fields=["validity"])
    adopted = Charter.objects.create(
        version=last.version + 1,
        validity=DateRange(since, None),
        values=keys.checked(values),
        motion=motion,
        created_by=by,
        created_at=now,
    )
    _record(adopted, by, now)
    return adopted


def _record(charter: Charter, by: Person | None, now: datetime) -> None:
    entry_append(
        kind="charter.adopted",
        by=by,
        subject=charter.subject,
        motion=charter.motion.public_id if charter.motion else None,
        body={"version": charter.version, "since": charter.validity.lower, "values": charter.values},
        now=now,
    )
