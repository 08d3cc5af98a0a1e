"""The port through which lower rooms ask who may act for whom; ``councils`` answers it.

A *hat* is one mandate seen from the outside: in which role a person acts, for which body, where.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from workplaces.models import Person

DELEGATE, MEMBER, COORDINATOR, REGISTRAR, AUDITOR = (
    "delegate",
    "member",
    "coordinator",
    "registrar",
    "auditor",
)


@dataclass(frozen=True)
class Hat:
    """One mandate in force: ids are those of the first versions (``entity_id``) of the rows they name."""

    mandate: UUID
    role: str
    council: UUID
    council_kind: str
    label: str
    workplace: int | None = None
    sector: int | None = None
    region: int | None = None


class Authority(Protocol):
    """What the councils can tell about a person's mandates."""

    def hats(self, person: Person, on: date) -> Iterable[Hat]:
        """Return the mandates that the person holds on that day."""


_provider: list[Authority] = []
_known: ContextVar[dict[tuple[int, date], tuple[Hat, ...]] | None] = ContextVar("hats", default=None)


def register(authority: Authority) -> None:
    """Make ``authority`` the one that answers; the last registered counts."""
    _provider[:] = [authority]


def hats(person: Person, on: date) -> tuple[Hat, ...]:
    """Return the person's hats on that day; a person who is not signed in, or inactive, has none."""
    if not person.is_authenticated or not person.is_active:
        return ()
    known = _known.get()
    if known is None:
        return tuple(_provider[0].hats(person, on))
    if (person.pk, on) not in known:
        known[person.pk, on] = tuple(_provider[0].hats(person, on))
    return known[person.pk, on]


@contextmanager
def remembered() -> Iterator[None]:
    """Look up each person's hats once in here, where nothing is changed."""
    outside = _known.set({})
    try:
        yield
    finally:
        _known.reset(outside)


def wears(person: Person, on: date, role: str, **place: int | str) -> Hat | None:
    """Return the hat with that role and, where given, that council_kind, workplace, sector or region."""
    for hat in hats(person, on):
        if hat.role == role and all(getattr(hat, key) == value for key, value in place.items()):
            return hat
    return None
