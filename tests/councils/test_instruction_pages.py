"""Pages of bound mandates, walked as people would."""

import pytest
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot, Council, Instruction, Motion
from councils.services import ballot_close, ballot_open, vote_cast
from tests.councils.test_pages import signed_in, table, text, url
from tests.councils.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    return world.council("workplace", "Works 1")


@pytest.fixture
def ballot(world: World) -> Ballot:
    now = timezone.now()
    return ballot_open(motion=world.motion(now=now), by=world.person("carla"), now=now)


def carried(world: World, works: Council, motion: Motion) -> None:
    now = timezone.now()
    decision = ballot_open(motion=motion, by=world.person("bruno"), now=now)
    for entry in decision.roll.select_related("person"):
        vote_cast(
            ballot=decision, right=entry.right, option="yes", by=entry.person, idempotency_key="k", now=now
        )
    ballot_close(ballot=decision, by=None, now=timezone.now())


def test_members_instruct_the_delegate_sees_it_and_everybody_sees_who_followed(
    world: World, works: Council, ballot: Ballot
) -> None:
    mia = signed_in(world, "mia")
    page = text(mia.get(url("motion", ballot.motion)))
    door = f"{url('instruction_new', works)}?motion={ballot.motion.public_id}"
    assert door in page
    assert door not in text(signed_in(world, "pia").get(url("motion", ballot.motion)))
    form = mia.get(door)
    assert f'value="motion:{ballot.motion.public_id}" selected' in text(form)
    asked = {"question": f"motion:{ballot.motion.public_id}", "answer": "no", "reason": "<Too> dear."}
    put = mia.post(door, asked, follow=True)
    assert "Instruct our delegates in Metal: vote no on “Buy a lathe”" in text(put)
    carried(world, works, Motion.objects.get(council=works))
    delegate = signed_in(world, "delegate1")
    booth = text(delegate.get(url("motion", ballot.motion)))
    assert "Works 1 instructed you: no." in booth
    assert "&lt;Too&gt; dear." in booth
    assert "You can vote otherwise; the roll-call then shows that you did" in booth
    assert "instructed you" not in text(signed_in(world, "delegate2").get(url("motion", ballot.motion)))
    for option, told in (("yes", "against instruction"), ("no", "as instructed")):
        vote_cast(
            ballot=ballot, right=world.seat(1).right, option=option, by=world.person("delegate1"),
            idempotency_key=option, now=timezone.now(),
        )  # fmt: skip
        assert text(mia.get(url("motion", ballot.motion))).count(told) == 1
        assert text(mia.get(url("roll", ballot))).count(told) == 1
    rows = table(mia.get(url("roll", ballot), {"format": "csv"}))
    assert [row[-5:-3] for row in rows[:3]] == [["instructed", "followed"], ["no", "yes"], ["", ""]]
    listed = text(mia.get(url("instructions", works)))
    assert "Works 1 has put 1 instruction to its delegates" in listed
    assert table(mia.get(url("instructions", works), {"format": "csv"}))[1][3] == "no"


def test_what_was_typed_stays_when_it_is_refused(world: World, works: Council, ballot: Ballot) -> None:
    mia = signed_in(world, "mia")
    bad = mia.post(url("instruction_new", works), {"question": "nonsense", "answer": "no", "reason": "Kept."})
    assert (bad.status_code, "Kept." in text(bad)) == (422, True)
    assert "Choose on what they are to vote." in text(bad)
    asked = {"question": f"motion:{ballot.motion.public_id}", "answer": "no", "reason": "Kept."}
    refused = signed_in(world, "pia").post(url("instruction_new", works), asked)
    assert refused.status_code == 403
    assert not Instruction.objects.exists()


def test_a_coordinator_refers_to_what_was_decided(world: World, works: Council) -> None:
    now = timezone.now()
    assembly = world.motion(council=works, by=world.person("mia"), title="On lathes", now=now)
    carried(world, works, assembly)
    bruno = signed_in(world, "bruno")
    assert "It was decided with “On lathes”" in text(bruno.get(url("instruction_new", works)))
    assert "It was decided with" not in text(signed_in(world, "mia").get(url("instruction_new", works)))
    asked = {
        "question": f"standing:{world.metal.public_id}:plan", "answer": "abstain", "reason": "Until asked.",
        "decided_by": str(assembly.public_id),
    }  # fmt: skip
    done = bruno.post(url("instruction_new", works), asked, follow=True)
    assert "Standing" in text(done)
    assert Instruction.objects.get().state == "in_force"
    record = text(bruno.get(reverse("record:record"), {"kind": "instruction.given"}))
    assert "Works 1 instructed its delegates: abstain on plans" in record


def test_a_body_that_sends_nobody_is_told_so(world: World) -> None:
    page = signed_in(world, "bruno").get(url("instruction_new", world.council("board")))
    assert "sends nobody to another council" in text(page)
