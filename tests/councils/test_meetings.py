"""Meetings: an agenda from what is due, who is there as what, who speaks, what passes, minutes that stay."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from councils import due
from councils.due import Task
from councils.models import (
    AgendaItem,
    Attendance,
    FloorRequest,
    Meeting,
    Minutes,
    Motion,
)
from councils.selectors.meetings import coming_for, hats_in, speaking_list
from councils.selectors.minutes import digest_of
from councils.services import (
    agenda_refresh,
    attend,
    ballot_close,
    ballot_open,
    comment_add,
    consent_object,
    floor_ask,
    floor_done,
    floor_leave,
    item_add,
    item_begin,
    item_end,
    item_move,
    item_vote,
    meeting_cancel,
    meeting_close,
    meeting_open,
    vote_cast,
)
from tests.councils.meeting import BEGINS, HOUR, called, consent, mandate, opened, there
from tests.councils.secret import assembly
from tests.councils.test_elections import call
from tests.councils.world import DAY, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.order_by("position").values_list("title", flat=True))


class TestAgenda:
    def test_it_is_made_from_what_is_due(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(
            due._providers, "test", lambda council, _now: [Task("Propose", f"/{council.kind}/")]
        )
        voted, moved, gone = (world.motion(title=title) for title in ("Voted on", "Moved", "Decided"))
        ballot_open(motion=voted, by=world.person("carla"), now=NOW)
        last = ballot_open(motion=gone, by=world.person("carla"), now=NOW)
        ballot_close(ballot=last, by=None, now=NOW + 8 * DAY)
        meeting = called(world)
        assert titles(meeting) == ["Voted on", "Moved", "Propose"]
        assert [item.kind for item in meeting.items.all()] == ["ballot", "motion", "task"]
        assert meeting.items.get(kind="motion").motion == moved
        assert meeting.items.get(kind="task").link == "/sector/"
        entry = Entry.objects.get(kind="meeting.called")
        assert entry.body["agenda"] == ["Voted on", "Moved", "Propose"]

    def test_elections_that_run_and_those_to_call(self, world: World) -> None:
        council = assembly(world)
        mandate(world, "carla", council, "coordinator", until=(NOW + 30 * DAY).date())
        options = {"council": council, "by": world.person("bruno")}
        first = called(world, **options)
        assert titles(first) == ["Call an election: coordinator"]
        call(world, council=council, seats=[], role="coordinator", title="Our coordinator")
        assert titles(called(world, **options, starts_at=BEGINS + HOUR)) == ["Our coordinator"]

    def test_seats_that_become_empty_are_to_be_filled(self, world: World) -> None:
        council = assembly(world)
        late = NOW.replace(year=2027, month=11, day=20)  # the delegates' terms end with the year
        meeting = called(world, council=council, by=world.person("bruno"), now=late, starts_at=late + 6 * DAY)
        assert titles(meeting) == ["Call an election: its seats in Metal (1 place)"]

    def test_what_becomes_due_later_is_added_once(self, world: World) -> None:
        meeting = called(world)
        world.motion(title="New")
        carla = world.person("carla")
        assert [item.title for item in agenda_refresh(meeting=meeting, by=carla, now=NOW)] == ["New"]
        assert agenda_refresh(meeting=meeting, by=carla, now=NOW) == []
        ballot_open(motion=Motion.objects.get(title="New"), by=carla, now=NOW)
        assert agenda_refresh(meeting=meeting, by=carla, now=NOW) == []

    def test_those_who_may_move_add_free_items_and_the_coordinator_orders(self, world: World) -> None:
        meeting, delegate, carla = called(world), world.person("delegate1"), world.person("carla")
        first, second = (
            item_add(meeting=meeting, title=title, text="", by=delegate, now=NOW) for title in ("One", "Two")
        )
        item_move(item=second, up=True, by=carla, now=NOW)
        assert titles(meeting) == ["Two", "One"]
        item_move(item=AgendaItem.objects.get(pk=second.pk), up=True, by=carla, now=NOW)
        assert titles(meeting) == ["Two", "One"]
        with pytest.raises(Forbidden):
            item_move(item=first, up=True, by=delegate, now=NOW)
        with pytest.raises(Forbidden):
            item_add(meeting=meeting, title="x", text="", by=world.person("pia"), now=NOW)
        with pytest.raises(Refused, match="already"):
            item_add(meeting=meeting, title=" One ", text="", by=carla, now=NOW)

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"text": "x" * 10_001}, "text"),
         ({"consent": True, "text": " "}, "text")],
    )  # fmt: skip
    def test_bad_items(self, world: World, change: dict[str, Any], field: str) -> None:
        given = {"meeting": called(world), "title": "x", "text": "", "by": world.person("carla"), "now": NOW}
        with pytest.raises(Invalid) as problem:
            item_add(**{**given, **change})
        assert list(problem.value.fields) == [field]

    def test_expected_minutes_follow_the_charters_rule(self, world: World) -> None:
        meeting = called(world)
        given = {"meeting": meeting, "by": world.person("carla"), "now": NOW}
        free = item_add(title="Ten", text="word " * 399, **given)
        quick = item_add(title="Ten", text="word " * 199, consent=True, **given)
        assert free.minutes_expected == pytest.approx(400 / 200 + 5)
        assert quick.minutes_expected == pytest.approx(200 / 200 + 10 / 60)


class TestCalling:
    @pytest.mark.parametrize(
        ("change", "field"),
        [({"place": " "}, "place"), ({"place": "x" * 201}, "place"), ({"starts_at": NOW + 2 * DAY}, "starts_at"),
         ({"starts_at": NOW + 367 * DAY}, "starts_at")],
    )  # fmt: skip
    def test_bad_calls(self, world: World, change: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as problem:
            called(world, **change)
        assert list(problem.value.fields) == [field]

    def test_only_coordinators_and_only_once(self, world: World) -> None:
        with pytest.raises(Forbidden):
            called(world, by=world.person("delegate1"))
        assert called(world).number == 1
        with pytest.raises(Refused, match="already"):
            called(world)
        assert called(world, starts_at=BEGINS + HOUR).number == 2

    def test_it_opens_at_its_time_one_at_a_time(self, world: World) -> None:
        first, second = called(world), called(world, starts_at=BEGINS + HOUR)
        early = BEGINS - timedelta(minutes=31)
        with pytest.raises(TooLate, match="half an hour"):
            meeting_open(meeting=first, by=world.person("carla"), now=early)
        opened(world, first)
        with pytest.raises(TooLate):
            opened(world, first)
        with pytest.raises(Refused, match="Another meeting"):
            meeting_open(meeting=second, by=world.person("carla"), now=BEGINS + HOUR)
        assert meeting_cancel(meeting=second, by=world.person("carla"), now=NOW).state == "cancelled"
        with pytest.raises(TooLate):
            meeting_cancel(meeting=first, by=world.person("carla"), now=BEGINS)


class TestAttendance:
    def test_a_person_with_several_hats_chooses_one(self, world: World) -> None:
        carla, _second = world.person("carla"), mandate(world, "carla", world.metal, "registrar")
        meeting = opened(world)
        hats = hats_in(carla, world.metal, BEGINS.date())
        assert [hat.label for hat in hats] == ["coordinator, Metal", "registrar, Metal"]
        assert not any(hat.votes for hat in hats)
        for hat in hats:
            attend(meeting=meeting, hat=hat.key, status="present", by=carla, now=BEGINS)
        assert Attendance.objects.get().hat == "registrar, Metal"
        with pytest.raises(Invalid):
            attend(meeting=meeting, hat="member", status="present", by=carla, now=BEGINS)
        with pytest.raises(Invalid):
            attend(meeting=meeting, hat=hats[0].key, status="asleep", by=carla, now=BEGINS)

    def test_members_attend_their_assembly(self, world: World) -> None:
        council = assembly(world)
        meeting = called(world, council=council, by=world.person("bruno"))
        meeting = meeting_open(meeting=meeting, by=world.person("bruno"), now=BEGINS)
        found = there(world, meeting, "mia")
        assert (found.hat, found.votes, found.mandate) == ("member, Works 1", True, None)

    @pytest.mark.parametrize("name", ["pia", "bruno", "root"])
    def test_others_do_not(self, world: World, name: str) -> None:
        meeting, who = opened(world), world.person(name, **({"is_superuser": True} if name == "root" else {}))
        with pytest.raises(Forbidden):
            attend(meeting=meeting, hat="member", status="present", by=who, now=BEGINS)
        assert not Attendance.objects.exists()

    def test_apologies_before_and_presence_once_it_is_open(self, world: World) -> None:
        meeting = called(world)
        with pytest.raises(TooLate):
            there(world, meeting, "delegate1")
        assert there(world, meeting, "delegate1", status="apologies").status == "apologies"
        assert coming_for(world.person("delegate1"), NOW) == []
        assert coming_for(world.person("delegate2"), NOW) == [meeting]
        assert coming_for(world.person("pia"), NOW) == []
        opened(world, meeting, "delegate1")
        assert Attendance.objects.get().status == "present"

    def test_a_coordinator_notes_who_is_in_the_room(self, world: World) -> None:
        meeting = opened(world)
        found = there(world, meeting, "delegate2", person=world.person("delegate2"), by=world.person("carla"))
        assert (found.person.username, found.noted_by.username) == ("delegate2", "carla")
        with pytest.raises(Forbidden):
            there(world, meeting, "delegate3", person=world.person("delegate3"), by=world.person("delegate1"))


class TestSpeaking:
    def test_who_has_not_spoken_comes_first(self, world: World) -> None:
        meeting = opened(world, None, "delegate1", "delegate2", "delegate3")
        for minute, number in enumerate((1, 2, 3)):
            self.ask(world, meeting, number, minute)
        floor_done(request=FloorRequest.objects.earliest("asked_at"), by=world.person("carla"), now=BEGINS)
        self.ask(world, meeting, 1, 4)
        floor_leave(meeting=meeting, by=world.person("delegate2"), now=BEGINS)
        self.ask(world, meeting, 2, 5)
        assert self.names(meeting) == ["delegate3", "delegate2", "delegate1"]

    def test_a_charter_can_say_otherwise(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        from councils.selectors import meetings

        monkeypatch.setattr(meetings, "charter_value", lambda _key, on: "asked")
        meeting = opened(world, None, "delegate1", "delegate2")
        self.ask(world, meeting, 1, 0)
        floor_done(request=FloorRequest.objects.get(), by=world.person("carla"), now=BEGINS)
        for minute, number in enumerate((1, 2), 1):
            self.ask(world, meeting, number, minute)
        assert self.names(meeting) == ["delegate1", "delegate2"]

    def test_refusals(self, world: World) -> None:
        meeting = opened(world, None, "delegate1")
        self.ask(world, meeting, 1, 0)
        with pytest.raises(Refused, match="already"):
            self.ask(world, meeting, 1, 1)
        with pytest.raises(Forbidden, match="present"):
            self.ask(world, meeting, 2, 1)
        with pytest.raises(Forbidden):
            floor_done(request=FloorRequest.objects.get(), by=world.person("delegate1"), now=BEGINS)
        floor_done(request=FloorRequest.objects.get(), by=world.person("carla"), now=BEGINS)
        with pytest.raises(Refused):
            floor_done(request=FloorRequest.objects.get(), by=world.person("carla"), now=BEGINS)
        with pytest.raises(Refused, match="not on"):
            floor_leave(meeting=meeting, by=world.person("delegate1"), now=BEGINS)

    def ask(self, world: World, meeting: Meeting, number: int, minute: int) -> None:
        now = BEGINS + timedelta(minutes=minute)
        floor_ask(meeting=meeting, by=world.person(f"delegate{number}"), now=now)

    def names(self, meeting: Meeting) -> list[str]:
        return [request.attendance.person.username for request in speaking_list(meeting)]


class TestConsent:
    def test_it_passes_when_the_meeting_closes(self, world: World) -> None:
        item = consent(world, called(world))
        meeting = opened(world, item.meeting, "delegate1")
        meeting_close(meeting=meeting, by=world.person("carla"), now=BEGINS + HOUR)
        item.refresh_from_db()
        assert (item.state, item.motion) == ("passed", None)
        body = Entry.objects.get(kind="meeting.closed").body
        assert body["passed"] == [{"title": "Paint the door", "text": "In green."}]
        assert body["decisions"] == ["1. Paint the door: passed without objection"]

    def test_nothing_passes_in_an_empty_room_or_without_a_quorum(self, world: World) -> None:
        item = consent(world, called(world))
        meeting = opened(world, item.meeting, "carla")  # who coordinates has no vote here
        meeting_close(meeting=meeting, by=world.person("carla"), now=BEGINS + HOUR)
        item.refresh_from_db()
        assert item.state == "postponed"

    def test_the_charters_quorum_counts(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        from councils.services import minutes

        monkeypatch.setattr(minutes, "charter_value", lambda _key, on: "2/5")
        item = consent(world, called(world))
        meeting = opened(world, item.meeting, "delegate1")
        assert not minutes.is_quorate(meeting, BEGINS)
        there(world, meeting, "delegate2")
        assert minutes.is_quorate(meeting, BEGINS)

    def test_one_objection_puts_it_to_the_vote(self, world: World) -> None:
        item = consent(world, called(world))
        absent = world.person("delegate5")
        consent_object(item=item, reason="Blue!", by=absent, now=NOW + DAY)
        carla, meeting = world.person("carla"), opened(world, item.meeting, "delegate1")
        with pytest.raises(Refused, match="Paint the door"):
            meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)
        item = item_vote(item=AgendaItem.objects.get(), by=carla, now=BEGINS)
        assert (item.state, item.motion.text, item.ballot.state) == ("voted", "In green.", "open")
        assert item.motion.prescribed
        meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)
        row = Minutes.objects.get().content["agenda"][0]
        assert row["objections"] == [{"name": "Delegate5", "as": "delegate, Works 5", "reason": "Blue!"}]
        assert (row["vote"]["state"], row["vote"]["outcome"]) == ("open", "")

    def test_refusals(self, world: World) -> None:
        meeting = called(world)
        item = consent(world, meeting)
        free = item_add(meeting=meeting, title="x", text="", by=world.person("carla"), now=NOW)
        delegate = world.person("delegate1")
        with pytest.raises(Forbidden):
            consent_object(item=item, reason="", by=world.person("carla"), now=NOW)  # has no vote
        with pytest.raises(Refused):
            consent_object(item=free, reason="", by=delegate, now=NOW)
        with pytest.raises(Invalid):
            consent_object(item=item, reason="x" * 2001, by=delegate, now=NOW)
        consent_object(item=item, reason="", by=delegate, now=NOW)
        with pytest.raises(Refused, match="already"):
            consent_object(item=item, reason="", by=delegate, now=NOW)
        with pytest.raises(TooLate, match="2 days"):
            item_add(
                meeting=meeting, title="y", text="z", consent=True, by=world.person("carla"), now=BEGINS - DAY
            )
        with pytest.raises(Forbidden):
            item_add(meeting=meeting, title="y", text="z", consent=True, by=delegate, now=NOW)
        opened(world, meeting)
        with pytest.raises(TooLate):
            item_add(meeting=meeting, title="y", text="", by=delegate, now=BEGINS)
        with pytest.raises(Refused):
            item_begin(item=item, by=world.person("carla"), now=BEGINS)


class TestMinutes:
    def closed(self, world: World) -> Meeting:
        """A meeting with a vote that is carried, an item that took its time, and one that was not reached."""
        motion = world.motion(title="Buy a lathe")
        meeting, carla = called(world), world.person("carla")
        ballot = ballot_open(motion=motion, by=carla, now=NOW)
        item_add(meeting=meeting, title="The roof", text="It leaks.", by=carla, now=NOW)
        item_add(meeting=meeting, title="Any other business", text="", by=carla, now=NOW)
        comment_add(motion=motion, text="Too dear for me.", by=world.person("delegate2"), now=NOW + DAY)
        opened(world, meeting, "delegate1", "delegate2")
        there(world, meeting, "delegate3", status="apologies")
        for number in range(1, 6):
            vote_cast(
                ballot=ballot, right=world.seat(number).right, option="yes" if number < 4 else "no",
                by=world.person(f"delegate{number}"), idempotency_key=f"k{number}", now=BEGINS,
            )  # fmt: skip
        ballot_close(ballot=ballot, by=carla, now=BEGINS)
        lathe, roof, _other = meeting.items.order_by("position")
        item_begin(item=lathe, by=carla, now=BEGINS)
        item_begin(item=roof, by=carla, now=BEGINS + timedelta(minutes=10))
        item_end(item=roof, note="Ana asks for offers.", by=carla, now=BEGINS + timedelta(minutes=15))
        return meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)

    def test_they_say_what_was(self, world: World) -> None:
        self.closed(world)
        content = Minutes.objects.get().content
        assert [one["as"] for one in content["present"]] == ["delegate, Works 1", "delegate, Works 2"]
        assert [one["name"] for one in content["apologies"]] == ["Delegate3"]
        lathe, roof, other = content["agenda"]
        assert (lathe["vote"]["outcome"], lathe["vote"]["counts"]["yes"]) == ("carried", 3)
        assert lathe["comments"] == [
            {"name": "Delegate2", "as": "delegate, Works 2", "text": "Too dear for me."}
        ]
        assert (lathe["seconds_taken"], roof["seconds_taken"], content["seconds_taken"]) == (600, 300, 900)
        assert (lathe["state"], roof["state"]) == ("postponed", "done")
        assert (roof["note"], other["state"]) == ("Ana asks for offers.", "postponed")

    def test_their_digests_stand_on_the_record(self, world: World) -> None:
        self.closed(world)
        minutes, body = Minutes.objects.get(), Entry.objects.get(kind="meeting.closed").body
        assert body["minutes"] == minutes.digest == digest_of(minutes.content)
        assert body["pdf"] == minutes.pdf_digest == hashlib.sha256(bytes(minutes.pdf)).hexdigest()
        assert body["decisions"] == [
            "1. Buy a lathe: carried (3 yes, 2 no, 0 abstentions): 3 of 5 yes and no votes were yes, 3 were needed"
        ]

    def test_a_closed_meeting_takes_nothing_more(self, world: World) -> None:
        meeting, carla = self.closed(world), world.person("carla")
        item, delegate = meeting.items.earliest("position"), world.person("delegate1")
        for act in (
            lambda: meeting_close(meeting=meeting, by=carla, now=BEGINS),
            lambda: there(world, meeting, "delegate4"),
            lambda: floor_ask(meeting=meeting, by=delegate, now=BEGINS),
            lambda: item_end(item=item, note="x", by=carla, now=BEGINS),
            lambda: item_move(item=item, up=False, by=carla, now=BEGINS),
            lambda: agenda_refresh(meeting=meeting, by=carla, now=BEGINS),
        ):
            with pytest.raises(TooLate):
                act()

    def test_a_note_is_kept_short(self, world: World) -> None:
        meeting, carla = called(world), world.person("carla")
        item = item_add(meeting=meeting, title="x", text="", by=carla, now=NOW)
        opened(world, meeting)
        with pytest.raises(Refused, match="first"):
            item_end(item=item, note="x", by=carla, now=BEGINS)
        item_begin(item=item, by=carla, now=BEGINS)
        with pytest.raises(Invalid):
            item_end(item=item, note="x" * 4001, by=carla, now=BEGINS)
