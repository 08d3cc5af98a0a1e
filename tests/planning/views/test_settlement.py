"""The coordinator's last steps of a year, as pages and duties show them, and as a program takes them."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot
from councils.services.ballots import ballot_close
from councils.services.votes import vote_cast
from planning.models import Cycle, PhaseDate
from planning.runner.execute import run_execute
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force
from planning.services.rounds import round_open
from planning.services.runs import run_start
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from workplaces.models import Line, Scenario

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_force(federation: Federation, proposing: Cycle) -> Cycle:
    """Last year's figures, ratified as the plan for 2027."""
    by, now = federation.people["coordinator"], timezone.now()
    first = round_open(cycle=proposing, by=by, now=now)
    run = run_start(round=first, by=by, now=now)
    run_execute(run.public_id, clock=timezone.now)
    plan = plan_propose(round=first, by=by, now=now)
    while ballots := list(Ballot.objects.filter(state="open")):
        for ballot in ballots:
            for entry in ballot.roll.all():
                vote_cast(
                    ballot=ballot, right=entry.right, option="yes", by=entry.person,
                    idempotency_key=str(uuid.uuid4()), now=timezone.now(),
                )  # fmt: skip
            ballot_close(ballot=ballot, by=by, now=timezone.now())
        plan = plan_advance(plan=plan, by=by, now=timezone.now())
    plan_put_in_force(plan=plan, by=by, now=now)
    return Cycle.objects.get(pk=proposing.pk)


def at(name: str, *arguments: object) -> str:
    """Return the address of a planning page."""
    return reverse(f"planning:{name}", args=arguments)


def text(client: Client, name: str, *arguments: object) -> str:
    """Return a page as its reader gets it."""
    answer = client.get(at(name, *arguments))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_from_in_force_to_the_next_year(federation: Federation, in_force: Cycle, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    assert "Settle the year" in text(client, "cycle", 2027)
    assert "Accounting price" in text(client, "plan", 2027)
    assert "Has the year 2027 run its course?" in text(client, "duties")
    assert "No baseline to start from yet" in text(client, "cycle_new")
    assert client.post(at("cycle_close", 2027)).status_code == 409
    assert client.post(at("cycle_settle", 2027))["Location"] == at("cycle", 2027)
    assert "Settling 2027 drew Baseline 2." in text(client, "cycle", 2027)
    assert "Shall the cycle 2027 close?" in text(client, "duties")
    assert client.post(at("cycle_settle", 2027)).status_code == 409
    assert client.post(at("cycle_close", 2027)).status_code == 302
    assert "The next plan year starts from Baseline 2." in text(client, "cycle", 2027)
    assert "It starts from “Baseline 2”" in text(client, "duties")
    page = text(client, "cycle_new")
    assert "Baseline 2, drawn from the plan for 2027" in page
    assert "Baseline 1" not in page
    assert 'value="2028"' in page
    baseline = Scenario.objects.get(kind="baseline", number=2)
    assert client.post(at("cycle_new"), {"year": 2028, "baseline": baseline.public_id})["Location"] == at(
        "cycle", 2028
    )
    assert "Drawn when the year 2027 was settled" in text(client, "cycle", 2028)
    assert "Open a plan year" not in text(client, "cycle", 2027)
    assert client.post(at("cycle_begin", 2028)).status_code == 302


def test_delegates_find_their_way_in_the_second_year(
    federation: Federation, in_force: Cycle, sign_in: SignIn
) -> None:
    """Every page of the second year shows one version of each row, although two baselines hold some."""
    staff, baker, village = sign_in("coordinator"), sign_in("bread_delegate"), sign_in("villager")
    staff.post(at("cycle_settle", 2027))
    staff.post(at("cycle_close", 2027))
    baseline = Scenario.objects.get(kind="baseline", number=2)
    line = federation.lines["bread"]
    Line.objects.create(
        scenario=baseline, origin=line, public_id=line.public_id, workplace=line.workplace, product=line.product,
        technology=line.technology, factors=line.factors, last_output=99.0, capacity=line.capacity,
    )  # fmt: skip
    staff.post(at("cycle_new"), {"year": 2028, "baseline": baseline.public_id})
    staff.post(at("cycle_begin", 2028))
    works = federation.workplaces["bread"].public_id
    assert "Bread" in text(baker, "workplace", 2028, works)
    assert "99" in text(baker, "line", 2028, line.public_id)
    assert baker.post(at("line", 2028, line.public_id), {"output": "97"}).status_code == 302
    assert "Bread" in text(village, "consumption", 2028, "village")
    assert staff.post(at("round_open", 2028)).status_code == 302
    for name, arguments in (
        ("round", (2028, 1)), ("products", (2028, 1)), ("product", (2028, 1, "bread")),
        ("line_review", (2028, 1, line.public_id)), ("plan", (2028,)), ("duties", ()),
    ):  # fmt: skip
        assert text(baker, name, *arguments)
    economy = baker.get(reverse("workplaces:line", args=[line.public_id]))
    assert economy.status_code == 200


def test_an_announced_day_is_waited_for(federation: Federation, in_force: Cycle, sign_in: SignIn) -> None:
    PhaseDate.objects.create(cycle=in_force, phase="settlement", begins="2999-01-01")
    client = sign_in("coordinator")
    assert "run its course" not in text(client, "duties")
    assert "Settle the year" in text(client, "cycle", 2027)


@pytest.mark.parametrize("name", ["cycle_settle", "cycle_close"])
@pytest.mark.parametrize("who", ["bread_delegate", "boardmember", "root"])
def test_only_coordinators_end_a_year(in_force: Cycle, sign_in: SignIn, name: str, who: str) -> None:
    client = sign_in(who)
    assert client.post(at(name, 2027)).status_code == 403
    assert "Settle the year" not in text(client, "cycle", 2027)


def test_a_program_settles_closes_and_opens_the_next(in_force: Cycle, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    settled = client.post("/api/v1/cycles/2027/settle/", content_type="application/json")
    assert settled.status_code == 200, settled.content
    assert (settled.json()["phase"], settled.json()["next_baseline"]["number"]) == ("settlement", 2)
    closed = client.post("/api/v1/cycles/2027/close/", content_type="application/json")
    assert (closed.status_code, closed.json()["phase"]) == (200, "closed")
    opened = client.post("/api/v1/cycles/", {"year": 2028}, content_type="application/json")
    assert (opened.status_code, opened.json()["baseline"]["number"]) == (201, 2)
