"""What holds for every operation: problems for every error, keys that make a POST safe to repeat, limits."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from planning.models import Cycle, IdempotentRequest, Round
from tests.api.conftest import Caller
from tests.planning.federation import Federation
from workplaces.record.models import Entry

OPEN = "/api/v1/cycles/2027/open-round/"
PROBLEM = "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("get", "/api/v1/nothing/", {}, 404, "not-found"),
        ("get", "/api/v1/products/00000000-0000-0000-0000-000000000000/", {}, 404, "not-found"),
        ("get", "/api/v1/cycles/1999/", {}, 404, "not-found"),
        ("delete", "/api/v1/products/", {}, 405, "method-not-allowed"),
        ("post", OPEN, {"data": "a=1", "content_type": "text/plain"}, 415, "unsupported-media-type"),
        ("post", "/api/v1/cycles/", {"data": "{", "content_type": "application/json"}, 400, "parse-error"),
        ("post", "/api/v1/cycles/", {"data": "{}", "content_type": "application/json"}, 422, "invalid"),
        ("get", "/api/v1/products/?cursor=broken", {}, 404, "not-found"),
        ("get", "/api/v1/products/?cycle=next", {}, 400, "query"),
        ("get", "/api/v1/rounds/?cycle=-1", {}, 400, "query"),
        ("get", "/api/v1/products/", {"headers": {"Accept": "text/html"}}, 406, "not-acceptable"),
    ],
)
def test_every_error_is_a_problem_document(
    federation: Federation,
    cycle: Cycle,
    caller: Caller,
    method: str,
    path: str,
    options: Any,
    status: int,
    code: str,
) -> None:
    answer = getattr(caller("coordinator"), method)(path, **options)
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, PROBLEM), answer.content
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, "about:blank")


@pytest.mark.django_db
def test_without_a_name_there_is_nothing_to_read(federation: Federation) -> None:
    for credentials in ({}, {"HTTP_AUTHORIZATION": "Bearer cp_guess"}):
        answer = APIClient().get("/api/v1/products/", **credentials)
        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
def test_a_post_that_is_sent_again_is_done_once(federation: Federation, cycle: Cycle, caller: Caller) -> None:
    client = caller("coordinator")
    first = client.post(OPEN, headers={"Idempotency-Key": "k1"})
    second = client.post(OPEN, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (201, 201), second.content
    assert (second.json(), second["ETag"]) == (first.json(), first["ETag"])
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Round.objects.count() == 1
    assert Entry.objects.filter(kind="round.opened").count() == 1
    assert client.post(OPEN).status_code == 409, "without the key it is another request"


@pytest.mark.django_db
def test_a_key_belongs_to_one_request_of_one_person(
    federation: Federation, cycle: Cycle, caller: Caller
) -> None:
    client, key = caller("coordinator"), {"Idempotency-Key": "k1"}
    round = client.post(OPEN, headers=key).json()
    for path, body in ((f"/api/v1/rounds/{round['id']}/runs/", None), ("/api/v1/cycles/", {"year": 2030})):
        answer = client.post(path, body, format="json", headers=key)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert caller("stranger").post(OPEN, headers=key).status_code == 403
    assert client.post(OPEN, headers={"Idempotency-Key": "k" * 256}).status_code == 400


@pytest.mark.django_db
def test_a_refused_post_may_be_sent_again(federation: Federation, cycle: Cycle, caller: Caller) -> None:
    client, key = caller("coordinator"), {"Idempotency-Key": "k1"}
    round = client.post(OPEN).json()
    assert client.post(OPEN, headers=key).status_code == 409
    assert not IdempotentRequest.objects.exists()
    Round.objects.filter(public_id=round["id"]).update(state="closed")
    assert client.post(OPEN, headers=key).status_code == 409, "no standing proposals yet"


@pytest.mark.django_db(transaction=True)
def test_two_of_the_same_at_once_are_one(federation: Federation, cycle: Cycle, caller: Caller) -> None:
    """The second waits for the first one's note; without a key it is refused, which shows that they met."""
    answers: dict[str, Any] = {}
    clients = {name: caller("coordinator") for name in ("a", "b")}
    begun = threading.Event()

    def send(name: str) -> None:
        try:
            begun.set()
            answers[name] = clients[name].post(OPEN, headers={"Idempotency-Key": "k1"})
        finally:
            connection.close()

    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)  # both come to stand behind this lock
        threads = [threading.Thread(target=send, args=[name]) for name in clients]
        for thread in threads:
            thread.start()
        begun.wait()
        wait_for_waiters(2)
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers.values()] == [201, 201]
    assert answers["a"].json() == answers["b"].json()
    assert sorted(answer.has_header("Idempotency-Replayed") for answer in answers.values()) == [False, True]
    assert Round.objects.count() == 1


def wait_for_waiters(count: int) -> None:
    """Wait until that many sessions of this database wait for a lock."""
    import time

    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.02)
    pytest.fail("The two requests never met.")


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_back(
    federation: Federation, cycle: Cycle, caller: Caller, settings: Any
) -> None:
    settings.API_RATES = {"read": "3/min", "write": "1/min"}
    client = caller("stranger")
    assert [client.get("/api/v1/products/").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = client.get("/api/v1/products/")
    assert late["Content-Type"] == PROBLEM
    assert int(late["Retry-After"]) > 0
    assert [client.post(OPEN).status_code for _ in range(2)] == [403, 429], "writes count for themselves"


@pytest.mark.django_db
def test_staff_write_with_a_second_factor_only(
    federation: Federation, cycle: Cycle, caller: Caller, settings: Any
) -> None:
    from allauth.mfa.models import Authenticator

    client = caller("coordinator")
    settings.STAFF_NEED_SECOND_FACTOR = True
    assert client.get("/api/v1/products/").status_code == 200
    refused = client.post(OPEN)
    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-needed")
    Authenticator.objects.create(user=federation.people["coordinator"], type="totp", data={"secret": "x"})
    assert client.post(OPEN).status_code == 201
