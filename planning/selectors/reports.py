"""What workplaces reported they made, beside what was planned: of one line, of a workplace, of sectors, of a whole year."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from typing import Any

from planning.models import Cycle, OutputReport, Plan
from planning.selectors.sql import nearest, select, stream
from workplaces.kept import kept
from workplaces.presentation.figures import worth

# The last version of each report stands; an empty one says that nothing is said. Parameter: the cycle.
MADE = """SELECT line_id, output FROM (
    SELECT DISTINCT ON (line_id) line_id, output FROM planning_outputreport WHERE cycle_id = %s
     ORDER BY line_id, version DESC) v WHERE output IS NOT NULL"""
PLANNED = f"""FROM {nearest("workplaces_line")} l
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id"""
# The workplaces' own lines first: they are few, whatever the planner thinks.
LINES = f"""WITH line AS MATERIALIZED (SELECT l.* FROM {nearest("workplaces_line")} l WHERE l.workplace_id = ANY(%s))
  SELECT l.entity_id, l.public_id, l.workplace_id, l.last_output AS last, l.capacity, p.code, p.name AS product,
    p.names, p.unit, r.proposed AS planned, o.output AS made, coalesce(o.version, 0) AS version,
    coalesce(o.cause, '') AS cause, coalesce(o.note, '') AS note, o.at, b.name AS by
  FROM line l JOIN LATERAL (SELECT * FROM planning_runline r WHERE r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id
     LIMIT 1) r ON true
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN LATERAL (SELECT * FROM planning_outputreport o WHERE o.cycle_id = %s AND o.line_id = l.entity_id
     ORDER BY o.version DESC LIMIT 1) o ON true
  LEFT JOIN workplaces_person b ON b.id = o.by_id
  ORDER BY l.workplace_id, p.code, l.entity_id"""  # noqa: S608


def plan_reported(cycle: Cycle) -> Plan | None:
    """Return the plan by which the year is worked: the last that came into force, None before there is one."""
    in_force = cycle.plans.filter(in_force_at__isnull=False).select_related("scenario", "run")
    return in_force.order_by("-number").first()


def lines_made(cycle: Cycle, plan: Plan, workplaces: Collection[int]) -> list[Any]:
    """Return the lines of workplaces (entity ids) with what was planned and what stands as made, in the product's unit."""
    chain = [plan.scenario_id] * 2
    return select(LINES, [*chain, list(workplaces), plan.run_id, *chain, cycle.pk])


def versions_of(cycle: Cycle, lines: Collection[int]) -> dict[int, list[OutputReport]]:
    """Return by line (entity id) everything that was reported of it, the latest first, where it was corrected."""
    found: dict[int, list[OutputReport]] = defaultdict(list)
    rows = OutputReport.objects.filter(cycle=cycle, line__in=lines).select_related("by")
    for row in rows.order_by("line", "-version"):
        found[row.line_id].append(row)
    return {line: versions for line, versions in found.items() if len(versions) > 1}


@dataclass(frozen=True)
class Covered:
    """How many lines of the plan there are, and of how many it is reported what they made."""

    lines: int
    reported: int

    @property
    def planned(self) -> int:
        """How many rest on what was planned."""
        return self.lines - self.reported


COVERED = f"SELECT count(*) AS lines, count(m.output) AS reported {PLANNED} LEFT JOIN ({MADE}) m ON m.line_id = l.entity_id"


def covered(cycle: Cycle, plan: Plan) -> Covered:
    """Return how far the year is reported, counted anew: for what rests on it."""
    row = select(COVERED, [plan.scenario_id, plan.scenario_id, plan.run_id, cycle.pk])[0]
    return Covered(row.lines, row.reported)


# The same of one line at a time, for a few of them.
STANDS = """LEFT JOIN LATERAL (SELECT output FROM planning_outputreport o WHERE o.cycle_id = %s AND o.line_id = l.entity_id
    ORDER BY o.version DESC LIMIT 1) m ON true"""
DUE = f"""SELECT l.workplace_id AS place, count(*) AS lines, count(m.output) AS reported {PLANNED} {STANDS}
  WHERE l.workplace_id = ANY(%s) GROUP BY 1"""


