"""Bad input to votes, motions and delegation: page and interface refuse it with the same status and a sentence that a
person understands; nothing is counted, nothing is lost, and the page keeps what was typed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from councils.models import Ballot, Charter, Council, Delegation, Motion
from councils.services import (
    ballot_close,
    ballot_open,
    ballot_void,
    delegation_end,
    delegation_give,
    paper_cast,
    vote_cast,
)
from councils.services.amendments import amendment_accept, amendment_propose
from councils.votes_written import tracker_new
from tests.api.test_elections import API, session
from tests.councils.meeting import called, consent
from tests.councils.secret import assembly, secret_ballot
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, World
from tests.unguarded import unguarded
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
KEPT: tuple[Any, ...] = (*apps.get_app_config("councils").get_models(), Entry)
TRACKER = "ABCDEFGHIJKLMNOPQRST"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """``at(moment)`` sets the clock; it is a day after the founding."""
    settings.STAFF_NEED_SECOND_FACTOR = False

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(NOW + DAY)
    return moved


@dataclass(frozen=True)
class Bad:
    """What one person sends by page and by program, how both are refused, and what the page still shows of it."""

    who: str
    page: tuple[str, dict[str, Any]]
    api: tuple[str, dict[str, Any]]
    status: int
    sentence: str
    shown: tuple[str, ...] = ()
    api_sentence: str = field(default="")


def named(world: World) -> Ballot:
    return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)


def own(world: World, ballot: Ballot, name: str = "delegate1") -> str:
    return ballot.roll.get(person=world.person(name)).right


def vote(
    ballot: Ballot,
    right: str,
    status: int,
    sentence: str,
    *,
    who: str = "delegate1",
    option: str = "yes",
    key: str = "k",
) -> Bad:
    return Bad(
        who,
        (url("vote", ballot), {"right": right, "option": option, "idempotency_key": key}),
        (f"ballots/{ballot.public_id}/votes/", {"right": right, "option": option, "key": key}),
        status,
        sentence,
    )


def vote_when_closed(world: World) -> Bad:
    ballot = named(world)
    ballot_close(ballot=ballot, by=None, now=NOW + 8 * DAY)
    return vote(ballot, own(world, ballot), 409, "The vote is closed; nothing was cast or changed.")


def vote_when_void(world: World) -> Bad:
    ballot = named(world)
    ballot_void(ballot=ballot, reason="Wrong words.", by=world.person("carla"), now=NOW)
    return vote(ballot, own(world, ballot), 409, "The vote is closed; nothing was cast or changed.")


def vote_with_a_right_of_another_vote(world: World) -> Bad:
    elsewhere = ballot_open(
        motion=world.motion(council=assembly(world), by=world.person("mia")),
        by=world.person("bruno"),
        now=NOW,
    )
    right = own(world, elsewhere, "mia")
    return vote(named(world), right, 422, "The roll of this vote has no such voting right.", who="mia")


def vote_of_somebody_else(world: World) -> Bad:
    ballot = named(world)
    return vote(ballot, own(world, ballot, "delegate2"), 403, "This vote is Delegate2's to cast.")


def vote_for_an_unknown_option(world: World) -> Bad:
    ballot = named(world)
    return vote(ballot, own(world, ballot), 422, "Choose one of the answers.", option="perhaps")


def vote_without_a_key(world: World) -> Bad:
    ballot = named(world)
    return vote(ballot, own(world, ballot), 422, "Every vote needs a key of its own", key="ü")


def vote_with_a_key_that_cast_another(world: World) -> Bad:
    ballot = named(world)
    right = own(world, ballot)
    vote_cast(
        ballot=ballot, right=right, option="no", by=world.person("delegate1"), idempotency_key="k", now=NOW
    )
    return vote(ballot, right, 409, "This form was already used to cast another vote, which counts.")


def paper(
    world: World,
    ballot: Ballot,
    status: int,
    sentence: str,
    *,
    who: str = "mia",
    shown: tuple[str, ...] = (),
    **sent: Any,
) -> Bad:
    entry = ballot.roll.get(person=world.person("mia"))
    given = {"tracker": TRACKER, "choice": ["yes"], **sent}
    return Bad(
        who,
        (url("booth", ballot, entry.number), {**given, "do": "cast"}),
        (f"ballots/{ballot.public_id}/papers/", {"right": entry.right, **given}),
        status,
        sentence,
        shown,
    )


def paper_when_closed(world: World) -> Bad:
    ballot = secret_ballot(world)
    ballot_close(ballot=ballot, by=None, now=NOW + 8 * DAY)
    return paper(world, ballot, 409, "The vote is closed; your paper was not taken.")


def paper_when_void(world: World) -> Bad:
    ballot = secret_ballot(world)
    ballot_void(ballot=ballot, reason="Wrong words.", by=world.person("bruno"), now=NOW)
    return paper(world, ballot, 409, "This vote was declared void; no paper was taken.")


def paper_of_somebody_else(world: World) -> Bad:
    return paper(world, secret_ballot(world), 403, "This vote is Mia's to cast.", who="noah")


def used(world: World, tracker: str = "") -> Ballot:
    ballot = secret_ballot(world)
    entry = ballot.roll.get(person=world.person("mia"))
    tracker = tracker or tracker_new()
    paper_cast(ballot=ballot, right=entry.right, choice=["no"], tracker=tracker, by=entry.person, now=NOW)
    return ballot


def paper_a_second_time(world: World) -> Bad:
    return paper(world, used(world), 409, "You have voted. A secret paper cannot be changed or taken back")


def paper_that_was_counted_with_another_choice(world: World) -> Bad:
    return paper(world, used(world, TRACKER), 409, "This paper was already counted with another choice")


def paper_with_an_unknown_option(world: World) -> Bad:
    return paper(world, secret_ballot(world), 422, "“perhaps” is not on this ballot.", choice=["perhaps"])


def paper_with_two_answers(world: World) -> Bad:
    shown = ('name="choice" value="yes"', 'name="choice" value="no"', f'name="tracker" value="{TRACKER}"')
    return paper(
        world, secret_ballot(world), 422, "Choose one of the answers.", choice=["yes", "no"], shown=shown
    )


def paper_with_a_tracker_that_is_none(world: World) -> Bad:
    sentence = "Every paper needs a tracker of twenty letters and digits"
    return paper(
        world, secret_ballot(world), 422, sentence, tracker="short", shown=('name="choice" value="yes"',)
    )


LONG = "at most %s characters"


def motion_with_a_long_title(world: World) -> Bad:
    sent = {"title": "x" * 201, "text": "Words that stay."}
    return Bad(
        "delegate1",
        (url("motion_new", world.metal), sent),
        ("motions/", {"council": str(world.metal.public_id), **sent}),
        422,
        "200 characters",
        ("Words that stay.", "x" * 201),
    )


def comment_that_is_too_long(world: World) -> Bad:
    motion, sent = world.motion(), {"text": "Too long. " * 1001}
    return Bad(
        "delegate1",
        (url("comment", motion), sent),
        (f"motions/{motion.public_id}/comments/", sent),
        422,
        "A comment has at most 10000 characters",
        ("Too long. Too long.",),
        "10000",
    )


def objection_that_is_too_long(world: World) -> Bad:
    item = consent(world, called(world))
    sent = {"reason": "Blue! " * 400}
    return Bad(
        "delegate1",
        (url("item_object", item), sent),
        (f"items/{item.public_id}/object/", sent),
        422,
        "2,000 characters",
        ("Blue! Blue!",),
        "2000",
    )


def amendment_to_words_that_changed(world: World) -> Bad:
    motion = world.motion()
    mover = world.person("delegate1")
    first = amendment_propose(
        motion=motion, version=1, title="Buy two", text="Together.", by=world.person("delegate2"), now=NOW
    )
    amendment_accept(amendment=first, version=1, by=mover, now=NOW)
    sent = {"version": 1, "title": "Buy three", "text": "With what we saved."}
    return Bad(
        "delegate3",
        (url("amendment_new", motion), sent),
        (f"motions/{motion.public_id}/amendments/", sent),
        409,
        "version",
        ("Buy three", "With what we saved."),
    )


def allowing(world: World) -> Council:
    with unguarded(Charter):
        Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
    return assembly(world)


def delegate(
    world: World, works: Council, who: str, to: str, until: datetime, status: int, sentence: str
) -> Bad:
    receiver = str(world.person(to).public_id)
    return Bad(
        who,
        (url("delegations", works), {"to": receiver, "until": until.date().isoformat(), "subject_kind": ""}),
        (f"councils/{works.public_id}/delegations/", {"to": receiver, "until": until.isoformat()}),
        status,
        sentence,
        (f'value="{until.date().isoformat()}"',),
    )


def give(world: World, works: Council, by: str, to: str) -> Delegation:
    return delegation_give(
        council=works, to=world.person(to), by=world.person(by), until=NOW + 30 * DAY, now=NOW
    )


def delegation_that_closes_a_circle(world: World) -> Bad:
    works = allowing(world)
    give(world, works, "mia", "noah")
    give(world, works, "noah", "olga")
    sentence = "Mia's vote already comes to you, directly or through others: that would be a circle."
    return delegate(world, works, "olga", "mia", NOW + 30 * DAY, 409, sentence)


def delegation_that_has_ended_before_it_begins(world: World) -> Bad:
    works = allowing(world)
    return delegate(world, works, "mia", "noah", NOW - 2 * DAY, 422, "it ends after today")


def delegation_for_longer_than_the_charter_lets(world: World) -> Bad:
    works = allowing(world)
    return delegate(world, works, "mia", "noah", NOW + 400 * DAY, 422, "lasts 365 days at most")


def delegation_of_what_was_given_already(world: World) -> Bad:
    works = allowing(world)
    give(world, works, "mia", "noah")
    sentence = "You have given this vote away already; take it back first."
    return delegate(world, works, "mia", "olga", NOW + 30 * DAY, 409, sentence)


def delegation_taken_back_twice(world: World) -> Bad:
    given = give(world, allowing(world), "mia", "noah")
    delegation_end(delegation=given, by=world.person("mia"), now=NOW + timedelta(hours=1))
    return Bad(
        "mia",
        (url("delegation_end", given), {}),
        (f"delegations/{given.public_id}/end/", {}),
        409,
        "This delegation has already ended.",
    )


CASES: list[Callable[[World], Bad]] = [
    vote_when_closed, vote_when_void, vote_with_a_right_of_another_vote, vote_of_somebody_else,
    vote_for_an_unknown_option, vote_without_a_key, vote_with_a_key_that_cast_another, paper_when_closed,
    paper_when_void, paper_of_somebody_else, paper_a_second_time, paper_that_was_counted_with_another_choice,
    paper_with_an_unknown_option, paper_with_two_answers, paper_with_a_tracker_that_is_none, motion_with_a_long_title,
    comment_that_is_too_long, objection_that_is_too_long, amendment_to_words_that_changed,
    delegation_that_closes_a_circle, delegation_that_has_ended_before_it_begins,
    delegation_for_longer_than_the_charter_lets, delegation_of_what_was_given_already, delegation_taken_back_twice,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_page_and_interface_refuse_it_and_nothing_changes(world: World, case: Callable[[World], Bad]) -> None:
    refuses(world, case(world))


def refuses(world: World, bad: Bad) -> None:
    """Send it by page and by program: both refuse it alike, and nothing is written."""
    before = {model: list(model.objects.order_by("pk").values()) for model in KEPT}
    page = signed_in(world, bad.who).post(*bad.page)
    shown = unescape(text(page))
    assert (page.status_code, bad.sentence in shown) == (bad.status, True), shown
    assert [words for words in bad.shown if " ".join(words.split()) not in shown] == []
    path, body = bad.api
    answer = session(world, bad.who).post(f"{API}{path}", body, format="json")
    told = str(answer.json())
    assert (answer.status_code, (bad.api_sentence or bad.sentence) in told) == (bad.status, True), told
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert before == {model: list(model.objects.order_by("pk").values()) for model in KEPT}


def test_a_key_that_was_used_for_something_else(world: World) -> None:
    client = session(world, "delegate1")
    body = {"council": str(world.metal.public_id), "title": "Buy a lathe", "text": "Together."}
    headers = {"Idempotency-Key": "once"}
    first = client.post(f"{API}motions/", body, format="json", headers=headers)
    assert first.status_code == 201
    assert client.post(f"{API}motions/", body, format="json", headers=headers).json() == first.json()
    other = client.post(f"{API}motions/", {**body, "title": "Sell it"}, format="json", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert Motion.objects.count() == 1


def test_an_expired_delegation_counts_for_nothing(world: World, at: Any) -> None:
    works = allowing(world)
    give(world, works, "mia", "noah")
    later = NOW + 31 * DAY
    at(later)
    motion = world.motion(council=works, by=world.person("mia"), now=later)
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=later)
    assert not ballot.proxies.exists()
    assert give_again(world, works, later).giver == world.person("mia")


def give_again(world: World, works: Council, now: datetime) -> Delegation:
    return delegation_give(
        council=works, to=world.person("olga"), by=world.person("mia"), until=now + DAY, now=now
    )
