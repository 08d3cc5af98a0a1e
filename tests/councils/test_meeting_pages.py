"""The pages of meetings, walked as people would, without JavaScript; minutes as page and PDF; time by month."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from councils.minutes_pdf import MISSING, pdf_of
from councils.minutes_wording import outcome
from councils.models import Attendance, Meeting, Minutes, Objection
from councils.selectors.audit import audit
from councils.selectors.costs import months_of
from councils.selectors.minutes import digest_of
from councils.services import ballot_close, ballot_open, item_begin, item_end, meeting_close, vote_cast
from tests.councils.meeting import BEGINS, HOUR, called, consent, opened, represented
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, World
from tests.nojs.rules import faults
from tests.unguarded import unguarded
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """``at(moment)`` sets the clock."""
    settings.STAFF_NEED_SECOND_FACTOR = False

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(NOW)
    return moved


def test_a_meeting_from_its_call_to_the_minutes(world: World, at: Any) -> None:
    represented(world)
    world.motion(title="Buy a lathe <now>")
    carla, delegate = signed_in(world, "carla"), signed_in(world, "delegate1")
    assert url("meeting_new", world.metal) in text(carla.get(url("council", world.metal)))
    body = {"place": "The hall", "starts_at": "2026-05-10T09:00"}
    page = carla.post(url("meeting_new", world.metal), body, follow=True)
    meeting = Meeting.objects.get()
    assert "Buy a lathe &lt;now&gt;" in text(page)
    assert not faults(page.content.decode())
    delegate.post(url("item_new", meeting), {"title": "The roof", "text": "It leaks."})
    carla.post(url("item_new", meeting), {"title": "The door", "text": "In green.", "kind": "consent"})
    lathe, roof, door = meeting.items.order_by("position")
    duties = text(delegate.get(reverse("planning:duties")))
    assert "Metal meets" in duties
    assert url("meeting", meeting) in duties
    delegate.post(url("item_object", door), {"reason": "Blue!"})
    at(BEGINS)
    carla.post(url("meeting_open", meeting))
    page = text(delegate.get(url("meeting", meeting)))
    hat = re.search(r'name="hat" value="([^"]+)"', page)
    assert hat
    page = delegate.post(url("attend", meeting), {"hat": hat[1], "status": "present"}, follow=True)
    assert "You are here as: <strong>delegate, Works 1</strong>" in text(page)
    page = delegate.post(url("floor_ask", meeting), follow=True)
    assert "has not spoken yet" in text(page)
    assert not faults(page.content.decode())
    carla.post(url("floor_done", meeting.floor_requests.get()))
    carla.post(url("item_begin", roof))
    carla.post(url("item_end", roof), {"note": "Ana asks for offers."})
    refusal = carla.post(url("meeting_close", meeting))
    assert (refusal.status_code, "Put it to the vote" in text(refusal)) == (409, True)
    carla.post(url("item_vote", door))
    page = carla.post(url("meeting_close", meeting), follow=True)
    assert url("minutes", meeting) in text(page)
    page = text(delegate.get(url("minutes", meeting)))
    for said in (
        "Ana asks for offers.",
        "Objection: Delegate1 (delegate, Works 1): Blue!",
        "the same",
        "1 contribution",
    ):
        assert said in page
    pdf = delegate.get(url("minutes_pdf", meeting))
    assert pdf["Content-Type"] == "application/pdf"
    assert hashlib.sha256(pdf.content).hexdigest() == Entry.objects.get(kind="meeting.closed").body["pdf"]
    assert lathe.kind == "motion"


def test_a_refusal_keeps_what_was_typed(world: World, at: Any) -> None:
    carla, meeting = signed_in(world, "carla"), called(world)
    page = carla.post(url("meeting_new", world.metal), {"place": "Hall 7", "starts_at": "2026-05-05T09:00"})
    assert (page.status_code, "Hall 7" in text(page)) == (422, True)
    page = carla.post(url("meeting_new", world.metal), {"place": "Hall 7", "starts_at": "soon"})
    assert page.status_code == 422
    page = carla.post(url("item_new", meeting), {"title": "x" * 201, "text": "It leaks."})
    assert (page.status_code, "It leaks." in text(page)) == (422, True)
    item = consent(world, meeting)
    delegate = signed_in(world, "delegate1")
    page = delegate.post(url("item_object", item), {"reason": "y" * 2001})
    assert (page.status_code, "y" * 2001 in text(page)) == (422, True)
    assert not Objection.objects.exists()
    at(BEGINS)
    opened(world, meeting)
    page = delegate.post(url("attend", meeting), {"hat": "king", "status": "present"})
    assert page.status_code == 422
    assert not Attendance.objects.exists()
    assert carla.post(url("attend_other", meeting), {"right": "nobody"}).status_code == 404


def test_a_coordinator_notes_who_is_in_the_room(world: World, at: Any) -> None:
    meeting, carla = opened(world), signed_in(world, "carla")
    at(BEGINS)
    who = world.person("delegate2")
    assert f'value="{who.public_id}"' in text(carla.get(url("meeting", meeting)))
    page = carla.post(url("attend_other", meeting), {"right": str(who.public_id)}, follow=True)
    assert "1 present" in text(page)
    assert f'value="{who.public_id}"' not in text(page)


def closed(world: World, title: str = "Paint the door") -> Minutes:
    """A meeting with two people present that talked ten minutes about what was put to the vote."""
    item = consent(world, called(world), title)
    meeting, carla = opened(world, item.meeting, "delegate1", "delegate2"), world.person("carla")
    free = meeting.items.create(
        position=9, kind="free", title="x", minutes_expected=1, added_by=carla, hat="", added_at=NOW
    )
    item_begin(item=free, by=carla, now=BEGINS)
    item_end(item=free, note="", by=carla, now=BEGINS + timedelta(minutes=10))
    meeting_close(meeting=meeting, by=carla, now=BEGINS + HOUR)
    return Minutes.objects.get()


def test_the_audit_compares_minutes_with_the_record(world: World) -> None:
    closed(world)
    assert audit() == []
    minutes = Minutes.objects.get()
    minutes.content["place"] = "Elsewhere"
    with unguarded(Minutes):
        minutes.save()
    assert audit() == ["The minutes of meeting 1 of Metal are not those on the record."]
    assert "is another" in text(signed_in(world, "carla").get(url("minutes", Meeting.objects.get())))


@pytest.mark.parametrize(
    ("elected", "said"), [(["Mia", "Noah"], "elected: Mia, Noah"), ([], "elected: nobody")]
)
def test_an_election_is_told_by_names(elected: list[str], said: str) -> None:
    vote = {"state": "closed", "outcome": "elected", "elected": elected, "counts": {}}
    assert outcome({"state": "done", "vote": vote}) == said


def test_the_pdf_is_tagged_says_its_language_and_is_the_same_each_time(world: World) -> None:
    minutes = closed(world)
    with translation.override("pt-br"):
        first, second = (pdf_of(minutes.content, minutes.digest, BEGINS) for _ in "ab")
    assert first == second
    for part in (b"/StructTreeRoot", b"/Marked true", b"pt-BR", b"pdfuaid"):
        assert part in first, part


@pytest.mark.parametrize(
    "words", ["#panic() *x* = y $z$", "计划 😀 \u0001 \u200b\u202e", "Ação não é “opção” €"]
)
def test_words_are_words_in_the_pdf(world: World, words: str) -> None:
    minutes = closed(world, f"Door {words}".replace("\x00", ""))
    assert bytes(minutes.pdf).startswith(b"%PDF")
    assert minutes.content["agenda"][0]["title"] == f"Door {words}".strip()
    assert minutes.digest == digest_of(minutes.content)


def test_every_letter_that_is_set_is_in_the_font(world: World) -> None:
    """A tagged PDF with a letter that its font lacks would be refused, and the meeting could not close."""
    content = closed(world).content
    letters = [chr(code) for code in range(0x3000) if not MISSING.match(chr(code))]
    assert len(letters) > 1800
    content["place"] = " ".join(f"a{letter}" for letter in letters)
    assert pdf_of(content, "", BEGINS).startswith(b"%PDF")


def test_people_s_time_by_month(world: World) -> None:
    motion = world.motion(
        title="Word", text="word " * 199
    )  # 200 words: a minute, and three answers: half a minute
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    page = text(signed_in(world, "delegate1").get(url("motion", motion)))
    assert "Expected for each voter" in page
    for number in (1, 2):
        vote_cast(
            ballot=ballot, right=world.seat(number).right, option="yes", by=world.person(f"delegate{number}"),
            idempotency_key=f"k{number}", now=NOW,
        )  # fmt: skip
    ballot_close(ballot=ballot, by=None, now=NOW + 30 * DAY)  # in June
    closed(world)
    june, may = months_of(world.metal, NOW)
    assert (june.first.month, june.votes, june.meetings) == (6, pytest.approx(2 * 1.5), 0)
    assert (may.first.month, may.votes, may.meetings) == (5, 0, pytest.approx(2 * 10))
    page = text(signed_in(world, "delegate1").get(url("council", world.metal)))
    assert "People&#x27;s time by month" in page or "People's time by month" in page