def due_of(cycle: Cycle, plan: Plan, workplaces: Collection[int]) -> dict[int, Covered]:
    """Return by workplace (entity id) how far its year is reported."""
    rows = select(DUE, [plan.scenario_id, plan.scenario_id, plan.run_id, cycle.pk, list(workplaces)])
    return {row.place: Covered(row.lines, row.reported) for row in rows}


@dataclass(frozen=True)
class Compared:
    """A sector or workplace: its lines, and of those reported what was planned and made, in currency at accounting prices."""

    entity: int
    lines: int
    reported: int
    planned: float
    made: float

    @property
    def deviation(self) -> float | None:
        """What was made more or less than planned, as a share of what was planned; None where nothing was."""
        return (self.made - self.planned) / self.planned if self.planned else None


COMPARED = f"""SELECT {{group}} AS entity, p.unit, count(*) AS lines, count(m.output) AS reported,
    coalesce(sum(r.proposed * a.price) FILTER (WHERE m.output IS NOT NULL), 0) AS planned,
    coalesce(sum(m.output * a.price), 0) AS made
  {PLANNED}
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_accountingprice a ON a.plan_id = %s AND a.product = p.entity_id
  {{made}} WHERE {{which}} GROUP BY 1, 2"""


def sectors_compared(cycle: Cycle, plan: Plan) -> dict[int, Compared]:
    """Return what was planned and made by main sector (entity id); added up once after each report."""
    last = (
        OutputReport.objects.filter(cycle=cycle).order_by("-pk").values_list("public_id", flat=True).first()
    )
    made = f"LEFT JOIN ({MADE}) m ON m.line_id = l.entity_id"

    def compute() -> list[Any]:
        return [astuple(one) for one in _compared(cycle, plan, made, "w.main_sector_id", "true", []).values()]

    rows = kept(f"made:{plan.public_id}:{last}", compute, list)
    return {row[0]: Compared(*row) for row in rows}


def so_far(cycle: Cycle, plan: Plan) -> Covered:
    """Return how far the year is reported, as it is kept by sector: for pages."""
    found = sectors_compared(cycle, plan).values()
    return Covered(sum(one.lines for one in found), sum(one.reported for one in found))


def workplaces_compared(cycle: Cycle, plan: Plan, workplaces: Collection[int]) -> dict[int, Compared]:
    """Return what was planned and made by workplace (entity id), of these."""
    return _compared(cycle, plan, STANDS, "l.workplace_id", "l.workplace_id = ANY(%s)", [list(workplaces)])


def _compared(
    cycle: Cycle, plan: Plan, made: str, group: str, which: str, given: list[Any]
) -> dict[int, Compared]:
    chain = [plan.scenario_id] * 2
    query = COMPARED.format(group=group, made=made, which=which)
    rows = select(query, [*chain, plan.run_id, *chain, *chain, plan.pk, cycle.pk, *given])
    found: dict[int, Compared] = {}
    for row in rows:
        before = found.get(row.entity, Compared(row.entity, 0, 0, 0.0, 0.0))
        found[row.entity] = Compared(
            row.entity, before.lines + row.lines, before.reported + row.reported,
            before.planned + worth(row.planned, 1.0, row.unit), before.made + worth(row.made, 1.0, row.unit),
        )  # fmt: skip
    return found


EVERY = f"""SELECT w.code AS workplace_code, w.name AS workplace, w.names AS workplace_names, s.code AS sector, p.code,
    p.name AS product, p.names, p.unit, r.proposed AS planned, m.output AS made, m.cause, m.note, m.version
  {PLANNED}
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_sector")} s ON s.entity_id = w.main_sector_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN (SELECT DISTINCT ON (line_id) * FROM planning_outputreport WHERE cycle_id = %s
     ORDER BY line_id, version DESC) m ON m.line_id = l.entity_id
  ORDER BY w.code, p.code, l.entity_id"""  # noqa: S608


def every_line(cycle: Cycle, plan: Plan) -> Iterator[Any]:
    """Return all lines with what was planned and made, read while they are sent."""
    chain = [plan.scenario_id] * 2
    return stream(EVERY, [*chain, plan.run_id, *chain, *chain, *chain, cycle.pk])
