"""Questions with options that signatures or an agenda put to the vote: by service, page and program, and their guards."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from councils.models import AgendaItem, Ballot, Meeting, Motion, Petition, Signature
from councils.questions import question_checked
from councils.selectors.audit import audit
from councils.services import item_add, item_begin, item_vote, meeting_close
from councils.services.ballots import put_to_the_vote
from councils.services.motions import motion_put
from councils.services.sitting import item_end
from tests.api.test_elections import ask, session
from tests.councils.choosing.asked import QUESTIONS
from tests.councils.meeting import BEGINS, HOUR, called, opened
from tests.councils.secret import assembly
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.test_petitions import initiative, recall, sign
from tests.councils.world import DAY, NOW, World
from tests.nojs.rules import faults
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
ASKS = QUESTIONS["equal_shares"]
WRITTEN = question_checked(ASKS).written
FORM = {
    "title": "What first?", "text": "Together.", "rule": "equal_shares", "completion": "1pct", "unit": "h",
    "options": "Lathe; 60\nRoof; 40\nKitchen; 40\nGarden; 20", "budget": "100",
}  # fmt: skip


def sitting(world: World) -> Meeting:
    """Call the meeting in whose agenda a question is put."""
    return called(world)


def put(world: World, meeting: Meeting, **options: Any) -> AgendaItem:
    """Put a question with options on the agenda."""
    given = {
        "title": "What first?",
        "text": "Together.\r\nSoon.",
        "asks": ASKS,
        "by": world.person("delegate1"),
    }
    return item_add(meeting=meeting, **{**given, "now": NOW, **options})


class TestInitiative:
    @pytest.mark.parametrize("kind", sorted(QUESTIONS))
    def test_the_last_signature_opens_the_vote_on_its_options(self, world: World, kind: str) -> None:
        petition = initiative(world, assembly(world), asks=QUESTIONS[kind], secrecy="secret")
        assert Entry.objects.get(kind="petition.started").body["asks"]["rule"] == kind
        sign(world, petition, "noah")
        motion, ballot = Motion.objects.get(), Ballot.objects.get()
        assert (motion.asks, motion.state) == (question_checked(QUESTIONS[kind]).written, "voting")
        assert (ballot.rule, ballot.state, ballot.secrecy) == (kind, "open", "secret")
        assert audit() == []

    def test_what_is_refused(self, world: World) -> None:
        with pytest.raises(Invalid) as refusal:
            initiative(world, assembly(world), asks={"rule": "approval", "options": [{"label": "One"}]})
        assert "between 2 and 60 options" in refusal.value.fields["options"]
        with pytest.raises(Invalid):
            initiative(world, assembly(world, 3), asks={})
        assert not Petition.objects.exists()

    def test_the_database_holds_the_motion_to_what_was_signed(self, world: World) -> None:
        petition = initiative(world, assembly(world), asks=ASKS)
        other = question_checked(QUESTIONS["median"]).written
        refused("petition_stays", "UPDATE councils_petition SET asks = %s", other)
        sign(world, petition, "noah")
        refused("petition_stays", "UPDATE councils_petition SET asks = ''")

    def test_a_recall_asks_for_yes_or_no(self, world: World) -> None:
        assembly(world)
        given = Petition.objects.filter(pk=recall(world).pk).values().get()
        del given["id"], given["public_id"]
        with pytest.raises(IntegrityError, match="petition_options_by_initiative"), transaction.atomic():
            Petition.objects.create(**{**given, "asks": WRITTEN})

    def test_reached_on_another_question_is_refused(self, world: World) -> None:
        petition = initiative(world, assembly(world), asks=ASKS)

        noah, mia = world.person("noah"), world.person("mia")
        Signature.objects.create(petition=petition, person=noah, signed_at=NOW)
        motion = motion_put(
            council=petition.council, title="What first?", text="Together.", by=mia, hat="x", now=NOW,
            subject_kind="petition", subject=petition.public_id, prescribed="x", asks=QUESTIONS["median"],
        )  # fmt: skip
        put_to_the_vote(motion, by=mia, hat="x", now=NOW)
        reached = "UPDATE councils_petition SET state = 'reached', motion_id = %s, ended_at = created_at"
        refused("petition_is_reached", reached, motion.pk)

    def test_by_page(self, world: World) -> None:
        works = assembly(world)
        client = signed_in(world, "mia")
        page = client.get(url("initiative_new", works))
        assert not faults(page.content.decode())
        wrong = client.post(url("initiative_new", works), {**FORM, "budget": "50"})
        assert (wrong.status_code, "Kitchen; 40" in text(wrong)) == (422, True)
        page = client.post(url("initiative_new", works), FORM, follow=True)
        assert not faults(page.content.decode())
        assert "Kitchen" in text(page)
        petition = Petition.objects.get()
        assert petition.asks == WRITTEN
        signed_in(world, "noah").post(url("sign", petition))
        assert Ballot.objects.get().rule == "equal_shares"

    def test_by_program(self, world: World) -> None:
        works = assembly(world)
        mia = session(world, "mia")
        body = {"council": str(works.public_id), "title": "What first?", "text": "Together.", "asks": ASKS}
        told = ask(mia, "petitions/", body, 201, key="one")
        assert told["asks"]["options"][1] == {"code": "o2", "label": "Roof", "cost": 40, "least": 0}
        again = {**body, "title": "Something else?"}
        assert ask(mia, "petitions/", again, 422, key="one")["code"] == "idempotency-key-reused"
        ask(session(world, "noah"), f"petitions/{told['id']}/sign/", {}, 200)
        assert Ballot.objects.get().rule == "equal_shares"


class TestAgenda:
    def test_it_is_put_to_the_vote_in_the_meeting(self, world: World) -> None:
        item = put(world, sitting(world))
        assert Entry.objects.get(kind="meeting.item").body["asks"]["rule"] == "equal_shares"
        meeting = opened(world, item.meeting)
        carla = world.person("carla")
        item_begin(item=item, by=carla, now=BEGINS)
        item.refresh_from_db()
        item = item_vote(item=item, by=carla, now=BEGINS + HOUR)
        assert (item.state, item.seconds_taken, item.begun_at) == ("voted", 3600, None)
        motion, ballot = item.motion, item.ballot
        assert motion
        assert ballot
        assert (motion.asks, motion.moved_by, motion.hat) == (WRITTEN, world.person("delegate1"), item.hat)
        assert (ballot.rule, ballot.state) == ("equal_shares", "open")
        assert (motion.text, motion.prescribed) == ("Together.\nSoon.", "")
        meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)
        assert audit() == []

    def test_without_a_vote_it_is_left_for_another_meeting_or_dealt_with(self, world: World) -> None:
        meeting = sitting(world)
        left, dealt = put(world, meeting), put(world, meeting, title="What second?")
        opened(world, meeting)
        carla = world.person("carla")
        item_begin(item=dealt, by=carla, now=BEGINS)
        dealt.refresh_from_db()
        item_end(item=dealt, note="Not now.", by=carla, now=BEGINS)
        with pytest.raises(TooLate, match="dealt with already"):
            item_vote(item=dealt, by=carla, now=BEGINS)
        meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)
        left.refresh_from_db()
        assert left.state == "postponed"
        assert not Ballot.objects.exists()

    def test_who_and_what_is_refused(self, world: World) -> None:
        meeting = sitting(world)
        with pytest.raises(Invalid, match="Nothing passes without a vote"):
            put(world, meeting, consent=True, by=world.person("carla"))
        with pytest.raises(Invalid, match="cannot be put like this"):
            put(world, meeting, asks={})
        with pytest.raises(Invalid) as refusal:
            put(world, meeting, text=" ")
        assert refusal.value.fields == {"text": "Say what is to be decided."}
        free = item_add(meeting=meeting, title="Roof", text="", by=world.person("carla"), now=NOW)
        item = put(world, meeting)
        opened(world, meeting)
        with pytest.raises(Forbidden):
            item_vote(item=item, by=world.person("delegate1"), now=BEGINS)
        with pytest.raises(Refused, match="Only a question with options"):
            item_vote(item=free, by=world.person("carla"), now=BEGINS)

    def test_the_database_holds_the_vote_to_what_stands_on_the_agenda(self, world: World) -> None:
        item = put(world, sitting(world))
        change = "UPDATE councils_agendaitem SET asks = %s WHERE id = %s"
        refused("item_stays_as_put", change, question_checked(QUESTIONS["median"]).written, item.pk)
        opened(world, item.meeting)
        from councils.services import ballot_open

        for asks in (QUESTIONS["median"], None):
            other = world.motion(text=item.text, asks=asks, now=BEGINS)
            ballot = ballot_open(motion=other, by=world.person("carla"), now=BEGINS)
            voted = (
                "UPDATE councils_agendaitem SET state = 'voted', motion_id = %s, ballot_id = %s WHERE id = %s"
            )
            refused("item_vote_is_on_its_text", voted, other.pk, ballot.pk, item.pk)
        refused(
            "item_passes_by_consent_only",
            "UPDATE councils_agendaitem SET state = 'passed' WHERE id = %s",
            item.pk,
        )
        refused("item_question_asks", "INSERT INTO councils_agendaitem (public_id, meeting_id, position, kind, title, "
                "text, link, minutes_expected, state, seconds_taken, note, added_by_id, hat, added_at) SELECT "
                "gen_random_uuid(), meeting_id, 99, 'question', 'x', 'y', '', 1, 'waiting', 0, '', added_by_id, hat, "
                "added_at FROM councils_agendaitem WHERE id = %s", item.pk)  # fmt: skip

    def test_by_page(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW)
        meeting = sitting(world)
        delegate, carla = signed_in(world, "delegate1"), signed_in(world, "carla")
        page = delegate.get(url("meeting", meeting))
        assert 'id="asking"' in text(page)
        assert not faults(page.content.decode())
        sent = {**FORM, "kind": "question"}
        wrong = delegate.post(url("item_new", meeting), {**sent, "rule": ""})
        assert (wrong.status_code, "Kitchen; 40" in text(wrong)) == (422, True)
        page = delegate.post(url("item_new", meeting), sent, follow=True)
        assert "Kitchen" in text(page)
        item = AgendaItem.objects.get(kind="question")
        assert url("item_vote", item) not in text(carla.get(url("meeting", meeting)))
        monkeypatch.setattr(timezone, "now", lambda: BEGINS)
        carla.post(url("meeting_open", meeting))
        page = carla.get(url("meeting", meeting))
        assert url("item_vote", item) in text(page)
        assert not faults(page.content.decode())
        page = carla.post(url("item_vote", item), follow=True)
        item.refresh_from_db()
        assert item.ballot
        assert url("motion", item.motion) in text(page)

    def test_by_program(self, world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = False
        monkeypatch.setattr(timezone, "now", lambda: NOW + DAY)
        meeting = sitting(world)
        delegate, carla = session(world, "delegate1"), session(world, "carla")
        path = f"meetings/{meeting.public_id}/items/"
        body = {"title": "What first?", "text": "Together.", "asks": ASKS}
        told = ask(delegate, path, body, 201, key="one")["agenda"][-1]
        assert (told["kind"], told["asks"]["rule"]) == ("question", "equal_shares")
        again = {**body, "text": "Alone."}
        assert ask(delegate, path, again, 422, key="one")["code"] == "idempotency-key-reused"
        monkeypatch.setattr(timezone, "now", lambda: BEGINS)
        ask(carla, f"meetings/{meeting.public_id}/open/", {}, 200)
        told = ask(carla, f"items/{told['id']}/vote/", {}, 200)["agenda"][-1]
        assert told["state"] == "voted"
        assert Ballot.objects.get(public_id=told["ballot"]).rule == "equal_shares"


class TestProcedure:
    @pytest.mark.parametrize("subject_kind", ["plan", ""])
    def test_what_a_rule_puts_is_answered_by_yes_or_no(self, world: World, subject_kind: str) -> None:
        subject = uuid4() if subject_kind else None
        with pytest.raises(Refused) as refusal, transaction.atomic():
            motion_put(
                council=assembly(world),
                title="The plan",
                text="As computed.",
                by=world.person("mia"),
                hat="x",
                subject_kind=subject_kind,
                subject=subject,
                prescribed="ratification",
                asks=QUESTIONS["median"],
                now=NOW,
            )
        assert "answered by yes or no" in str(refusal.value)
        assert not Motion.objects.exists()
