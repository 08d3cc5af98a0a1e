"""A surplus by the interface: read, divided, parts to members only, errors that point into the body."""

from typing import Any

import pytest

from planning.models import Plan, SurplusDivision
from tests.api.conftest import Caller
from tests.planning.division.world import KEPT, carried, post, with_surplus
from tests.planning.federation import Federation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """The bakery and the mill after a settled year."""
    return with_surplus(federation, request)


def body(federation: Federation, **changed: Any) -> dict[str, Any]:
    ovens = [
        {"person": str(federation.people[name].public_id), "post": str(post("oven").public_id)}
        for name in ("ada", "ben")
    ]
    others = [
        {"person": str(federation.people[name].public_id), "post": str(post(what).public_id)}
        for name, what in (("cleo", "shop"), ("dan", "books"))
    ]
    return {
        "goods": [{"title": "Kindergarten", "category": "childcare", "amount": 5000}], "bonuses": 1000, "key": "effort",
        "posts": [*ovens, *others], "reason": "The children first.",
    } | changed  # fmt: skip


def test_a_division_from_end_to_end(federation: Federation, plan: Plan, caller: Caller) -> None:
    here = f"/api/v1/workplaces/{federation.workplaces['bread'].public_id}/"
    ada, stranger = caller("ada"), caller("stranger")
    read = ada.get(f"{here}surplus/").json()
    assert (read["to_divide"], read["years"]) == (
        KEPT, [{"year": 2027, "surplus": 14500, "levy": 4350, "kept": KEPT}],
    )  # fmt: skip
    assert sorted(one["weekly_hours"] for one in read["posts"]) == [18.0, 36.0, 36.0, 40.0]
    assert [one["name"] for one in read["members"]] == ["Ada", "Ben", "Cleo", "Dan"]
    assert stranger.get(f"{here}surplus/").json()["members"] is None
    moved = ada.post(f"{here}divisions/", body(federation), format="json")
    assert moved.status_code == 201, moved.content
    division = SurplusDivision.objects.get()
    carried(federation, division)
    one = f"/api/v1/divisions/{division.public_id}/"
    mine, theirs = ada.get(one).json(), stranger.get(one).json()
    assert [part["amount"] for part in mine["parts"]] == [360, 360, 160, 120]
    assert (mine["motion"], mine["members"], mine["for_goods"]) == (moved.json()["motion"], 4, 5000)
    assert theirs == mine | {"parts": None}
    assert "parts" not in ada.get(f"{here}divisions/").json()["results"][0]
    assert [row["amount"] for row in caller("dan").get("/api/v1/bonuses/").json()["results"]] == [120]
    assert stranger.get("/api/v1/bonuses/").json()["results"] == []
    assert stranger.get(f"{here}surplus/").json()["collective"] == 5000


def test_errors_point_into_the_body(federation: Federation, plan: Plan, caller: Caller) -> None:
    address = f"/api/v1/workplaces/{federation.workplaces['bread'].public_id}/divisions/"
    ada = caller("ada")
    for changed, pointer in (
        ({"goods": [{"title": "Oven", "category": "investment", "amount": 5}]}, "/goods"),
        ({"bonuses": KEPT}, "/bonuses"),
        ({"bonuses": -1}, "/bonuses"),
        ({"bonuses": 10.5}, "/bonuses"),
        ({"bonuses": 2**60}, "/bonuses"),
        ({"posts": []}, "/posts"),
        ({"key": "merit"}, "/key"),
        ({"reason": ""}, "/reason"),
        ({"machine": 5}, "/machine"),
    ):
        answer = ada.post(address, body(federation, **changed), format="json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.content
    assert caller("stranger").post(address, body(federation), format="json").status_code == 403
    assert not SurplusDivision.objects.exists()
