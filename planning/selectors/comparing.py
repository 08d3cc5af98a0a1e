"""Rounds, plans and sandboxes side by side: what each of their runs found, joined by what things are called."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from planning import permissions_sandbox
from planning.models import Plan, Round, Run, RunRow, Sandbox
from planning.selectors import names
from planning.selectors.rounds import NOTICEABLE, finished_run
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


def totals(side: Side, tolerance: float) -> Totals | None:
    """Return the figures that a comparison leads with."""
    if side.run is None:
        return None
    rows = side.run.rows
    products = rows.filter(kind=RunRow.Kind.PRODUCT)
    worst = products.order_by("-imbalance_before").first()
    short = worst is not None and worst.imbalance_before > NOTICEABLE
    known = names.products(side.scenario, [worst.entity]) if worst is not None and short else {}
    return Totals(
        worst_short=worst.imbalance_before if worst is not None and short else 0.0,
        short_name=known[worst.entity].label if worst is not None and worst.entity in known else "",
        short=products.filter(imbalance_before__gt=tolerance).count(),
        glut=products.filter(imbalance_before__lt=-tolerance).count(),
        worst_after=float(side.run.summary["worst_after"]),
        asked=int(side.run.summary["workplaces_asked"]),
        hours=sum(rows.filter(kind=RunRow.Kind.POOL).values_list("use_after", flat=True)),
        value=sum(row.cells[0] or 0.0 for row in sectors([side])),
        caps=int(side.run.summary["caps_exceeded"]),
    )


def products(sides: Sequence[Side]) -> list[Row[Found]]:
    """Return every product, those whose imbalance differs most first, then those whose price does."""
    rows = _joined(sides, RunRow.Kind.PRODUCT, _found)
    return sorted(rows, key=lambda row: (-_spread(row, _imbalance), -_spread(row, _premium), row.code))


def pools(sides: Sequence[Side]) -> list[Row[Found]]:
    """Return every labour pool's hours: ``before`` used by the proposals, ``after`` by the plan, as shares of what it has."""
    rows = _joined(sides, RunRow.Kind.POOL, _used)
    return sorted(rows, key=lambda row: (-_spread(row, _imbalance), row.name))


def charges(sides: Sequence[Side]) -> list[Row[Found]]:
    """Return every capped resource: use as a share of its cap, and the charge for one more unit of it."""
    return _joined(sides, RunRow.Kind.RESOURCE, _used)


def _joined(sides: Sequence[Side], kind: RunRow.Kind, read: Callable[[RunRow], Found]) -> list[Row[Found]]:
    """Join by code, by name where there is no code: entities of different baselines have different ids."""
    named: dict[str, names.Name] = {}
    cells: dict[str, list[Found | None]] = {}
    for place, side in enumerate(sides):
        found = list(side.run.rows.filter(kind=kind)) if side.run else []
        known = names.of_rows(side.scenario, found)
        for row in found:
            if (name := known.get((row.kind, row.entity))) is None:
                continue
            key = name.code or name.label
            named.setdefault(key, name)
            cells.setdefault(key, [None] * len(sides))[place] = read(row)
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


def sectors(sides: Sequence[Side]) -> list[Row[float]]:
    """Return what every sector makes after the computed changes, in value at accounting prices."""
    named: dict[str, str] = {}
    cells: dict[str, list[float | None]] = {}
    for place, side in enumerate(sides):
        if side.run is None:
            continue
        for row in select(OUTPUT, [*[side.scenario.pk] * 6, side.run.pk]):
            named.setdefault(row.code, localised(row.name, row.names))
            cells.setdefault(row.code, [None] * len(sides))[place] = row.output
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


def key_of(scenario: Scenario) -> str:
    """Return by which key the figures that a sandbox began from can be compared; empty for a baseline."""
    plan = Plan.objects.filter(scenario=scenario).select_related("cycle").order_by("-number").first()
    if plan is not None:
        return f"plan:{plan.cycle.year}-{plan.number}"
    round = Round.objects.filter(scenario=scenario).select_related("cycle").first()
    return f"round:{round.cycle.year}-{round.number}" if round else ""


def of_sandbox(sandbox: Sandbox, person: Person) -> Side:
    """Return a sandbox as a side: by its own address for its owner, by its link for others."""
    runs = sandbox.scenario.runs.filter(state=Run.State.FINISHED).order_by("-requested_at")
    run = next((r for r in runs[:1] if r.parameters.get("revision") == sandbox.revision), None)
    if permissions_sandbox.can_own(person, sandbox):
        url = reverse("planning:sandbox", args=[sandbox.public_id])
        return Side(f"sandbox:{sandbox.public_id}", sandbox.name, url, run, sandbox.scenario)
    url = reverse("planning:sandbox_shared", args=[sandbox.link])
    return Side(f"shared:{sandbox.link}", sandbox.name, url, run, sandbox.scenario)


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
