"""From a programme to equipment in place with nothing but the interface; the end is held to what is computed here.

A program acts with tokens. Votes it cannot cast: people do, over the same interface, signed in.
"""

import json
import math
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import redis
from rest_framework.test import APIClient

from councils.services.charters import charter_found
from planning.selectors.ledger import unbalanced
from tests.api.conftest import Caller
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import AMOUNTS
from tests.planning.priorities.world import CITIZENS, peopled
from tests.planning.worker import eventually, worker

V1 = "/api/v1/"
CHARTER = {
    "councils.secret_kinds": ["workplace"], "planning.programme_supporters": 2, "planning.programme_days": 0,
    "planning.envelope_least": 0.2, "planning.tolerance": 0.2,
}  # fmt: skip
INVESTED, HOURS, ALPHA, RETURN = 10.0, 40.0, 2.0, 0.25
ADDED = {"bread": 0.3, "flour": 0.9, "energy": 0.9}  # value added per unit: prices are 1, less the inputs
ASKED = 400
LEVY = 0.3  # the charter's default share of a surplus

pytestmark = pytest.mark.django_db(transaction=True)  # the worker has connections of its own


class World:
    """Clients of everybody, with a token to act and signed in to vote."""

    def __init__(self, federation: Federation, caller: Caller, broker: str) -> None:
        self.federation = federation
        self.broker = broker
        self.caller = cache(caller)  # one token each

    def get(self, path: str, name: str = "stranger") -> Any:
        answer = self.caller(name).get(f"{V1}{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def rows(self, path: str) -> list[Any]:
        return list(self.get(path)["results"])

    def post(self, name: str, path: str, body: Any = None, expected: int = 200, tag: str = "") -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4()), **({"If-Match": tag} if tag else {})}
        options = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        answer = self.caller(name).post(f"{V1}{path}", headers=headers, **options)
        assert answer.status_code == expected, (path, answer.content)
        return answer.json()

    def tag(self, path: str) -> str:
        return str(self.caller("coordinator").get(f"{V1}{path}")["ETag"])

    def vote(self, said: Callable[[Any], dict[str, Any]]) -> None:
        """Let everybody use their rights in every open vote, then close it."""
        for ballot in self.rows("ballots/?state=open"):
            for person in self.federation.people.values():
                client = APIClient()
                client.force_login(person)
                one = client.get(f"{V1}ballots/{ballot['id']}/").json()
                for right in one.get("rights", []):
                    body = {"right": right["right"], "key": str(uuid.uuid4()), **said(one)}
                    cast = client.post(f"{V1}ballots/{ballot['id']}/votes/", body, format="json")
                    assert cast.status_code == 201, cast.content
            closed = self.post("coordinator", f"ballots/{ballot['id']}/close/")
            assert closed["result"]["outcome"] == "carried"

    def carry(self, motion: str) -> None:
        """Open the vote on a motion and let its council carry it."""
        self.post("coordinator", f"motions/{motion}/open-ballot/", {}, 201)
        self.vote(lambda _ballot: {"option": "yes"})


@pytest.fixture
def world(federation: Federation, caller: Caller, broker_url: str) -> World:
    redis.Redis.from_url(broker_url).flushdb()
    peopled(federation)
    charter_found(values=CHARTER, by=federation.people["coordinator"], now=NOW)
    return World(federation, caller, broker_url)


def test_from_a_programme_to_equipment_in_place(world: World) -> None:
    world.post("coordinator", "cycles/", {"year": 2027}, 201)
    guidelines(world)
    money = envelopes(world)
    granted = grants(world, money)
    in_force(world)
    done = world.rows("cycles/2027/grants/")
    bread = next(one for one in done if one["workplace"] == "bread-works")
    world.post(
        "bread_delegate", f"grants/{bread['id']}/reports/", {"state": "late", "text": "A wet wall."}, 201
    )
    world.post(
        "bread_delegate", f"grants/{bread['id']}/reports/", {"state": "done", "text": "It bakes."}, 201
    )
    assert bread["gain"] is None
    world.post("coordinator", "cycles/2027/settle/")
    world.post("coordinator", "cycles/2027/close/")
    world.post("coordinator", "cycles/", {"year": 2028}, 201)
    in_place(world, granted, bread["id"])


