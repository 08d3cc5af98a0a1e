"""The clock stands inside the terms of the federation's mandates."""

import pytest
from django.utils import timezone

from tests.planning.federation import NOW


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
