"""The port through which higher rooms hear that workplaces, sectors or regions came in or are taken back.

A federation gives each of them a council; this room knows nothing of councils and only asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workplaces.models import Person, Scenario


@dataclass(frozen=True)
class Places:
    """Ids of first versions: what came in, or is to go."""

    workplaces: Sequence[int] = ()
    sectors: Sequence[int] = ()
    regions: Sequence[int] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything at all."""
        return bool(self.workplaces or self.sectors or self.regions)


class Host(Protocol):
    """Who makes room for what arrives."""

    def arrived(self, *, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> None:
        """Make the bodies that these places need; in the caller's transaction."""

    def leaving(self, *, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> list[str]:
        """Remove bodies of these places that did nothing yet; return sentences on why others must stay."""


_hosts: list[Host] = []


def register(host: Host) -> None:
    """Make ``host`` the one that is told; the last registered counts."""
    _hosts[:] = [host]


def arrived(*, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> None:
    """Tell that places came in."""
    for host in _hosts if places else []:
        host.arrived(scenario=scenario, places=places, by=by, now=now)


def leaving(*, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> list[str]:
    """Tell that places are to go; return what stands against it."""
    return [
        reason
        for host in (_hosts if places else [])
        for reason in host.leaving(scenario=scenario, places=places, by=by, now=now)
    ]
