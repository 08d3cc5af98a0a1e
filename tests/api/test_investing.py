"""Investment by the interface: goods named twice, criteria tried out, errors that point into the body that was sent."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, Envelope, RequestedGood
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.world import AMOUNTS, ask, investing, settled
from tests.planning.priorities.world import opened, peopled

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def federation(db: None) -> Federation:
    return make_federation()


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    return investing(federation)


def post(federation: Federation, name: str, path: str, body: Any) -> Any:
    client = Client()
    client.force_login(federation.people[name])
    key = {"Idempotency-Key": f"{name} {path} {len(str(body))}"}
    return client.post(f"{V1}{path}", body, content_type="application/json", headers=key)


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [one["pointer"] for one in answer.json()["errors"]]


def asking(federation: Federation, **changed: Any) -> dict[str, Any]:
    return {
        "line": str(federation.lines["bread"].public_id), "part": "sector-bread", "amount": 400, "purpose": "An oven.",
        "expected": "Hotter.", "goods": [{"product": "energy", "quantity": 4}],
    } | changed  # fmt: skip


def test_a_good_named_twice_is_wanted_twice(federation: Federation, cycle: Cycle) -> None:
    goods = [{"product": "energy", "quantity": 3}, {"product": "energy", "quantity": 1.5}]
    made = post(
        federation, "bread_delegate", "cycles/2027/investment-requests/", asking(federation, goods=goods)
    )
    assert made.status_code == 201, made.content
    assert RequestedGood.objects.get().quantity == 4.5


def test_errors_point_at_the_bodys_own_fields(federation: Federation, cycle: Cycle) -> None:
    wrong = asking(federation, part="sector-flour")
    assert pointers(post(federation, "bread_delegate", "cycles/2027/investment-requests/", wrong)) == [
        "/part"
    ]
    amounts = [{"part": part, "amount": sum_} for part, sum_ in AMOUNTS.items()]
    amounts[2] |= {"amount": 3}
    short = {"reason": "Bread.", "amounts": amounts[:3]}
    assert pointers(post(federation, "boardmember", "cycles/2027/envelopes/", short)) == [
        "/amounts/2",
        "/amounts",
    ]


def test_a_programmes_errors_point_at_its_figures(federation: Federation) -> None:
    opened(peopled(federation))
    made = post(federation, "citizen0", "associations/", {"name": "Time to Live", "kind": "list"}).json()
    figures = [{"topic": "hours", "value": 30}, {"topic": "investment", "value": 99}]
    body = {"association": made["id"], "title": "Short", "text": "Because.", "figures": figures}
    assert pointers(post(federation, "citizen0", "cycles/2027/programmes/", body)) == ["/figures/1"]
    body["figures"] = [{"topic": "sector", "code": "bread", "value": 200}]
    assert pointers(post(federation, "citizen0", "cycles/2027/programmes/", body)) == ["/figures"]


def test_criteria_are_tried_out_before_they_are_put(federation: Federation, cycle: Cycle) -> None:
    settled(federation, cycle)
    ask(federation, cycle)
    client = Client()
    client.force_login(federation.people["stranger"])
    here = f"{V1}envelopes/{Envelope.objects.get(sector__code='bread').public_id}/sharing/"
    assert client.get(here, {"weight_new": "2", "least_small": "0.2"}).status_code == 200
    for query in ({"weight_new": "-1"}, {"weight_new": "x"}, {"least_small": "nan"}, {"weight_big": "1"}):
        refused = client.get(here, query)
        assert refused.status_code == 400, query
        assert refused.json()["detail"]
    refused = client.get(here, {"least_new": "0.6", "least_small": "0.6"})
    assert "together at most all of it" in refused.json()["detail"]
