"""Petitions: enough signatures of the roll open the vote by themselves; a carried recall ends the mandate at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from councils.models import Ballot, Council, Mandate, Motion, Petition, Signature
from councils.selectors.petitions import electors_of, mandates_given_by, signatures_needed
from councils.services import (
    ballot_close,
    initiative_start,
    mandate_resign,
    mandates_give,
    petition_sign,
    petition_unsign,
    petitions_end_due,
    recall_start,
    vote_cast,
)
from councils.services.ballots import put_to_the_vote
from tests.councils.secret import assembly, put
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World, draft
from workplaces import authority
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry, Person

pytestmark = pytest.mark.django_db
DEADLINE = NOW + 60 * DAY


@pytest.fixture
def works(world: World) -> Council:
    """The assembly of twelve that sent delegate1: three of them can bring a recall to the vote, two a motion."""
    return assembly(world)


def initiative(world: World, works: Council, **options: Any) -> Petition:
    given = {
        "council": works,
        "title": "Shorter hours",
        "text": "Six a day.",
        "by": world.person("mia"),
        "now": NOW,
    }
    return initiative_start(**{**given, **options})


def recall(world: World, **options: Any) -> Petition:
    given = {
        "mandate": world.person("delegate1").mandates.get(),
        "reason": "Absent.",
        "by": world.person("mia"),
    }
    return recall_start(**{**given, "now": NOW, **options})


def sign(world: World, petition: Petition, *names: str, now: Any = NOW) -> Petition:
    for name in names:
        petition = petition_sign(petition=petition, by=world.person(name), now=now)
    return petition


def carry(world: World, ballot: Ballot) -> None:
    """Let the whole roll of a named vote say yes, or everybody's paper in a secret one."""

    for entry in ballot.roll.select_related("person", "ballot"):
        if ballot.secrecy == "secret":
            put(entry, "yes")
        else:
            vote_cast(
                ballot=ballot, right=entry.right, option="yes", by=entry.person, idempotency_key="k", now=NOW
            )
    ballot_close(ballot=ballot, by=None, now=LATER)


def test_an_initiative_opens_the_vote_with_the_signature_that_is_needed(world: World, works: Council) -> None:
    petition = initiative(world, works)
    assert (petition.state, petition.needed, petition.roll_size, petition.closes_at) == (
        "collecting", 2, 12, DEADLINE,
    )  # fmt: skip
    assert not Motion.objects.filter(council=works).exists()
    petition = sign(world, petition, "noah")
    motion, ballot = Motion.objects.get(council=works), Ballot.objects.get(council=works)
    assert (petition.state, petition.motion, petition.ended_at) == ("reached", motion, NOW)
    assert (motion.state, motion.title, motion.moved_by) == ("voting", "Shorter hours", world.person("mia"))
    assert motion.hat == "petition of 2 people"
    assert "signatures of 2 of 12 people" in motion.prescribed
    assert (ballot.state, ballot.motion, ballot.closes_at, ballot.secrecy) == (
        "open",
        motion,
        NOW + 7 * DAY,
        "named",
    )
    kinds = list(
        Entry.objects.filter(subject=petition.subject).order_by("number").values_list("kind", flat=True)
    )
    assert kinds == ["petition.started", "petition.signed", "petition.signed", "petition.reached"]


def test_a_carried_recall_ends_the_mandate_and_a_successor_begins_the_same_day(
    world: World, works: Council
) -> None:
    mandate = world.person("delegate1").mandates.get()
    petition = sign(world, recall(world), "noah", "olga")
    ballot = Ballot.objects.get(council=works)
    assert (ballot.secrecy, petition.title) == ("secret", "Recall Delegate1, delegate, Works 1")
    carry(world, ballot)
    mandate.refresh_from_db()
    assert (mandate.recalled_at, mandate.held.upper) == (LATER, LATER.date())
    assert authority.hats(world.person("delegate1"), LATER.date()) == ()
    seat = world.seat(1)
    successor = draft(
        world, "mia", world.metal, "delegate", obtained="elected", seat=seat, since=LATER.date()
    )
    assert mandates_give(drafts=[successor], by=world.person("rosa"), now=LATER)


def test_a_lost_recall_ends_nothing(world: World, works: Council) -> None:
    sign(world, recall(world), "noah", "olga")
    ballot_close(ballot=Ballot.objects.get(council=works), by=None, now=LATER)
    assert world.person("delegate1").mandates.get().recalled_at is None


