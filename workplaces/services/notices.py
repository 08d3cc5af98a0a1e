"""What a person wants by mail, and the secret address of their calendar.

These concern their person alone, so the public record has nothing of them, as of tokens.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from workplaces.errors import Invalid
from workplaces.models import NoticeSettings, Person
from workplaces.models.notices import REMINDERS
from workplaces.notice_times import next_digest, zones

SALT = "workplaces.notices.stop"
FIELDS = ("rhythm", "hour", "weekday", "remind_hours", "receipts", "language", "time_zone")


def settings_of(person: Person, *, now: datetime, language: str = "") -> NoticeSettings:
    """Return a person's settings, as they would be made now where they have none; nothing is written."""
    found = NoticeSettings.objects.filter(person=person).first()
    if found is not None:
        return found
    made = NoticeSettings(person=person, remind_at=now)
    made.language = language or made.language
    made.next_at = next_digest(made, now)
    return made


@transaction.atomic
def settings_set(
    *, by: Person, values: Mapping[str, Any], now: datetime, language: str = ""
) -> NoticeSettings:
    """Change what one wants by mail; what is not named stays. Raises Invalid with the fields that cannot be taken."""
    Person.objects.select_for_update().get(pk=by.pk)
    wanted = settings_of(by, now=now, language=language)
    for name in FIELDS:
        if name in values:
            setattr(wanted, name, values[name])
    _check(wanted)
    wanted.next_at = next_digest(wanted, now)
    wanted.remind_at = now if wanted.remind_hours else None
    wanted.save()
    return wanted


def _check(wanted: NoticeSettings) -> None:
    wrong: dict[str, str] = {}
    if wanted.rhythm not in NoticeSettings.Rhythm.values:
        wrong["rhythm"] = _("Choose how often mail may come.")
    if not isinstance(wanted.hour, int) or not 0 <= wanted.hour <= 23:
        wrong["hour"] = _("An hour is a whole number from 0 to 23.")
    if wanted.weekday not in NoticeSettings.Weekday.values:
        wrong["weekday"] = _("A weekday is a whole number from 0, Monday, to 6, Sunday.")
    if wanted.remind_hours not in REMINDERS:
        wrong["remind_hours"] = _("Choose one of these: %(hours)s hours before.") % {
            "hours": ", ".join(map(str, REMINDERS))
        }
    if wanted.language not in dict(settings.LANGUAGES):
        wrong["language"] = _("Choose one of the site's languages.")
    if wanted.time_zone not in zones():
        wrong["time_zone"] = _("This is no time zone; one is America/Sao_Paulo.")
    if wrong:
        raise Invalid(_("Your choice of mail was not changed."), fields=wrong)


def stop_token(person: Person) -> str:
    """Return what the link that ends all mail carries: whose mail it is, signed."""
    return signing.Signer(salt=SALT).sign(person.public_id.hex)


def person_of(token: str) -> Person | None:
    """Return whose mail a signed link is about; None for one that was not made here."""
    try:
        public_id = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Person.objects.filter(public_id=public_id).first()


@transaction.atomic
def mail_stop(*, person: Person, now: datetime) -> None:
    """End all notices by mail to a person; the link to a forgotten password still comes when it is asked for."""
    Person.objects.select_for_update().get(pk=person.pk)
    wanted = settings_of(person, now=now)
    wanted.rhythm, wanted.remind_hours, wanted.receipts = NoticeSettings.Rhythm.NEVER, 0, False
    wanted.next_at = wanted.remind_at = None
    wanted.save()


def calendar_digest(secret: str) -> str:
    """Return what is kept of the secret in a calendar's address."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def calendar_renew(*, by: Person, now: datetime, language: str = "") -> str:
    """Give one's calendar a new address, shown this once, and return its secret; the one before ends at once."""
    Person.objects.select_for_update().get(pk=by.pk)
    wanted = settings_of(by, now=now, language=language)
    secret = secrets.token_urlsafe(32)
    wanted.calendar, wanted.calendar_made_at = calendar_digest(secret), now
    wanted.save()
    return secret


@transaction.atomic
def calendar_end(*, by: Person) -> None:
    """End one's calendar's address; ending it twice is the same as once."""
    NoticeSettings.objects.filter(person=by).update(calendar="", calendar_made_at=None)


def calendar_owner(secret: str) -> NoticeSettings | None:
    """Return whose calendar it is, with what they chose; None for an address that ended or never was."""
    found = NoticeSettings.objects.select_related("person")
    return found.filter(calendar=calendar_digest(secret), person__is_active=True).first()
