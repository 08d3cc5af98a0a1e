"""On whose behalf an appeal is brought, and on what ground: the app that knows registers how to say it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from councils.models import Appeal, Motion
from workplaces.models import Person


@dataclass(frozen=True)
class Ground:
    """Who appeals (``who``), which rule they say was broken and at which figure it stands, why, and what it concerns."""

    who: str
    rule: str
    reason: str
    url: str


Resolver = Callable[[Collection[int]], Mapping[int, Ground]]
Doors = Callable[[Motion, Person, datetime], list[tuple[str, str]]]
_resolvers: list[Resolver] = []
_doors: dict[str, Doors] = {}


def register(resolver: Resolver, *, kind: str, doors: Doors) -> None:
    """Say how to tell the grounds of appeals (by key), and where a person goes to appeal for those they speak for."""
    _resolvers.append(resolver)
    _doors[kind] = doors


def grounds_of(appeals: Collection[Appeal]) -> dict[int, Ground]:
    """Return by appeal its ground, where somebody else than the person who filed it appeals."""
    keys = [appeal.pk for appeal in appeals]
    return {key: ground for resolver in _resolvers if keys for key, ground in resolver(keys).items()}


def doors_to(motion: Motion, who: Person, now: datetime) -> list[tuple[str, str]]:
    """Return label and address of each page on which the person can appeal for whom they speak."""
    found = _doors.get(motion.subject_kind)
    return found(motion, who, now) if found else []
