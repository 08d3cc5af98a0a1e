"""Mail: one digest of what is open, reminders to those who have not acted, nothing twice and nothing empty."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from councils.models import Ballot
from councils.services import ballot_open
from planning.notices.addresses import settings_ensure
from planning.notices.keeping import KEPT, messages_again, notices_expire
from planning.notices.looking import look_at_all
from planning.notices.outbox import MOST, messages_send, pause
from planning.views.duties import duties_of
from tests.councils.world import DAY, NOW, World
from tests.planning.notices.conftest import HOUR, Mailbox, reachable, to_port, vote
from workplaces.models import Message, NoticeSettings, Told
from workplaces.notice_times import next_digest
from workplaces.services.notices import mail_stop, settings_set

pytestmark = pytest.mark.django_db
Ask = Callable[..., list[Ballot]]
MORNING = datetime(2026, 5, 5, 7, 0, tzinfo=UTC)


def turn(now: datetime) -> int:
    """Let the clock's tasks do what they do at that moment; return how many messages were sent."""
    settings_ensure(now=now)
    look_at_all(now=now)
    return messages_send(clock=lambda: now)


def test_one_digest_for_ten_duties_and_none_for_nobody(world: World, ask: Ask, mailbox: Mailbox) -> None:
    ask(10)
    ana, olga = reachable(world.person("delegate1")), reachable(world.person("olga"))
    assert turn(NOW) == 0, "the day's digest comes at its hour"
    assert turn(MORNING) == 1
    (letter,) = mailbox.letters
    duties = duties_of(ana, MORNING)
    assert len(duties) == 10
    assert not duties_of(olga, MORNING)
    text, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    for duty in duties:
        for body in (text, html):
            assert duty.question in body
            assert f"https://plan.example.org{duty.url}" in body
            assert duty.silence in body
    assert (
        letter["Subject"] == "10 things need you, about 20 minutes"
        or "10 things need you" in letter["Subject"]
    )
    assert text.count("UNTIL MONDAY, 11 MAY 2026") == 1, "grouped by day"
    assert text.count("09:00  Lathe") == 10
    assert turn(MORNING + DAY) == 0, "nothing new, so nothing is said again"
    assert Message.objects.count() == 1


def test_who_has_acted_is_not_reminded(world: World, ask: Ask, mailbox: Mailbox) -> None:
    (ballot,) = ask()
    ana, bob = (reachable(world.person(name)) for name in ("delegate1", "delegate2"))
    turn(NOW)
    turn(MORNING)
    assert len(mailbox.letters) == 2
    vote(ballot, ana)
    before = ballot.closes_at - 25 * HOUR
    assert turn(before) == 0
    assert turn(ballot.closes_at - 23 * HOUR) == 1
    (reminder,) = mailbox.to(bob.username)[1:]
    assert reminder["Subject"].startswith("Until 11 May, 09:00: One thing needs you")
    assert len(mailbox.to(ana.username)) == 1
    assert turn(ballot.closes_at - HOUR) == 0, "one reminder for one duty and deadline"


def test_who_acts_between_making_and_sending_gets_nothing(world: World, ask: Ask, mailbox: Mailbox) -> None:
    (ballot,) = ask()
    ana = reachable(world.person("delegate1"))
    settings_ensure(now=NOW)
    assert look_at_all(now=MORNING) == 1
    vote(ballot, ana)
    assert messages_send(clock=lambda: MORNING) == 0
    assert Message.objects.get().state == "moot"
    assert not mailbox.letters


def test_what_the_digest_has_just_said_is_not_reminded_of(world: World, ask: Ask, mailbox: Mailbox) -> None:
    (ballot,) = ask()
    reachable(world.person("delegate1"))
    settings_ensure(now=ballot.closes_at - 23 * HOUR)
    near = ballot.closes_at.replace(hour=7)
    NoticeSettings.objects.update(remind_at=near, next_at=near)
    assert turn(near) == 1
    assert "One thing needs you" in mailbox.letters[0]["Subject"]
    assert turn(near + HOUR) == 0
    assert set(Told.objects.values_list("kind", flat=True)) == {"digest", "reminder"}


def test_a_new_deadline_is_a_new_reminder(world: World, ask: Ask, mailbox: Mailbox) -> None:
    first = ask(1)[0]
    second = ask(1, now=NOW + 2 * DAY)[0]
    ana = reachable(world.person("delegate1"))
    settings_set(by=ana, values={"rhythm": "never"}, now=NOW)
    for hours in range(0, 24 * 11, 3):
        turn(NOW + hours * HOUR)
    assert [letter["Subject"].split(":")[0] for letter in mailbox.letters] == [
        "Until 11 May, 09",
        "Until 13 May, 09",
    ]
    assert first.closes_at < second.closes_at


