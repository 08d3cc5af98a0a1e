"""The voting booth, as people use it: forms and buttons, no script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils import padding
from councils.models import Ballot, Mark, Motion, Paper
from councils.padding import BLOCK
from councils.services import ballot_close
from councils.votes_written import tracker_new
from tests.councils.secret import assembly, put, secret_ballot
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import World
from tests.nojs.rules import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(world: World) -> Ballot:
    return secret_ballot(world, now=timezone.now())


def booth_of(ballot: Ballot, name: str) -> str:
    entry = ballot.roll.get(person__username=name)
    return url("booth", ballot, entry.number)


def fields(page: Any) -> dict[str, list[str]]:
    """Return what the form of the booth would send."""
    found: dict[str, list[str]] = {"tracker": [], "choice": []}
    for name, value in re.findall(
        r'<input type="hidden" name="(tracker|choice)" value="([^"]*)"', text(page)
    ):
        found[name].append(value)
    return found


def press(client: Client, address: str, page: Any, button: str) -> Any:
    """Press one of the buttons that the page offers."""
    assert f'name="do" value="{button}"' in text(page), text(page)
    return client.post(address, {**fields(page), "do": button})


def close(ballot: Ballot) -> Ballot:
    return ballot_close(ballot=ballot, by=None, now=timezone.now() + timedelta(days=8))


def test_a_member_votes_in_three_steps_and_finds_the_paper(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "mia")
    listed = client.get(reverse("councils:list"))
    assert booth_of(ballot, "mia") in text(listed)
    motion = client.get(url("motion", ballot.motion))
    assert booth_of(ballot, "mia") in text(motion)
    assert "12 papers can be cast; how many were is told at the close" in text(motion)
    page = client.get(booth_of(ballot, "mia"))
    assert faults(page.content.decode()) == []
    tracker = fields(page)["tracker"][0]
    assert " ".join(re.findall("....", tracker)) in text(page), "the tracker is shown before casting"
    summary = press(client, booth_of(ballot, "mia"), page, "add:yes")
    assert "Is this your paper?" in text(summary)
    assert fields(summary) == {"tracker": [tracker], "choice": ["yes"]}
    changed = press(client, booth_of(ballot, "mia"), summary, "edit")
    summary = press(client, booth_of(ballot, "mia"), changed, "add:no")
    assert faults(summary.content.decode()) == []
    receipt = press(client, booth_of(ballot, "mia"), summary, "cast")
    assert receipt.status_code == 200
    assert " ".join(re.findall("....", tracker)) in text(receipt)
    assert faults(receipt.content.decode()) == []
    assert "You have voted" in text(client.get(booth_of(ballot, "mia")))
    assert "You have voted" in text(client.get(url("motion", ballot.motion)))
    assert client.get(url("papers", ballot)).status_code == 404, "nothing is published before the close"
    close(ballot)
    papers = client.get(url("papers", ballot))
    assert " ".join(re.findall("....", tracker)) in text(papers)
    assert faults(papers.content.decode()) == []
    assert url("papers", ballot) in text(client.get(url("motion", ballot.motion)))
    told = b"".join(client.get(url("papers", ballot), {"format": "csv"}).streaming_content).decode()
    assert f"{tracker},no" in told


def test_pressing_twice_counts_once(world: World, ballot: Ballot) -> None:
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    summary = press(client, address, client.get(address), "add:yes")
    assert "in the urn" in text(press(client, address, summary, "cast"))
    assert "already in the urn; it counts once" in text(press(client, address, summary, "cast"))
    close(ballot)
    late = press(client, address, summary, "cast")
    assert "already in the urn; it counts once" in text(late)
    assert Paper.objects.count() == 1


def test_a_refused_paper_keeps_what_was_filled_in(world: World, ballot: Ballot) -> None:
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    summary = press(client, address, client.get(address), "add:yes")
    close(ballot)
    refused = press(client, address, summary, "cast")
    assert (refused.status_code, fields(refused)) == (409, fields(summary))
    assert "your paper was not taken" in text(refused)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"choice": ["maybe"]}, 422, "not on this ballot"),
        ({"choice": ["yes", "no"]}, 422, "Choose one of the answers"),
        ({"choice": []}, 422, "Choose one of the answers"),
        ({"choice": ["yes"], "tracker": "x"}, 422, "open the booth again"),
    ],
)
def test_papers_that_cannot_be_taken(
    world: World, ballot: Ballot, sent: dict[str, Any], status: int, sentence: str
) -> None:
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    refused = client.post(address, {"tracker": "A" * 20, **sent, "do": "cast"})
    assert refused.status_code == status
    assert sentence in text(refused)
    assert not Mark.objects.exists()


def test_a_used_tracker_with_another_choice_is_refused(world: World, ballot: Ballot) -> None:
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    client.post(address, {"tracker": "A" * 20, "choice": "yes", "do": "cast"})
    other = client.post(address, {"tracker": "A" * 20, "choice": "no", "do": "cast"})
    assert other.status_code == 409
    assert "cannot be changed any more" in text(other)
    second = client.post(address, {"tracker": "B" * 20, "choice": "no", "do": "cast"})
    assert "You have voted" in text(second)


def test_nobody_stands_in_anothers_booth(world: World, ballot: Ballot) -> None:
    for name in ("noah", "delegate1"):
        client = signed_in(world, name)
        assert client.get(booth_of(ballot, "mia")).status_code == 403
        forged = client.post(booth_of(ballot, "mia"), {"tracker": "A" * 20, "choice": "yes", "do": "cast"})
        assert forged.status_code == 403
    assert not Mark.objects.exists()


def test_why_somebody_cannot_vote(world: World, ballot: Ballot) -> None:
    page = signed_in(world, "delegate1").get(url("motion", ballot.motion))
    assert "You are not on the roll. It froze on" in text(page)
    assert "holds who belonged to" in text(page)
    world.person("root", is_superuser=True)
    assert "runs the site, so it is on no roll" in text(
        signed_in(world, "root").get(url("motion", ballot.motion))
    )
    close(ballot)
    assert "The vote closed on" in text(signed_in(world, "mia").get(url("motion", ballot.motion)))


def test_the_coordinator_chooses_how_it_is_voted(world: World) -> None:
    council = assembly(world)
    client = signed_in(world, "bruno")
    motion = world.motion(council=council, by=world.person("mia"), now=timezone.now())
    page = client.get(url("motion", motion))
    assert 'value="secret" checked' in text(page)
    opened = client.post(url("ballot_open", motion), {"secrecy": "secret"}, follow=True)
    assert Ballot.objects.get().secrecy == "secret"
    assert "stays open until" in text(opened)
    early = client.post(url("ballot_close", Ballot.objects.get()))
    assert "nobody learns before how many have voted" in text(early)
    metal: Motion = world.motion(now=timezone.now())
    assert 'name="secrecy"' not in text(signed_in(world, "carla").get(url("motion", metal)))


def test_the_roll_shows_nobodys_mark(world: World, ballot: Ballot) -> None:
    before = signed_in(world, "noah").get(url("roll", ballot)).content
    put(ballot.roll.select_related("ballot", "person").get(person__username="mia"), "yes", now=timezone.now())
    after = signed_in(world, "noah").get(url("roll", ballot)).content
    clean = re.compile(rb"csrfmiddlewaretoken[^>]*>|nonce-\S+")
    assert clean.sub(b"", before) == clean.sub(b"", after)
    assert b"in secret" in after


def test_no_log_holds_tracker_or_choice(
    world: World, ballot: Ballot, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.DEBUG = True  # then every statement that Django sends is logged, with its parameters
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    with caplog.at_level("DEBUG", logger="django.db.backends"):
        connection.force_debug_cursor = True
        answer = client.post(address, {"tracker": "SECRET" + "A" * 14, "choice": "yes", "do": "cast"})
        connection.force_debug_cursor = False
    assert answer.status_code == 200
    assert "councils_rollentry" in caplog.text, "the statements were logged"
    assert "SECRETAAAA" not in caplog.text
    assert '["yes"]' not in caplog.text
    assert not any("SECRETAAAA" in query["sql"] for query in connection.queries_log)


def test_the_length_of_an_answer_does_not_say_what_the_paper_says(
    world: World, ballot: Ballot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy's log names the length of each answer beside the address of the booth."""
    answers = {"mia": "yes", "noah": "no", "olga": "abstain"}
    whole = [cast_by(world, ballot, name, option) for name, option in answers.items()]
    assert {len(page) % BLOCK for page in whole} == {0}
    monkeypatch.setattr(padding, "COMMENT", b"%.0s")
    monkeypatch.setattr(padding, "filling", lambda _size: 0)
    bare = {len(cast_by(world, ballot, f"member{n}", option)) for n, option in enumerate(answers.values(), 4)}
    assert len(bare) == 3, "control: the answers differ in length by themselves"


def test_the_filling_is_drawn_anew() -> None:
    assert {size + padding.filling(size) for size in [BLOCK // 2] * 200} == {BLOCK, 2 * BLOCK}


def cast_by(world: World, ballot: Ballot, name: str, option: str) -> bytes:
    """Return the page that says that the paper is in the urn."""
    choice = {"tracker": tracker_new(), "choice": option, "do": "cast"}
    page = signed_in(world, name).post(booth_of(ballot, name), choice)
    assert "in the urn" in text(page)
    return bytes(page.content)
