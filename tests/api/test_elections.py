"""Motions and elections by program, from the call to the mandates; lists by council and state."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from councils.models import Ballot, Council, Election, Mandate, Motion, Nomination
from councils.services import ballot_close
from councils.votes_written import tracker_new
from tests.api.conftest import Caller
from tests.councils.secret import assembly, entries
from tests.councils.world import DAY, NOW, World, build
from tests.planning.federation import Federation
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.STAFF_NEED_SECOND_FACTOR = False
    return build()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``at(moment)`` sets the clock."""

    def moved(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    moved(NOW)
    return moved


def session(world: World, name: str) -> APIClient:
    client = APIClient()
    client.force_login(world.person(name))
    return client


def ask(client: APIClient, path: str, body: Any = None, expected: int = 200, key: str = "") -> Any:
    """Post and return the answer's document."""
    answer = client.post(f"{API}{path}", body, format="json", headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == expected, answer.content
    return answer.json()


def call(client: APIClient, roll: Council, /, **change: Any) -> Any:
    body = {
        "council": str(roll.public_id), "title": "Our delegate", "role": "delegate", "rule": "stv",
        "nominations_until": (NOW + 8 * DAY).isoformat(), "term_from": "2028-01-01", **change,
    }  # fmt: skip
    return client.post(f"{API}elections/", body, format="json", headers={"Idempotency-Key": "call"})


def test_an_election_from_its_call_to_the_mandate(world: World, at: Any) -> None:
    council, bruno, mia, noah = assembly(world), *(session(world, name) for name in ("bruno", "mia", "noah"))
    first, again = (call(bruno, council, target=str(world.metal.public_id)) for _ in "ab")
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again["Idempotency-Replayed"] == "true"
    assert Election.objects.count() == 1
    one = f"elections/{first.json()['id']}/"
    ask(mia, f"{one}stand/", {"statement": "I am Mia."})
    ask(noah, f"{one}stand/", {"statement": "I am Noah."})
    told = ask(noah, f"{one}stand-no-longer/")
    assert [row["name"] for row in told["candidates"]] == ["Mia"]
    assert ask(bruno, f"{one}open/", expected=409)["code"] == "not-now"
    assert mia.get(f"{API}{one}count/").status_code == 404
    at(NOW + 9 * DAY)
    told = ask(bruno, f"{one}open/")
    assert (told["state"], told["candidates"][0]["code"]) == ("voting", "c1")
    ballot = Ballot.objects.get(public_id=told["ballot"])
    for entry in entries(ballot)[:3]:
        body = {"right": entry.right, "tracker": tracker_new(), "choice": ["c1"]}
        ask(session(world, entry.person.username), f"ballots/{ballot.public_id}/papers/", body, 201)
    ballot_close(ballot=ballot, by=None, now=NOW + 17 * DAY)
    sheet = mia.get(f"{API}{one}count/").json()
    assert (sheet["result"]["winners"], sheet["result"]["votes"], sheet["ties"]) == (["c1"], 3, [])
    at(NOW + 18 * DAY)
    told = ask(session(world, "rosa"), f"{one}give-mandates/")
    mandate = Mandate.objects.get(public_id=told["candidates"][0]["mandate"])
    assert (mandate.person.username, mandate.council, mandate.obtained) == ("mia", world.metal, "elected")
    assert told["elected"] == ["c1"]
    assert ask(session(world, "rosa"), f"{one}give-mandates/", expected=409)["code"] == "not-now"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"target": "x"}, 422, "/target"),
        ({}, 422, "/role"),
        ({"role": "auditor", "places": 0}, 422, "/places"),
        ({"nominations_until": "2026-05-05T00:00:00Z", "role": "auditor"}, 422, "/nominations_until"),
        ({"rule": "lot", "role": "auditor"}, 422, "/rule"),
        ({"council": "00000000-0000-0000-0000-000000000000"}, 404, None),
    ],
)
def test_bad_calls(world: World, at: Any, change: dict[str, Any], status: int, pointer: str | None) -> None:
    answer = call(session(world, "bruno"), assembly(world), **change)
    assert answer.status_code == status, answer.content
    assert [fault["pointer"] for fault in answer.json().get("errors", [])] == ([pointer] if pointer else [])
    assert not Election.objects.exists()


