"""Questions with options as people meet them: moved, voted on, counted, by forms alone and without a script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from councils.models import Ballot, Motion, NamedVote, Paper
from councils.services import ballot_close
from tests.councils.choosing.asked import CHOICES, QUESTIONS, named, say, secret
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import World
from tests.nojs.rules import faults

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))
OPTIONS = "Lathe\nRoof\n\nKitchen\nGarden"
PROJECTS = "Lathe; 60\nRoof; 40\nKitchen; 40\nGarden; 20"
MOVED: dict[str, dict[str, str]] = {
    "approval": {"options": OPTIONS, "places": "2"},
    "score": {"options": OPTIONS, "most_points": "5", "total_points": "8"},
    "instant_runoff": {"options": OPTIONS},
    "schulze": {"options": OPTIONS},
    "ranked_pairs": {"options": OPTIONS},
    "equal_shares": {"options": PROJECTS, "budget": "100", "unit": "h", "completion": "1pct"},
    "greedy": {"options": PROJECTS, "budget": "100", "unit": "h", "completion": "1pct"},
    "median": {"lowest": "20", "highest": "48", "today": "40", "unit": "hours"},
    "independent_markets": {"options": "Wages; 10\nMachines\nGarden", "whole": "100"},
    "dhondt": {"options": OPTIONS, "list_seats": "5"},
    "sainte_lague": {"options": OPTIONS, "list_seats": "4"},
}
TOLD = {
    "approval": "Chosen: Roof (approved by 3), Lathe (approved by 2)",
    "score": "Chosen: Roof (12 points)",
    "instant_runoff": "Chosen: Roof",
    "schulze": "Chosen: Roof",
    "ranked_pairs": "Chosen: Roof",
    "equal_shares": "Chosen: Roof, Lathe (100 h of 100 h)",
    "greedy": "Chosen: Roof, Lathe (100 h of 100 h)",
    "median": "Chosen: 38 hours",
    "independent_markets": "Chosen: Wages 40 %, Machines 30 %, Garden 30 %",
    "dhondt": "Chosen: Lathe 1 seat, Roof 3 seats, Garden 1 seat",
    "sainte_lague": "Chosen: Lathe 1 seat, Roof 2 seats, Garden 1 seat",
}
BAD = [
    ("score", {"amount:o1": "6"}, "“Lathe” has 6 points; the most is 5."),
    ("score", {"amount:o1": "5", "amount:o2": "4"}, "You gave 9 points and have 8 in all: take 1 away."),
    ("score", {"amount:o1": "-1"}, "“Lathe”: “-1” is no whole number, 0 or more."),
    ("score", {"amount:o1": "2.5"}, "“Lathe”: “2.5” is no whole number, 0 or more."),
    ("instant_runoff", {"rank:o1": "1", "rank:o2": "1"}, "“Roof” and “Lathe” both have place 1"),
    ("schulze", {"rank:o1": "1", "rank:o2": "3"}, "There is a place 3 but no place 2"),
    ("ranked_pairs", {"rank:o1": "first"}, "“Lathe”: “first” is no whole number"),
    ("median", {"number": "49"}, "49 is not between 20 and 48."),
    ("median", {"number": "many"}, "“many” is no number with at most six decimals."),
    ("median", {"number": "30.1234567"}, "is no number with at most six decimals."),
    (
        "independent_markets",
        {"amount:o1": "50", "amount:o2": "40"},
        "Your shares come to 90 of 100; 10 are still",
    ),
    ("independent_markets", {"amount:o1": "50", "amount:o2": "60"}, "come to 110 of 100; take 10 away."),
    (
        "independent_markets",
        {"amount:o1": "5", "amount:o2": "95"},
        "“Wages” has 5; by law it has at least 10.",
    ),
]
REFUSED = [
    ({"rule": "approval", "options": "Lathe"}, "Give between 2 and 60 options"),
    ({"rule": "approval", "options": "Lathe\nlathe"}, "The option “lathe” stands there twice."),
    ({"rule": "approval", "options": OPTIONS, "places": "4"}, "How many options are to be chosen?"),
    ({"rule": "score", "options": OPTIONS, "most_points": "many"}, "The most points for one option"),
    (
        {"rule": "score", "options": OPTIONS, "most_points": "5", "total_points": "4"},
        "The points of one vote in all",
    ),
    ({"rule": "greedy", "options": OPTIONS, "budget": "100"}, "The project “Lathe” needs a cost"),
    ({"rule": "greedy", "options": PROJECTS, "budget": ""}, "The budget is a whole number"),
    (
        {"rule": "equal_shares", "options": PROJECTS, "budget": "50"},
        "“Lathe” costs 60, more than the budget of 50",
    ),
    (
        {"rule": "median", "lowest": "20", "highest": "10", "today": "15"},
        "The largest number is above the least.",
    ),
    ({"rule": "median", "lowest": "20", "highest": "48", "today": "50"}, "What holds today lies between"),
    ({"rule": "median", "lowest": "20", "highest": "48", "today": ""}, "Say what holds today"),
    ({"rule": "median", "options": OPTIONS, "lowest": "1", "highest": "2", "today": "1"}, "has no options"),
    ({"rule": "independent_markets", "options": "A; 60\nB; 40"}, "The least shares come to 100 of 100"),
    (
        {"rule": "dhondt", "options": OPTIONS, "list_seats": "0"},
        "How many seats are divided among the lists?",
    ),
    ({"rule": "coin"}, "Choose how the question is counted."),
]


def form_of(kind: str, choice: Any) -> dict[str, Any]:
    """Return what the form of a paper sends to say that."""
    if kind == "median":
        return dict(choice)
    if isinstance(choice, dict):
        return {f"amount:{code}": str(amount) for code, amount in choice.items()}
    if kind in {"instant_runoff", "schulze", "ranked_pairs"}:
        return {f"rank:{code}": str(place) for place, code in enumerate(choice, 1)}
    return {"pick": choice}


def hidden(page: Any, *names: str) -> dict[str, str]:
    """Return the form's hidden fields of these names."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in found if name in names}


