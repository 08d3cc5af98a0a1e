"""Votes by program: read with a token, cast by who is signed in."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from councils.models import Ballot, Mark
from councils.padding import BLOCK
from councils.services import ballot_close, ballot_open, motion_move
from councils.votes_written import tracker_new
from planning.models import IdempotentRequest
from tests.api.conftest import Caller
from tests.councils.secret import secret_ballot
from tests.councils.world import World, build
from tests.planning.federation import NOW, Federation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def ballot(world: World) -> Ballot:
    return secret_ballot(world, now=timezone.now())


def session(world: World, name: str) -> APIClient:
    client = APIClient()
    client.force_login(world.person(name))
    return client


def at(ballot: Ballot, more: str = "") -> str:
    return f"/api/v1/ballots/{ballot.public_id}/{more}"


def test_a_paper_is_cast_counted_and_published(world: World, ballot: Ballot) -> None:
    client, tracker = session(world, "mia"), tracker_new()
    told = client.get(at(ballot)).json()
    assert [option["code"] for option in told["options"]] == ["yes", "no", "abstain"]
    assert (told["secrecy"], told["result"], told["rights"][0]["used"]) == ("secret", None, False)
    body = {"right": told["rights"][0]["right"], "tracker": tracker, "choice": ["yes"]}
    headers = {"Idempotency-Key": "k"}
    first, second = (client.post(at(ballot, "papers/"), body, format="json", headers=headers) for _ in "ab")
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert [answer.json()["repeated"] for answer in (first, second)] == [False, True]
    assert {len(answer.content) % BLOCK for answer in (first, second)} == {0}, "its length says nothing"
    assert not IdempotentRequest.objects.exists(), "nothing is kept that says who asked for what"
    assert client.get(at(ballot)).json()["rights"][0]["used"] is True
    assert client.get("/api/v1/ballots/").json()["results"][0]["rights"][0]["used"] is True
    assert client.get(at(ballot, "papers/")).status_code == 404
    other = client.post(at(ballot, "papers/"), {**body, "choice": ["no"]}, format="json")
    assert (other.status_code, other.json()["code"]) == (409, "not-now")
    ballot_close(ballot=ballot, by=None, now=timezone.now() + timedelta(days=8))
    assert client.get(at(ballot, "papers/")).json()["results"] == [{"tracker": tracker, "choice": ["yes"]}]
    assert client.get(at(ballot)).json()["result"]["counts"]["yes"] == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"tracker": "x"}, 422),
        ({"choice": ["maybe"]}, 422),
        ({"choice": "yes"}, 422),
        ({"right": "seat:x"}, 422),
        ({"name": "Mia"}, 422),
        ({"choice": ["\ud800"]}, 400),
    ],
)
def test_bad_papers(world: World, ballot: Ballot, change: dict[str, Any], status: int) -> None:
    right = ballot.roll.get(person__username="mia").right
    body = {"right": right, "tracker": tracker_new(), "choice": ["yes"], **change}
    answer = session(world, "mia").post(
        at(ballot, "papers/"), json.dumps(body), content_type="application/json"
    )
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not Mark.objects.exists()


def test_a_token_reads_and_does_not_vote(federation: Federation, caller: Caller) -> None:
    by = federation.people["bread_delegate"]
    motion = motion_move(council=federation.councils["bread sector"], title="x", text="y", by=by, now=NOW)
    ballot = ballot_open(motion=motion, by=federation.people["coordinator"], now=NOW)
    client = caller("bread_delegate")
    right = client.get(at(ballot)).json()["rights"][0]["right"]
    body = {"right": right, "option": "yes", "key": "k"}
    refused = client.post(at(ballot, "votes/"), body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    person = APIClient()
    person.force_login(by)
    cast = person.post(at(ballot, "votes/"), body, format="json")
    assert (cast.status_code, cast.json()["revision"]) == (201, 1)
    assert client.get(at(ballot)).json()["rights"][0]["used"] is True
