"""Appeals: who, when, to which layer; referral back once, overruling by its majority, in a named vote."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from councils.layers import OVERRULE, REFER_BACK, next_layer
from councils.models import Appeal, Ballot, Council, Motion
from councils.selectors.audit import audit
from councils.services import ballot_close, ballot_open, mandates_give, motion_withdraw, vote_cast
from councils.services.amendments import amendment_propose
from councils.services.appeals import appeal_file, appeal_support, ruling_move
from tests.councils.motions.test_minority import decided
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, World, draft
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(world: World) -> World:
    """The board has three members."""
    board = world.council("board")
    drafts = [draft(world, f"board{n}", board, "member", obtained="given") for n in (1, 2, 3)]
    mandates_give(drafts=drafts, by=world.person("bruno"), now=NOW)
    return world


def appeal_of(world: World, motion: Motion, now: Any = NOW) -> Appeal:
    """An appeal supported by three of the roll."""
    appeal = appeal_file(motion=motion, reason="It harms us.", by=world.person("delegate2"), now=now)
    for name in ("delegate3", "delegate4"):
        appeal = appeal_support(appeal=appeal, by=world.person(name), now=now)
    return appeal


def rule(world: World, appeal: Appeal, kind: str, answers: str = "yes yes yes", now: Any = NOW) -> Motion:
    """Move and vote on a ruling; ``answers`` are the board's three."""
    motion = ruling_move(
        appeal=appeal, kind=kind, reasons="Ask those affected.", by=world.person("board1"), now=now
    )
    ballot = ballot_open(motion=motion, by=world.person("bruno"), now=now)
    for entry, answer in zip(ballot.roll.order_by("number"), answers.split(), strict=True):
        vote_cast(
            ballot=ballot,
            right=entry.right,
            option=answer,
            by=entry.person,
            idempotency_key=f"{kind}{entry.number}{appeal.pk}",
            now=now,
        )
    ballot_close(ballot=ballot, by=world.person("bruno"), now=now)
    return motion


def test_the_layers(world: World) -> None:
    board, general = world.council("board"), world.council("general")
    assert next_layer(world.council("workplace", "Works 1")) == world.metal
    assert next_layer(world.metal) == board
    port = Council.objects.get(kind="community", region=world.regions["port"])
    assert next_layer(port) == Council.objects.get(kind="regional", region=world.regions["north"])
    Council.objects.filter(region=world.regions["north"]).update(dissolved_on=NOW.date())
    assert next_layer(port) == board
    assert next_layer(board) == general
    assert next_layer(general) is None


def test_it_is_lodged_with_enough_of_the_roll(seated: World) -> None:
    appeal = appeal_file(
        motion=decided(seated), reason="It harms us.", by=seated.person("delegate2"), now=NOW
    )
    for name in ("mia", "noah", "delegate3"):
        appeal = appeal_support(appeal=appeal, by=seated.person(name), now=NOW)
    assert appeal.state == "gathering", "two of the roll, four in all"
    assert appeal_support(appeal=appeal, by=seated.person("delegate3"), now=NOW).supports.count() == 4
    assert appeal_support(appeal=appeal, by=seated.person("delegate4"), now=NOW).state == "lodged"
    kinds = Entry.objects.filter(subject=appeal.subject).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["appeal.filed", *["appeal.supported"] * 5, "appeal.lodged"]


def test_or_with_enough_people_in_all(seated: World) -> None:
    appeal = appeal_file(motion=decided(seated), reason="x", by=seated.person("mia"), now=NOW)
    for number in range(48):
        appeal = appeal_support(appeal=appeal, by=seated.person(f"p{number}"), now=NOW)
    assert appeal.state == "gathering"
    assert appeal_support(appeal=appeal, by=seated.person("p48"), now=NOW).state == "lodged"


def test_referred_back_it_is_amended_and_voted_on_anew_and_never_again(seated: World) -> None:
    motion = decided(seated)
    appeal = appeal_of(seated, motion)
    rule(seated, appeal, REFER_BACK)
    motion.refresh_from_db()
    appeal.refresh_from_db()
    assert (motion.state, motion.decided_at, appeal.state) == ("moved", None, "referred_back")
    assert Entry.objects.get(kind="appeal.referred_back").body["reasons"] == "Ask those affected."
    later = NOW + 20 * DAY
    amendment = amendment_propose(
        motion=motion, version=1, title="x", text="y", by=seated.person("delegate1"), now=NOW + DAY
    )
    assert amendment.state == "proposed", "the days count anew"
    amendment.refresh_from_db()
    from councils.services.amendments import amendment_withdraw

    amendment_withdraw(amendment=amendment, by=seated.person("delegate1"), now=NOW + DAY)
    ballot = ballot_open(motion=motion, by=seated.person("carla"), now=later)
    for number in range(1, 6):
        vote_cast(
            ballot=ballot,
            right=seated.seat(number).right,
            option="yes",
            by=seated.person(f"delegate{number}"),
            idempotency_key="again",
            now=later,
        )
    ballot_close(ballot=ballot, by=seated.person("carla"), now=later)
    motion.refresh_from_db()
    assert motion.state == "carried"
    second = appeal_of(seated, motion, now=later)
    with pytest.raises(Refused, match="referred back before"):
        rule(seated, second, REFER_BACK, now=later)
    rule(seated, second, OVERRULE, now=later)
    motion.refresh_from_db()
    assert motion.state == "overruled"
    assert audit() == []


