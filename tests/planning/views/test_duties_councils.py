"""My duties in the councils: appeals before one's council, instructions to be put to the vote, votes on amendments,
petitions one can sign."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from councils.services import ballot_open, initiative_start, instruction_propose, petition_sign, recall_start
from councils.services.amendments import amendment_open, amendment_propose
from councils.services.appeals import ruling_move
from tests.councils.meeting import mandate
from tests.councils.motions.test_appeals import appeal_of, seated  # noqa: F401  (fixture)
from tests.councils.motions.test_minority import decided
from tests.councils.secret import assembly
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, NOW, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock."""

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(NOW)
    return moved


@pytest.fixture
def world(db: None) -> World:
    """Return a small founded federation."""
    return build()


def duties(world: World, name: str) -> str:
    return text(signed_in(world, name).get(reverse("planning:duties")))


def test_a_vote_on_an_amendment_waits_for_those_with_a_right(world: World) -> None:
    motion = world.motion()
    amendment = amendment_propose(
        motion=motion, version=1, title="Buy two", text="Together.", by=world.person("delegate2"), now=NOW
    )
    amendment_open(amendment=amendment, by=world.person("carla"), now=NOW)
    assert url("amendment", amendment) in duties(world, "delegate1")
    assert url("amendment", amendment) not in duties(world, "mia")


def test_an_appeal_waits_for_the_council_that_rules_on_it(seated: World) -> None:  # noqa: F811
    appeal = appeal_of(seated, decided(seated))
    assert appeal.state == "lodged"
    shown = duties(seated, "bruno")
    assert url("appeal", appeal) in shown
    assert "refer back or overrule “Buy a lathe”?" in shown
    assert url("appeal", appeal) not in duties(seated, "delegate1")
    ruling_move(appeal=appeal, kind="appeal-overrule", reasons="Unjust.", by=seated.person("board1"), now=NOW)
    assert url("appeal", appeal) not in duties(seated, "bruno")


def test_an_instruction_waits_for_its_coordinator_and_is_told_to_its_members(world: World) -> None:
    works = assembly(world)
    mandate(world, "carl", works, "coordinator")
    instruction_propose(
        sender=works, council=world.metal, answer="yes", reason="We need it.", by=world.person("mia"), now=NOW
    )
    motion = works.motions.get()
    shown = duties(world, "carl")
    assert "Shall Works 1 vote on instructing its delegates in Metal?" in shown
    member = duties(world, "noah")
    assert "Open to you, if you want" in member
    assert "Works 1 is asked to instruct its delegates; the vote is not open yet" in member
    assert "Shall Works 1 vote on instructing" not in member
    assert url("motion", motion) not in duties(world, "pia")
    ballot_open(motion=motion, by=world.person("carl"), now=NOW)
    assert "Shall Works 1 vote on instructing" not in duties(world, "carl")
    member = duties(world, "noah")
    assert "is asked to instruct" not in member
    assert url("motion", motion) in member


def test_petitions_are_told_quietly_to_those_who_can_sign(world: World, at: Any) -> None:
    works = assembly(world)
    doors = initiative_start(council=works, title="Doors", text="Open.", by=world.person("mia"), now=NOW)
    seat = world.seat(1).mandates.get()
    recall = recall_start(mandate=seat, reason="Absent.", by=world.person("mia"), now=NOW)
    shown = duties(world, "noah")
    assert "Works 1, 1 of 2 signatures" in shown
    for petition in (doors, recall):
        assert url("petition", petition) in shown
        assert url("petition", petition) not in duties(world, "mia")  # signed
        assert url("petition", petition) not in duties(world, "pia")  # of another place
    assert "Nothing needs you today" in shown
    petition_sign(
        petition=doors, by=world.person("olga"), now=NOW
    )  # the last that was needed: a vote, not a notice
    assert url("petition", doors) not in duties(world, "noah")
    at(NOW + 400 * DAY)
    assert url("petition", recall) not in duties(world, "noah")
