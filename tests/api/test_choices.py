"""Questions with options over HTTP: moved, voted on by name and in secret, read back; what is wrong is said."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from councils.models import NamedVote, Paper
from councils.votes_written import tracker_new
from tests.api.test_elections import API, ask, session
from tests.councils.choosing.asked import CHOICES, QUESTIONS
from tests.councils.choosing.test_votes import WON
from tests.councils.secret import assembly
from tests.councils.world import NOW, World, build

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.STAFF_NEED_SECOND_FACTOR = False
    return build()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def moved(world: World, kind: str, council: Any, mover: str, by: str, secrecy: str) -> Any:
    """Move the question of that kind and open its vote; return the ballot as the API has it."""
    body = {
        "council": str(council.public_id),
        "title": "What first?",
        "text": "Now.",
        "asks": QUESTIONS[kind],
    }
    motion = ask(session(world, mover), "motions/", body, 201, key="m")
    assert motion["asks"]["rule"] == kind
    labels = [option["label"] for option in QUESTIONS[kind].get("options", [])]
    assert [option["label"] for option in motion["asks"]["options"]] == labels
    return ask(session(world, by), f"motions/{motion['id']}/open-ballot/", {"secrecy": secrecy}, 201)


@KINDS
def test_by_name(world: World, at: Any, kind: str) -> None:
    at(NOW)
    ballot = moved(world, kind, world.metal, "delegate1", "carla", "named")
    for number, choice in enumerate(CHOICES[kind], 1):
        body = {"right": world.seat(number).right, "choice": choice, "key": f"k{number}"}
        receipt = ask(session(world, f"delegate{number}"), f"ballots/{ballot['id']}/votes/", body, 201)
        assert (receipt["choice"], receipt["option"], receipt["repeated"]) == (choice, "", False)
        again = ask(session(world, f"delegate{number}"), f"ballots/{ballot['id']}/votes/", body, 201)
        assert again == {**receipt, "repeated": True}
    assert NamedVote.objects.count() == 5
    at(NOW + timedelta(days=8))
    result = ask(session(world, "carla"), f"ballots/{ballot['id']}/close/")["result"]
    assert {name: result[name] for name in WON[kind]} == WON[kind]
    assert result["outcome"] == "carried"


@KINDS
def test_in_secret(world: World, at: Any, kind: str) -> None:
    at(NOW)
    ballot = moved(world, kind, assembly(world), "mia", "bruno", "secret")
    choice = CHOICES[kind][0]
    client = session(world, "mia")
    (right,) = client.get(f"{API}ballots/{ballot['id']}/").json()["rights"]
    body = {"right": right["right"], "tracker": tracker_new(), "choice": choice}
    assert ask(client, f"ballots/{ballot['id']}/papers/", body, 201)["choice"] == choice
    assert ask(client, f"ballots/{ballot['id']}/papers/", body, 201)["repeated"] is True
    at(NOW + timedelta(days=8))
    ask(session(world, "bruno"), f"ballots/{ballot['id']}/close/")
    assert Paper.objects.get().choice == choice
    (paper,) = client.get(f"{API}ballots/{ballot['id']}/papers/").json()["results"]
    assert paper == {"tracker": body["tracker"], "choice": choice}


@pytest.mark.parametrize(
    ("kind", "choice", "sentence"),
    [
        ("approval", ["o9"], "is not on this ballot"),
        ("approval", {"o1": 1}, "is a list of options"),
        ("schulze", ["o1", "o1"], "stands on your paper twice"),
        ("score", {"o1": 6}, "the most is 5"),
        ("score", {"o1": 5, "o2": 5}, "have 8 in all"),
        ("score", {"o1": "many"}, "needs a whole number"),
        ("median", {"number": "60"}, "is not between 20 and 48"),
        ("median", {"o1": 3}, "names one number"),
        ("independent_markets", {"o1": 40}, "60 are still to be given"),
    ],
)
def test_a_choice_that_is_not_whole(world: World, at: Any, kind: str, choice: Any, sentence: str) -> None:
    at(NOW)
    ballot = moved(world, kind, world.metal, "delegate1", "carla", "named")
    body = {"right": world.seat(1).right, "choice": choice, "key": "k"}
    problem = ask(session(world, "delegate1"), f"ballots/{ballot['id']}/votes/", body, 422)
    assert sentence in problem["detail"]
    assert not NamedVote.objects.exists()


@pytest.mark.parametrize(
    "choice", [1, "o1", [1], [None], {"o1": 1.5}, {"o1": None}, [["o1"]], {"o1": {}}, None]
)
def test_a_choice_that_is_none(world: World, at: Any, choice: Any) -> None:
    at(NOW)
    ballot = moved(world, "approval", world.metal, "delegate1", "carla", "named")
    body = {"right": world.seat(1).right, "choice": choice, "key": "k"}
    assert session(world, "delegate1").post(
        f"{API}ballots/{ballot['id']}/votes/", body, format="json"
    ).status_code in {400, 422}
    assert not NamedVote.objects.exists()


@pytest.mark.parametrize(
    ("asks", "sentence"),
    [
        ({"rule": "approval", "options": [{"label": "A"}]}, "Give between 2 and 60"),
        (
            {"rule": "greedy", "options": [{"label": "A"}, {"label": "B"}], "params": {"budget": 3}},
            "needs a cost",
        ),
        ({"rule": "median", "params": {"least": 3, "most": 2, "status_quo": 2}}, "above the least"),
        (
            {"rule": "schulze", "options": [{"label": "A"}, {"label": "B"}], "params": {"places": 1}},
            "This rule has no “places”.",
        ),
    ],
)
def test_a_question_that_cannot_be_put(world: World, asks: Any, sentence: str) -> None:
    body = {"council": str(world.metal.public_id), "title": "x", "text": "y", "asks": asks}
    problem = ask(session(world, "delegate1"), "motions/", body, 422, key="m")
    assert sentence in str(problem)
    ask(session(world, "delegate1"), "motions/", {**body, "asks": {**asks, "more": 1}}, 422, key="n")