def test_who_recalls_whom(world: World) -> None:
    """Those whom they represent; everyone the board's free seats; the council itself its staff."""
    board, general = world.council("board"), world.council("general")
    mandates_give(
        drafts=[draft(world, "mia", board, "delegate", obtained="elected", seat=world.seat(1, board))],
        by=world.person("bruno"), now=NOW,
    )  # fmt: skip
    held = {name: world.person(name).mandates.get() for name in ("delegate1", "mia", "carla", "bruno")}
    bodies = {name: electors_of(mandate) for name, mandate in held.items()}
    works = world.council("workplace", "Works 1")
    assert bodies == {"delegate1": works, "mia": general, "carla": world.metal, "bruno": board}
    for name, body in bodies.items():
        assert body is not None
        assert held[name] in mandates_given_by(body, NOW)
    assert set(mandates_given_by(world.metal, NOW)) == {held["carla"], world.person("rosa").mandates.get()}
    with pytest.raises(Forbidden, match="Only those who can vote in Metal can sign this"):
        recall(world, mandate=held["carla"])
    assert recall(world, mandate=held["carla"], by=world.person("delegate1")).council == world.metal


@pytest.mark.parametrize(
    ("share", "people", "needed"),
    [("1/5", 12, 3), ("1/5", 10, 2), ("1/10", 12, 2), ("1/10", 3, 1), ("1/1000", 5, 1), ("1", 7, 7)],
)
def test_a_share_is_rounded_up(share: str, people: int, needed: int) -> None:
    assert signatures_needed(share, people) == needed


class TestRefusals:
    def test_signing_twice(self, world: World, works: Council) -> None:
        petition = recall(world)
        with pytest.raises(Refused, match="You have signed this petition already; a signature counts once"):
            sign(world, petition, "mia")
        assert Signature.objects.count() == 1

    def test_somebody_who_is_not_on_the_roll(self, world: World, works: Council) -> None:
        petition = recall(world)
        for name in ("pia", "delegate1"):
            with pytest.raises(Forbidden, match="you are not on its roll"):
                sign(world, petition, name)
        with pytest.raises(Forbidden, match="you are not on its roll"):
            initiative(world, works, by=world.person("pia"))

    def test_after_the_deadline(self, world: World, works: Council) -> None:
        petition = recall(world)
        for deed in (petition_sign, petition_unsign):
            with pytest.raises(TooLate, match="The time for signatures is over"):
                deed(
                    petition=petition,
                    by=world.person("noah" if deed is petition_sign else "mia"),
                    now=DEADLINE,
                )
        assert petitions_end_due(now=DEADLINE - timedelta(seconds=1)) == []
        assert [row.state for row in petitions_end_due(now=DEADLINE)] == ["lapsed"]
        with pytest.raises(TooLate, match="The time for signatures is over"):
            sign(world, petition, "noah", now=DEADLINE)
        assert Signature.objects.count() == 1
        assert Entry.objects.get(kind="petition.ended").body["why"] == "deadline_passed"

    def test_when_there_are_enough(self, world: World, works: Council) -> None:
        petition = sign(world, initiative(world, works), "noah")
        with pytest.raises(TooLate, match="There are enough signatures"):
            sign(world, petition, "olga")
        with pytest.raises(TooLate, match="There are enough signatures"):
            petition_unsign(petition=petition, by=world.person("noah"), now=NOW)

    def test_a_second_recall_of_the_same_mandate(self, world: World, works: Council) -> None:
        petition = recall(world)
        with pytest.raises(Refused, match="being collected already; sign that petition"):
            recall(world, by=world.person("noah"))
        sign(world, petition, "noah", "olga")
        with pytest.raises(Refused, match="Works 1 is already dealing with this"):
            recall(world)

    def test_the_mandate_ended_meanwhile(self, world: World, works: Council) -> None:
        petition, mandate = recall(world), world.person("delegate1").mandates.get()
        mandate_resign(mandate=mandate, by=world.person("delegate1"), now=NOW)
        petition.refresh_from_db()
        assert petition.state == "moot"
        for deed in (lambda: sign(world, petition, "noah"), lambda: recall(world, by=world.person("noah"))):
            with pytest.raises(TooLate, match=r"ended|come to its end"):
                deed()

    def test_the_term_is_over_meanwhile(self, world: World, works: Council) -> None:
        free = world.seat(2)
        delegate = world.person("delegate2").mandates.get()
        mandate_resign(mandate=delegate, by=world.person("delegate2"), now=NOW)
        short = draft(
            world, "pia", world.metal, "delegate", seat=free, since=NOW.date(), until=(NOW + 3 * DAY).date(),
            represents=works, obtained="elected",
        )  # fmt: skip
        (mandate,) = mandates_give(drafts=[short], by=world.person("rosa"), now=NOW)
        petition = recall(world, mandate=mandate)
        with pytest.raises(TooLate, match="nothing left to recall"):
            sign(world, petition, "noah", now=NOW + 3 * DAY)
        assert [row.state for row in petitions_end_due(now=NOW + 3 * DAY)] == ["moot"]

    def test_without_words(self, world: World, works: Council) -> None:
        with pytest.raises(Invalid) as problem:
            initiative(world, works, title=" ", text="")
        assert set(problem.value.fields) == {"title", "text"}
        with pytest.raises(Refused, match="By the charter Metal votes on motions by name"):
            initiative(world, world.metal, by=world.person("delegate1"), secrecy="secret")


