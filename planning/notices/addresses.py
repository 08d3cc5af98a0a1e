"""To whom mail goes, and from where its links lead."""

from datetime import datetime
from email.utils import parseaddr

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from workplaces.models import NoticeSettings, Person
from workplaces.notice_times import next_digest

DEMO_DOMAIN = "demo.invalid"  # no such domain can ever exist (RFC 2606)
BATCH = 1000


def absolute(path: str) -> str:
    """Return the address of a page of this site."""
    return f"{settings.SITE_URL}{path}"


def sender_domain() -> str:
    """Return the domain that mail comes from: the right half of message ids."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def address_of(person: Person) -> str:
    """Return where a person's mail goes: an address that they confirmed; empty where there is none.

    In a demonstration its made-up people have an address that leads nowhere.
    """
    if not person.is_active or person.is_superuser:
        return ""
    if settings.DEMO and person.synthetic:
        return f"{person.username}@{DEMO_DOMAIN}"
    is_confirmed = EmailAddress.objects.filter(
        user=person, email__iexact=person.email, verified=True
    ).exists()
    return person.email if person.email and is_confirmed else ""


def without_settings() -> QuerySet[Person]:
    """Return the people who have an address and have never chosen: in a demonstration those who have been signed in."""
    people = Person.objects.filter(is_active=True, is_superuser=False, notice_settings=None)
    if settings.DEMO:
        return people.filter(synthetic=True, last_login__isnull=False)
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return people.filter(Exists(confirmed)).exclude(email="")


def settings_ensure(*, now: datetime) -> int:
    """Give the usual settings to people who have an address and none of them; return to how many."""
    made = 0
    while people := list(without_settings()[:BATCH]):
        fresh = [NoticeSettings(person=person, remind_at=now) for person in people]
        for row in fresh:
            row.next_at = next_digest(row, now)
        NoticeSettings.objects.bulk_create(fresh, ignore_conflicts=True)
        made += len(fresh)
    return made
