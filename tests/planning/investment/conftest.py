"""Whatever a test of investment does, the ledger balances after it."""

from collections.abc import Iterator

import pytest

from planning.selectors.ledger import unbalanced


@pytest.fixture(autouse=True)
def the_ledger_balances(db: None) -> Iterator[None]:
    """Every account holds what was posted to it, and every entry adds up to zero."""
    yield
    assert unbalanced() == []
