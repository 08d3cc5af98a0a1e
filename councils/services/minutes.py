"""Closing a meeting: what nobody objected to passes, the minutes are made and final."""

import hashlib
from datetime import datetime
from fractions import Fraction

from django.db import transaction

from councils import meeting_policies, permissions, transitions
from councils.charter import charter_value
from councils.minutes_pdf import pdf_of
from councils.minutes_wording import decisions
from councils.models import AgendaItem, Meeting, Minutes
from councils.selectors.meetings import attendance_of, voters_present
from councils.selectors.minutes import content_of, digest_of
from councils.selectors.rolls import roll_of
from councils.services.locks import chain_first, locked
from councils.services.meetings import record
from councils.services.sitting import end_running
from workplaces.models import Person

Kind, State = AgendaItem.Kind, AgendaItem.State


@transaction.atomic
def meeting_close(*, meeting: Meeting, by: Person, now: datetime) -> Meeting:
    """Close a meeting: consent items pass, what was not reached is noted so, the minutes are made.

    The record gets the decisions and the digests of the minutes' content and of their PDF.
    Raises Forbidden, TooLate, Refused (an objection that has not been put to the vote).
    """
    hat = permissions.check_can_conduct(by, meeting.council, now.date())
    chain_first()
    meeting = locked(meeting, related=("council", "called_by"))
    meeting_policies.check_can_close(meeting)
    end_running(meeting, "ended", now)
    _settle(meeting, now)
    content = content_of(meeting, now)
    digest = digest_of(content)
    pdf = pdf_of(content, digest, now)
    minutes = Minutes.objects.create(
        meeting=meeting,
        content=content,
        digest=digest,
        pdf=pdf,
        pdf_digest=hashlib.sha256(pdf).hexdigest(),
        made_at=now,
    )
    meeting.state = transitions.after(transitions.MEETING, meeting.state, "closed")
    meeting.closed_at = now
    meeting.save(update_fields=["state", "closed_at"])
    body = {
        "decisions": decisions(content),
        "passed": list(meeting.items.filter(state=State.PASSED).values("title", "text")),
        "present": content["people"],
        "minutes": minutes.digest,
        "pdf": minutes.pdf_digest,
    }
    record(meeting, "meeting.closed", by, hat, now, body)
    return meeting


def is_quorate(meeting: Meeting, now: datetime) -> bool:
    """Say whether as many voters are present as the charter's quorum asks of a vote, one at least."""
    present = voters_present(attendance_of(meeting))
    people = len({right.person.pk for right in roll_of(meeting.council, now.date())})
    quorum = Fraction(charter_value("councils.quorum", on=now.date()))
    return present >= 1 and present >= quorum * people


def _settle(meeting: Meeting, now: datetime) -> None:
    """Let pass what nobody objected to, if enough are present; note the rest as not reached."""
    waiting = list(meeting.items.select_for_update().filter(state=State.WAITING))
    quorate = is_quorate(meeting, now)
    for item in waiting:
        event = "no_objection" if quorate and item.kind == Kind.CONSENT else "meeting_over"
        item.state = transitions.after(transitions.AGENDA_ITEM, item.state, event)
    AgendaItem.objects.bulk_update(waiting, ["state"])
