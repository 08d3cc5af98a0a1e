"""When a plan in force can be revised, or kept after all: twins ``check_…`` (raises TooLate) and ``can_…``."""

from django.utils.translation import gettext as _

from planning.models import Cycle, Revision
from planning.models.cycles import PLANNING
from planning.transitions import CYCLE
from workplaces.errors import TooLate, passes

NEGOTIATED = (Cycle.Phase.ROUNDS, Cycle.Phase.RATIFICATION)


def revision_of(cycle: Cycle) -> Revision | None:
    """Return the revision of the cycle's plan that is under way, if there is one."""
    if cycle.phase not in NEGOTIATED:
        return None
    return cycle.revisions.filter(ended_at__isnull=True).select_related("plan", "opened_by").first()


def check_revise(cycle: Cycle) -> None:
    """A plan is revised while it is in force, and while no other year is being planned."""
    if "revise" not in CYCLE[cycle.phase]:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; a plan is revised while it is in force.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    other = Cycle.objects.filter(phase__in=PLANNING).exclude(pk=cycle.pk).first()
    if other is not None:
        raise TooLate(
            _(
                "%(other)s is being planned; two years cannot be negotiated at once. Bring what has changed into its rounds."
            )
            % {"other": other}
        )


def can_revise(cycle: Cycle) -> bool:
    """Say whether the plan can be revised now."""
    return passes(check_revise, cycle)


def check_keep(cycle: Cycle) -> None:
    """A plan is kept after all as long as its revision is under way."""
    if revision_of(cycle) is None:
        raise TooLate(
            _("No revision of the plan for %(year)s is under way; there is nothing to end.")
            % {"year": cycle.year}
        )


def can_keep(cycle: Cycle) -> bool:
    """Say whether a revision is under way that can end with the plan kept."""
    return passes(check_keep, cycle)
