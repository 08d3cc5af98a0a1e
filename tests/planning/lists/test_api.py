"""Elections by lists by program: the same services, sentences and sight as the pages."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from planning.models import CandidateList, ListElection, Programme
from tests.planning.federation import NOW, Federation
from tests.planning.lists.world import put_up, two_lists, voted
from workplaces.models import Association

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.STAFF_NEED_SECOND_FACTOR = False


def ask(federation: Federation, who: str, path: str, body: Any = None, expected: int = 200) -> Any:
    client = APIClient()
    client.force_login(federation.people[who])
    answer = (
        client.get(f"/api/v1/{path}") if body is None else client.post(f"/api/v1/{path}", body, format="json")
    )
    assert answer.status_code == expected, answer.content
    return answer.json()


def test_from_the_call_to_a_list_that_stands(federation: Federation, cycle: object) -> None:
    body = {"title": "Lists", "lists_until": "2026-03-12T00:00:00Z", "term_from": "2026-05-01"}
    ask(federation, "citizen0", "list-elections/", body, expected=403)
    made = ask(federation, "coordinator", "list-elections/", body, expected=201)
    assert (made["state"], made["places"], made["seats"]) == ("collecting", 3, [2, 3, 4])
    association = Association.objects.get(name="Time to Live")
    programme = Programme.objects.get(association=association)
    people = [str(federation.people[name].public_id) for name in ("citizen0", "citizen1")]
    up = {
        "association": str(association.public_id),
        "programme": str(programme.public_id),
        "candidates": people,
    }
    shown = ask(federation, "citizen0", f"list-elections/{made['id']}/lists/", up)
    assert [row["place"] for row in shown["lists"][0]["candidates"]] == [1, 2]
    twice = {**up, "candidates": [people[0], people[0]]}
    refused = ask(federation, "citizen0", f"list-elections/{made['id']}/lists/", twice, expected=422)
    assert refused["errors"][0] == {"pointer": "/candidates", "detail": "Citizen0 stands on the list twice."}
    ask(federation, "citizen5", f"list-elections/{made['id']}/lists/", up, expected=403)
    seen = ask(federation, "citizen5", f"list-elections/{made['id']}/")
    assert [row["name"] for row in seen["lists"][0]["candidates"]] == ["Citizen0"]
    one = CandidateList.objects.get()
    no_member = ask(federation, "citizen1", f"lists/{one.public_id}/agree/", {}, expected=409)
    assert "Join it first" in no_member["detail"]
    ask(federation, "citizen1", f"lists/{one.public_id}/decline/", {})
    ask(federation, "citizen2", f"lists/{one.public_id}/agree/", {}, expected=403)
    ask(federation, "coordinator", f"list-elections/{made['id']}/open/", {}, expected=409)
    gone = ask(federation, "coordinator", f"list-elections/{made['id']}/cancel/", {})
    assert gone["state"] == "cancelled"


def test_the_seats_and_their_count(federation: Federation, election: ListElection) -> None:
    two_lists(federation, election)
    ask(federation, "villager", f"list-elections/{election.public_id}/count/", expected=404)
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    found = ask(federation, "villager", f"list-elections/{election.public_id}/")
    assert found["state"] == "decided"
    assert {one["name"]: one["seats"] for one in found["lists"]} == {"Time to Live": 2, "Full Steam": 1}
    assert [step["seat"] for step in found["seatings"]] == [2, 3, 4]
    assert all(step["outcome"] == "seated" and step["mandate"] for step in found["seatings"])
    count = ask(federation, "villager", f"list-elections/{election.public_id}/count/")
    assert sum(count["result"]["seats"].values()) == 3
    assert len(count["steps"]) == 3
    listed = ask(federation, "villager", "list-elections/")
    assert [row["id"] for row in listed["results"]] == [str(election.public_id)]


def test_a_list_is_withdrawn(federation: Federation, election: ListElection) -> None:
    one = put_up(federation, election, "Time to Live", ["citizen0"])
    ask(federation, "citizen5", f"lists/{one.public_id}/withdraw/", {}, expected=403)
    shown = ask(federation, "citizen0", f"lists/{one.public_id}/withdraw/", {})
    assert shown["lists"] == []
