"""A program takes a cycle from its baseline to a plan before the councils, with nothing but the interface."""

import json
import math
import uuid
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import redis
from django.utils import timezone
from openapi_spec_validator import validate
from rest_framework.test import APIClient

from planning.models import Plan, Response, Run
from planning.runner.execute import run_execute
from tests.api.conftest import Caller
from tests.planning.federation import Federation

runs = pytest.mark.django_db(transaction=True)  # a run's heartbeat has a connection of its own
V1 = "/api/v1"


@pytest.fixture
def handed_over(broker_url: str) -> Callable[[], int]:
    """How many iterations of this test wait for a worker; they are worked on here, when the test says so."""
    queue = redis.Redis.from_url(broker_url)
    queue.flushdb()  # what tests before it sent and no worker fetched is not of this one

    def iterations() -> int:
        waiting = [json.loads(message) for message in queue.lrange("celery", 0, -1)]
        return sum(message["headers"]["task"] == "planning.run_iteration" for message in waiting)

    return iterations


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


class Checked:
    """A client that holds every answer to the published description."""

    def __init__(self, client: APIClient) -> None:
        self.client = client
        self.schema = client.get(f"{V1}/openapi.json").json()

    def call(self, method: str, path: str, template: str, body: Any = None, **headers: str) -> Any:
        """Send it; check status, content type and body against the operation's description."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        options = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        answer = getattr(self.client, method)(V1 + path, headers=headers, **options)
        described = self.schema["paths"][V1 + template][method]["responses"]
        assert str(answer.status_code) in described, (answer.status_code, answer.content)
        content = described[str(answer.status_code)].get("content")
        if content:
            (kind,) = content
            assert answer["Content-Type"].split(";")[0] == kind
            document = {**content[kind]["schema"], "components": self.schema["components"]}
            jsonschema.Draft202012Validator(document).validate(answer.json())
            assert all(map(math.isfinite, numbers(answer.json())))
        return answer


def numbers(data: Any) -> list[float]:
    """Return every number in a document."""
    if isinstance(data, dict):
        return [n for value in data.values() for n in numbers(value)]
    if isinstance(data, list):
        return [n for value in data for n in numbers(value)]
    return [data] if isinstance(data, float | int) else []


@runs
def test_a_whole_cycle(federation: Federation, caller: Caller, handed_over: Callable[[], int]) -> None:
    staff, villager = Checked(caller("coordinator")), Checked(caller("villager"))
    baseline = ok(staff.call("get", "/baselines/", "/baselines/"))["results"][0]["id"]
    opened = staff.call(
        "post", "/cycles/", "/cycles/", {"year": 2027, "baseline": baseline}, Idempotency_Key="1"
    )
    assert ok(opened, 201)["phase"] == "preparation"
    ok(staff.call("post", "/cycles/2027/begin-proposals/", "/cycles/{year}/begin-proposals/"))
    bread = federation.demand["bread"].public_id
    place, template = f"/cycles/2027/consumption/{bread}/", "/cycles/{year}/consumption/{demand_line}/"
    tag = villager.call("get", place, template)["ETag"]
    ok(villager.call("put", place, template, {"quantity": 118.0}, If_Match=tag))
    round = ok(staff.call("post", "/cycles/2027/open-round/", "/cycles/{year}/open-round/"), 201)
    here, there = f"/rounds/{round['id']}/", "/rounds/{public_id}/"
    started = staff.call("post", f"{here}runs/", f"{there}runs/")
    run = ok(started, 202)
    assert started["Location"].endswith(f"/api/v1/runs/{run['id']}/")
    assert ok(staff.call("post", f"{here}runs/", f"{there}runs/"), 202)["id"] == run["id"]
    assert handed_over() == 1
    assert run_execute(uuid.UUID(run["id"]), clock=timezone.now) == Run.State.FINISHED
    found = ok(staff.call("get", f"/runs/{run['id']}/", "/runs/{public_id}/"))
    assert found["summary"]["worst_before"] == pytest.approx(18 / 118)
    rows = ok(staff.call("get", f"/runs/{run['id']}/rows/?kind=product", "/runs/{public_id}/rows/"))[
        "results"
    ]
    assert {row["code"] for row in rows} == {"bread", "flour", "energy"}
    publish(staff, here, there, run["id"])
    answer_everything(federation, caller, here, run["id"])
    tag = staff.call("get", here, there)["ETag"]
    assert ok(staff.call("post", f"{here}close/", f"{there}close/", If_Match=tag))["state"] == "closed"
    ratify(staff, federation)


def publish(staff: Checked, here: str, there: str, run: str) -> None:
    """Publish a run, refused without and with the wrong version first."""
    body = {"run": run}
    for headers, status in (({}, 428), ({"If_Match": '"old"'}, 412)):
        refused = staff.call("post", f"{here}publish/", f"{there}publish/", body, **headers)
        assert ok(refused, status)["status"] == status
    tag = staff.call("get", here, there)["ETag"]
    done = ok(staff.call("post", f"{here}publish/", f"{there}publish/", body, If_Match=tag))
    assert (done["state"], done["published_run"]) == ("answering", run)


def answer_everything(federation: Federation, caller: Caller, here: str, run: str) -> None:
    """Let every delegate who is asked accept."""
    reader = Checked(caller("stranger"))
    asked = ok(reader.call("get", f"/runs/{run}/lines/?asked=true", "/runs/{public_id}/lines/"))["results"]
    assert asked
    for line in asked:
        demand = line["kind"] == "demand"
        who = "villager" if demand else f"{line['product']}_delegate"
        kind, key = ("demand-lines", "demand_line") if demand else ("lines", "line")
        path, template = (
            f"{here}answers/{kind}/{line['line']}/",
            f"/rounds/{{public_id}}/answers/{kind}/{{{key}}}/",
        )
        delegate = Checked(caller(who))
        assert delegate.call("get", path, template).status_code == 404
        assert delegate.call("put", path, template, {"kind": "accept"}).status_code == 428
        given = ok(delegate.call("put", path, template, {"kind": "accept"}, If_None_Match="*"))
        assert (given["kind"], given["figure"], given["revision"]) == ("accept", line["suggested"], 1)
        once = delegate.call("put", path, template, {"kind": "accept"}, If_None_Match="*")
        assert once.status_code == 412
        refused = delegate.call("put", path, template, {"kind": "firm"}, If_Match="*")
        assert ok(refused, 422)["errors"][0]["pointer"] == "/reason"
    assert Response.objects.count() == len(asked)
    listed = ok(reader.call("get", f"{here}answers/", "/rounds/{public_id}/answers/"))
    assert len(listed["results"]) == len(asked)


def ratify(staff: Checked, federation: Federation) -> None:
    """Open the second round, find that it adds up, put the plan to the councils."""
    missing = staff.call("get", "/cycles/2027/plan/", "/cycles/{year}/plan/")
    assert ok(missing, 404)["code"] == "not-found"
    round = ok(staff.call("post", "/cycles/2027/open-round/", "/cycles/{year}/open-round/"), 201)
    here, there = f"/rounds/{round['id']}/", "/rounds/{public_id}/"
    early = staff.call("post", f"{here}propose-plan/", f"{there}propose-plan/")
    assert ok(early, 409)["code"] == "not-now"
    run = ok(staff.call("post", f"{here}runs/", f"{there}runs/"), 202)
    run_execute(uuid.UUID(run["id"]), clock=timezone.now)
    plan = ok(staff.call("post", f"{here}propose-plan/", f"{there}propose-plan/"), 201)
    assert (plan["state"], plan["conflicts"]) == ("proposed", [])
    outcomes = [council["outcome"] for stage in plan["ratification"] for council in stage["councils"]]
    assert "open" in outcomes
    tag = staff.call("get", "/cycles/2027/plan/", "/cycles/{year}/plan/")["ETag"]
    step = staff.call(
        "post", "/cycles/2027/plan/put-in-force/", "/cycles/{year}/plan/put-in-force/", If_Match=tag
    )
    assert ok(step, 409)["code"] == "not-now"
    assert Plan.objects.get().state == Plan.State.PROPOSED


@pytest.mark.django_db
def test_the_description_is_valid_openapi_and_open_to_all() -> None:
    document = ok(APIClient().get(f"{V1}/openapi.json"))
    assert document["openapi"].startswith("3.1")
    validate(document)
    operations = [o for path in document["paths"].values() for o in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) >= 30
    for operation in operations:
        assert operation["summary"]
        assert {"401", "429"} <= set(operation["responses"])


@pytest.mark.django_db
def test_the_description_is_made_without_a_warning() -> None:
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
