"""Proposals through the interface: written once per version, refused with the place of the mistake."""

import json

import pytest

from planning.models import Cycle, Proposal
from tests.api.conftest import Caller
from tests.planning.federation import Federation
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def address(federation: Federation, name: str = "bread") -> str:
    return f"/api/v1/cycles/2027/proposals/{federation.lines[name].public_id}/"


def test_a_proposal_is_written_for_the_version_that_was_read(
    federation: Federation, cycle: Cycle, caller: Caller
) -> None:
    client = caller("bread_delegate")
    read = client.get(address(federation))
    assert (read.json()["output"], read.json()["source"]) == (100.0, "last_year")
    body = {"output": 90.0, "inputs": [{"product": "flour", "quantity": 40.5}], "note": "one oven rests"}
    written = client.put(address(federation), body, format="json", headers={"If-Match": read["ETag"]})
    assert written.status_code == 200, written.content
    assert written.json()["output"] == 90.0
    assert written.json()["inputs"] == [{"product": "flour", "quantity": 40.5}]
    assert Proposal.objects.get().output == 90.0
    assert Entry.objects.filter(kind="proposal.set", actor_name="Bread_Delegate").count() == 1
    again = client.get(address(federation), headers={"If-None-Match": written["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_has_read_an_older_version_overwrites_nothing(
    federation: Federation, cycle: Cycle, caller: Caller
) -> None:
    client = caller("bread_delegate")
    first = client.get(address(federation))["ETag"]
    for output, tag, status in ((90.0, first, 200), (80.0, first, 412), (80.0, None, 428), (80.0, "*", 200)):
        headers = {"If-Match": tag} if tag else {}
        answer = client.put(address(federation), {"output": output}, format="json", headers=headers)
        assert answer.status_code == status, answer.content
        if status == 412:
            assert answer["ETag"] == client.get(address(federation))["ETag"]
            assert Proposal.objects.get().output == 90.0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"output": -1}', "/output"),
        ('{"output": 1e999}', "/output"),
        ('{"output": "90"}', "/output"),
        ('{"output": true}', "/output"),
        ('{"output": 121}', "/output"),
        ('{"output": null}', "/output"),
        ("{}", "/output"),
        ('{"output": 1, "outptu": 2}', "/outptu"),
        ('{"output": 1, "inputs": [{"product": "moon", "quantity": 1}]}', "/inputs/0/product"),
        ('{"output": 1, "inputs": [{"product": "flour", "quantity": -1}]}', "/inputs"),
        ('{"output": 1, "inputs": [{"product": "flour"}]}', "/inputs/0/quantity"),
        ('{"output": 1, "note": ' + json.dumps("x" * 2001) + "}", "/note"),
        ("[]", ""),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(
    federation: Federation, cycle: Cycle, caller: Caller, body: str, pointer: str
) -> None:
    answer = caller("bread_delegate").put(
        address(federation), body, content_type="application/json", headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json"), answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("body", ['{"output": NaN}', '{"output": Infinity}', '{"output": 1', "\xff"])
def test_what_is_not_json_is_no_request(
    federation: Federation, cycle: Cycle, caller: Caller, body: str
) -> None:
    answer = caller("bread_delegate").put(
        address(federation), body, content_type="application/json", headers={"If-Match": "*"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("who", ["flour_delegate", "coordinator", "villager", "stranger", "root"])
def test_nobody_proposes_for_somebody_elses_workplace(
    federation: Federation, cycle: Cycle, caller: Caller, who: str
) -> None:
    answer = caller(who).put(address(federation), {"output": 1.0}, format="json", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert not Proposal.objects.exists()


def test_a_community_writes_what_it_wants_to_use(
    federation: Federation, cycle: Cycle, caller: Caller
) -> None:
    where = f"/api/v1/cycles/2027/consumption/{federation.demand['bread'].public_id}/"
    client = caller("villager")
    tag = client.get(where)["ETag"]
    written = client.put(where, {"quantity": 118.0}, format="json", headers={"If-Match": tag})
    assert (written.status_code, written.json()["quantity"], written.json()["source"]) == (
        200,
        118.0,
        "person",
    )
    refused = caller("bread_delegate").put(where, {"quantity": 1.0}, format="json", headers={"If-Match": "*"})
    assert refused.status_code == 403


def test_mine_is_what_i_speak_for(federation: Federation, cycle: Cycle, caller: Caller) -> None:
    client = caller("bread_delegate")
    assert len(client.get("/api/v1/cycles/2027/proposals/").json()["results"]) == 3
    mine = client.get("/api/v1/cycles/2027/proposals/?mine=true").json()["results"]
    assert [row["product"] for row in mine] == ["bread"]
    assert client.get("/api/v1/cycles/2027/proposals/?mine=perhaps").status_code == 400


def test_pages_follow_each_other(federation: Federation, cycle: Cycle, caller: Caller) -> None:
    client, codes, url = caller("stranger"), [], "/api/v1/products/?page_size=2"
    while url:
        page = client.get(url).json()
        codes += [product["code"] for product in page["results"]]
        url = page["next"]
    assert codes == ["flour", "bread", "energy"]
