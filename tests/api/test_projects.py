"""Requests that compete, over the programming interface."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Envelope, SharingOut
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.projects_world import competing, decided, propose
from tests.planning.investment.sharing_world import propose as propose_dial
from tests.planning.investment.test_projects import request_of
from tests.planning.investment.world import motion_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return make_federation()


@pytest.fixture
def valley(client: Client, federation: Federation) -> Envelope:
    found = competing(federation)[1]
    client.force_login(federation.people["neighbour"])
    return found


def send(client: Client, envelope: Envelope, **body: Any) -> Any:
    address = f"/api/v1/envelopes/{envelope.public_id}/projects/"
    return client.post(address, {"reason": "Whole ones.", **body}, content_type="application/json")


def test_who_can_compete(client: Client, valley: Envelope) -> None:
    found = client.get(f"/api/v1/envelopes/{valley.public_id}/projects/", {"budget": 230}).json()
    assert (found["money"], found["budget"], found["total"]) == (480, 230, 350)
    assert (found["rule"], found["completion"]) == ("equal_shares", "1pct")
    assert [(one["workplace"], one["cost"], bool(one["why_not"])) for one in found["entrants"]] == [
        ("bread-works", 240, True), ("flour-works", 200, False), ("energy-works", 150, False),
    ]  # fmt: skip


@pytest.mark.parametrize("budget", ["-1", "much", "1.5", "9" * 30, "0" * 21 + "9" * 30, "0" * 5000])
def test_a_budget_that_is_no_sum(client: Client, valley: Envelope, budget: str) -> None:
    answer = client.get(f"/api/v1/envelopes/{valley.public_id}/projects/", {"budget": budget})
    assert answer.status_code == 400
    assert "whole number of minor units" in answer.content.decode()


def test_from_the_motion_to_what_was_chosen(client: Client, federation: Federation, valley: Envelope) -> None:
    answer = send(client, valley)
    assert answer.status_code == 201, answer.content
    sharing = SharingOut.objects.get()
    assert answer.json() == {"motion": str(motion_on(sharing).public_id)}
    address = f"/api/v1/sharings/{sharing.public_id}/"
    before = client.get(address).json()
    assert (before["state"], before["alpha"], before["method"]) == ("moved", None, "projects")
    assert {one["votes"] for one in before["competitors"]} == {None}
    decided(federation, sharing)
    after = client.get(address).json()
    assert (after["state"], after["amount"]) == ("carried", 480)
    rows = {one["workplace"]: one for one in after["competitors"]}
    assert list(rows) == ["flour-works", "energy-works", "bread-works"]
    assert {name: (one["chosen"], one["granted"], one["votes"], one["step"]) for name, one in rows.items()} == {
        "flour-works": (True, 200, 3, 1), "energy-works": (True, 150, 2, 2), "bread-works": (False, 0, 2, None),
    }  # fmt: skip
    assert rows["bread-works"]["missing"] == pytest.approx(400 / 3)
    assert rows["flour-works"]["most_paid"] == pytest.approx(200 / 3)
    grants = client.get("/api/v1/cycles/2027/grants/").json()["results"]
    assert sorted(one["amount"] for one in grants) == [150, 200]


def test_what_is_wrong_names_its_field(client: Client, valley: Envelope) -> None:
    answer = send(client, valley, requests=[str(request_of("flour").public_id)])
    assert answer.status_code == 422
    assert "Only one request would compete" in answer.content.decode()
    assert "requests" in answer.content.decode()
    answer = send(client, valley, budget=481)
    assert answer.status_code == 422
    assert "more than the envelope holds" in answer.content.decode()
    assert not SharingOut.objects.exists()


def test_the_dials_own(client: Client, federation: Federation, valley: Envelope) -> None:
    made = propose_dial(federation, valley)
    found = client.get(f"/api/v1/sharings/{made.public_id}/").json()
    assert (found["method"], found["alpha"], found["competitors"]) == ("dial", 2.0, [])


def test_others_may_not(client: Client, federation: Federation, valley: Envelope) -> None:
    client.force_login(federation.people["bread_delegate"])
    assert send(client, valley).status_code == 403
    propose(federation, valley)
    client.force_login(federation.people["neighbour"])
    assert send(client, valley).status_code == 409
