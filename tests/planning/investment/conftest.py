"""Whatever a test of investment does, and whatever goes wrong in it, the ledger balances after it."""

from collections.abc import Iterator

import pytest
from django.db import connection

from planning.models import Account, Envelope
from planning.selectors.ledger import unbalanced
from tests.planning.federation import Federation
from tests.planning.investment.sharing_world import asking, granted

MAY_OWE = [Account.Kind.OUTPUT, Account.Kind.WORLD]


@pytest.fixture(autouse=True)
def the_ledger_balances(db: None) -> Iterator[None]:
    """Every account holds what was posted to it, every entry adds up to zero, and so does everything together.

    What is checked at the end of a transaction is checked now, where the test's own is never committed.
    """
    yield
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert unbalanced() == []
    assert sum(Account.objects.values_list("balance", flat=True)) == 0
    assert not Account.objects.exclude(kind__in=MAY_OWE).filter(balance__lt=0).exists()


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    """The valley's envelope, 4.80 of the fund's 16.00, granted at α = 2."""
    found = asking(federation)[1]
    granted(federation, found)
    return found
