"""What motions are about, for links: the app that knows registers how to name it; councils do not know."""

from collections.abc import Callable
from uuid import UUID

from councils.models import Council

Resolver = Callable[[UUID, Council], tuple[str, str] | None]
FREE, BY_SIGNATURES = "", "petition"
_resolvers: dict[str, Resolver] = {}
_asking = {FREE, BY_SIGNATURES}


def register(kind: str, resolver: Resolver, *, asks: bool = False) -> None:
    """Say how a subject of that kind is called to a council and where its page is: (label, address), or None.

    ``asks`` says that motions about it may put a question with options; others are answered by yes or no.
    """
    _resolvers[kind] = resolver
    if asks:
        _asking.add(kind)


def may_ask(kind: str, prescribed: str) -> bool:
    """Say whether a motion about such a subject may put a question with options; ``prescribed`` names the rule that
    puts it, and a rule that puts what is about nothing puts yes or no."""
    return kind in _asking and not (kind == FREE and prescribed)


def link(kind: str, subject: UUID | None, council: Council) -> tuple[str, str] | None:
    """Return label and address of a motion's subject, if somebody registered its kind."""
    resolver = _resolvers.get(kind)
    return resolver(subject, council) if resolver and subject else None
