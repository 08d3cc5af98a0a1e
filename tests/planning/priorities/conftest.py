"""A peopled federation, and its cycle in the phase of priorities."""

import pytest

from planning.models import Cycle
from tests.planning.federation import Federation, make_federation
from tests.planning.priorities.world import opened, peopled


@pytest.fixture
def federation(db: None) -> Federation:
    """The federation with a general vote."""
    return peopled(make_federation())


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A cycle whose priorities are open to programmes until they are put to the vote."""
    return opened(federation)
