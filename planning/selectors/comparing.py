"""Rounds, plans and sandboxes side by side: what each of their runs found, joined by what things are called."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from planning import permissions_sandbox
from planning.models import Plan, Round, Run, RunRow, Sandbox
from planning.selectors import names
from planning.selectors.rounds import NOTICEABLE, finished_run, kept_of
from planning.selectors.sql import nearest, select
from workplaces.models import Person, Scenario
from workplaces.models.fields import localised

MOST = 3


@dataclass(frozen=True)
class Side:
    """One of those compared: ``key`` names it in an address; ``run`` is None where nothing was computed yet."""

    key: str
    label: str
    url: str
    run: Run | None
    scenario: Scenario


@dataclass(frozen=True)
class Found:
    """A product in one run; ``before`` and ``after`` are fractions, short negative. ``price`` is the indicative one."""

    before: float
    after: float
    price: float
    premium: float


@dataclass(frozen=True)
class Row[Cell]:
    """A thing and what each side has of it, None where a side does not know it."""

    code: str
    name: str
    unit: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Totals:
    """A run in a few figures; imbalances are those of the proposals. Hours and values in the scenario's units."""

    worst_short: float
    short_name: str
    short: int
    glut: int
    worst_after: float
    asked: int
    hours: float
    value: float
    caps: int


def tolerance_of(sides: Sequence[Side]) -> float:
    """Return the tolerance by which the runs were made, the first that says."""
    runs = [side.run for side in sides if side.run is not None]
    return next((float(run.parameters["tolerance"]) for run in runs if "tolerance" in run.parameters), 0.01)


class Made(NamedTuple):
    """What a sector makes after the computed changes, in value at accounting prices."""

    code: str
    name: str
    names: dict[str, str]
    output: float | None


@dataclass(frozen=True)
class Reading:
    """What a side's run found: its rows by kind and what they are called, and what every sector makes."""

    side: Side
    rows: dict[int, list[RunRow]]
    known: dict[tuple[int, int], names.Name]
    sectors: list[Made]


def read(sides: Sequence[Side]) -> list[Reading]:
    """Return what each side's run found, nothing where nothing was computed: everything below is told from it."""
    runs = {side.run.pk for side in sides if side.run is not None}
    rows: dict[int, dict[int, list[RunRow]]] = {run: defaultdict(list) for run in runs}
    for row in RunRow.objects.filter(run__in=runs).order_by("pk"):
        rows[row.run_id][row.kind].append(row)
    return [_reading(side, rows[side.run.pk] if side.run else {}) for side in sides]


def _reading(side: Side, rows: dict[int, list[RunRow]]) -> Reading:
    named = names.of_rows(side.scenario, [row for kind in rows.values() for row in kind])
    return Reading(side, rows, named, _sectors(side))


def totals(reading: Reading, tolerance: float) -> Totals | None:
    """Return the figures that a comparison leads with."""
    run = reading.side.run
    if run is None:
        return None
    products = reading.rows.get(RunRow.Kind.PRODUCT, [])
    worst = max(products, key=lambda row: row.imbalance_before, default=None)
    short = worst is not None and worst.imbalance_before > NOTICEABLE
    name = reading.known.get((worst.kind, worst.entity)) if worst is not None and short else None
    return Totals(
        worst_short=worst.imbalance_before if worst is not None and short else 0.0,
        short_name=name.label if name else "",
        short=sum(row.imbalance_before > tolerance for row in products),
        glut=sum(row.imbalance_before < -tolerance for row in products),
        worst_after=float(run.summary["worst_after"]),
        asked=int(run.summary["workplaces_asked"]),
        hours=sum(row.use_after for row in reading.rows.get(RunRow.Kind.POOL, [])),
        value=sum(made.output or 0.0 for made in reading.sectors),
        caps=int(run.summary["caps_exceeded"]),
    )


