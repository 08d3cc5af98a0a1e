"""Programs report what was made: one line on the version that was read, many at once, with the place of each mistake."""

from typing import Any

import pytest

from planning.models import Cycle, OutputReport, Plan
from tests.api.conftest import Caller
from tests.planning.federation import Federation, add_cake
from tests.planning.reports.world import reported, versions
from tests.planning.test_settlement import put_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """A plan with 95 t of bread and 20 t of cake."""
    add_cake(federation)
    cycle: Cycle = request.getfixturevalue("cycle")
    return put_in_force(cycle, federation, bread=95.0)


def line(federation: Federation, name: str = "bread") -> str:
    return f"/api/v1/cycles/2027/lines/{federation.lines[name].public_id}/report/"


def many(federation: Federation, name: str = "bread") -> str:
    return f"/api/v1/cycles/2027/workplaces/{federation.workplaces[name].public_id}/reports/"


def said(federation: Federation, name: str, output: Any, **more: Any) -> dict[str, Any]:
    return {"line": str(federation.lines[name].public_id), "output": output, **more}


def test_a_line_is_reported_and_corrected_for_the_version_that_was_read(
    federation: Federation, plan: Plan, caller: Caller
) -> None:
    client, url = caller("bread_delegate"), line(federation)
    assert client.get(url).status_code == 404
    assert client.put(url, {"output": 90.0}, format="json").status_code == 428
    first = client.put(
        url, {"output": 90.0, "cause": "inputs", "note": "No flour."}, format="json", headers={"If-None-Match": "*"}
    )  # fmt: skip
    assert first.status_code == 200, first.content
    assert {key: first.json()[key] for key in ("product", "unit", "version", "output", "cause", "note")} == {
        "product": "bread", "unit": "t", "version": 1, "output": 90.0, "cause": "inputs", "note": "No flour.",
    }  # fmt: skip
    second = client.put(url, {"output": 91.0}, format="json", headers={"If-Match": first["ETag"]})
    assert second.json()["version"] == 2
    late = client.put(url, {"output": 92.0}, format="json", headers={"If-Match": first["ETag"]})
    assert late.status_code == 412
    back = client.put(url, {"output": None}, format="json", headers={"If-Match": second["ETag"]})
    assert (back.json()["version"], back.json()["output"]) == (3, None)


def test_many_at_once_once_per_key(federation: Federation, plan: Plan, caller: Caller) -> None:
    client, url = caller("bread_delegate"), many(federation)
    body = {"lines": [said(federation, "bread", 90.0, cause="people"), said(federation, "cake", 0.0)]}
    for _time in range(2):
        answer = client.post(url, body, format="json", headers={"Idempotency-Key": "may"})
        assert (answer.status_code, answer.json()) == (200, {"reported": 2})
    assert (versions(federation, "bread"), versions(federation, "cake")) == (
        [(90.0, "people", "")],
        [(0.0, "", "")],
    )


def test_each_mistake_has_its_place_and_nothing_is_taken(
    federation: Federation, plan: Plan, caller: Caller
) -> None:
    client, url = caller("bread_delegate"), many(federation)
    for bad, pointer in (
        (said(federation, "bread", -1.0), "/lines/1"),
        (said(federation, "bread", 1e12), "/lines/1"),
        (said(federation, "flour", 60.0), "/lines/1"),
        (said(federation, "bread", "90"), "/lines/1/output"),
        (said(federation, "bread", 90.0, cause="weather"), "/lines/1/cause"),
        (said(federation, "cake", 21.0), "/lines/1/line"),
        (said(federation, "bread", 90.0) | {"line": str(plan.public_id)}, "/lines/1/line"),
    ):
        answer = client.post(url, {"lines": [said(federation, "cake", 20.0), bad]}, format="json")
        assert answer.status_code == 422, answer.content
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not OutputReport.objects.exists()


def test_the_list_has_what_stands_or_every_version(
    federation: Federation, plan: Plan, caller: Caller
) -> None:
    for name, output in (("bread", 90.0), ("bread", 91.0), ("flour", 60.0)):
        reported(plan.cycle, federation, name, output)
    client = caller("stranger", "read")

    def outputs(query: str = "") -> list[float]:
        return [one["output"] for one in client.get(f"/api/v1/cycles/2027/reports/{query}").json()["results"]]

    assert outputs() == [91.0, 60.0]
    assert outputs("?every=true") == [90.0, 91.0, 60.0]
    assert outputs("?workplace=flour-works") == [60.0]


def test_who_may_not_is_told(federation: Federation, plan: Plan, caller: Caller) -> None:
    body = {"lines": [said(federation, "bread", 90.0)]}
    assert caller("flour_delegate").post(many(federation), body, format="json").status_code == 403
    answer = caller("bread_delegate", "read").post(many(federation), body, format="json")
    assert answer.json()["code"] == "scope-missing"