def test_a_mandate_that_ends_during_the_vote_stays_as_it_ended(world: World, works: Council) -> None:
    sign(world, recall(world), "noah", "olga")
    mandate = world.person("delegate1").mandates.get()
    mandate_resign(mandate=mandate, by=world.person("delegate1"), now=NOW)
    carry(world, Ballot.objects.get(council=works))
    mandate.refresh_from_db()
    assert (Motion.objects.get(council=works).state, mandate.recalled_at, mandate.resigned_at) == (
        "carried", None, NOW,
    )  # fmt: skip


def test_a_signature_taken_back_does_not_count_and_can_be_given_again(world: World, works: Council) -> None:
    petition = sign(world, recall(world), "noah")
    petition_unsign(petition=petition, by=world.person("noah"), now=NOW)
    with pytest.raises(Refused, match="You have not signed"):
        petition_unsign(petition=petition, by=world.person("noah"), now=NOW)
    assert sign(world, petition, "olga").state == "collecting"
    assert sign(world, petition, "noah").state == "reached"
    assert Signature.objects.count() == 4


def test_in_a_small_body_the_first_signature_is_enough(world: World) -> None:
    petition = initiative(world, world.council("workplace", "Works 1"), secrecy="secret")
    assert (petition.needed, petition.state) == (1, "reached")
    assert Ballot.objects.get().secrecy == "named"  # three people cannot hide behind one another


class TestTheDatabase:
    @pytest.fixture
    def petition(self, world: World, works: Council) -> Petition:
        return recall(world)

    SIGN = "INSERT INTO councils_signature (petition_id, person_id, signed_at) VALUES (%s, %s, %s)"

    def test_takes_signatures_of_the_roll_in_time_once(self, world: World, petition: Petition) -> None:
        noah, pia = world.person("noah").pk, world.person("pia").pk
        refused("signature_of_the_roll", self.SIGN, petition.pk, pia, NOW)
        refused("signature_of_the_roll", self.SIGN, petition.pk, world.person("delegate1").pk, NOW)
        refused("signature_in_time", self.SIGN, petition.pk, noah, DEADLINE)
        refused("signature_in_time", self.SIGN, petition.pk, noah, NOW - DAY)
        refused("signature_once", self.SIGN, petition.pk, world.person("mia").pk, NOW)
        with connection.cursor() as cursor:
            cursor.execute(self.SIGN, [petition.pk, noah, NOW])
        refused("signature_stays", "UPDATE councils_signature SET person_id = %s", noah)
        refused("councils_history_stays", "DELETE FROM councils_signature")
        refused("councils_history_stays", "TRUNCATE councils_signature")

    def test_knows_who_is_on_which_roll(self, world: World, petition: Petition) -> None:

        rolls = {
            ("workplace", "Works 1"): {"mia", "noah", "olga", *(f"member{n}" for n in range(4, 13))},
            ("general", ""): {"pia"},
            ("sector", "Metal"): {f"delegate{n}" for n in range(1, 6)},
            ("board", ""): set(),
        }
        for (kind, name), roll in rolls.items():
            council = world.council(kind, name)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT username FROM workplaces_person WHERE councils_on_roll(%s, id, %s)",
                    [council.pk, NOW.date()],
                )
                assert {row[0] for row in cursor.fetchall()} == roll
        assert Person.objects.count() > 20

    def test_lets_nothing_through_without_enough_signatures_and_a_vote(
        self, world: World, petition: Petition
    ) -> None:
        reach = "UPDATE councils_petition SET state = 'reached', ended_at = %s, motion_id = %s WHERE id = %s"
        motion = world.motion(
            council=petition.council, by=world.person("mia"), subject_kind="mandate",
            subject=Mandate.objects.get(pk=petition.mandate_id).public_id,
        )  # fmt: skip
        refused("petition_is_reached", reach, NOW, motion.pk, petition.pk)
        for name in ("noah", "olga"):
            with connection.cursor() as cursor:
                cursor.execute(self.SIGN, [petition.pk, world.person(name).pk, NOW])
        refused("petition_is_reached", reach, NOW, motion.pk, petition.pk)
        put_to_the_vote(motion, by=world.person("mia"), hat="x", now=NOW)
        taken_back = "UPDATE councils_signature SET withdrawn_at = %s WHERE person_id = %s"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(taken_back, [NOW, world.person("olga").pk])
            refused("petition_is_reached", reach, NOW, motion.pk, petition.pk)
            transaction.set_rollback(True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(reach, [NOW, motion.pk, petition.pk])
            assert cursor.rowcount == 1, "with three signatures and a vote it is reached"
            transaction.set_rollback(True)
        refused("petition_stays", "UPDATE councils_petition SET needed = 1")
        refused("petition_stays", "UPDATE councils_petition SET closes_at = closes_at + interval '1 day'")
        refused("councils_history_stays", "DELETE FROM councils_petition")
