"""Amendments: who, when, friendly or by vote; the words that a vote opens on; what becomes of other amendments."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from councils.models import Amendment, Ballot, Motion
from councils.selectors.audit import audit
from councils.selectors.costs import months_of
from councils.selectors.rolls import roll_is_unchanged
from councils.services import ballot_close, ballot_open, ballot_void, motion_withdraw, vote_cast
from councils.services.amendments import (
    Stale,
    amendment_accept,
    amendment_open,
    amendment_propose,
    amendment_withdraw,
)
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
TEXT = "We buy a lathe for 12 crowns and share it with Works 2."


@pytest.fixture
def motion(world: World) -> Motion:
    return world.motion(text=TEXT)


def propose(world: World, motion: Motion, number: int = 2, **changes: Any) -> Amendment:
    given: dict[str, Any] = {"version": motion.version, "title": motion.title, "now": NOW + DAY}
    given |= {"text": TEXT.replace("12", "20"), "by": world.person(f"delegate{number}"), **changes}
    return amendment_propose(motion=motion, **given)


def voted(world: World, amendment: Amendment, answer: str) -> Amendment:
    """Open the vote on an amendment, have everybody answer alike, and close it."""
    ballot = amendment_open(amendment=amendment, by=world.person("carla"), now=NOW + DAY)
    for entry in ballot.roll.select_related("person"):
        vote_cast(
            ballot=ballot,
            right=entry.right,
            option=answer,
            by=entry.person,
            idempotency_key=f"{amendment.number}{entry.number}",
            now=NOW + DAY,
        )
    ballot_close(ballot=ballot, by=world.person("carla"), now=NOW + DAY)
    amendment.refresh_from_db()
    return amendment


def test_a_friendly_amendment_changes_the_words_and_both_stay(world: World, motion: Motion) -> None:
    amendment = propose(world, motion)
    amendment_accept(amendment=amendment, version=1, by=world.person("delegate1"), now=NOW + DAY)
    motion.refresh_from_db()
    assert (motion.text, motion.version) == (TEXT.replace("12", "20"), 2)
    assert [one.text for one in motion.versions.all()] == [TEXT, motion.text]
    entry = Entry.objects.get(kind="amendment.accepted")
    assert (entry.body["wording"], entry.motion) == (motion.wording, motion.public_id)
    again = amendment_accept(amendment=amendment, version=1, by=world.person("delegate1"), now=NOW + DAY)
    assert again.state == "accepted"
    assert Entry.objects.filter(kind="amendment.accepted").count() == 1
    assert audit() == []


@pytest.mark.parametrize(("answer", "state", "price"), [("yes", "adopted", "20"), ("no", "rejected", "12")])
def test_the_council_votes_on_one_that_is_not_friendly(
    world: World, motion: Motion, answer: str, state: str, price: str
) -> None:
    amendment = voted(world, propose(world, motion), answer)
    motion.refresh_from_db()
    assert (amendment.state, motion.text) == (state, TEXT.replace("12", price))
    assert motion.state == "moved", "the motion itself is still to be voted on"
    kinds = list(Entry.objects.order_by("number").values_list("kind", flat=True))[-2:]
    assert kinds == ["ballot.closed", f"amendment.{state}"]
    assert audit() == []


def test_the_vote_opens_on_the_final_words_only(world: World, motion: Motion) -> None:
    amendment, by = propose(world, motion), world.person("carla")
    with pytest.raises(Refused, match="Amendments that are not decided: 1"):
        ballot_open(motion=motion, by=by, now=NOW + DAY)
    ballot = amendment_open(amendment=amendment, by=by, now=NOW + DAY)
    assert (ballot.wording, ballot.motion) == (amendment.wording, None)
    with pytest.raises(Refused, match="Amendments that are not decided: 1"):
        ballot_open(motion=motion, by=by, now=NOW + DAY)
    ballot_void(ballot=ballot, reason="x", by=by, now=NOW + DAY)
    voted(world, Amendment.objects.get(), "yes")
    motion.refresh_from_db()
    ballot = ballot_open(motion=motion, by=by, now=NOW + DAY)
    assert ballot.wording == motion.wording
    assert Entry.objects.filter(kind="ballot.opened").last().body["wording"] == motion.wording  # type: ignore[union-attr]
    assert roll_is_unchanged(ballot)
    ballot.wording = "0" * 64
    assert not roll_is_unchanged(ballot), "the digest of what froze holds the words too"
    with pytest.raises(TooLate, match="its words stay as they are"):
        propose(world, motion, number=3, text="x")


def test_who_may_propose_accept_and_withdraw(world: World, motion: Motion) -> None:
    with pytest.raises(Forbidden):
        propose(world, motion, by=world.person("pia"))
    amendment = propose(world, motion)
    for name in ("delegate2", "carla", "pia"):
        with pytest.raises(Forbidden):
            amendment_accept(amendment=amendment, version=1, by=world.person(name), now=NOW + DAY)
    with pytest.raises(Forbidden):
        amendment_withdraw(amendment=amendment, by=world.person("delegate1"), now=NOW + DAY)
    with pytest.raises(Forbidden):
        amendment_open(amendment=amendment, by=world.person("delegate2"), now=NOW + DAY)
    amendment_withdraw(amendment=amendment, by=world.person("delegate2"), now=NOW + DAY)
    with pytest.raises(TooLate, match="already withdrawn"):
        amendment_accept(amendment=amendment, version=1, by=world.person("delegate1"), now=NOW + DAY)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"text": TEXT}, Invalid, "as they stand"),
        ({"text": TEXT.replace("and", "\r\nand").replace("\r\n", "")}, Invalid, "as they stand"),
        ({"text": " "}, Invalid, "not complete"),
        ({"text": "x" * 20_001}, Invalid, "not complete"),
        ({"title": "x" * 201}, Invalid, "not complete"),
        ({"reason": "x" * 2001}, Invalid, "at most 2000"),
        ({"version": 7}, Stale, "have changed"),
        ({"now": NOW + 14 * DAY}, TooLate, "could be proposed until"),
    ],
)
def test_what_is_no_amendment(
    world: World, motion: Motion, changes: dict[str, Any], error: type[Refused], says: str
) -> None:
    with pytest.raises(error, match=says):
        propose(world, motion, **changes)
    assert not Amendment.objects.exists()


def test_sent_twice_it_is_one_and_each_has_one_undecided(world: World, motion: Motion) -> None:
    assert propose(world, motion) == propose(world, motion)
    with pytest.raises(Refused, match="Your amendment 1 is not decided"):
        propose(world, motion, text="Nothing at all.")
    assert propose(world, motion, number=3, text="Nothing at all.").number == 2


def test_who_read_other_words_is_refused(world: World, motion: Motion) -> None:
    first, second = propose(world, motion), propose(world, motion, number=3, title="Buy it")
    amendment_accept(amendment=first, version=1, by=world.person("delegate1"), now=NOW + DAY)
    with pytest.raises(Stale) as error:
        propose(world, motion, number=4, version=1, text="None.")
    assert error.value.version == 1
    with pytest.raises(Stale):
        amendment_accept(amendment=second, version=1, by=world.person("delegate1"), now=NOW + DAY)


def test_others_are_carried_over_or_overtaken(world: World, motion: Motion) -> None:
    price = propose(world, motion)
    works = propose(world, motion, number=3, text=TEXT.replace("Works 2", "Works 3"))
    dearer = propose(world, motion, number=4, text=TEXT.replace("12", "30"))
    voted(world, price, "yes")
    works.refresh_from_db()
    dearer.refresh_from_db()
    assert (works.state, works.base, works.text) == (
        "proposed",
        2,
        TEXT.replace("12", "20").replace("Works 2", "Works 3"),
    )
    assert dearer.state == "lapsed"
    assert Entry.objects.get(kind="amendment.proposed", subject=works.subject).body["text"] == TEXT.replace(
        "Works 2", "Works 3"
    )
    assert Entry.objects.get(kind="amendment.overtaken").subject == dearer.subject
    voted(world, works, "yes")
    motion.refresh_from_db()
    assert (motion.version, motion.text) == (3, works.text)
    assert audit() == []


def test_while_one_is_voted_on_the_words_wait(world: World, motion: Motion) -> None:
    first, second = propose(world, motion), propose(world, motion, number=3, title="Buy it")
    amendment_open(amendment=first, by=world.person("carla"), now=NOW + DAY)
    for action in (
        lambda: amendment_accept(amendment=second, version=1, by=world.person("delegate1"), now=NOW + DAY),
        lambda: amendment_open(amendment=second, by=world.person("carla"), now=NOW + DAY),
        lambda: motion_withdraw(motion=motion, by=world.person("delegate1"), now=NOW + DAY),
    ):
        with pytest.raises(Refused, match="Amendment 1 is being voted on"):
            action()


def test_amendments_go_with_a_motion_that_is_withdrawn(world: World, motion: Motion) -> None:
    amendment = propose(world, motion)
    motion_withdraw(motion=motion, by=world.person("delegate1"), now=NOW + DAY)
    amendment.refresh_from_db()
    assert (amendment.state, amendment.decided_at) == ("lapsed", NOW + DAY)


def test_what_stands_elsewhere_is_not_amended(world: World) -> None:
    motion = world.motion(subject_kind="plan", subject=world.metal.public_id)
    with pytest.raises(Refused, match="stand elsewhere"):
        propose(world, motion)


def test_a_clock_closes_the_vote_on_an_amendment(world: World, motion: Motion) -> None:
    from councils.services import ballots_close_due

    amendment_open(amendment=propose(world, motion), by=world.person("carla"), now=NOW + DAY)
    assert [ballot.state for ballot in ballots_close_due(now=LATER + DAY)] == [Ballot.State.CLOSED]
    assert Amendment.objects.get().state == "rejected", "nobody voted yes"


def test_time_spent_takes_as_many_queries_however_many_votes_there_were(world: World, motion: Motion) -> None:
    """The words of an amendment come with its vote, for what a council's votes cost and for its agenda."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert months_of(world.metal, NOW + 2 * DAY)
        return len(queries)

    voted(world, propose(world, motion), "no")
    first = asked()
    voted(world, propose(world, motion), "no")
    assert asked() == first