@pytest.mark.parametrize(
    ("values", "letters"),
    [
        ({"rhythm": "at_once", "remind_hours": 0}, 2),
        ({"rhythm": "daily", "remind_hours": 0}, 2),
        ({"rhythm": "weekly", "weekday": 3, "remind_hours": 0}, 1),
        ({"rhythm": "never", "remind_hours": 0}, 0),
        ({"rhythm": "never", "remind_hours": 48}, 1),
    ],
)
def test_settings_are_honoured(
    world: World, ask: Ask, mailbox: Mailbox, values: dict[str, Any], letters: int
) -> None:
    """One vote from the first day, a second from the third on; the first ends on 11 May, the last day looked at."""
    ask()
    ana = reachable(world.person("delegate1"))
    settings_set(by=ana, values=values, now=NOW)
    for hour in range(24 * 7):
        if hour == 48:
            motion = world.motion(title="Another")
            ballot_open(motion=motion, by=world.person("carla"), now=NOW + 2 * DAY)
        turn(NOW + hour * HOUR)
    assert len(mailbox.letters) == letters


def test_language_and_zone_are_the_person_s(world: World, ask: Ask, mailbox: Mailbox) -> None:
    ask()
    ana = reachable(world.person("delegate1"))
    settings_set(by=ana, values={"language": "pt-br", "time_zone": "America/Sao_Paulo", "hour": 6}, now=NOW)
    assert turn(datetime(2026, 5, 5, 8, 59, tzinfo=UTC)) == 0
    assert turn(datetime(2026, 5, 5, 9, 0, tzinfo=UTC)) == 1
    text = mailbox.letters[0].get_body(("plain",)).get_content()
    assert "06:00  Lathe" in text, "09:00 in UTC"
    assert "maio" in text.lower() or "mai" in text.lower()
    assert "America/Sao_Paulo" in text
    assert '<html lang="pt-br">' in mailbox.letters[0].get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("hour", "after", "expected"),
    [
        (7, "2026-03-28 12:00", "2026-03-29 05:00"),  # the clocks went forward that night
        (7, "2026-10-24 12:00", "2026-10-25 06:00"),  # and back
        (2, "2026-03-28 12:00", "2026-03-29 01:00"),  # an hour that was skipped: 3:00
        (2, "2026-10-24 12:00", "2026-10-25 00:00"),  # one that came twice: its first
        (2, "2026-10-25 00:30", "2026-10-26 01:00"),  # and not its second
    ],
)
def test_the_hour_is_kept_when_the_clocks_change(hour: int, after: str, expected: str) -> None:
    chosen = NoticeSettings(rhythm="daily", hour=hour, time_zone="Europe/Berlin")
    begin = datetime.fromisoformat(f"{after}+00:00")
    found = next_digest(chosen, begin)
    assert found == datetime.fromisoformat(f"{expected}+00:00")


def test_a_week_s_day_is_that_of_the_person() -> None:
    chosen = NoticeSettings(rhythm="weekly", weekday=0, hour=1, time_zone="Pacific/Auckland")
    found = next_digest(chosen, datetime(2026, 5, 4, 0, 0, tzinfo=UTC))
    assert found is not None
    local = found.astimezone(ZoneInfo("Pacific/Auckland"))
    assert (local.weekday(), local.hour, found.weekday()) == (0, 1, 6)


def test_only_confirmed_addresses_of_active_people(world: World, ask: Ask, mailbox: Mailbox) -> None:
    ask()
    ana, bob, eve = (world.person(f"delegate{n}") for n in (1, 2, 3))
    ana.email = "ana@example.org"
    ana.save()
    reachable(bob)
    settings_set(by=ana, values={}, now=NOW)
    settings_set(by=eve, values={}, now=NOW)
    settings_ensure(now=NOW)
    bob.is_active = False
    bob.save()
    assert turn(MORNING) == 0
    assert not Message.objects.exists()


