"""The port through which higher rooms add links to a workplace's page; this room knows of no plans."""

from collections.abc import Callable

from workplaces.models import Workplace

# (label, address), or None where there is nothing to lead to.
Finder = Callable[[Workplace], tuple[str, str] | None]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add what else there is about a workplace; registered twice, it is there once."""
    if finder not in _finders:
        _finders.append(finder)


def links(workplace: Workplace) -> list[tuple[str, str]]:
    """Return the links for a workplace."""
    return [link for finder in _finders if (link := finder(workplace)) is not None]
