"""The small federation in the states that tests start from."""

import pytest

from planning.models import Cycle
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.planning.federation import NOW, Federation, make_federation


@pytest.fixture
def federation(db: None) -> Federation:
    """The federation with an open baseline and no cycle."""
    return make_federation()


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A cycle in the phase of proposals."""
    by = federation.people["coordinator"]
    opened = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    return cycle_begin_proposals(cycle=opened, by=by, now=NOW)
