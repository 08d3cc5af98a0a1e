"""When a year is settled, closed, followed by the next: twins ``check_…`` (raises TooLate) and ``can_…``."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from planning.models import Cycle
from planning.transitions import CYCLE
from workplaces.errors import TooLate
from workplaces.models import Scenario


def check_settle(cycle: Cycle) -> None:
    """A year is settled once, after its plan was put in force."""
    if not can_settle(cycle):
        message = _(
            "%(cycle)s is in the phase “%(phase)s”; a year is settled once, while its plan is in force."
        )
        raise TooLate(message % {"cycle": cycle, "phase": cycle.get_phase_display()})


def can_settle(cycle: Cycle) -> bool:
    """Say whether the year can be settled now."""
    return "settle" in CYCLE[cycle.phase]


def check_close(cycle: Cycle) -> None:
    """A cycle closes once its year is settled."""
    if not can_close(cycle):
        message = _("%(cycle)s is in the phase “%(phase)s”; a cycle closes once its year is settled.")
        raise TooLate(message % {"cycle": cycle, "phase": cycle.get_phase_display()})


def can_close(cycle: Cycle) -> bool:
    """Say whether the cycle can be closed now."""
    return "close" in CYCLE[cycle.phase]


def check_start_from(baseline: Scenario) -> None:
    """A baseline serves one cycle: the next one starts from what its settlement draws."""
    used = _served(baseline).select_related("next_baseline").first()
    if used is None:
        return
    values = {"name": baseline.name, "cycle": used}
    if used.next_baseline is None:
        message = _("%(cycle)s started from “%(name)s”; settle it first: that draws the next baseline.")
        raise TooLate(message % values)
    message = _(
        "%(cycle)s started from “%(name)s” already; the next one starts from “%(next)s” or a later one."
    )
    raise TooLate(message % {**values, "next": used.next_baseline.name})


def can_start_from(baseline: Scenario) -> bool:
    """Say whether a cycle can start from the baseline."""
    return not _served(baseline).exists()


def _served(baseline: Scenario) -> QuerySet[Cycle]:
    """A cycle that was abandoned leaves its baseline to the next one."""
    return Cycle.objects.filter(baseline=baseline).exclude(phase=Cycle.Phase.ABANDONED)
