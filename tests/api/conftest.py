"""A program's view of the small federation: clients with tokens, a clock that stands."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from planning.models import Cycle
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.tokens import token_create
from tests.planning.federation import NOW, Federation, make_federation

ALL = ("read", "propose", "answer", "coordinate")
Caller = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mandates of the federation have terms: the clock stands inside them."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cache.clear()


@pytest.fixture
def federation(db: None) -> Federation:
    """The federation with an open baseline."""
    return make_federation()


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A cycle in the phase of proposals."""
    by = federation.people["coordinator"]
    opened = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    return cycle_begin_proposals(cycle=opened, by=by, now=NOW)


@pytest.fixture
def caller(federation: Federation, settings: Any) -> Caller:
    """``caller("coordinator", "read", …)``: a client with that person's token, by default with every scope."""
    settings.STAFF_NEED_SECOND_FACTOR = False

    def made(name: str, *scopes: str) -> APIClient:
        from datetime import timedelta

        _token, secret = token_create(
            name="test",
            scopes=scopes or ALL,
            expires_at=NOW + timedelta(days=1),
            by=federation.people[name],
            now=NOW,
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return made
