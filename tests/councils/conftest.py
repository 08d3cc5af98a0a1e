"""The federation that the councils' tests share."""

import pytest

from tests.councils.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """Return a small founded federation."""
    return build()
