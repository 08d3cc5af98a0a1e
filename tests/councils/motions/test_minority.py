"""Minority reports: who may file and sign, until when, and that they stay."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from councils.minutes_wording import outline
from councils.models import AgendaItem, Ballot, MinorityReport, MinoritySignature, Minutes, Motion
from councils.services import ballot_close, ballot_open, meeting_close, vote_cast
from councils.services.minority import minority_report, minority_sign
from tests.councils.meeting import BEGINS, called, opened
from tests.councils.secret import entries, put, secret_ballot
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
ANSWERS = {1: "yes", 2: "no", 3: "no", 4: "abstain", 5: "yes"}


def decide(world: World, ballot: Ballot, now: Any, answers: dict[int, str]) -> Motion:
    for number, answer in answers.items():
        vote_cast(
            ballot=ballot,
            right=world.seat(number).right,
            option=answer,
            by=world.person(f"delegate{number}"),
            idempotency_key=str(number),
            now=now,
        )
    ballot_close(ballot=ballot, by=world.person("carla"), now=now)
    assert ballot.motion is not None
    ballot.motion.refresh_from_db()
    return ballot.motion


def decided(world: World, *, now: Any = NOW, yes: bool = True) -> Motion:
    """Two vote yes, two no, one abstains: lost; or three yes: carried."""
    ballot = ballot_open(motion=world.motion(now=now), by=world.person("carla"), now=now)
    return decide(world, ballot, now, {**ANSWERS, 4: "yes"} if yes else ANSWERS)


def report(world: World, motion: Motion, name: str = "delegate2", **changes: Any) -> MinorityReport:
    given = {"text": "It will stand idle.", "by": world.person(name), "now": NOW + DAY, **changes}
    return minority_report(motion=motion, **given)


def test_those_who_lost_report_and_sign(world: World) -> None:
    motion = decided(world)
    assert motion.state == "carried"
    filed = report(world, motion)
    minority_sign(report=filed, by=world.person("delegate3"), now=NOW + DAY)
    again = minority_sign(report=filed, by=world.person("delegate3"), now=NOW + DAY)
    assert again.represents == "Works 3"
    assert [str(one.person) for one in filed.signatures.all()] == ["Delegate2", "Delegate3"]
    entry = Entry.objects.get(kind="minority.reported")
    assert (entry.body["text"], entry.motion) == ("It will stand idle.", motion.public_id)
    assert Entry.objects.filter(kind="minority.signed").count() == 1


@pytest.mark.parametrize("name", ["delegate1", "delegate4", "carla", "mia"])
def test_nobody_else_does(world: World, name: str) -> None:
    motion = decided(world)
    with pytest.raises(Forbidden, match="who lost this vote"):
        report(world, motion, name)
    filed = report(world, motion)
    with pytest.raises(Forbidden):
        minority_sign(report=filed, by=world.person(name), now=NOW + DAY)
    refused(
        "minority_is_the_minority",
        "INSERT INTO councils_minoritysignature (report_id, ballot_id, person_id, represents, signed_at)"
        " SELECT id, ballot_id, %s, '', filed_at FROM councils_minorityreport",
        world.person(name).pk,
    )


def test_of_a_motion_that_was_lost_the_minority_voted_yes(world: World) -> None:
    motion = decided(world, yes=False)
    assert motion.state == "lost"
    with pytest.raises(Forbidden):
        report(world, motion, "delegate2")
    assert report(world, motion, "delegate1").signatures.count() == 1


def test_after_a_secret_vote_any_member_of_the_roll(world: World) -> None:
    ballot = secret_ballot(world)
    put(entries(ballot)[0], "yes")
    ballot_close(ballot=ballot, by=None, now=LATER)
    motion = Motion.objects.get()
    assert report(world, motion, "noah", now=LATER).signatures.count() == 1
    with pytest.raises(Forbidden):
        report(world, motion, "delegate1", now=LATER)


def test_each_signs_one_and_sent_twice_it_is_one(world: World) -> None:
    motion = decided(world)
    filed = report(world, motion)
    assert report(world, motion) == filed
    with pytest.raises(Refused, match="each person signs one"):
        report(world, motion, text="Another.")
    other = report(world, motion, "delegate3", text="Mine.")
    with pytest.raises(Refused, match="each person signs one"):
        minority_sign(report=other, by=world.person("delegate2"), now=NOW + DAY)
    assert MinoritySignature.objects.count() == 2


@pytest.mark.parametrize("words", ["  ", "x" * 10_001])
def test_it_says_something_and_ends(world: World, words: str) -> None:
    motion = decided(world)
    with pytest.raises(Invalid, match="between 1 and 10000"):
        report(world, motion, text=words)


def test_within_the_days_and_after_the_close(world: World) -> None:
    open_one = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    with pytest.raises(TooLate, match="not decided"):
        report(world, open_one.motion, "delegate2")  # type: ignore[arg-type]
    motion = decide(world, open_one, NOW, {**ANSWERS, 4: "yes"})
    filed = report(world, motion, now=NOW + 14 * DAY - DAY / 24)
    for action in (
        lambda: report(world, motion, "delegate3", now=NOW + 14 * DAY),
        lambda: minority_sign(report=filed, by=world.person("delegate3"), now=NOW + 14 * DAY),
    ):
        with pytest.raises(TooLate, match="could report on this vote until"):
            action()


@pytest.mark.parametrize("table", ["minorityreport", "minoritysignature"])
def test_it_stays(world: World, table: str) -> None:
    report(world, decided(world))
    for statement in (
        "UPDATE councils_{} SET id = id",
        "DELETE FROM councils_{}",
        "TRUNCATE councils_{} CASCADE",
    ):
        refused("councils_history_stays", statement.format(table))


def test_none_before_the_close(world: World) -> None:
    ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    filed = "INSERT INTO councils_minorityreport (public_id, ballot_id, text, filed_at) SELECT gen_random_uuid(), id, 'x', now() FROM councils_ballot RETURNING id, ballot_id"  # noqa: E501
    refused(
        "minority_after_the_close",
        f"WITH filed AS ({filed}) INSERT INTO councils_minoritysignature"
        " (report_id, ballot_id, person_id, represents, signed_at)"
        " SELECT filed.id, filed.ballot_id, %s, '', now() FROM filed",
        world.person("delegate2").pk,
    )


class TestPages:
    @pytest.fixture
    def motion(self, world: World) -> Motion:
        return decided(world, now=timezone.now())

    def test_it_is_filed_signed_and_stands_beside_the_result(self, world: World, motion: Motion) -> None:
        client: Any = signed_in(world, "delegate2")
        assert "File a minority report" not in text(signed_in(world, "delegate1").get(url("motion", motion)))
        assert "File a minority report" in text(client.get(url("motion", motion)))
        long = client.post(url("minority", motion), {"text": "z" * 10_001})
        assert (long.status_code, "z" * 10_001 in text(long)) == (422, True)
        shown = client.post(url("minority", motion), {"text": "It will stand idle."}, follow=True)
        assert "Delegate2 (Works 2)" in text(shown)
        assert "File a minority report" not in text(shown)
        other: Any = signed_in(world, "delegate3")
        assert "Sign this report" in text(other.get(url("motion", motion)))
        signed = other.post(url("minority_sign", MinorityReport.objects.get()), follow=True)
        assert "Delegate3 (Works 3)" in text(signed)
        winner: Any = signed_in(world, "delegate1").post(url("minority_sign", MinorityReport.objects.get()))
        assert winner.status_code == 403

    def test_by_program(self, world: World, motion: Motion) -> None:
        client, at = APIClient(), f"/api/v1/motions/{motion.public_id}/minority-reports/"
        client.force_login(world.person("delegate2"))
        filed: Any = client.post(at, {"text": "Idle."}, format="json").json()
        client.force_login(world.person("delegate3"))
        signed: Any = client.post(f"/api/v1/minority-reports/{filed['id']}/sign/", format="json").json()
        assert [one["name"] for one in signed["signatures"]] == ["Delegate2", "Delegate3"]
        assert client.get(at).json()["results"] == [signed]


def test_minutes_have_the_reports_on_what_was_decided(world: World) -> None:
    meeting = called(world)
    motion = decided(world)
    item = AgendaItem.objects.create(
        meeting=meeting, position=99, kind="motion", title=motion.title, motion=motion, minutes_expected=1.0,
        added_by=world.person("carla"), hat="x", added_at=NOW,
    )  # fmt: skip
    filed = report(world, motion)
    minority_sign(report=filed, by=world.person("delegate3"), now=NOW + DAY)
    opened(world, meeting, "delegate1")
    meeting_close(meeting=meeting, by=world.person("carla"), now=BEGINS)
    content = Minutes.objects.get().content
    row = next(one for one in content["agenda"] if one["title"] == item.title)
    assert [(one["text"], one["signed"]) for one in row["minority"]] == [
        ("It will stand idle.", ["Delegate2", "Delegate3"])
    ]
    shown = next(one for one in outline(content)["items"] if motion.title in one["heading"])
    assert "Minority report: Delegate2, Delegate3: It will stand idle." in shown["voices"]
    del row["minority"]  # as minutes were that were made before
    assert outline(content)["items"]
