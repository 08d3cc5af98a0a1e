"""Real threads on real connections, each its own: no pool that would line the racers up."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.councils.world import World, build


@pytest.fixture
def own_connections(transactional_db: None) -> Iterator[None]:
    """Let every thread open a connection of its own instead of sharing a pool of eight."""
    options = connection.settings_dict["OPTIONS"]
    pool = options.pop("pool", None)
    connection.close()
    yield
    connection.close()
    if pool is not None:
        options["pool"] = pool


@pytest.fixture
def world(own_connections: None) -> World:
    """Return a small founded federation, committed."""
    return build()


class Race:
    """Runs functions at once and keeps what they returned and what they raised."""

    def __init__(self) -> None:
        self.returned: list[Any] = []
        self.raised: list[Exception] = []

    def run(self, runners: list[Callable[[], Any]]) -> "Race":
        """Start all behind one barrier, wait for all; a runner that hangs fails the test."""
        barrier = threading.Barrier(len(runners))
        threads = [
            threading.Thread(target=self._one, args=(barrier, runner), daemon=True) for runner in runners
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a racer hangs"
        return self

    def in_lanes(self, runners: list[Callable[[], Any]], lanes: int = 40) -> "Race":
        """Run more racers than the server has room for: each lane runs several one after the other, all lanes at once."""

        def lane(mine: list[Callable[[], Any]]) -> None:
            for runner in mine:
                try:
                    self.returned.append(runner())
                except Exception as error:  # noqa: BLE001
                    self.raised.append(error)

        self.run([partial(lane, runners[number::lanes]) for number in range(lanes)])
        self.returned = [result for result in self.returned if result is not None]
        return self

    def _one(self, barrier: threading.Barrier, runner: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(60)
            self.returned.append(runner())
        except Exception as error:  # noqa: BLE001
            self.raised.append(error)
        finally:
            connection.close()


@pytest.fixture
def race() -> Race:
    """Return a race that has not been run."""
    return Race()
