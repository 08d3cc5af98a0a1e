"""Every operation, asked well and asked badly: what comes back is what the description says can come back."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pytest
from django.core.cache import cache
from django.db import transaction
from rest_framework.test import APIClient

from planning.api.schema import document
from planning.services.tokens import token_create
from tests.access import bodies
from tests.access.routes import Route, routes
from tests.access.world import World, make_world
from tests.api.conftest import ALL, Caller
from tests.planning.federation import NOW, Federation

PHASES = ("proposals", "rounds", "in force")
NOBODY = "00000000-0000-0000-0000-000000000000"
# what a careless program writes in a query, whatever the parameter
SENSELESS = ("§", "-1", "0", "501", "9" * 30, "", "true", "\x00", "%%%")


@dataclass
class Question:
    """A request: by whom, with which query, body and headers."""

    who: str = "coordinator"
    query: str = ""
    body: Any = None
    raw: str = ""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Walker:
    """Asks in a world, takes back what a request did, and holds the answer to the description."""

    world: World
    clients: dict[str, APIClient]
    document: dict[str, Any]
    wrong: list[str] = field(default_factory=list)
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def ask(self, route: Route, method: str, question: Question) -> Any:
        """Send the request and note what is not as described."""
        cache.clear()
        path = route.path({**self.world.parts(route.name), **question.parts})
        text = question.raw or ("" if question.body is None else json.dumps(question.body))
        with transaction.atomic():
            answer = self.clients[question.who].generic(
                method, f"{path}{question.query}", text, content_type=question.kind, headers=question.headers
            )
            transaction.set_rollback(True)
        self.seen.add((route.name, method, answer.status_code))
        fault = self.fault(described_path(route), method, answer)
        if fault:
            self.wrong.append(f"{method} {path}{question.query!r} {text[:80]} {question.headers}: {fault}")
        return answer

    def fault(self, path: str, method: str, answer: Any) -> str:
        """Say what the description does not have of this answer."""
        operation = self.document["paths"][path][method.lower()]
        told = operation["responses"].get(str(answer.status_code))
        if told is None:
            return f"{answer.status_code} is not described: {answer.content[:200]!r}"
        content = told.get("content")
        if not content:
            return "a body where none is described" if answer.content else ""
        (kind,) = content
        if answer["Content-Type"].split(";")[0] != kind:
            return f"{answer['Content-Type']}, not {kind}"
        schema = {**content[kind]["schema"], "components": self.document["components"]}
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(answer.json()))
        return "; ".join(f"{error.json_path}: {error.message[:120]}" for error in errors[:3])


def described_path(route: Route) -> str:
    """Return the route's address as the description writes it."""
    return "/" + re.sub(r"<(\w+)>", r"{\1}", route.template)


def questions(walker: Walker, route: Route, method: str) -> Iterator[Question]:
    """What is asked of an operation: with and without right, sense, condition."""
    good = bodies.document(route.name, walker.world) or None
    match = {"If-Match": "*"} if method in {"POST", "PUT"} else {}
    for who in ("coordinator", "bread_delegate", "villager", "anonymous", "reader", "writer"):
        yield Question(who=who, body=good, headers=match)
    yield Question(body=good)
    yield Question(body=good, headers={"If-None-Match": "*"})
    yield Question(body=good, headers={"If-Match": '"old"', "Idempotency-Key": "k"})
    yield Question(body=good, headers={**match, "Idempotency-Key": "k" * 256})
    yield Question(body=good, headers={**match, "Accept": "text/html"})
    if "public_id" in route.parts:
        yield Question(body=good, headers=match, parts={"public_id": NOBODY})
    if "year" in route.parts:
        yield Question(body=good, headers=match, parts={"year": 1999})
    if method in {"POST", "PUT"}:
        yield from bad_bodies(good, match)
    if method == "GET":
        yield from queries(walker.document["paths"][described_path(route)]["get"])


