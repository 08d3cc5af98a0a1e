"""The week for which offered hours stand: a baseline's are those of the charter's week, a plan's those of the voted one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from planning.models import Cycle, Guideline, Topic
from planning.rules import rule
from planning.selectors.board.economy import Snapshot

type Weeks = Mapping[
    int, tuple[float, float]
]  # baseline → hours a week voted for the year before it, and the charter's


def weeks_before(cycles: Iterable[Cycle]) -> Weeks:
    """Return of the baselines from which these years start what was voted for the year that each was drawn from.

    A baseline that no year's settlement drew, or whose year had no guideline on hours, is left out.
    """
    baselines = [cycle.baseline_id for cycle in cycles]
    voted = Guideline.objects.filter(topic=Topic.HOURS, cycle__next_baseline__in=baselines)
    return {
        one.cycle.next_baseline_id: (one.value, rule(one.cycle.rules, "weekly_hours"))
        for one in voted.select_related("cycle")
        if one.cycle.next_baseline_id is not None
    }


def in_week(one: Snapshot, voted: float | None, charter: float) -> Snapshot:
    """Return a baseline's economy with the hours that people offered in the voted week: offered × voted ÷ the charter's."""
    if voted is None or charter <= 0 or voted == charter:
        return one
    pools = tuple(replace(pool, offered=pool.offered * voted / charter) for pool in one.pools)
    return replace(one, pools=pools)