@KINDS
def test_it_is_moved_by_the_form(world: World, kind: str) -> None:
    client = signed_in(world, "delegate1")
    assert faults(client.get(url("motion_new", world.metal)).content.decode()) == []
    moved = {"title": "What first?", "text": "Together.", "rule": kind, **MOVED[kind]}
    page = client.post(url("motion_new", world.metal), moved)
    motion = Motion.objects.get()
    assert page.url == url("motion", motion)
    assert motion.question is not None
    told = {"completion": "1pct"} if kind == "equal_shares" else {}
    params = {**QUESTIONS[kind].get("params", {}), **told}
    expected = {"rule": kind, "options": QUESTIONS[kind].get("options", []), "params": params}
    if kind == "score":
        expected["params"] = {**params, "places": 1}
    assert motion.question.as_dict() == expected
    shown = client.get(page.url)
    assert "What can be chosen" in text(shown)
    assert faults(shown.content.decode()) == []


@pytest.mark.parametrize(("given", "sentence"), REFUSED)
def test_what_cannot_be_asked_is_told_and_nothing_typed_is_lost(
    world: World, given: dict[str, str], sentence: str
) -> None:
    page = signed_in(world, "delegate1").post(
        url("motion_new", world.metal), {"title": "What first?", "text": "Together.", **given}
    )
    assert page.status_code == 422
    assert sentence in text(page)
    assert 'value="What first?"' in page.content.decode()
    for line in given.get("options", "").splitlines():
        assert line in text(page)
    assert not Motion.objects.exists()


@KINDS
def test_a_delegate_checks_votes_and_changes_the_vote(world: World, kind: str) -> None:
    ballot = named(world, kind, now=timezone.now())
    client, (first, second, *_rest) = signed_in(world, "delegate1"), CHOICES[kind]
    page = client.get(url("motion", ballot.motion))
    assert faults(page.content.decode()) == []
    fields = hidden(page, "right", "idempotency_key")
    checked = client.post(url("vote", ballot), {**fields, **form_of(kind, first), "do": "check"})
    assert checked.status_code == 200
    assert "Your vote would be:" in text(checked)
    assert faults(checked.content.decode()) == []
    assert not NamedVote.objects.exists(), "checking casts nothing"
    cast = client.post(url("vote", ballot), {**fields, **form_of(kind, first), "do": "cast"}, follow=True)
    assert "It counts:" in text(cast)
    assert NamedVote.objects.get().choice == first
    again = client.get(url("motion", ballot.motion))
    fields = hidden(again, "right", "idempotency_key")
    client.post(url("vote", ballot), {**fields, **form_of(kind, second), "do": "cast"})
    assert (NamedVote.objects.get().choice, NamedVote.objects.get().revision) == (second, 2)
    assert "roll" in text(client.get(url("roll", ballot))).lower()
    assert client.get(url("roll", ballot) + "?format=csv").status_code == 200
    assert client.get(url("person", world.person("delegate1"))).status_code == 200


