"""What entries of the record are about, for links. The room that knows a kind registers how its rows are found."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

# From public ids to (label, address); what is not there, or not for everybody, is left out.
Finder = Callable[[Collection[UUID]], Mapping[UUID, tuple[str, str]]]
_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Say how subjects of that kind are called and where their pages are."""
    _finders[kind] = finder


def links(subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return label and address by subject (``kind:public id``), with one question for each kind."""
    wanted: dict[str, dict[UUID, str]] = defaultdict(dict)
    for subject in subjects:
        kind, _colon, text = subject.partition(":")
        try:
            public_id = UUID(text)
        except ValueError:
            continue
        if kind in _finders:
            wanted[kind][public_id] = subject
    return {
        ids[public_id]: link
        for kind, ids in wanted.items()
        for public_id, link in _finders[kind](list(ids)).items()
    }
