"""The world of the access matrix: made once per phase, asked thousands of times, changed never."""

import pytest
from django.utils import timezone

from tests.planning.federation import NOW


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mandates of the federation have terms: the clock stands inside them."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
