"""Debate on a programme: from its publication until the votes on the guidelines have closed; what is hidden and kept."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from councils.selectors.comments import threads_of
from planning.models import Cycle, Programme, ProgrammeComment
from planning.policies_programmes import can_debate
from planning.services.abandoning import cycle_abandon
from planning.services.cycles import cycle_begin_proposals
from planning.services.guidelines import ballot_of
from planning.services.programme_debates import programme_comment_add, programme_comment_hide
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.world import asked, both, everything, published, voted, written
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
INSERT = """INSERT INTO planning_programmecomment (public_id, programme_id, reply_to_id, text, created_by_id, hat, created_at)
  SELECT gen_random_uuid(), id, %s, repeat('x', %s), created_by_id, '', created_at FROM planning_programme WHERE id = %s"""


@pytest.fixture
def programme(federation: Federation, cycle: Cycle) -> Programme:
    return published(federation, cycle)


def say(
    federation: Federation, programme: Programme, words: str, name: str = "citizen2", **more: Any
) -> ProgrammeComment:
    by = federation.people[name]
    return programme_comment_add(programme=programme, text=words, by=by, **{"now": NOW, **more})


def hide(federation: Federation, comment: ProgrammeComment, reason: str, name: str = "coordinator") -> Any:
    return programme_comment_hide(comment=comment, reason=reason, by=federation.people[name], now=NOW)


def refused(statement: str, constraint: str, *values: Any) -> None:
    with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert constraint in (getattr(error.value.__cause__.diag, "constraint_name", "") or str(error.value))  # type: ignore[union-attr]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def as_(federation: Federation, name: str) -> Client:
    client = Client()
    client.force_login(federation.people[name])
    return client


def test_answers_stand_in_their_thread_and_the_record_keeps_the_words(
    federation: Federation, programme: Programme
) -> None:
    first = say(federation, programme, "Who pays?")
    answer = say(federation, programme, "Those who have.", "citizen0", reply_to=first)
    assert say(federation, programme, " Who pays?\r\n") == first, "sent again it stands once"
    (thread,) = threads_of(programme.comments)
    assert [said.comment for said in thread.replies] == [answer]
    entry = Entry.objects.filter(kind="programme.comment").order_by("number").last()
    assert entry is not None
    assert entry.subject == f"programme:{programme.public_id}"
    assert (entry.body["text"], entry.body["reply_to"]) == ("Those who have.", str(first.public_id))
    with pytest.raises(Invalid, match="first comment of a thread"):
        say(federation, programme, "Hm.", reply_to=answer)


def test_one_speaks_with_the_hat_that_one_wears(federation: Federation, programme: Programme) -> None:
    assert say(federation, programme, "Yes.").hat == ""
    assert "bread assembly" in say(federation, programme, "No.", "bread_delegate").hat.lower()
    with pytest.raises(Forbidden):
        say(federation, programme, "Hm.", "root")


@pytest.mark.parametrize("words", [" \n", "x" * 10_001])
def test_nothing_and_too_much_are_refused(federation: Federation, programme: Programme, words: str) -> None:
    with pytest.raises(Invalid) as error:
        say(federation, programme, words)
    assert "text" in error.value.fields


def test_a_draft_is_not_debated(federation: Federation, cycle: Cycle) -> None:
    draft = written(federation, cycle)
    with pytest.raises(TooLate, match="debated once it is published"):
        say(federation, draft, "Well.")
    refused(INSERT, "programmecomment_on_a_published_one", None, 1, draft.pk)
    assert "What is said about it" not in text(
        as_(federation, "citizen0").get(f"/programmes/{draft.public_id}/")
    )


def test_the_debate_ends_with_the_last_vote(
    federation: Federation, programme: Programme, cycle: Cycle
) -> None:
    say(federation, programme, "Before the vote.")
    questions = asked(federation, cycle)
    say(federation, programme, "While it is open.")
    closes = max(b.closes_at for q in questions.values() if (b := ballot_of(q)))
    with pytest.raises(TooLate, match="debate closed"):
        say(federation, programme, "Late.", now=closes)
    for topic in ("investment", "cap", "free"):
        voted(federation, questions[topic])
    say(federation, programme, "One vote is left.")
    voted(federation, questions["hours"], {"number": "32"})
    with pytest.raises(TooLate, match="debate closed"):
        say(federation, programme, "Late.")
    refused(INSERT, "programmecomment_while_debated", None, 1, programme.pk)


def test_nor_is_anything_added_to_a_year_abandoned(
    federation: Federation, programme: Programme, cycle: Cycle
) -> None:
    cycle_abandon(cycle=cycle, reason="A frost.", by=federation.people["coordinator"], now=NOW)
    programme.refresh_from_db()
    assert not can_debate(programme, NOW)
    refused(INSERT, "programmecomment_while_debated", None, 1, programme.pk)


def test_a_coordinator_hides_with_a_reason_and_the_record_keeps_the_words(
    federation: Federation, programme: Programme
) -> None:
    comment = say(federation, programme, "You fool.")
    for name in ("citizen0", "bread_delegate", "boardmember", "root"):
        with pytest.raises(Forbidden):
            hide(federation, comment, "x", name)
    for reason in (" ", "x" * 501):
        with pytest.raises(Invalid):
            hide(federation, comment, reason)
    hide(federation, comment, "An insult.")
    with pytest.raises(TooLate, match="hidden already"):
        hide(federation, comment, "Again.")
    (said,) = threads_of(programme.comments)
    assert (said.text, said.hiding and said.hiding.reason) == ("", "An insult.")
    assert Entry.objects.get(kind="programme.comment").body["text"] == "You fool."
    assert Entry.objects.get(kind="programme.comment_hidden").body["reason"] == "An insult."


@pytest.mark.parametrize("table", ["programmecomment", "programmecommenthiding"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hat = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_is_unsaid(federation: Federation, programme: Programme, table: str, statement: str) -> None:
    hide(federation, say(federation, programme, "You fool."), "An insult.")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused(statement.format(f"planning_{table}"), "planning_history_stays")


def test_the_database_keeps_answers_in_their_thread_and_short(federation: Federation, cycle: Cycle) -> None:
    first, second = both(federation, cycle)
    question = say(federation, first, "Yes?")
    answer = say(federation, first, "No.", reply_to=question)
    refused(INSERT, "programmecomment_answers_its_thread", answer.pk, 1, first.pk)
    refused(INSERT, "programmecomment_answers_its_thread", question.pk, 1, second.pk)
    refused(INSERT, "programmecomment_has_an_end", None, 10_001, first.pk)
    refused(INSERT, "programmecomment_says_something", None, 0, first.pk)


class TestPages:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW)

    def test_a_thread(self, federation: Federation, programme: Programme) -> None:
        here, citizen = f"/programmes/{programme.public_id}/", as_(federation, "citizen2")
        assert "Nobody has said anything yet." in text(citizen.get(here))
        shown = text(citizen.post(f"{here}comment/", {"text": "Who pays?"}, follow=True))
        assert "Who pays?" in shown
        assert "Hide this comment" not in shown
        first = ProgrammeComment.objects.get()
        author = as_(federation, "citizen0")
        typed = {"text": "Those who have.", "reply_to": str(first.public_id)}
        shown = text(author.post(f"{here}comment/", typed, follow=True))
        assert shown.count('<span class="pill">author</span>') == 1
        assert author.post(f"{here}comment/", {**typed, "reply_to": "x"}).status_code == 404
        kept: Any = citizen.post(f"{here}comment/", {**typed, "text": "y" * 10_001})
        assert (kept.status_code, text(kept).count("y" * 10_001)) == (422, 1)
        assert 'comments">2 comments</a>' in text(citizen.get("/cycles/2027/programmes/"))
        csv = citizen.get(here, {"format": "csv", "table": "comments"}).getvalue().decode()  # type: ignore[attr-defined]
        assert csv.count("\n") == 3
        assert f"{first.public_id}" in csv.splitlines()[2], "which comment the second one answers"

    def test_hiding(self, federation: Federation, programme: Programme) -> None:
        comment = say(federation, programme, "You fool.")
        here, there = f"/programmes/{programme.public_id}/", f"/programme-comments/{comment.public_id}/hide/"
        coordinator = as_(federation, "coordinator")
        assert "Hide this comment" in text(coordinator.get(here))
        assert coordinator.post(there, {"reason": ""}).status_code == 422
        assert as_(federation, "citizen0").post(there, {"reason": "x"}).status_code == 403
        shown = text(coordinator.post(there, {"reason": "An insult."}, follow=True))
        assert "You fool." not in shown
        assert "An insult." in shown
        record = f"/record/?subject=programme%3A{programme.public_id}"
        assert record in shown
        assert "You fool." in text(coordinator.get(record))
        assert 'comments">0 comments</a>' in text(coordinator.get("/cycles/2027/programmes/"))

    def test_the_debate_is_over(self, federation: Federation, programme: Programme, cycle: Cycle) -> None:
        say(federation, programme, "Who pays?")
        everything(federation, asked(federation, cycle))
        cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
        here, citizen = f"/programmes/{programme.public_id}/", as_(federation, "citizen2")
        shown = text(citizen.get(here))
        assert "The debate closed with the vote." in shown
        assert "Who pays?" in shown
        assert "Say something" not in shown
        assert citizen.post(f"{here}comment/", {"text": "Late."}).status_code == 409
        assert 'comments">1 comment</a>' in text(citizen.get("/cycles/2027/guidelines/"))

    def test_by_program(self, federation: Federation, programme: Programme) -> None:
        client, at = APIClient(), f"/api/v1/programmes/{programme.public_id}/comments/"
        client.force_login(federation.people["citizen2"])
        first: Any = client.post(at, {"text": "Who pays?"}, format="json").json()
        client.force_login(federation.people["citizen0"])
        answer: Any = client.post(at, {"text": "All.", "reply_to": first["id"]}, format="json").json()
        assert (answer["reply_to"], answer["by_author"], first["by_author"]) == (first["id"], True, False)
        assert answer["programme"] == str(programme.public_id)
        there = f"/api/v1/programme-comments/{first['id']}/hide/"
        assert client.post(there, {"reason": "x"}, format="json").status_code == 403
        client.force_login(federation.people["coordinator"])
        hidden: Any = client.post(there, {"reason": "An insult."}, format="json").json()
        assert (hidden["text"], hidden["hidden_because"]) == ("", "An insult.")
        rows: Any = client.get(at).json()["results"]
        assert [row["text"] for row in rows] == ["", "All."]
        other = client.post(at, {"text": "x", "reply_to": str(programme.public_id)}, format="json")
        assert other.status_code == 404
