"""What a programme would bring, for somebody who asks and does not want to wait for it."""

from collections.abc import Mapping

from planning.models import Cycle
from planning.runner.consequences import (
    Before,
    Sheet,
    consequences_known,
    consequences_of,
    consequences_preview,
)
from planning.selectors.guidelines import Key
from planning.services.keeping import keep_asked


def consequences_asked(
    cycle: Cycle, figures: Mapping[Key, float], start: Before | None = None, *, preview: bool = False
) -> Sheet | None:
    """Return what figures would bring; None where that takes long and a worker was asked to compute it.

    Where no worker can be asked, because the broker is away, it is computed here. With ``preview`` a small baseline that is
    still open does too. Raises Refused as ``consequences_of``.
    """
    if preview and not cycle.baseline.digest:
        return consequences_preview(cycle, figures)
    found = consequences_known(cycle, figures, start)
    if found is None and not keep_asked("planning.baseline_keep", cycle.public_id):
        return consequences_of(cycle, figures, start)
    return found
