"""The plan of the small federation, and years in other phases."""

import pytest

from planning.models import Plan
from tests.planning.board.world import rich
from tests.planning.federation import Federation
from tests.planning.investment.conftest import the_ledger_balances
from tests.planning.views.conftest import _slow_heart, computed, opened, plan, proposing, sign_in

__all__ = ["_slow_heart", "computed", "full", "opened", "plan", "proposing", "sign_in", "the_ledger_balances"]


@pytest.fixture
def full(federation: Federation, request: pytest.FixtureRequest) -> Plan:
    """A plan of the federation with everything in it that the sheet can read."""
    rich(federation)
    made: Plan = request.getfixturevalue("plan")
    return made
