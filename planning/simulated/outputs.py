"""The demo's other people once the plan is in force: delegates report what their workplaces made."""

from datetime import datetime
from typing import Any, Final

import numpy as np

from planning import permissions
from planning.models import Cycle, OutputReport, Plan
from planning.policies_reports import can_report, check_report
from planning.selectors.reports import lines_made, plan_reported
from planning.services.reports import Made, outputs_report
from planning.simulated.investing import done, others_did
from planning.simulated.others import generator
from planning.simulated.reporting import made_up_delegates
from workplaces.errors import Refused
from workplaces.models import Person, Workplace

REPORTED: Final = "outputs.simulated"
PLACE = 3004  # of the generator
SPREAD = 0.03  # standard deviation of what is made around what was planned, as a share of it
TOLD = 0.01  # a deviation beyond which a cause is given
SILENT = 0.05  # share of workplaces that say nothing
CAUSES = [cause.value for cause in OutputReport.Cause if cause != OutputReport.Cause.OTHER]


def outputs_wait(cycle: Cycle, now: datetime) -> bool:
    """Say whether made-up delegates could report what their workplaces made, and have not in this year."""
    return can_report(cycle) and not others_did(cycle, REPORTED) and bool(made_up_delegates(now))


def others_made(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Let made-up delegates report, by the same service as everybody: 3 % around the plan, one in twenty says nothing.

    What somebody reported already stays. The same baseline and year give the same reports. Returns how many lines were
    reported. Raises Forbidden, TooLate.
    """
    permissions.check_coordinate(by, now.date())
    check_report(cycle)
    plan = plan_reported(cycle)
    assert plan is not None  # noqa: S101  (the policy says so)
    rng, delegates, count = generator(cycle, PLACE), made_up_delegates(now), 0
    places = (
        Workplace.objects.in_scenario(plan.scenario).filter(entity_id__in=delegates).order_by("entity_id")
    )
    for workplace in list(places):
        made = _made(cycle, plan, workplace, rng)
        try:
            count += outputs_report(
                cycle=cycle, workplace=workplace, made=made, by=delegates[workplace.entity_id], now=now
            )
        except Refused:  # the delegate's term is over, or the year was settled meanwhile
            continue
    done(REPORTED, cycle, {"lines": count}, by, now)
    return count


def _made(cycle: Cycle, plan: Plan, workplace: Workplace, rng: np.random.Generator) -> dict[int, Made]:
    """Draw what a workplace made of the lines that nobody reported."""
    rows = lines_made(cycle, plan, [workplace.entity_id])
    is_silent, drawn = rng.random() < SILENT, rng.normal(0.0, SPREAD, len(rows))
    why = rng.integers(0, len(CAUSES), len(rows))
    if is_silent:
        return {}
    pairs = zip(rows, drawn.tolist(), why.tolist(), strict=True)
    return {row.entity_id: _one(row, share, cause) for row, share, cause in pairs if row.made is None}


def _one(row: Any, share: float, cause: int) -> Made:
    """Nobody makes more than the line can; figures are rounded as people write them."""
    output = float(f"{min(row.planned * (1 + share), max(row.capacity, row.planned)):.4g}")
    return Made(output, CAUSES[cause] if abs(share) > TOLD else "")
