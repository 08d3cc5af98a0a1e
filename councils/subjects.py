"""What motions are about, for links: the app that knows registers how to name it; councils do not know."""

from collections.abc import Callable
from uuid import UUID

from councils.models import Council

Resolver = Callable[[UUID, Council], tuple[str, str] | None]
_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Say how a subject of that kind is called to a council and where its page is: (label, address), or None."""
    _resolvers[kind] = resolver


def link(kind: str, subject: UUID | None, council: Council) -> tuple[str, str] | None:
    """Return label and address of a motion's subject, if somebody registered its kind."""
    resolver = _resolvers.get(kind)
    return resolver(subject, council) if resolver and subject else None