def guidelines(world: World) -> None:
    """Two citizens stand behind a programme; everybody votes 10 % and 40 hours."""
    association = world.post("citizen0", "associations/", {"name": "Ovens First", "kind": "list"}, 201)["id"]
    figures = [{"topic": "investment", "value": INVESTED}, {"topic": "hours", "value": HOURS}]
    body = {"association": association, "title": "Ovens", "text": "Because.", "figures": figures}
    programme = world.post("citizen0", "cycles/2027/programmes/", body, 201)["id"]
    world.post("coordinator", "cycles/2027/open-priorities/")
    world.post("citizen0", f"programmes/{programme}/publish/", expected=409)
    for name in CITIZENS[:2]:
        world.post(name, f"programmes/{programme}/support/", {"version": 1})
    world.post("citizen0", f"programmes/{programme}/publish/")
    assert world.get(f"programmes/{programme}/consequences/")["invested"]["then"] == pytest.approx(16.0)
    asked = world.post("coordinator", "cycles/2027/guidelines/ask/")
    assert {one["topic"] for one in asked["questions"]} == {"investment", "hours"}

    def number(ballot: Any) -> dict[str, Any]:
        return {"choice": {"number": "10" if ballot["params"]["unit"] == "%" else "40"}}

    world.vote(number)
    assert world.post("coordinator", "cycles/2027/begin-proposals/")["phase"] == "envelopes"
    found = {one["topic"]: one["value"] for one in world.get("cycles/2027/guidelines/")["guidelines"]}
    assert found == {"investment": INVESTED, "hours": HOURS}


def envelopes(world: World) -> int:
    """The board settles a tenth of last year's value added of 160; the valley gets 4.80 of it."""
    fund = world.get("cycles/2027/envelopes/")
    assert fund["sectors"] + fund["regions"] == round(INVESTED / 100 * fund["value_added"] * 100) == 1600
    assert [(part["low"], part["high"]) for part in fund["parts"]] == [(None, None)] * len(fund["parts"])
    body = {"reason": "Bread.", "amounts": [{"part": part, "amount": sum_} for part, sum_ in AMOUNTS.items()]}
    draft = world.post("boardmember", "cycles/2027/envelopes/", body, 201)
    about = f"envelopes:{draft['id']}"
    (motion,) = [one["id"] for one in world.rows("motions/?state=moved") if one["about"] == about]
    world.carry(motion)
    assert world.get("cycles/2027/envelopes/")["drafts"][0]["settled_at"]
    assert world.post("coordinator", "cycles/2027/begin-proposals/")["phase"] == "proposals"
    return AMOUNTS["region-valley"]


def grants(world: World, money: int) -> dict[str, int]:
    """Three workplaces ask the valley; its council votes the dial that it saw before. Returns the grants by workplace."""
    asked = []
    lines = {one["product"]: one["id"] for one in world.rows("lines/?cycle=2027")}
    for name in world.federation.lines:
        body = {
            "line": lines[name], "part": "region-valley", "amount": ASKED, "purpose": "A new machine.",
            "goods": [{"product": "energy", "quantity": 4.0}],
        }  # fmt: skip
        asked.append(world.post(f"{name}_delegate", "cycles/2027/investment-requests/", body, 201))
    draft = world.get("cycles/2027/envelopes/")["drafts"][0]
    envelope = next(one["id"] for one in draft["envelopes"] if one["part"] == "region-valley")
    seen = world.get(f"envelopes/{envelope}/sharing/?alpha={ALPHA:g}")
    body = {"alpha": ALPHA, "reason": "The weak first."}
    world.carry(world.post("neighbour", f"envelopes/{envelope}/sharing/", body, 201)["motion"])
    expected = fair([(one["level"], one["returns"], one["hours"]) for one in asked], money)
    made = {one["workplace"]: one["amount"] for one in world.rows("cycles/2027/grants/")}
    assert {one["envelope"] for one in world.rows("cycles/2027/grants/")} == {envelope}
    assert made == {part["workplace"]: part["amount"] for part in seen["parts"] if part["amount"]}
    for name, exact in zip(world.federation.lines, expected, strict=True):
        assert abs(made.get(f"{name}-works", 0) - exact) < 1
    assert sum(made.values()) == money
    return made