def bad_bodies(good: Any, match: dict[str, str]) -> Iterator[Question]:
    """Bodies that cannot be read or taken."""
    yield Question(raw="{", headers=match)
    yield Question(raw='{"a": NaN}', headers=match)
    yield Question(raw="a=1", kind="text/plain", headers=match)
    for body in ([], 1, "text", {}, {"surprise": 1}, {**(good or {}), "surprise": 1}):
        yield Question(body=body, headers=match)
    for name in good or {}:
        for value in (None, [], "\x00", -1e300, "x" * 5000):
            yield Question(body={**good, name: value}, headers=match)


def queries(operation: dict[str, Any]) -> Iterator[Question]:
    """Every parameter of the query with senseless values, and one that nobody knows."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            for value in SENSELESS:
                yield Question(
                    query=f"?{parameter['name']}={value.replace('%', '%25')}".replace("\x00", "%00")
                )
    yield Question(query="?surprise=1")


@pytest.fixture
def clients(settings: Any) -> dict[str, APIClient]:
    """Filled by the test, once its world is there."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    settings.API_RATES = {"read": "1000000/min", "write": "1000000/min"}
    return {}


def sign_in(federation: Federation, clients: dict[str, APIClient]) -> None:
    """People by their session, and a coordinator's program that may only read, or only write."""
    for name in ("coordinator", "bread_delegate", "villager"):
        clients[name] = APIClient(raise_request_exception=False)
        clients[name].force_login(federation.people[name])
    clients["anonymous"] = APIClient(raise_request_exception=False)
    for name, scopes in (("reader", ["read"]), ("writer", ["propose", "answer", "coordinate"])):
        _token, secret = token_create(
            name=name, scopes=scopes, expires_at=NOW.replace(year=2027), by=federation.people["coordinator"], now=NOW
        )  # fmt: skip
        clients[name] = APIClient(raise_request_exception=False)
        clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", PHASES)
def test_every_answer_is_described(phase: str, clients: dict[str, APIClient], broker_url: str) -> None:
    world = make_world(phase)
    sign_in(world.federation, clients)
    walker = Walker(world, clients, document())
    known = {described_path(route): route for route in routes() if route.is_api}
    operations = [(path, method.upper()) for path, one in walker.document["paths"].items() for method in one]
    assert len(operations) > 40
    for path, method in operations:
        for question in questions(walker, known[path], method):
            walker.ask(known[path], method, question)
    assert not walker.wrong, f"{len(walker.wrong)}:\n" + "\n".join(walker.wrong[:40])
    reached = {(name, method) for name, method, status in walker.seen if status < 300}
    assert len(reached) >= 20, "hardly anything was answered well"


@pytest.mark.django_db
def test_every_body_is_closed_and_a_stranger_in_it_is_named(
    federation: Federation, cycle: Any, caller: Caller
) -> None:
    schemas = document()["components"]["schemas"]
    taken = {
        body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for path in document()["paths"].values()
        for operation in path.values()
        if (body := operation.get("requestBody"))
    }
    assert len(taken) >= 6
    assert all(schemas[name]["additionalProperties"] is False for name in taken), taken
    client = caller("coordinator", *ALL)
    for path, body, known in (
        ("/api/v1/cycles/", {"year": 2028, "yaer": 2028}, "year, baseline"),
        ("/api/v1/cycles/2027/open-round/", {"yaer": 2028}, "no fields"),
    ):
        refused = client.post(path, body, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/yaer")
        sentence = refused.json()["errors"][0]["detail"]
        assert "“yaer”" in sentence
        assert known in sentence


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["0", "-1", "501", "x", "1.5", "", "٣", "9" * 30])
def test_a_page_has_a_size_that_it_can_have(
    federation: Federation, cycle: Any, caller: Caller, size: str
) -> None:
    refused = caller("stranger").get(f"/api/v1/products/?page_size={size}")
    assert (refused.status_code, refused.json()["code"]) == (400, "query")
    assert refused.json()["detail"] == "“page_size” must be a whole number from 1 to 500."
    assert len(caller("stranger").get("/api/v1/products/?page_size=2").json()["results"]) == 2
