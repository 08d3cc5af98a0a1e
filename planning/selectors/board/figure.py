"""What a figure of the sheet is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

# What a figure is counted in; any other unit is a resource's own.
SHARE, MONEY, HOURS, WEEKLY, INDEX, COUNT, PER_HOUR = (
    "share", "money", "hours", "hours_a_week", "index", "count", "money_per_hour",
)  # fmt: skip


class Triple(NamedTuple):
    """A figure of the year before, in the plan, and as it came out; None where there is none (yet)."""

    last: float | None = None
    plan: float | None = None
    actual: float | None = None


@dataclass(frozen=True)
class Input:
    """What a figure is computed from: ``name`` is the wording's key."""

    name: str
    unit: str
    values: Triple


@dataclass(frozen=True)
class Part:
    """A figure's share that falls to a region, a sector, an occupation, a resource or a price status."""

    code: str
    label: str
    unit: str
    values: Triple
    target: float | None = None
    owner: str = ""


@dataclass(frozen=True)
class Decision:
    """Who decided: ``kind`` is the wording's key, ``about`` what the decision is called, ``url`` where it is shown."""

    kind: str
    about: str = ""
    url: str = ""


@dataclass(frozen=True)
class Point:
    """The figure in a year: as planned and as it came out."""

    year: int
    plan: float | None
    actual: float | None


@dataclass(frozen=True)
class Figure:
    """One figure of a role. ``missing`` is the wording's key for what the federation does not record, if it does not.

    ``unrecorded`` says the same of the actual figure alone. ``note`` is the key for what explains a figure that is there.
    """

    role: str
    key: str
    unit: str
    values: Triple
    target: float | None = None
    inputs: tuple[Input, ...] = ()
    parts: tuple[Part, ...] = ()
    decided: tuple[Decision, ...] = ()
    missing: str = ""
    unrecorded: str = ""
    note: str = ""
    trend: tuple[Point, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether the federation records what it is computed from."""
        return not self.missing


def each(*triples: Triple, by: Callable[..., float | None]) -> Triple:
    """Apply a formula to the three columns; a column in which an input is missing has no figure."""
    columns = zip(*triples, strict=True)
    return Triple(*(None if None in column else by(*column) for column in columns))


def share(part: Triple, whole: Triple) -> Triple:
    """Return ``part / whole``; none where the whole is not above 0."""
    return each(part, whole, by=lambda one, all_: one / all_ if all_ > 0 else None)
