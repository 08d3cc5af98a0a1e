"""Tokens: kept as digests, bound to scopes, ended at will."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from planning.models import ApiToken, Cycle
from planning.services.tokens import digest, token_create, token_revoke, token_use
from tests.api.conftest import Caller
from tests.planning.federation import NOW, Federation
from workplaces.errors import Invalid, TooLate

pytestmark = pytest.mark.django_db


def test_the_secret_is_nowhere_in_the_table(federation: Federation) -> None:
    by = federation.people["villager"]
    token, secret = token_create(
        name="ERP", scopes=["read"], expires_at=NOW + timedelta(days=9), by=by, now=NOW
    )
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert row["digest"] == digest(secret)
    assert token_use(secret=secret, now=NOW) == token
    assert token_use(secret=secret + "x", now=NOW) is None


def test_a_token_ends(federation: Federation) -> None:
    by = federation.people["villager"]
    token, secret = token_create(
        name="ERP", scopes=["read"], expires_at=NOW + timedelta(days=9), by=by, now=NOW
    )
    assert token_use(secret=secret, now=NOW + timedelta(days=9)) is None
    token_revoke(token=token, by=federation.people["stranger"], now=NOW)
    assert token_use(secret=secret, now=NOW) == token, "only its person revokes a token"
    token_revoke(token=token, by=by, now=NOW)
    assert token_use(secret=secret, now=NOW) is None


def test_a_person_who_was_shut_out_is_shut_out_by_token_too(federation: Federation, caller: Caller) -> None:
    client = caller("villager")
    assert client.get("/api/v1/products/").status_code == 200
    person = federation.people["villager"]
    person.is_active = False
    person.save()
    answer = client.get("/api/v1/products/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Commonplan"')


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [("", ["read"], 1, "name"), ("x", [], 1, "scopes"), ("x", ["rule"], 1, "scopes"), ("x", ["read"], 0, "expires"),
     ("x", ["read"], 400, "expires")],
)  # fmt: skip
def test_tokens_without_name_scope_or_end_are_refused(
    federation: Federation, name: str, scopes: list[str], days: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        token_create(
            name=name,
            scopes=scopes,
            expires_at=NOW + timedelta(days=days),
            by=federation.people["villager"],
            now=NOW,
        )
    assert list(refusal.value.fields) == [field]


def test_nobody_heaps_up_tokens(federation: Federation) -> None:
    by = federation.people["villager"]
    options = {"scopes": ["read"], "expires_at": NOW + timedelta(days=1), "by": by, "now": NOW}
    for number in range(20):
        token_create(name=str(number), **options)
    with pytest.raises(TooLate, match="revoke"):
        token_create(name="one more", **options)


def test_the_database_refuses_unknown_scopes_and_plain_secrets(federation: Federation) -> None:
    options = {"person": federation.people["villager"], "name": "x", "created_at": NOW}
    later = NOW + timedelta(days=1)
    for wrong in (
        {"scopes": ["rule"], "digest": "0" * 64, "expires_at": later},
        {"scopes": [], "digest": "0" * 64, "expires_at": later},
        {"scopes": ["read"], "digest": "cp_secret", "expires_at": later},
        {"scopes": ["read"], "digest": "0" * 64, "expires_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**options, **wrong)


def test_a_token_does_what_its_scopes_say_and_no_more(
    federation: Federation, cycle: Cycle, caller: Caller
) -> None:
    where = f"/api/v1/cycles/2027/proposals/{federation.lines['bread'].public_id}/"
    for scopes, read, write in (
        (("read",), 200, 403),
        (("propose",), 403, 200),
        (("read", "propose"), 200, 200),
    ):
        client = caller("bread_delegate", *scopes)
        assert client.get(where).status_code == read
        answer = client.put(where, {"output": 90.0}, format="json", headers={"If-Match": "*"})
        assert answer.status_code == write
    refused = caller("coordinator", "read").post("/api/v1/cycles/2027/open-round/")
    assert refused.json()["code"] == "scope-missing"


def test_a_session_needs_the_csrf_token_for_writes(federation: Federation, cycle: Cycle) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(federation.people["bread_delegate"])
    assert client.get("/api/v1/products/").status_code == 200
    where = f"/api/v1/cycles/2027/proposals/{federation.lines['bread'].public_id}/"
    answer = client.put(where, {"output": 90.0}, content_type="application/json", headers={"If-Match": "*"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
