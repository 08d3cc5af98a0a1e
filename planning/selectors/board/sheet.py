"""The sheet of a year: every role's figures, with their trend over the years before."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from planning.models import Cycle
from planning.selectors.board.equality import EQUALITY, equality
from planning.selectors.board.figure import Figure, Point
from planning.selectors.board.investment import ENVELOPES, INVESTED, envelopes, invested
from planning.selectors.board.limits import LIMITS, limits
from planning.selectors.board.money import FREE, REVENUE, WORLD, foreign, free, revenue
from planning.selectors.board.shown import Shown, latest_plan, settled_draft, shown
from planning.selectors.board.work import EMPLOYMENT, OUTPUT, SKILLS, employment, hours, skills
from planning.selectors.board.year import Year, decisions, years

type Role = Callable[[Year, Shown | None], list[Figure]]
ROLES: Final[dict[str, Role]] = {
    EMPLOYMENT: employment,
    INVESTED: invested,
    ENVELOPES: envelopes,
    REVENUE: revenue,
    EQUALITY: equality,
    SKILLS: skills,
    FREE: free,
    OUTPUT: hours,
    LIMITS: limits,
    WORLD: foreign,
}
YEARS = 10  # of the trend


def sheet(cycle: Cycle) -> list[Figure]:
    """Return the figures of the ten roles in their order, each with its trend over the last years that came about."""
    before = Cycle.objects.filter(year__lt=cycle.year).exclude(phase=Cycle.Phase.ABANDONED)
    earlier = list(before.select_related("baseline", "next_baseline").order_by("-year")[: YEARS - 1])
    *past, year = years([*reversed(earlier), cycle])
    year = replace(year, decisions=decisions(year, latest_plan(cycle), settled_draft(cycle)))
    own = _all(year, shown(year))
    trends: dict[str, list[Point]] = {figure.key: [] for figure in own}
    for one in past:
        for figure in _all(one, None):
            trends[figure.key].append(Point(one.cycle.year, figure.values.plan, figure.values.actual))
    return [
        replace(
            figure, trend=(*trends[figure.key], Point(cycle.year, figure.values.plan, figure.values.actual))
        )
        for figure in own
    ]


def _all(year: Year, known: Shown | None) -> list[Figure]:
    return [figure for role in ROLES.values() for figure in role(year, known)]