def products(found: Sequence[Reading]) -> list[Row[Found]]:
    """Return every product, those whose imbalance differs most first, then those whose price does."""
    rows = _joined(found, RunRow.Kind.PRODUCT, _found)
    return sorted(rows, key=lambda row: (-_spread(row, _imbalance), -_spread(row, _premium), row.code))


def pools(found: Sequence[Reading]) -> list[Row[Found]]:
    """Return every labour pool's hours: ``before`` used by the proposals, ``after`` by the plan, as shares of what it has."""
    rows = _joined(found, RunRow.Kind.POOL, _used)
    return sorted(rows, key=lambda row: (-_spread(row, _imbalance), row.name))


def charges(found: Sequence[Reading]) -> list[Row[Found]]:
    """Return every capped resource: use as a share of its cap, and the charge for one more unit of it."""
    return _joined(found, RunRow.Kind.RESOURCE, _used)


def _joined(
    readings: Sequence[Reading], kind: RunRow.Kind, read: Callable[[RunRow], Found]
) -> list[Row[Found]]:
    """Join by code, by name where there is no code: entities of different baselines have different ids."""
    named: dict[str, names.Name] = {}
    cells: dict[str, list[Found | None]] = {}
    for place, reading in enumerate(readings):
        for row in reading.rows.get(kind, []):
            if (name := reading.known.get((row.kind, row.entity))) is None:
                continue
            key = name.code or name.label
            named.setdefault(key, name)
            cells.setdefault(key, [None] * len(readings))[place] = read(row)
    return [Row(name.code, name.label, name.unit, tuple(cells[key])) for key, name in named.items()]


def _found(row: RunRow) -> Found:
    base = row.price - row.dual
    return Found(
        before=-row.imbalance_before if abs(row.imbalance_before) > NOTICEABLE else 0.0,
        after=-row.imbalance_after if abs(row.imbalance_after) > NOTICEABLE else 0.0,
        price=row.price,
        premium=row.dual / base if base else 0.0,
    )


def _used(row: RunRow) -> Found:
    """What a pool or a resource holds stands where a product has its supply."""
    base = row.price - row.dual
    return Found(
        before=row.use_before / row.supply_before if row.supply_before else 0.0,
        after=row.use_after / row.supply_after if row.supply_after else 0.0,
        price=row.dual,
        premium=row.dual / base if base else 0.0,
    )


def _spread(row: Row[Found], read: Callable[[Found], float]) -> float:
    values = [read(cell) for cell in row.cells if cell is not None]
    return max(values, default=0.0) - min(values, default=0.0)


def _imbalance(cell: Found) -> float:
    return cell.before


def _premium(cell: Found) -> float:
    return cell.premium


OUTPUT = f"""SELECT s.code, s.name, s.names, sum(r.suggested * p.price) AS output FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  JOIN workplaces_sector s ON s.id = w.main_sector_id
  WHERE r.run_id = %s AND r.kind = 0 GROUP BY s.code, s.name, s.names ORDER BY s.code"""  # noqa: S608


def _sectors(side: Side) -> list[Made]:
    """Return what every sector makes; it hangs on the run alone and is kept."""
    if side.run is None:
        return []
    run, scenario = side.run, side.scenario.pk
    return kept_of(run, "sectors", lambda: select(OUTPUT, [*[scenario] * 6, run.pk]), Made)


def sectors(found: Sequence[Reading]) -> list[Row[float]]:
    """Return what every sector makes after the computed changes, in value at accounting prices."""
    named: dict[str, str] = {}
    cells: dict[str, list[float | None]] = {}
    for place, reading in enumerate(found):
        for made in reading.sectors:
            named.setdefault(made.code, localised(made.name, made.names))
            cells.setdefault(made.code, [None] * len(found))[place] = made.output
    return [Row(code, name, "", tuple(cells[code])) for code, name in named.items()]


