"""What follows by itself when a mandate ends early, in the transaction that ends it: somebody may know who is next."""

from collections.abc import Callable
from datetime import datetime

from councils.models import Mandate

# Called with the mandate as it ended while the record's chain is locked; where nobody follows the seat stays vacant.
Successor = Callable[[Mandate, datetime], None]
_successors: dict[str, Successor] = {}


def register(name: str, successor: Successor) -> None:
    """Say what follows when a mandate ends before its term."""
    _successors[name] = successor


def fill(mandate: Mandate, now: datetime) -> None:
    """Let whoever knows how the mandate was obtained fill its seat."""
    for _name, successor in sorted(_successors.items()):
        successor(mandate, now)
