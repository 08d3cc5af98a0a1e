"""When workplaces can report what they made: twins ``check_…`` (raises TooLate) and ``can_…``."""

from django.utils.translation import gettext as _

from planning.models import Cycle
from planning.policies_revision import NEGOTIATED
from workplaces.errors import TooLate, passes

SETTLED = (Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED)


def check_report(cycle: Cycle) -> None:
    """Reports are taken while a plan is in force, also while it is revised, until the year is settled."""
    if cycle.phase in SETTLED:
        raise TooLate(
            _(
                "%(cycle)s is settled; what it rested on stays. What is found out now belongs to the next year's figures."
            )
            % {"cycle": cycle}
        )
    if not is_in_force(cycle):
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; what was made is reported once its plan is in force.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )


def can_report(cycle: Cycle) -> bool:
    """Say whether reports are taken now."""
    return passes(check_report, cycle)


def is_in_force(cycle: Cycle) -> bool:
    """Say whether the year is worked by a plan: it is in force, or it is while another one is negotiated."""
    if cycle.phase in NEGOTIATED:
        return cycle.plans.filter(in_force_at__isnull=False).exists()
    return cycle.phase == Cycle.Phase.IN_FORCE