def rounds_to_compare() -> list[Side]:
    """Return all rounds that were computed, and plans, the latest first."""
    rounds = Round.objects.select_related("cycle", "scenario", "published_run").order_by("-opened_at")
    found = [of_round(round) for round in rounds]
    plans = Plan.objects.select_related("cycle", "scenario", "run").order_by("-proposed_at")
    return [*(of_plan(plan) for plan in plans), *(side for side in found if side.run)]


def own_sandboxes(person: Person) -> list[Sandbox]:
    """Return a person's sandboxes that are not put away, the latest first."""
    kept = Sandbox.objects.filter(owner=person, discarded_at__isnull=True)
    return list(kept.select_related("scenario__parent", "cycle").order_by("-created_at"))


def of_round(round: Round) -> Side:
    """Return a round as a side."""
    year, number = round.cycle.year, round.number
    url = reverse("planning:round", args=[year, number])
    return Side(f"round:{year}-{number}", f"{round}, {year}", url, finished_run(round), round.scenario)


def of_plan(plan: Plan) -> Side:
    """Return a plan as a side."""
    url = reverse("planning:plan", args=[plan.cycle.year])
    return Side(f"plan:{plan.cycle.year}-{plan.number}", str(plan), url, plan.run, plan.scenario)


def key_of(origin: Plan | Round | None) -> str:
    """Return by which key the figures that a sandbox began from can be compared; empty for a baseline."""
    if origin is None:
        return ""
    return f"{'plan' if isinstance(origin, Plan) else 'round'}:{origin.cycle.year}-{origin.number}"


def of_sandbox(sandbox: Sandbox, person: Person) -> Side:
    """Return a sandbox as a side: by its own address for its owner, by its link for others."""
    key, url = sandbox_key(sandbox, person)
    runs = sandbox.scenario.runs.filter(state=Run.State.FINISHED).order_by("-requested_at")
    run = next((r for r in runs[:1] if r.parameters.get("revision") == sandbox.revision), None)
    return Side(key, sandbox.name, url, run, sandbox.scenario)


def sandbox_key(sandbox: Sandbox, person: Person) -> tuple[str, str]:
    """Return by which key a sandbox can be compared, and its page."""
    if permissions_sandbox.can_own(person, sandbox):
        return f"sandbox:{sandbox.public_id}", reverse("planning:sandbox", args=[sandbox.public_id])
    return f"shared:{sandbox.link}", reverse("planning:sandbox_shared", args=[sandbox.link])


def side_of(key: str, person: Person) -> Side | None:
    """Return the side that a key names, if the person may read it."""
    kind, _, rest = key.partition(":")
    if kind in {"round", "plan"}:
        return _of_cycle(kind, rest)
    try:
        named = UUID(rest)
    except ValueError:
        return None
    field = {"sandbox": "public_id", "shared": "link"}.get(kind)
    if field is None:
        return None
    found = (
        Sandbox.objects.filter(**{field: named}, discarded_at__isnull=True).select_related("scenario").first()
    )
    if found is None or (kind == "sandbox" and not permissions_sandbox.can_own(person, found)):
        return None
    return of_sandbox(found, person)


def _of_cycle(kind: str, rest: str) -> Side | None:
    year, _, number = rest.partition("-")
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(year) > 4 or len(number) > 4:
        return None
    where: dict[str, Any] = {"cycle__year": int(year), "number": int(number)}
    if kind == "plan":
        plan = Plan.objects.filter(**where).select_related("cycle", "scenario", "run").first()
        return of_plan(plan) if plan else None
    round = Round.objects.filter(**where).select_related("cycle", "scenario", "published_run").first()
    return of_round(round) if round else None


def sides_of(keys: Iterable[str], person: Person) -> list[Side]:
    """Return the sides that keys name, each once, three at most; what cannot be read is left out."""
    chosen = [side_of(key, person) for key in dict.fromkeys(keys)]
    return [side for side in chosen if side is not None][:MOST]
