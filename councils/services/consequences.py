"""What a motion's end brings about by itself, by what the motion is about, in the transaction that ends it."""

from collections.abc import Callable
from datetime import datetime

from councils.models import Motion

# Called with the motion as it now is (carried, lost or withdrawn) while the record's chain is locked; a consequence
# that has become impossible is noted, never raised: a vote always closes.
Consequence = Callable[[Motion, datetime], None]
_consequences: dict[str, Consequence] = {}


def register(subject_kind: str, consequence: Consequence) -> None:
    """Say what follows when a motion about such a subject is over."""
    _consequences[subject_kind] = consequence


def follow(motion: Motion, now: datetime) -> None:
    """Do what follows from a motion that is over."""
    consequence = _consequences.get(motion.subject_kind)
    if consequence:
        consequence(motion, now)