@pytest.mark.parametrize(
    ("answers", "state", "appealed"),
    [("yes yes no", "overruled", "overruled"), ("yes no abstain", "carried", "dismissed")],
)
def test_overruling_takes_two_thirds(seated: World, answers: str, state: str, appealed: str) -> None:
    motion = decided(seated)
    appeal = appeal_of(seated, motion)
    ruling = rule(seated, appeal, OVERRULE, answers)
    motion.refresh_from_db()
    appeal.refresh_from_db()
    assert (motion.state, appeal.state) == (state, appealed)
    assert Ballot.objects.get(motion=ruling).params == {"threshold": "2/3", "strict": False}
    with pytest.raises(TooLate):
        ruling_move(appeal=appeal, kind=REFER_BACK, reasons="x", by=seated.person("board1"), now=NOW)


def test_a_simple_majority_is_enough_to_refer_back_and_not_to_overrule(seated: World) -> None:
    """Three to two is three fifths: enough for the usual majority, short of two thirds."""
    drafts = [draft(seated, f"board{n}", seated.council("board"), "member", obtained="given") for n in (4, 5)]
    mandates_give(drafts=drafts, by=seated.person("bruno"), now=NOW)
    motion = decided(seated)
    rule(seated, appeal_of(seated, motion), OVERRULE, "yes yes yes no no")
    motion.refresh_from_db()
    assert motion.state == "carried"
    again = appeal_file(motion=motion, reason="Still.", by=seated.person("delegate2"), now=NOW)
    for name in ("delegate3", "delegate4"):
        again = appeal_support(appeal=again, by=seated.person(name), now=NOW)
    rule(seated, again, REFER_BACK, "yes yes yes no no")
    motion.refresh_from_db()
    assert motion.state == "moved"


def test_who_rules_and_how(seated: World) -> None:
    appeal = appeal_of(seated, decided(seated))
    with pytest.raises(Forbidden):
        ruling_move(appeal=appeal, kind=OVERRULE, reasons="x", by=seated.person("delegate1"), now=NOW)
    by = seated.person("board1")
    for kind, reasons in (("x", "x"), (OVERRULE, " ")):
        with pytest.raises(Invalid):
            ruling_move(appeal=appeal, kind=kind, reasons=reasons, by=by, now=NOW)
    ruling = ruling_move(appeal=appeal, kind=OVERRULE, reasons="x", by=by, now=NOW)
    assert ruling.council == seated.council("board")
    with pytest.raises(Refused, match="moved already"):
        ruling_move(appeal=appeal, kind=REFER_BACK, reasons="x", by=by, now=NOW)
    with pytest.raises(Refused, match="by name"):
        ballot_open(motion=ruling, by=seated.person("bruno"), now=NOW, secrecy="secret")
    motion_withdraw(motion=ruling, by=by, now=NOW)
    assert ruling_move(appeal=appeal, kind=REFER_BACK, reasons="x", by=by, now=NOW).state == "moved"


def test_what_cannot_be_appealed(seated: World) -> None:
    lost = decided(seated, yes=False)
    with pytest.raises(TooLate, match="carried"):
        appeal_file(motion=lost, reason="x", by=seated.person("mia"), now=NOW)


def test_when_and_how_often(seated: World) -> None:
    motion, by = decided(seated), seated.person("mia")
    for reason in ("  ", "x" * 5001):
        with pytest.raises(Invalid):
            appeal_file(motion=motion, reason=reason, by=by, now=NOW)
    with pytest.raises(TooLate, match="could be appealed until"):
        appeal_file(motion=motion, reason="x", by=by, now=NOW + 14 * DAY)
    appeal = appeal_file(motion=motion, reason="x", by=by, now=NOW)
    assert appeal_file(motion=motion, reason="x", by=by, now=NOW) == appeal
    with pytest.raises(Refused, match="open already"):
        appeal_file(motion=motion, reason="y", by=seated.person("noah"), now=NOW)
    with pytest.raises(TooLate, match="no longer gathered"):
        appeal_support(appeal=appeal, by=seated.person("noah"), now=NOW + 14 * DAY)
    with pytest.raises(TooLate, match="gathering support"):
        ruling_move(appeal=appeal, kind=OVERRULE, reasons="x", by=seated.person("board1"), now=NOW)


