"""What motions are about, for links: the app that knows registers how to name it; councils do not know."""

from collections.abc import Callable
from uuid import UUID

from councils.models import Council, Motion

Resolver = Callable[[UUID, Council], tuple[str, str] | None]
Telling = Callable[[Motion], list[str]]
FREE, BY_SIGNATURES = "", "petition"
_resolvers: dict[str, Resolver] = {}
_tellings: dict[str, Telling] = {}
_asking = {FREE, BY_SIGNATURES}
_secret: set[str] = set()


def register(
    kind: str,
    resolver: Resolver,
    *,
    asks: bool = False,
    in_secret: bool = False,
    telling: Telling | None = None,
) -> None:
    """Say how a subject of that kind is called to a council and where its page is: (label, address), or None.

    ``asks`` says that motions about it may put a question with options; others are answered by yes or no. ``in_secret``
    says that they are always voted on in secret, held anew too.  ``telling`` returns sentences on what a motion about it
    waits for or brought about beyond its own result.
    """
    _resolvers[kind] = resolver
    if in_secret:
        _secret.add(kind)
    if telling:
        _tellings[kind] = telling
    if asks:
        _asking.add(kind)


def may_ask(kind: str, prescribed: str) -> bool:
    """Say whether a motion about such a subject may put a question with options; ``prescribed`` names the rule that
    puts it, and a rule that puts what is about nothing puts yes or no."""
    return kind in _asking and not (kind == FREE and prescribed)


def always_secret(kind: str) -> bool:
    """Say whether motions about such a subject are voted on in secret only."""
    return kind in _secret


def told(motion: Motion) -> list[str]:
    """Return what a motion waits for or brought about beyond its own result, in sentences."""
    telling = _tellings.get(motion.subject_kind)
    return telling(motion) if telling and motion.subject_id else []


def link(kind: str, subject: UUID | None, council: Council) -> tuple[str, str] | None:
    """Return label and address of a motion's subject, if somebody registered its kind."""
    resolver = _resolvers.get(kind)
    return resolver(subject, council) if resolver and subject else None