def fair(workplaces: list[tuple[float, float, float]], money: int) -> list[float]:
    """Return the α-fair sharing by bisection on the multiplier ``μ``: ``y = l + r z / h``, ``r y^−α = μ``, ``0 ≤ z ≤`` asked.

    Each is its level, the value added that a unit of money brings, and its hours; none has a ceiling.
    """

    def given(log: float) -> list[float]:
        reached = [(brings / math.exp(log)) ** (1 / ALPHA) for _level, brings, _hours in workplaces]
        return [
            min(max((y - level) * 100 * hours / brings, 0.0), ASKED)
            for y, (level, brings, hours) in zip(reached, workplaces, strict=True)
        ]

    low, high = -60.0, 60.0
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(given(middle)) > money else (low, middle)
    return given(high)


def in_force(world: World) -> None:
    """One round, whose proposals are within the charter's tolerance; every council ratifies."""
    opened = world.post("coordinator", "cycles/2027/open-round/", expected=201)["id"]
    run = world.post("coordinator", f"rounds/{opened}/runs/", expected=202)["id"]
    with worker(world.broker):
        eventually(
            lambda: world.get(f"runs/{run}/")["state"] == "finished", seconds=120, what="no run finished"
        )
    granted = [one for one in world.rows("demand-lines/") if one["category"] == "granted"]
    assert granted == []  # the baseline's; what grants buy belongs to the year's rounds
    world.post("coordinator", f"rounds/{opened}/propose-plan/", expected=201)
    plan = "cycles/2027/plan/"
    while world.get(plan)["state"] == "proposed":
        world.vote(lambda _ballot: {"option": "yes"})
        world.post("coordinator", f"{plan}advance/", tag=world.tag(plan))
    world.post("coordinator", f"{plan}put-in-force/", tag=world.tag(plan))
    assert world.get("cycles/2027/")["phase"] == "in_force"


def in_place(world: World, granted: dict[str, int], bread: str) -> None:
    """Capacity rose by what the grant returns over what a unit adds; the ledger balances to the cent."""
    gain = RETURN * granted["bread-works"] / 100 / ADDED["bread"]
    assert world.get(f"grants/{bread}/")["gain"] == pytest.approx(gain)
    lines = {one["product"]: one["capacity"] for one in world.rows("lines/?cycle=2028")}
    before = {one["product"]: one["capacity"] for one in world.rows("lines/?cycle=2027")}
    assert lines == pytest.approx(before | {"bread": before["bread"] + gain})
    accounts = world.rows("accounts/")
    balance = {
        (one["kind"], one["workplace"] or one["sector"] or one["region"]): one["balance"] for one in accounts
    }
    assert sum(balance.values()) == 0
    kept = sum(amount for (kind, _owner), amount in balance.items() if kind == "surplus")
    levy = balance["levy", None]
    assert levy == pytest.approx(LEVY * (levy + kept), abs=len(ADDED))  # each workplace's is rounded
    assert levy > 0
    # What nobody was granted went back; out of the output came grants, the levy and what the members keep.
    assert balance["output", None] == -sum(granted.values()) - levy - kept
    assert balance["world", None] == granted["bread-works"]
    assert balance["investment", "bread-works"] == 0
    assert balance["region", "valley"] == 0
    for code in granted.keys() - {"bread-works"}:
        assert balance["investment", code] == granted[code]
    for one in accounts:
        assert sum(row["amount"] for row in world.rows(f"accounts/{one['id']}/postings/")) == one["balance"]
    assert unbalanced() == []
