"""Whatever a test of a division does, the ledger balances after it, and nothing of a surplus was invested."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from planning.models import Account, Plan, Posting
from planning.selectors.ledger import unbalanced
from tests.planning.division.world import with_surplus
from tests.planning.federation import NOW, Federation


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def plan(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """The bakery and the mill after a settled year."""
    return with_surplus(federation, request)


@pytest.fixture(autouse=True)
def the_ledger_balances(db: None) -> Iterator[None]:
    """Accounts hold what was posted to them, nothing is made or lost, no surplus went into investment."""
    yield
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert unbalanced() == []
    assert sum(Account.objects.values_list("balance", flat=True)) == 0
    assert not Account.objects.exclude(kind__in=["output", "world"]).filter(balance__lt=0).exists()
    out_of = Posting.objects.filter(account__kind="surplus", amount__lt=0).values("entry")
    into = Posting.objects.filter(entry__in=out_of, amount__gt=0).values_list("account__kind", flat=True)
    assert set(into) <= {"collective", "bonuses"}
