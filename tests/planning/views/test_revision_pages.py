"""Revisions on pages: shown to everybody, opened and ended by the coordinator."""

import pytest

from planning.models import Cycle, Plan
from tests.planning.federation import Federation
from tests.planning.test_revision import FROST, negotiated
from tests.planning.test_settlement import put_in_force
from tests.planning.views.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """A plan in force, with 95 t of bread."""
    return put_in_force(cycle, federation, bread=95.0)


def test_pages_show_the_revision_to_everybody_and_ask_the_coordinator(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    client, member = sign_in("coordinator"), sign_in("stranger")
    page = client.get("/cycles/2027/").content.decode()
    assert "/cycles/2027/revise/" in page
    assert "/cycles/2027/revise/" not in member.get("/cycles/2027/").content.decode()
    assert member.get("/cycles/2027/revise/").status_code == 403
    assert "A supplier fails" in client.get("/cycles/2027/revise/").content.decode()
    empty = client.post("/cycles/2027/revise/", {"reason": " "})
    assert empty.status_code == 422
    assert client.post("/cycles/2027/revise/", {"reason": FROST}).status_code == 302
    shown_to_all = member.get("/cycles/2027/").content.decode()
    assert FROST in shown_to_all
    assert "is in force, and is being revised" in shown_to_all
    assert client.get("/cycles/2027/abandon/").status_code == 409
    new = negotiated(plan, federation)
    page = member.get("/cycles/2027/plan/").content.decode()
    assert "Version 1 stays in force" in page
    assert "?version=1" in page
    first = member.get("/cycles/2027/plan/?version=1")
    assert "is in force" in first.content.decode()
    assert member.get("/cycles/2027/plan/?version=7").status_code == 404
    assert "keep-plan" in client.get("/cycles/2027/plan/").content.decode()
    assert client.post("/cycles/2027/keep-plan/", {"reason": "The frost was mild."}).status_code == 302
    ended = member.get("/cycles/2027/").content.decode()
    assert "The frost was mild." in ended
    assert client.get("/cycles/2027/keep-plan/").status_code == 409
    new.refresh_from_db()
    assert new.state == "abandoned"
