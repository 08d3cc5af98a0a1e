"""The pages about mail, the operation for programs, and the calendar, read back by the library that others use."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar, Event

from councils.models import Ballot
from councils.services import ballot_open
from councils.services.meetings import meeting_call, meeting_cancel
from planning.models import Cycle, PhaseDate
from planning.notices.feed import calendars_remember
from planning.views.duties import duties_of
from tests.councils.world import DAY, NOW, World
from tests.planning.notices.conftest import HOUR, reachable, vote
from workplaces.models import CalendarEntry, NoticeSettings, Person, Scenario

pytestmark = pytest.mark.django_db
Ask = Callable[..., list[Ballot]]
CHOICE = {
    "rhythm": "weekly", "hour": "6", "weekday": "4", "remind_hours": "48", "receipts": "on", "language": "pt-br",
    "time_zone": "America/Sao_Paulo",
}  # fmt: skip


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestSettings:
    def test_what_is_chosen_is_kept(self, world: World) -> None:
        ana = reachable(world.person("delegate1"))
        client = signed_in(ana)
        page = client.get("/notices/").content.decode()
        assert "delegate1@example.org" in page
        assert client.post("/notices/", CHOICE).status_code == 302
        kept = NoticeSettings.objects.get(person=ana)
        assert (kept.rhythm, kept.hour, kept.weekday, kept.remind_hours) == ("weekly", 6, 4, 48)
        assert (kept.receipts, kept.language, kept.time_zone) == (True, "pt-br", "America/Sao_Paulo")
        assert kept.next_at == datetime(2026, 5, 8, 9, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("rhythm", "hourly"),
            ("hour", "24"),
            ("weekday", "7"),
            ("remind_hours", "5"),
            ("time_zone", "Mars/Base"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, world: World, field: str, value: str) -> None:
        answer = signed_in(world.person("mia")).post("/notices/", {**CHOICE, field: value})
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert not NoticeSettings.objects.exists()

    def test_the_preview_says_what_the_page_says_and_sends_nothing(self, world: World, ask: Ask) -> None:
        ask(2)
        ana = world.person("delegate1")
        client = signed_in(ana)
        page = client.get("/notices/preview/").content.decode()
        assert all(duty.question in page for duty in duties_of(ana, NOW))
        assert "no confirmed e-mail address" in page
        assert not NoticeSettings.objects.exists()
        assert (
            "there is no empty mail"
            in signed_in(world.person("stranger")).get("/notices/preview/").content.decode()
        )


def feed(client: Client) -> tuple[str, dict[str, Event]]:
    """Give the calendar an address; return its path and the events by what they say."""
    answer = client.post("/notices/calendar/renew/")
    assert answer.status_code == 201
    found = re.search(r"(/notices/calendar/[\w-]+\.ics)", answer.content.decode())
    assert found
    return found[1], events(found[1])


def events(path: str) -> dict[str, Event]:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75, "folded (RFC 5545, 3.1)"
    calendar = Calendar.from_ical(answer.content)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


class TestCalendar:
    def test_deadlines_as_the_library_reads_them(self, world: World, ask: Ask) -> None:
        (ballot,) = ask()
        ana = world.person("delegate1")
        _path, found = feed(signed_in(ana))
        event = found["Deadline: Lathe 1"]
        assert event.decoded("dtstart") == ballot.closes_at
        assert event["dtstart"].to_ical().endswith(b"Z"), "UTC"
        assert event.decoded("sequence") == 0
        assert "If you do nothing, the others decide." in str(event["description"])
        assert str(event["url"]).endswith(duties_of(ana, NOW)[0].url)
        vote(ballot, ana)
        assert "Deadline: Lathe 1" not in events(_path)

    def test_commas_and_semicolons_are_text(self, world: World, ask: Ask) -> None:
        title = "Lathe; or mill, or\\none\u00e7\u00e3o " + "x" * 90
        ballot_open(motion=world.motion(title=title), by=world.person("carla"), now=NOW)
        _path, found = feed(signed_in(world.person("delegate1")))
        assert f"Deadline: {title}" in found

    def test_a_meeting_that_moves_keeps_its_uid_and_counts_up(self, world: World) -> None:
        meeting = meeting_call(
            council=world.metal, place="Hall 2", starts_at=NOW + 5 * DAY, by=world.person("carla"), now=NOW
        )
        ana = world.person("delegate1")
        path, found = feed(signed_in(ana))
        (event,) = found.values()
        assert (str(event["location"]), event.decoded("dtstart")) == ("Hall 2", NOW + 5 * DAY)
        assert event.decoded("dtend") - event.decoded("dtstart") == 2 * HOUR
        assert not CalendarEntry.objects.exists(), "fetching writes nothing"
        assert calendars_remember(now=NOW) == 1
        (same,) = events(path).values()
        assert same.decoded("sequence") == 0
        assert same.decoded("dtstamp") == event.decoded("dtstamp")
        type(world.metal).objects.filter(pk=world.metal.pk).update(name="Metal and wood")
        (moved,) = events(path).values()
        assert moved["uid"] == event["uid"]
        assert moved.decoded("sequence") == 1
        calendars_remember(now=NOW)
        calendars_remember(now=NOW)
        assert next(iter(events(path).values())).decoded("sequence") == 1
        meeting_cancel(meeting=meeting, by=world.person("carla"), now=NOW)
        assert not events(path)

    def test_the_plan_year_s_dates_are_days(self, world: World) -> None:
        cycle = Cycle.objects.create(year=2027, baseline=Scenario.objects.get())
        PhaseDate.objects.create(cycle=cycle, phase="proposals", begins=NOW.date(), ends=NOW.date() + 9 * DAY)
        _path, found = feed(signed_in(world.person("mia")))
        event = found["Plan 2027: proposals"]
        assert event.decoded("dtstart") == NOW.date()
        assert event.decoded("dtend") == NOW.date() + 10 * DAY, "the day after the last (RFC 5545, 3.6.1)"

    def test_a_renewed_or_ended_address_is_gone(self, world: World) -> None:
        ana = world.person("delegate1")
        client = signed_in(ana)
        path, _found = feed(client)
        secret = path.split("/")[-1].removesuffix(".ics")
        assert secret not in str(NoticeSettings.objects.values_list("calendar", flat=True)), "a digest only"
        again, _found = feed(client)
        assert Client().get(path).status_code == 404
        assert Client().get(again).status_code == 200
        assert secret not in client.get("/notices/").content.decode()
        assert client.post("/notices/calendar/end/").status_code == 302
        assert Client().get(again).status_code == 404
        assert Client().get("/notices/calendar/.ics").status_code == 404

    def test_who_is_deactivated_has_no_calendar(self, world: World) -> None:
        ana = world.person("delegate1")
        path, _found = feed(signed_in(ana))
        Person.objects.filter(pk=ana.pk).update(is_active=False)
        assert Client().get(path).status_code == 404


def test_times_that_are_over_are_not_in_the_calendar(world: World, ask: Ask, monkeypatch: Any) -> None:
    (ballot,) = ask()
    path, found = feed(signed_in(world.person("delegate1")))
    assert len(found) == 1
    monkeypatch.setattr("django.utils.timezone.now", lambda: ballot.closes_at + timedelta(seconds=1))
    assert not events(path)
