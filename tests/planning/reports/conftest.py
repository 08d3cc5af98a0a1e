"""A year with a plan in force, and somebody signed in."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, Plan
from tests.planning.federation import NOW, Federation, add_cake
from tests.planning.test_settlement import put_in_force

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """A plan with 95 t of bread and 20 t of cake, from the same bakery."""
    add_cake(federation)
    cycle: Cycle = request.getfixturevalue("cycle")
    return put_in_force(cycle, federation, bread=95.0)


@pytest.fixture
def sign_in(federation: Federation) -> SignIn:
    """Return a browser in which that person is signed in."""

    def enter(name: str) -> Client:
        client = Client()
        client.force_login(federation.people[name])
        return client

    return enter