class TestLinks:
    def test_one_click_ends_it_without_signing_in(self, world: World, ask: Ask, mailbox: Mailbox) -> None:
        """RFC 8058: the link's POST ends it, its GET does nothing, and it does nothing else."""
        ask()
        ana = reachable(world.person("delegate1"))
        turn(NOW)
        turn(MORNING)
        letter = mailbox.letters[0]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.fullmatch(r"<https://plan\.example\.org(/notices/stop/.+/)>", letter["List-Unsubscribe"])
        assert found
        client = Client(enforce_csrf_checks=True)
        assert client.get(found[1]).status_code == 200
        assert NoticeSettings.objects.get(person=ana).wants_mail
        assert client.post(found[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not NoticeSettings.objects.get(person=ana).wants_mail
        assert not client.session.get("_auth_user_id")
        assert client.post(found[1]).status_code == 200, "twice is the same as once"
        assert client.post(found[1][:-2] + "x/").status_code == 404
        ask()
        for day in range(1, 8):
            assert turn(MORNING + day * DAY) == 0

    def test_answering_machines_are_told_to_keep_still(
        self, world: World, ask: Ask, mailbox: Mailbox
    ) -> None:
        ask()
        reachable(world.person("delegate1"))
        turn(NOW)
        turn(MORNING)
        letter = mailbox.letters[0]
        assert letter["Auto-Submitted"] == "auto-generated"
        message = Message.objects.get()
        assert letter["Message-ID"] == f"<{message.public_id.hex}@localhost>"


class TestServer:
    def test_while_it_is_away_messages_wait_and_lose_no_attempt(
        self, world: World, ask: Ask, mailbox: Mailbox, settings: Any
    ) -> None:
        ask()
        reachable(world.person("delegate1"))
        there, settings.MAILERS = settings.MAILERS, to_port(1)
        turn(NOW)
        assert turn(MORNING) == 0
        assert Message.objects.get().attempts == 0
        settings.MAILERS = there
        assert turn(MORNING + HOUR) == 1

    def test_what_is_refused_for_good_is_given_up_and_an_operator_learns_why(
        self, world: World, ask: Ask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask()
        ana, bob = (reachable(world.person(name)) for name in ("delegate1", "delegate2"))
        mailbox.refused[ana.email] = "550 No such user here"
        turn(NOW)
        assert turn(MORNING) == 1, "the other one is sent all the same"
        assert len(mailbox.to(bob.username)) == 1
        message = Message.objects.get(person=ana)
        assert (message.state, message.attempts) == ("given_up", 1)
        assert "No such user" in message.problem
        said = StringIO()
        call_command("notices", stdout=said)
        assert "0 messages wait; 1 could not be delivered." in said.getvalue()
        assert "No such user" in said.getvalue()
        assert "Lathe" not in said.getvalue()
        assert json.loads(Client().get("/healthz").content)["mail"] == "1 messages could not be delivered"
        del mailbox.refused[ana.email]
        assert messages_again(now=MORNING) == 1
        assert turn(MORNING) == 1

    def test_what_is_refused_for_now_is_tried_with_growing_pauses_and_then_given_up(
        self, world: World, ask: Ask, mailbox: Mailbox
    ) -> None:
        ask()
        ana = reachable(world.person("delegate1"))
        mailbox.refused[ana.email] = "451 Later"
        turn(NOW)
        now = MORNING
        for attempt in range(1, MOST):
            turn(now)
            message = Message.objects.get()
            assert (message.state, message.attempts) == ("waiting", attempt)
            assert message.next_at == now + pause(attempt)
            assert turn(message.next_at - timedelta(seconds=1)) == 0
            assert Message.objects.get().attempts == attempt
            now = message.next_at
        turn(now)
        assert Message.objects.get().state == "given_up"
        assert [pause(n) // timedelta(minutes=1) for n in range(1, 5)] == [1, 4, 16, 64]

    def test_health_says_since_when_mail_waits(self, world: World, ask: Ask) -> None:
        ask()
        reachable(world.person("delegate1"))
        settings_ensure(now=NOW)
        look_at_all(now=MORNING)
        answer = Client().get("/healthz")
        said = json.loads(answer.content)
        assert said["mail"] == "1 messages wait, the first since 2026-05-05 07:00 UTC"
        assert said["database"] == "ok"


class TestGuards:
    def test_what_was_sent_stays(self, world: World, ask: Ask, mailbox: Mailbox) -> None:
        ask()
        reachable(world.person("delegate1"))
        turn(NOW)
        turn(MORNING)
        message = Message.objects.get()
        for change in ("state = 'waiting', sent_at = NULL", "attempts = 0", "key = 'x'"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE workplaces_message SET {change} WHERE id = %s", [message.pk])

    def test_one_reminder_for_one_duty_and_deadline(self, world: World) -> None:
        row = {"person": world.person("mia"), "kind": "digest", "duty": "d", "due": None, "at": NOW}
        Told.objects.create(**row)
        with pytest.raises(IntegrityError, match="told_once"), transaction.atomic():
            Told.objects.create(**row)

    def test_it_is_kept_for_a_while(self, world: World, ask: Ask, mailbox: Mailbox) -> None:
        ask()
        reachable(world.person("delegate1"))
        turn(NOW)
        turn(MORNING)
        assert notices_expire(now=MORNING + KEPT) == 0
        assert notices_expire(now=MORNING + KEPT + HOUR) == 1
        Message.objects.create(
            person=world.person("mia"), kind="digest", key="k", language="en", time_zone="UTC", created_at=NOW,
            next_at=NOW,
        )  # fmt: skip
        assert notices_expire(now=NOW + 1000 * DAY) == 0, "what waits is kept"

    def test_who_ended_mail_has_no_next_moment(self, world: World) -> None:
        mail_stop(person=world.person("mia"), now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeSettings.objects.update(next_at=NOW)


def test_a_demo_writes_to_addresses_that_lead_nowhere(
    world: World, ask: Ask, mailbox: Mailbox, settings: Any
) -> None:
    settings.DEMO = True
    ask()
    ana = world.person("delegate1")
    ana.synthetic, ana.last_login = True, NOW
    ana.save()
    turn(NOW)
    assert turn(MORNING) == 1
    assert mailbox.letters[0]["To"] == "delegate1@demo.invalid"
