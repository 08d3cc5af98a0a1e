"""A peopled federation with two published programmes, and a board with seats that speak for no council."""

import pytest

from planning.models import Cycle, ListElection
from tests.planning.federation import Federation, make_federation
from tests.planning.lists.world import called, seated_board
from tests.planning.priorities.world import both, opened, peopled


@pytest.fixture
def federation(db: None) -> Federation:
    """The federation with a general vote, and three free seats of the board's four."""
    return seated_board(peopled(make_federation()))


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A year in which two associations have published programmes."""
    found = opened(federation)
    both(federation, found)
    return found


@pytest.fixture
def election(federation: Federation, cycle: Cycle) -> ListElection:
    """An election by lists whose lists are still put up."""
    return called(federation)
