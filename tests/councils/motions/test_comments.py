"""Debate on a motion: threads, who may write, until when, what is hidden and kept."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from councils.models import Comment, CommentHiding, Motion
from councils.selectors.comments import threads_of
from councils.services import ballot_close, ballot_open, motion_withdraw
from councils.services.comments import comment_add, comment_hide
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def motion(world: World) -> Motion:
    return world.motion()


def say(world: World, motion: Motion, words: str, name: str = "mia", **more: Any) -> Comment:
    return comment_add(motion=motion, text=words, by=world.person(name), **{"now": NOW, **more})


def test_answers_stand_in_their_thread(world: World, motion: Motion) -> None:
    first, second = say(world, motion, "Too dear."), say(world, motion, "Good.", "delegate2")
    answer = say(world, motion, "Not in ten years.", "delegate1", reply_to=first)
    threads = threads_of(motion.comments)
    assert [said.comment for said in threads] == [first, second]
    assert [said.comment for said in threads[0].replies] == [answer]
    body = Entry.objects.filter(kind="motion.comment").order_by("number").last().body  # type: ignore[union-attr]
    assert body["reply_to"] == str(first.public_id)
    with pytest.raises(Invalid, match="first comment of a thread"):
        say(world, motion, "Yes.", reply_to=answer)
    other = world.motion(title="Another")
    with pytest.raises(Invalid, match="of this debate"):
        say(world, other, "Yes.", reply_to=first)


def test_said_twice_it_stands_once(world: World, motion: Motion) -> None:
    assert say(world, motion, "Good.") == say(world, motion, " Good.\r\n")
    say(world, motion, "Good.", "noah")
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("words", [" \n", "x" * 10_001])
def test_nothing_and_too_much_are_refused(world: World, motion: Motion, words: str) -> None:
    with pytest.raises(Invalid) as error:
        say(world, motion, words)
    assert "text" in error.value.fields


def test_the_debate_ends_with_the_vote(world: World, motion: Motion) -> None:
    ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
    say(world, motion, "Vote for it.", now=NOW + DAY)
    with pytest.raises(TooLate, match="debate closed"):
        say(world, motion, "Late.", now=ballot.closes_at)
    ballot_close(ballot=ballot, by=None, now=LATER)
    with pytest.raises(TooLate, match="debate closed"):
        say(world, motion, "Later.", now=LATER)
    insert = (
        "INSERT INTO councils_comment (public_id, motion_id, text, created_by_id, hat, created_at)"
        " SELECT gen_random_uuid(), id, 'x', moved_by_id, '', moved_at FROM councils_motion"
    )
    refused("comment_while_debated", insert)


def test_nor_is_anything_added_to_a_motion_withdrawn(world: World, motion: Motion) -> None:
    motion_withdraw(motion=motion, by=world.person("delegate1"), now=NOW)
    with pytest.raises(TooLate):
        say(world, motion, "Pity.")


def test_who_runs_the_site_says_nothing(world: World, motion: Motion) -> None:
    world.person("root", is_superuser=True)
    with pytest.raises(Forbidden):
        say(world, motion, "Hm.", "root")


def test_a_coordinator_hides_with_a_reason_and_the_record_keeps_the_words(
    world: World, motion: Motion
) -> None:
    comment = say(world, motion, "You fool.")
    for name in ("delegate1", "rosa", "mia"):
        with pytest.raises(Forbidden):
            comment_hide(comment=comment, reason="x", by=world.person(name), now=NOW)
    for reason in (" ", "x" * 501):
        with pytest.raises(Invalid):
            comment_hide(comment=comment, reason=reason, by=world.person("carla"), now=NOW)
    comment_hide(comment=comment, reason="An insult.", by=world.person("carla"), now=NOW)
    with pytest.raises(TooLate, match="hidden already"):
        comment_hide(comment=comment, reason="Again.", by=world.person("bruno"), now=NOW)
    (said,) = threads_of(motion.comments)
    assert (said.text, said.hiding and said.hiding.reason) == ("", "An insult.")
    assert Entry.objects.get(kind="motion.comment").body["text"] == "You fool."
    assert Entry.objects.get(kind="motion.comment_hidden").body["reason"] == "An insult."


@pytest.mark.parametrize(
    ("by", "statement"),
    [
        ("councils_history_stays", "UPDATE councils_commenthiding SET reason = 'x'"),
        ("councils_history_stays", "DELETE FROM councils_commenthiding"),
        ("councils_history_stays", "TRUNCATE councils_commenthiding"),
        ("councils_history_stays", "UPDATE councils_comment SET text = 'x'"),
    ],
)
def test_nothing_is_unsaid(world: World, motion: Motion, by: str, statement: str) -> None:
    comment = say(world, motion, "You fool.")
    comment_hide(comment=comment, reason="An insult.", by=world.person("carla"), now=NOW)
    refused(by, statement)


def test_the_database_keeps_answers_in_their_thread_and_short(world: World, motion: Motion) -> None:
    answer = say(world, motion, "No.", reply_to=say(world, motion, "Yes?"))
    insert = (
        "INSERT INTO councils_comment (public_id, motion_id, reply_to_id, text, created_by_id, hat, created_at)"
        " SELECT gen_random_uuid(), motion_id, %s, repeat('x', %s), created_by_id, '', created_at"
        " FROM councils_comment WHERE id = %s"
    )
    refused("comment_answers_its_thread", insert, answer.pk, 1, answer.pk)
    refused("comment_has_an_end", insert, None, 10_001, answer.pk)


class TestPages:
    @pytest.fixture
    def motion(self, world: World) -> Motion:
        return world.motion(now=timezone.now())

    def test_a_thread(self, world: World, motion: Motion) -> None:
        client = signed_in(world, "mia")
        first = say(world, motion, "Too dear?", now=timezone.now())
        typed = {"text": "Not in ten years.", "reply_to": str(first.public_id)}
        shown: Any = client.post(url("comment", motion), typed, follow=True)
        assert "Not in ten years." in text(shown)
        assert Comment.objects.get(reply_to=first).text == "Not in ten years."
        assert "Hide this comment" not in text(shown)
        assert client.post(url("comment", motion), {**typed, "reply_to": "x"}).status_code == 404

    def test_too_long_an_answer_keeps_the_form(self, world: World, motion: Motion) -> None:
        first = say(world, motion, "Too dear?", now=timezone.now())
        typed = {"text": "y" * 10_001, "reply_to": str(first.public_id)}
        kept: Any = signed_in(world, "mia").post(url("comment", motion), typed)
        assert kept.status_code == 422
        assert text(kept).count("y" * 10_001) == 1, "in the answer's form, and in no other"
        assert "at most 10000" in text(kept)

    def test_hiding(self, world: World, motion: Motion) -> None:
        comment = say(world, motion, "You fool.", now=timezone.now())
        carla = signed_in(world, "carla")
        assert "Hide this comment" in text(carla.get(url("motion", motion)))
        empty: Any = carla.post(url("comment_hide", comment), {"reason": ""})
        assert empty.status_code == 422
        shown: Any = carla.post(url("comment_hide", comment), {"reason": "An insult."}, follow=True)
        assert "You fool." not in text(shown)
        assert "An insult." in text(shown)
        table = carla.get(url("motion", motion), {"format": "csv", "table": "comments"})
        assert b"You fool." not in b"".join(table.streaming_content)  # type: ignore[attr-defined]
        assert signed_in(world, "mia").post(url("comment_hide", comment), {"reason": "x"}).status_code == 403

    def test_the_debate_is_over(self, world: World, motion: Motion) -> None:
        motion_withdraw(motion=motion, by=world.person("delegate1"), now=timezone.now())
        client = signed_in(world, "mia")
        assert "The debate closed with the vote." in text(client.get(url("motion", motion)))
        late: Any = client.post(url("comment", motion), {"text": "Late."})
        assert (late.status_code, Comment.objects.count()) == (409, 0)

    def test_by_program(self, world: World, motion: Motion) -> None:
        client, at = APIClient(), f"/api/v1/motions/{motion.public_id}/comments/"
        client.force_login(world.person("mia"))
        first: Any = client.post(at, {"text": "Too dear?"}, format="json").json()
        body = {"text": "No.", "reply_to": first["id"]}
        assert client.post(at, body, format="json").json()["reply_to"] == first["id"]
        hide = f"/api/v1/comments/{first['id']}/hide/"
        assert client.post(hide, {"reason": "x"}, format="json").status_code == 403
        client.force_login(world.person("carla"))
        hidden: Any = client.post(hide, {"reason": "An insult."}, format="json").json()
        assert (hidden["text"], hidden["hidden_because"]) == ("", "An insult.")
        rows: Any = client.get(at).json()["results"]
        assert [row["text"] for row in rows] == ["", "No."]


def test_a_refusal_changes_nothing(world: World, motion: Motion) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refused):
        say(world, motion, "")
    assert (Entry.objects.count() - before, CommentHiding.objects.count()) == (0, 0)
