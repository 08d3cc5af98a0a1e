"""The demo's other people once the plan is in force: workplaces say what became of their grants."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from councils.models import Mandate
from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, Grant, GrantReport
from planning.selectors.grants import waiting_grants
from planning.services.grants import grant_report
from planning.simulated.investing import done, others_did
from planning.simulated.others import generator
from workplaces.errors import Refused, TooLate
from workplaces.models import Person

REPORTING: Final = "reports.simulated"
PLACE = 3003  # of the generator
LATE = 0.2  # share of grants whose equipment is late; the rest is done


def reports_wait(cycle: Cycle, now: datetime) -> bool:
    """Say whether made-up workplaces could say what became of their grants, and have not in this year."""
    if cycle.phase not in policies.IN_FORCE or others_did(cycle, REPORTING):
        return False
    return _waiting(cycle, made_up_delegates(now)).exists()


def others_report(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Let made-up delegates report on their workplaces' grants, four in five done and one late; return how many did.

    What was late in an earlier year is done. The same baseline and year give the same reports. Raises Forbidden, TooLate.
    """
    permissions.check_coordinate(by, now.date())
    if cycle.phase not in policies.IN_FORCE:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; grants are reported on once the plan is in force.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    rng, delegates, count = generator(cycle, PLACE), made_up_delegates(now), 0
    for grant in list(_waiting(cycle, delegates)):
        is_late = rng.random() < LATE and not grant.reports.exists()
        state = GrantReport.State.LATE if is_late else GrantReport.State.DONE
        text = _("It is delivered in the new year.") if is_late else _("It is in place and runs.")
        try:
            grant_report(
                grant=grant, state=state, text=text, by=delegates[grant.request.workplace_id], now=now
            )
        except Refused:  # somebody reported meanwhile, or the delegate's term is over
            continue
        count += 1
    done(REPORTING, cycle, {"reports": count}, by, now)
    return count


def made_up_delegates(now: datetime) -> dict[int, Person]:
    """Return by workplace the made-up person who speaks for it."""
    found = Mandate.objects.held_on(now.date()).filter(
        role=Mandate.Role.DELEGATE, represents__workplace__isnull=False, person__synthetic=True
    )
    rows = found.select_related("person", "represents").order_by("-pk")
    return {row.represents.workplace_id: row.person for row in rows if row.represents}  # type: ignore[misc]


def _waiting(cycle: Cycle, delegates: dict[int, Person]) -> QuerySet[Grant]:
    """Return the grants up to the cycle's year of which nobody has said yet that they are done."""
    found = waiting_grants(list(delegates), policies.IN_FORCE)
    return found.filter(envelope__draft__cycle__year__lte=cycle.year)