@pytest.mark.parametrize(("kind", "given", "sentence"), BAD)
def test_bad_input_is_told_and_the_paper_kept(
    world: World, kind: str, given: dict[str, Any], sentence: str
) -> None:
    ballot = named(world, kind, now=timezone.now())
    client = signed_in(world, "delegate1")
    fields = hidden(client.get(url("motion", ballot.motion)), "right", "idempotency_key")
    for deed in ("check", "cast"):
        page = client.post(url("vote", ballot), {**fields, **given, "do": deed})
        assert page.status_code == 422
        assert sentence in text(page)
        for name, value in given.items():
            assert re.search(f'name="{name}" value="{re.escape(value)}"', page.content.decode())
    assert not NamedVote.objects.exists()


@pytest.mark.parametrize(("kind", "given", "sentence"), BAD)
def test_bad_input_in_the_booth(world: World, kind: str, given: dict[str, Any], sentence: str) -> None:
    ballot = secret(world, kind, now=timezone.now())
    client, address = signed_in(world, "mia"), booth_of(ballot, "mia")
    tracker = hidden(client.get(address), "tracker")
    for deed in ("check", "cast"):
        page = client.post(address, {**tracker, **given, "do": deed})
        assert page.status_code == 422
        assert sentence in text(page)
        assert hidden(page, "tracker") == tracker
        for name, value in given.items():
            assert re.search(f'name="{name}" value="{re.escape(value)}"', page.content.decode())


def booth_of(ballot: Ballot, name: str) -> str:
    """Return the address of somebody's booth."""
    return url("booth", ballot, ballot.roll.get(person__username=name).number)


@KINDS
def test_a_member_fills_in_looks_again_and_casts(world: World, kind: str) -> None:
    ballot = secret(world, kind, now=timezone.now())
    client, address, (first, second, *_rest) = signed_in(world, "mia"), booth_of(ballot, "mia"), CHOICES[kind]
    page = client.get(address)
    assert faults(page.content.decode()) == []
    tracker = hidden(page, "tracker")
    summary = client.post(address, {**tracker, **form_of(kind, second), "do": "check"})
    assert "Is this your paper?" in text(summary)
    assert faults(summary.content.decode()) == []
    edited = client.post(address, {**tracker, **form_of(kind, second), "do": "edit"})
    assert hidden(edited, "tracker") == tracker
    summary = client.post(address, {**tracker, **form_of(kind, first), "do": "check"})
    sent = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', summary.content.decode())
    given: dict[str, list[str]] = {}
    for name, value in sent:
        given.setdefault(name, []).append(value)
    receipt = client.post(address, {**given, "do": "cast"})
    assert "Your paper is in the urn" in text(receipt)
    ballot_close(ballot=ballot, by=None, now=timezone.now() + timedelta(days=8))
    assert Paper.objects.get().choice == first
    assert client.get(url("papers", ballot)).status_code == 200
    assert client.get(url("papers", ballot) + "?format=csv").status_code == 200


@KINDS
def test_the_result_names_what_was_chosen_and_every_step(world: World, kind: str) -> None:
    ballot = named(world, kind, now=timezone.now())
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice, now=timezone.now())
    ballot_close(ballot=ballot, by=world.person("carla"), now=timezone.now())
    page = signed_in(world, "delegate1").get(url("motion", ballot.motion))
    assert TOLD[kind] in text(page)
    assert "5 of 5 votes on the roll were cast; 1 of them were blank." in text(page)
    assert "Carried:" in text(page)
    assert faults(page.content.decode()) == []


def test_what_remains_is_told(world: World) -> None:
    ballot = named(world, "score", now=timezone.now())
    client = signed_in(world, "delegate1")
    fields = hidden(client.get(url("motion", ballot.motion)), "right", "idempotency_key")
    page = client.post(url("vote", ballot), {**fields, "amount:o1": "5", "do": "check"})
    assert "5 of 8 given, 3 remain." in text(page)
