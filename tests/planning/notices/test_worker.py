"""The clock's tasks on a real worker and broker: a kill between sending and marking doubles one letter at most."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.utils import timezone

from config.celery import app
from config.sessions import SessionStore
from tests.planning.federation import Federation, make_federation
from tests.planning.notices.conftest import Mailbox, reachable
from tests.planning.worker import eventually, kill, worker
from workplaces.models import Message, NoticeSettings, Session

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = 4712


@pytest.fixture
def federation(db: None) -> Federation:
    """A federation whose coordinator has a year to open, now."""
    return make_federation()


@pytest.fixture
def held() -> Iterator[Callable[[], None]]:
    """Make marking a message as sent wait until the returned function is called."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(
            "CREATE FUNCTION hold_back_mail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hold_back_mail BEFORE UPDATE ON workplaces_message FOR EACH ROW "
            "WHEN (NEW.state = 'sent') EXECUTE FUNCTION hold_back_mail()"
        )

    def let_go() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    yield let_go
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
        cursor.execute("DROP TRIGGER hold_back_mail ON workplaces_message")
        cursor.execute("DROP FUNCTION hold_back_mail()")


def due_now(federation: Federation) -> None:
    """Let the coordinator's digest be due at this moment."""
    by = reachable_again(federation.people["coordinator"])
    NoticeSettings.objects.create(person=by, next_at=timezone.now(), remind_at=timezone.now())


def reachable_again(person: Any) -> Any:
    """Confirm the address that the federation gave somebody."""
    person.username = "coordinator"
    return reachable(person)


def test_a_kill_between_sending_and_marking_doubles_one_letter_at_most(
    federation: Federation, server: tuple[Mailbox, Controller], broker_url: str, held: Callable[[], None]
) -> None:
    mailbox, controller = server
    due_now(federation)
    mail = {"MAIL_URL": f"smtp://127.0.0.1:{controller.port}", "VISIBILITY_TIMEOUT": "600"}
    with worker(broker_url, **mail) as first:
        app.send_task("planning.notices_make")
        eventually(lambda: Message.objects.count() == 1, seconds=120, what="the digest is in the outbox")
        app.send_task("planning.notices_send")
        eventually(lambda: len(mailbox.letters) == 1, seconds=120, what="the letter was sent")
        kill(first)
    held()
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1)
    Message.objects.update(next_at=timezone.now())  # the pause is over
    with worker(broker_url, **mail):
        for _again in range(3):
            app.send_task("planning.notices_send")
        eventually(
            lambda: Message.objects.get().state == "sent", seconds=120, what="the letter is marked as sent"
        )
    assert len(mailbox.letters) == 2
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 1
    assert "Shall the next plan year begin?" in mailbox.letters[0].get_body(("plain",)).get_content()


def test_sessions_whose_time_is_over_are_deleted(federation: Federation, broker_url: str) -> None:
    for number in range(2):
        store: SessionBase = SessionStore()
        store["n"] = number
        store.create()
    over = Session.objects.order_by("pk").first()
    assert over is not None
    Session.objects.filter(pk=over.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    with worker(broker_url):
        app.send_task("config.sessions_expire")
        eventually(lambda: Session.objects.count() == 1, seconds=120, what="the old session is gone")
    assert not Session.objects.filter(pk=over.pk).exists()


def test_the_clock_s_orders_all_exist() -> None:
    app.loader.import_default_modules()
    orders = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert orders <= set(app.tasks)
    assert {
        "planning.notices_make", "planning.notices_send", "planning.notices_expire", "config.sessions_expire",
    } <= orders  # fmt: skip
