"""The memory of what was done for whom, so that the same request done again is answered again and done once."""

from datetime import datetime, timedelta

from django.db.models import Q

from planning.models import IdempotentRequest
from workplaces.models import Person

KEPT = timedelta(days=2)


def request_noted(
    *, person: Person, key: str, content: str, now: datetime, within: timedelta = KEPT
) -> tuple[IdempotentRequest, bool]:
    """Note in the caller's transaction that a request is being done, or find the note of its first time.

    ``content`` is the SHA-256 of the request, in hexadecimal digits; after ``within`` it may be done anew. The first
    request holds the note's row until it commits and a second one waits for it here. A transaction that is rolled back
    takes the note along. Returns the note and whether it is new; a note that is not new holds the answer of its first
    time, whose content may be another one.
    """
    IdempotentRequest.objects.filter(
        Q(at__lt=now - KEPT) | Q(key=key, at__lt=now - within), person=person
    ).delete()
    IdempotentRequest.objects.bulk_create(
        [IdempotentRequest(person=person, key=key, digest=content, at=now)], ignore_conflicts=True
    )
    note = IdempotentRequest.objects.select_for_update().get(person=person, key=key)
    return note, note.status is None
