"""Consent on pages and by program."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from councils.minutes_wording import outcome
from councils.models import Ballot, Motion, NamedVote
from councils.record_telling import closing
from councils.selectors.minutes import _vote
from councils.services import ballot_open
from councils.services.paper_counts import papers_read
from tests.api.test_elections import API, ask, session
from tests.councils.consent.test_votes import HARM, cast, closed, opened
from tests.councils.meeting import BEGINS
from tests.councils.meeting import opened as meeting_opened
from tests.councils.test_instructions import instruct
from tests.councils.test_pages import signed_in, table, text, url
from tests.councils.world import LATER, NOW, World
from workplaces.errors import Refused
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """``at(moment)`` sets the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def test_from_the_form_to_the_result(world: World, at: Any) -> None:
    at(NOW)
    delegate, carla = signed_in(world, "delegate1"), signed_in(world, "carla")
    page = delegate.post(
        url("motion_new", world.metal),
        {"title": "Shorter week", "text": "Four days.", "by_consent": "on"},
        follow=True,
    )
    motion = Motion.objects.get()
    assert motion.by_consent
    assert "Decided by consent: carried unless somebody objects with a reason" in text(page)
    assert "In secret: papers without names" not in text(carla.get(url("motion", motion)))
    carla.post(url("ballot_open", motion), follow=True)
    ballot = Ballot.objects.get()
    page = delegate.get(url("motion", motion))
    assert "Do you object?" not in text(page)  # a delegate answers for whom they speak
    assert "Does Works 1 object?" in text(page)
    assert text(page).count('name="reason"') == 1
    vote, form = url("vote", ballot), {"right": world.seat(1).right, "idempotency_key": "k1"}
    page = delegate.post(vote, {**form, "option": "no", "reason": HARM}, follow=True)
    assert "Objection" in text(page)
    assert HARM in text(page)
    assert f"{HARM}</textarea>" in text(delegate.get(url("motion", motion)))
    signed_in(world, "delegate2").post(
        vote, {"right": world.seat(2).right, "idempotency_key": "k2", "option": "yes"}, follow=True
    )
    at(LATER)
    page = carla.post(url("ballot_close", ballot), follow=True)
    assert "Objected: Delegate1: “It would be noisy at night”." in text(page)
    assert f"<li><strong>Delegate1</strong>: {HARM}</li>" in text(page)
    assert "Objection" in text(page)
    rows = table(carla.get(url("roll", ballot) + "?format=csv"))
    assert rows[0][-1] == "reason"
    assert [row[-1] for row in rows[1:]] == [HARM, "", "", "", ""]


@pytest.mark.parametrize(
    ("option", "reason", "said"),
    [
        ("no", "  ", "An objection needs a reason"),
        ("no", "y" * 5001, "at most 5000 characters"),
        ("yes", HARM, "with no other vote"),
    ],
)
def test_what_was_typed_is_kept_when_refused(
    world: World, at: Any, option: str, reason: str, said: str
) -> None:
    at(NOW)
    ballot = opened(world)
    form = {"right": world.seat(1).right, "idempotency_key": "k", "option": option, "reason": reason}
    page = signed_in(world, "delegate1").post(url("vote", ballot), form)
    assert page.status_code == 422
    assert said in text(page)
    assert 'aria-invalid="true"' in text(page)
    assert reason.strip() in text(page)
    assert NamedVote.objects.count() == 0


def test_the_question_with_options_is_refused_beside_consent_and_stays_in_the_form(
    world: World, at: Any
) -> None:
    at(NOW)
    form = {"title": "Which?", "text": "Now.", "by_consent": "on", "rule": "approval", "options": "One\nTwo"}
    page = signed_in(world, "delegate1").post(url("motion_new", world.metal), form)
    assert "not among options" in text(page)
    assert "One" in text(page)
    assert not Motion.objects.exists()


def test_who_was_told_to_object_finds_the_reason_in_the_field(world: World, at: Any) -> None:
    at(NOW)
    motion = world.motion(by_consent=True)
    instruct(
        world, world.council("workplace", "Works 1"), motion=motion, answer="no", reason="We lose the hall."
    )
    ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    assert "We lose the hall.</textarea>" in text(signed_in(world, "delegate1").get(url("motion", motion)))


def test_the_record_and_minutes_say_it_in_words(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "yes")
    cast(world, ballot, 2, "no", HARM)
    closed(ballot)
    shown = closing(Entry.objects.get(kind="ballot.closed"))
    assert shown["result"]["outcome"] == "Objected: Delegate2: “It would be noisy at night”."
    assert [row["vote"] for row in shown["votes"]] == ["No objection", "Objection"]
    assert shown["votes"][1]["reason"] == HARM
    ballot.refresh_from_db()
    told = outcome({"state": "voted", "vote": _vote(ballot)})
    assert told == "Objected: Delegate2: “It would be noisy at night”"


def test_no_papers_by_consent(world: World) -> None:
    ballot = opened(world)
    meeting_opened(world)
    with pytest.raises(Refused, match="not on paper"):
        papers_read(ballot=ballot, votes=[(1, "yes")], by=world.person("carla"), now=BEGINS)


def test_by_program(world: World, at: Any, settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    at(NOW)
    body = {
        "council": str(world.metal.public_id),
        "title": "A week",
        "text": "Four days.",
        "by_consent": True,
    }
    motion = ask(session(world, "delegate1"), "motions/", body, 201, key="m")
    assert motion["by_consent"] is True
    options = {"rule": "approval", "options": [{"label": "One"}, {"label": "Two"}]}
    ask(session(world, "delegate1"), "motions/", {**body, "asks": options}, 422, key="n")
    path = f"motions/{motion['id']}/open-ballot/"
    ask(session(world, "carla"), path, {"secrecy": "secret"}, 409)
    ballot = ask(session(world, "carla"), path, {}, 201)
    assert (ballot["rule"], ballot["secrecy"]) == ("consent", "named")
    votes_path = f"ballots/{ballot['id']}/votes/"
    delegate, vote = session(world, "delegate1"), {"right": world.seat(1).right, "option": "no", "key": "k"}
    ask(delegate, votes_path, vote, 422)
    ask(delegate, votes_path, {**vote, "option": "yes", "reason": HARM}, 422)
    ask(delegate, votes_path, {**vote, "reason": "y" * 5001}, 422)
    receipt = ask(delegate, votes_path, {**vote, "reason": HARM}, 201)
    assert (receipt["reason"], receipt["repeated"]) == (HARM, False)
    assert ask(delegate, votes_path, {**vote, "reason": HARM}, 201) == {**receipt, "repeated": True}
    ask(delegate, votes_path, {**vote, "reason": "Another."}, 409)
    assert ask(delegate, votes_path, {**vote, "key": "k2", "option": "yes"}, 201)["reason"] == ""
    assert ask(delegate, votes_path, {**vote, "key": "k3", "reason": HARM}, 201)["revision"] == 3
    at(LATER)
    found = ask(session(world, "carla"), f"ballots/{ballot['id']}/close/")
    assert found["result"]["objections"] == [{"number": 1, "name": "Delegate1", "reason": HARM}]
    assert found["why"] == "Objected: Delegate1: “It would be noisy at night”."
    ask(delegate, votes_path, {**vote, "key": "k4", "reason": HARM}, 409)
    assert session(world, "delegate2").get(f"{API}motions/{motion['id']}/").json()["state"] == "lost"