@pytest.mark.parametrize(
    ("by", "statement"),
    [
        ("motion_overruled_on_appeal", "UPDATE councils_motion SET state = 'overruled'"),
        ("motion_overruled_on_appeal", "UPDATE councils_motion SET state = 'moved', decided_at = NULL"),
        (
            "appeal_decided_by_the_next_layer",
            "UPDATE councils_appeal SET state = 'overruled', decided_at = filed_at",
        ),
        (
            "appeal_decided_by_the_next_layer",
            "UPDATE councils_appeal SET state = 'dismissed', decided_at = filed_at",
        ),
        ("appeal_stays_as_filed", "UPDATE councils_appeal SET reason = 'x'"),
        ("appeal_stays_as_filed", "UPDATE councils_appeal SET state = 'gathering'"),
        ("councils_history_stays", "DELETE FROM councils_appeal"),
        ("councils_history_stays", "UPDATE councils_appealsupport SET on_roll = true"),
        ("councils_history_stays", "DELETE FROM councils_appealsupport"),
        ("councils_history_stays", "TRUNCATE councils_appealsupport"),
        (
            "appealsupport_once_each",
            (
                "INSERT INTO councils_appealsupport (appeal_id, person_id, on_roll, at)"
                " SELECT appeal_id, person_id, on_roll, at FROM councils_appealsupport"
            ),
        ),
    ],
)
def test_the_database_holds_to_it(seated: World, by: str, statement: str) -> None:
    appeal_of(seated, decided(seated))
    refused(by, statement)


@pytest.mark.parametrize("secrecy", ["secret", "named"])
def test_a_ruling_that_was_voted_on_in_secret_decides_nothing(seated: World, secrecy: str) -> None:
    """Somebody with a hand in the database makes a closed vote a secret one; as it was, it decides."""
    appeal = appeal_of(seated, decided(seated))
    rule(seated, appeal, OVERRULE)
    with unguarded(Appeal), unguarded(Ballot):
        Appeal.objects.update(state="lodged", decided_at=None)
        Ballot.objects.filter(motion__subject_kind__startswith="appeal").update(secrecy=secrecy)
    overruled = "UPDATE councils_appeal SET state = 'overruled', decided_at = filed_at"
    if secrecy == "secret":
        refused("appeal_decided_by_the_next_layer", overruled)
    else:
        with connection.cursor() as cursor:
            cursor.execute(overruled)


def test_no_appeal_against_what_is_not_carried(seated: World) -> None:
    decided(seated, yes=False)
    refused(
        "appeal_against_what_was_carried",
        'INSERT INTO councils_appeal (public_id, motion_id, to_id, reason, filed_by_id, filed_at, "until", state)'
        " SELECT gen_random_uuid(), id, %s, 'x', moved_by_id, moved_at, moved_at, 'gathering' FROM councils_motion",
        seated.council("board").pk,
    )


class TestPages:
    def test_from_the_appeal_to_the_ruling(self, seated: World) -> None:
        motion = decided(seated, now=timezone.now())
        client: Any = signed_in(seated, "delegate2")
        shown = client.get(url("motion", motion))
        assert "Can be appealed to" in text(shown)
        long = client.post(url("appeal_file", motion), {"reason": "w" * 5001})
        assert (long.status_code, "w" * 5001 in text(long)) == (422, True)
        filed = client.post(url("appeal_file", motion), {"reason": "It harms us."}, follow=True)
        assert "It harms us." in text(filed)
        appeal = Appeal.objects.get()
        for name in ("delegate3", "delegate4"):
            other: Any = signed_in(seated, name)
            assert "Support this appeal" in text(other.get(url("appeal", appeal)))
            other.post(url("appeal_support", appeal))
        assert "Move a ruling" not in text(client.get(url("appeal", appeal)))
        board: Any = signed_in(seated, "board1")
        assert "Move a ruling" in text(board.get(url("appeal", appeal)))
        kept = board.post(url("appeal_rule", appeal), {"kind": OVERRULE, "text": ""})
        assert kept.status_code == 422
        ruling = board.post(
            url("appeal_rule", appeal), {"kind": OVERRULE, "text": "Unjust to many."}, follow=True
        )
        assert "Overrule: Buy a lathe" in text(ruling)
        assert url("appeal", appeal) in text(ruling)

    def test_by_program(self, seated: World) -> None:
        motion = decided(seated, now=timezone.now())
        client, at = APIClient(), f"/api/v1/motions/{motion.public_id}/appeals/"
        for number, name in enumerate(("delegate2", "delegate3", "delegate4")):
            client.force_login(seated.person(name))
            if number == 0:
                made: Any = client.post(at, {"reason": "Harm."}, format="json").json()
            else:
                made = client.post(f"/api/v1/appeals/{made['id']}/support/", format="json").json()
        assert (made["state"], len(made["supports"])) == ("lodged", 3)
        client.force_login(seated.person("board1"))
        body = {"kind": OVERRULE, "reasons": "Unjust."}
        ruling: Any = client.post(f"/api/v1/appeals/{made['id']}/ruling/", body, format="json")
        assert (ruling.status_code, ruling.json()["layer"]) == (201, "board")
        assert client.get(at).json()["results"] == [made]
