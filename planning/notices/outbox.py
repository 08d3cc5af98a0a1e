"""Sending what the outbox holds.

A message is claimed in one transaction, which counts the attempt and puts the next one off, and sent in a second one,
which holds its row until it is marked as sent. Whoever is killed between sending and marking leaves it to be sent once
more, with the same Message-ID: SMTP knows no way to do both at once, so this is at least once, and double only then.
"""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import transaction

from planning.notices.addresses import absolute, address_of, sender_domain
from planning.notices.letters import letter_of, stop_path
from planning.notices.parts import Letter
from workplaces.models import Message

log = structlog.get_logger(__name__)
State = Message.State
MOST = 7
FIRST_PAUSE = timedelta(minutes=1)
GROWTH = 4  # pauses of 1, 4, 16 and 64 minutes, 4 and 17 hours: given up on the day after
Clock = Callable[[], datetime]
Faults = (smtplib.SMTPException, OSError)


def pause(attempts: int) -> timedelta:
    """Return how long after its n-th attempt a message waits for the next: FIRST_PAUSE · GROWTH^(n − 1)."""
    return FIRST_PAUSE * GROWTH ** (attempts - 1)


def messages_send(*, clock: Clock) -> int:
    """Send what waits, one by one over one connection; return how many were sent.

    While the mail server cannot be reached nothing is claimed, so no message runs out of attempts by that.
    """
    if not Message.objects.filter(state=State.WAITING, next_at__lte=clock()).exists():
        return 0
    server = mailers["default"]
    try:
        server.open()
    except Faults as fault:
        log.exception(
            "mail.server", sentence="The mail server cannot be reached: messages wait.", fault=str(fault)
        )
        return 0
    sent = 0
    try:
        while (claimed := _claim(clock())) is not None:
            outcome = _deliver(claimed, server, clock())
            sent += outcome == State.SENT
            if outcome == State.WAITING:  # whatever was wrong may have ended the connection
                server.close()
                server.open()
    except Faults:
        log.exception("mail.server", sentence="The mail server went away: what waits is sent later.")
    finally:
        _close(server)
    return sent


def _close(server: Any) -> None:
    try:
        server.close()
    except Faults:
        log.warning("mail.server", sentence="The mail server had gone when it was left.")


@transaction.atomic
def _claim(now: datetime) -> Message | None:
    """Return the next message that is due, with this attempt counted and the next one put off; None without any."""
    waiting = Message.objects.select_for_update(skip_locked=True, of=("self",))
    while True:
        found = waiting.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "pk").first()
        if found is None:
            return None
        if found.attempts >= MOST:  # the last attempt did not live to say what was wrong
            _give_up(found, "The attempt to send it was cut off; the worker's log says by what.")
            found.save(update_fields=["state", "problem"])
            continue
        found.attempts += 1
        found.next_at = now + pause(found.attempts)
        found.save(update_fields=["attempts", "next_at"])
        return found


@transaction.atomic
def _deliver(claimed: Message, server: Any, now: datetime) -> str:
    """Send a claimed message unless somebody else has it; return in which state it is then."""
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    message = rows.filter(pk=claimed.pk, state=State.WAITING, attempts=claimed.attempts).first()
    if message is None:
        return State.MOOT
    to, letter = address_of(message.person), letter_of(message, now)
    if not to or letter is None:
        message.state = State.MOOT
    else:
        _send(message, to, letter, server, now)
    message.save(update_fields=["state", "sent_at", "problem"])
    return message.state


def _send(message: Message, to: str, letter: Letter, server: Any, now: datetime) -> None:
    try:
        server.send_messages([mail_of(message, to, letter)])
    except Faults as fault:
        message.problem = str(fault)[:500] or type(fault).__name__
        if message.attempts >= MOST or _is_final(fault):
            _give_up(message, message.problem)
        return
    message.state, message.sent_at, message.problem = State.SENT, now, ""


def _give_up(message: Message, problem: str) -> None:
    message.state, message.problem = State.GIVEN_UP, problem
    log.error(
        "mail.given_up", message=str(message.public_id), attempts=message.attempts,
        sentence="A message could not be delivered and is not tried again; `manage.py notices` says why.",
    )  # fmt: skip


def _is_final(fault: Exception) -> bool:
    """Say whether the server said that it will never take this message (RFC 5321, 4.2.1: 5yz)."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in fault.recipients.values())
    return isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 500


def mail_of(message: Message, to: str, letter: Letter) -> EmailMultiAlternatives:
    """Return the message as it travels; sent again it has the same Message-ID, by which mail programs know it."""
    stop = absolute(stop_path(message.person))
    headers = {
        "Message-ID": f"<{message.public_id.hex}@{sender_domain()}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
    }
    mail = EmailMultiAlternatives(subject=letter.subject, body=letter.text, to=[to], headers=headers)
    mail.attach_alternative(letter.html, "text/html")
    return mail