def test_only_coordinators_call(world: World, at: Any) -> None:
    council = assembly(world)
    assert call(session(world, "mia"), council, role="auditor").status_code == 403
    election = call(session(world, "bruno"), council, role="auditor").json()["id"]
    cancelled = ask(session(world, "bruno"), f"elections/{election}/cancel/")
    assert cancelled["state"] == "cancelled"
    assert ask(session(world, "mia"), f"elections/{election}/stand/", {"statement": "I."}, 409)


def test_a_token_neither_stands_nor_moves(federation: Federation, caller: Caller) -> None:
    client = caller("bread_delegate")
    nowhere = "00000000-0000-0000-0000-000000000000"
    council = str(federation.councils["bread sector"].public_id)
    moved = client.post(f"{API}motions/", {"council": council, "title": "x", "text": "y"}, format="json")
    stood = client.post(f"{API}elections/{nowhere}/stand/", {"statement": "I."}, format="json")
    assert [(a.status_code, a.json()["code"]) for a in (moved, stood)] == [(403, "scope-missing")] * 2
    assert not Motion.objects.exists()
    assert not Nomination.objects.exists()


def test_a_motion_from_its_words_to_the_result(world: World, at: Any) -> None:
    delegate, carla = session(world, "delegate1"), session(world, "carla")
    body = {"council": str(world.metal.public_id), "title": "Buy a lathe", "text": "Together."}
    motion = ask(delegate, "motions/", body, 201, key="m")
    assert ask(delegate, "motions/", body, 201, key="m") == motion
    assert Entry.objects.filter(kind="motion.moved").count() == 1
    assert ask(carla, f"motions/{motion['id']}/open-ballot/", {"secrecy": "secret"}, 409)["code"] == "not-now"
    ballot = ask(carla, f"motions/{motion['id']}/open-ballot/", {}, 201)
    assert (
        ask(carla, f"ballots/{ballot['id']}/void/", {"reason": " "}, 422)["errors"][0]["pointer"] == "/reason"
    )
    ask(carla, f"ballots/{ballot['id']}/void/", {"reason": "A typing error."})
    ballot = ask(carla, f"motions/{motion['id']}/open-ballot/", {}, 201)
    assert ask(carla, f"ballots/{ballot['id']}/close/", expected=409)["code"] == "not-now"
    assert ask(delegate, f"motions/{motion['id']}/withdraw/", expected=409)["code"] == "not-now"
    at(NOW + timedelta(days=8))
    closed = ask(carla, f"ballots/{ballot['id']}/close/")
    assert (closed["state"], closed["result"]["outcome"]) == ("closed", "lost")
    assert delegate.get(f"{API}motions/{motion['id']}/").json()["state"] == "lost"


def test_lists_by_council_and_state(world: World, at: Any) -> None:
    delegate = session(world, "delegate1")
    motions = [world.motion(title=f"Motion {n}") for n in range(3)]
    world.motion(council=assembly(world), by=world.person("mia"), title="Elsewhere")
    motion = motions[0]
    ask(session(world, "carla"), f"motions/{motion.public_id}/open-ballot/", {}, 201)

    def titles(path: str) -> list[str]:
        return [
            row.get("title", row.get("question")) for row in delegate.get(f"{API}{path}").json()["results"]
        ]

    metal = f"council={world.metal.public_id}"
    assert titles(f"motions/?{metal}") == ["Motion 2", "Motion 1", "Motion 0"]
    assert titles("motions/?state=voting") == ["Motion 0"]
    assert titles(f"motions/?{metal}&state=moved&page_size=1") == ["Motion 2"]
    assert titles(f"ballots/?{metal}&state=open") == ["Motion 0"]
    assert titles("ballots/?state=closed") == []
    assert titles("elections/?state=voting") == []
    assert [row["kind"] for row in delegate.get(f"{API}councils/?kind=board").json()["results"]] == ["board"]
    for path in ("motions/?council=x", "motions/?state=", "elections/?state=gone", "councils/?kind=x"):
        refused = delegate.get(f"{API}{path}")
        assert (refused.status_code, refused.json()["code"]) == (400, "query")
