"""A round's figures: what does not add up, what binds, who answered, who is missing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Abs

from planning.models import Round, Run, RunLine, RunRow
from planning.selectors import names
from planning.selectors.sql import nearest, select, stream
from workplaces.kept import kept
from workplaces.models import Scenario

NOTICEABLE = 1e-9
LARGEST = 8  # imbalances on the round page


@dataclass(frozen=True)
class Balance:
    """A product in a run. ``before`` and ``after`` are fractions, short negative, as bars show them."""

    entity: int
    code: str
    name: str
    unit: str
    needed: float
    offered: float
    before: float
    after: float
    premium: float  # share of the price
    price: float

    @property
    def is_short(self) -> bool:
        """Say whether less is offered than needed."""
        return self.before < 0


@dataclass(frozen=True)
class Bound:
    """A row other than a product that limits the plan, with what one more unit of it would be worth."""

    kind: int
    name: str
    unit: str
    used: float
    limit: float
    premium: float
    charge: float


@dataclass(frozen=True)
class Extent:
    """How many products are out of balance by more than the tolerance, short and in glut."""

    short: int
    glut: int

    @property
    def total(self) -> int:
        """Return both together."""
        return self.short + self.glut


ORDERS = {
    "name": "entity",
    "needed": "use_before",
    "offered": "supply_before",
    "imbalance": "imbalance_before",
    "premium": "dual",
}


def shown_run(round: Round) -> Run | None:
    """Return the run a page is about: the published one, else the one under way or the latest."""
    if round.published_run_id:
        return round.published_run
    return round.runs.select_related("requested_by").order_by("-requested_at").first()


def finished_run(round: Round) -> Run | None:
    """Return the run with figures to show: the published one, else the latest finished."""
    if round.published_run_id:
        return round.published_run
    return round.runs.filter(state=Run.State.FINISHED).order_by("-requested_at").first()


def kept_of[R: tuple[Any, ...]](
    run: Run, name: str, compute: Callable[[], list[Any]], row: Callable[..., R]
) -> list[R]:
    """Return rows that hang on a run alone; once it is finished they are computed once."""

    def read(found: list[Any]) -> list[R]:
        return [row(*values) for values in found]

    if run.state != Run.State.FINISHED:
        return read(compute())
    return kept(
        f"run:{run.public_id}:{name}", lambda: [[_plain(v) for v in values] for values in compute()], read
    )


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


def extent(run: Run, tolerance: float) -> Extent:
    """Count the products out of balance before the computed changes."""
    found = run.rows.filter(kind=RunRow.Kind.PRODUCT).aggregate(
        short=models.Count("pk", filter=Q(imbalance_before__gt=tolerance)),
        glut=models.Count("pk", filter=Q(imbalance_before__lt=-tolerance)),
    )
    return Extent(found["short"], found["glut"])


def balances(
    run: Run, scenario: Scenario, *, limit: int | None = None, only: str = "", least: float = 0.0
) -> list[Balance]:
    """Return products by size of imbalance, largest first; ``only`` short or glut."""
    rows = run.rows.filter(kind=RunRow.Kind.PRODUCT).annotate(size=Abs("imbalance_before"))
    rows = rows.filter(size__gt=least) if least else rows
    if only:
        rows = rows.filter(**{f"imbalance_before__{'gt' if only == 'short' else 'lt'}": 0})
    rows = rows.order_by("-size", "entity")
    return balances_of(list(rows[:limit] if limit else rows), scenario)


def balances_of(rows: list[RunRow], scenario: Scenario) -> list[Balance]:
    """Return run rows of products as balances."""
    known = names.products(scenario, [row.entity for row in rows])
    return [_balance(row, known[row.entity]) for row in rows if row.entity in known]


def _balance(row: RunRow, name: names.Name) -> Balance:
    base = row.price - row.dual
    return Balance(
        entity=row.entity,
        code=name.code,
        name=name.label,
        unit=name.unit,
        needed=row.use_before,
        offered=row.supply_before,
        before=-row.imbalance_before if abs(row.imbalance_before) > NOTICEABLE else 0.0,
        after=-row.imbalance_after if abs(row.imbalance_after) > NOTICEABLE else 0.0,
        premium=row.dual / base if base else 0.0,
        price=row.price,
    )


def sort_balances(rows: list[Balance], order: str) -> list[Balance]:
    """Sort by a column of the table, ``-`` for descending; by size of imbalance where none is asked for."""
    keys: dict[str, Any] = {
        "name": lambda row: row.name.casefold(),
        "needed": lambda row: row.needed,
        "offered": lambda row: row.offered,
        "imbalance": lambda row: row.before,
        "after": lambda row: row.after,
        "premium": lambda row: row.premium,
    }
    key = keys.get(order.removeprefix("-"))
    return sorted(rows, key=key, reverse=order.startswith("-")) if key else rows


@dataclass(frozen=True)
class Helpers:
    """Workplaces that could still move the way a product needs, and where most of them are."""

    workplaces: int
    room: float  # in the product's unit
    region: str
    regions: int


class Room(NamedTuple):
    """Workplaces of a region that could move the way a product needs, and by how much together."""

    product_id: int
    region_id: int
    workplaces: int
    room: float


HELPERS = f"""SELECT l.product_id, w.region_id, count(DISTINCT l.workplace_id) AS workplaces,
    sum(CASE WHEN x.imbalance_before > 0 THEN r.upper - r.proposed ELSE r.proposed - r.lower END) AS room
  FROM planning_runrow x
  JOIN {nearest("workplaces_line")} l ON l.product_id = x.entity
  JOIN workplaces_workplace w ON w.id = l.workplace_id
  JOIN planning_runline r ON r.run_id = x.run_id AND r.kind = 0 AND r.entity = l.entity_id
  WHERE x.run_id = %s AND x.kind = 0 AND x.entity = ANY(%s) AND r.flexibility > 0
    AND CASE WHEN x.imbalance_before > 0 THEN r.upper - r.proposed > 1e-9 * r.upper
        ELSE r.proposed > r.lower END
  GROUP BY l.product_id, w.region_id"""  # noqa: S608


def helpers(run: Run, scenario: Scenario, products: list[int]) -> dict[int, Helpers]:
    """Return, per product, who could make more of it if it is short, less if there is too much."""
    if not products:
        return {}
    found = kept_of(
        run,
        f"helpers:{'-'.join(map(str, products))}",
        lambda: select(HELPERS, [scenario.pk, scenario.pk, run.pk, products]),
        Room,
    )
    places = names.regions({row.region_id for row in found})
    by_product: dict[int, list[Any]] = {}
    for row in found:
        by_product.setdefault(row.product_id, []).append(row)
    return {
        product: Helpers(
            workplaces=sum(row.workplaces for row in rows),
            room=sum(row.room for row in rows),
            region=places.get(max(rows, key=lambda row: (row.workplaces, -row.region_id)).region_id, ""),
            regions=len(rows),
        )
        for product, rows in by_product.items()
    }


def helpers_shown(run: Run, scenario: Scenario) -> dict[int, Helpers]:
    """Return the helpers with the largest imbalances, those that a round's page shows."""
    rows = balances(run, scenario, limit=LARGEST, least=NOTICEABLE)
    return helpers(run, scenario, [row.entity for row in rows])


def bounds(run: Run, scenario: Scenario) -> list[Bound]:
    """Return the labour pools, capped resources and trade balance that bind: their premium is not zero."""
    rows = list(
        run.rows.exclude(kind=RunRow.Kind.PRODUCT)
        .annotate(size=Abs(F("dual")) / (F("price") - F("dual") + 1e-300))
        .filter(size__gt=1e-6)
        .order_by("kind", "-size")[:12]
    )
    known = names.of_rows(scenario, rows)
    return [
        Bound(
            kind=row.kind,
            name=known[row.kind, row.entity].label if (row.kind, row.entity) in known else "",
            unit=known[row.kind, row.entity].unit if (row.kind, row.entity) in known else "",
            used=row.use_after,
            limit=row.supply_after,  # its hours or its cap
            premium=row.dual / (row.price - row.dual) if row.price != row.dual else 0.0,
            charge=row.dual,
        )
        for row in rows
    ]


class Full(NamedTuple):
    """A product, and how many lines of it the suggestions push to full capacity."""

    product_id: int
    lines: int


FULL = f"""SELECT l.product_id, count(*) AS lines FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  WHERE r.run_id = %s AND r.kind = 0 AND r.suggested >= r.upper * (1 - 1e-9) AND r.suggested > r.proposed
  GROUP BY l.product_id ORDER BY count(*) DESC, l.product_id LIMIT 3"""  # noqa: S608


def full_lines(run: Run, scenario: Scenario) -> list[tuple[str, int]]:
    """Return the products with most lines pushed to full capacity, and how many lines."""
    found = kept_of(run, "full", lambda: select(FULL, [scenario.pk, scenario.pk, run.pk]), Full)
    known = names.products(scenario, [row.product_id for row in found])
    return [(known[row.product_id].label, row.lines) for row in found if row.product_id in known]


class Count(NamedTuple):
    """How many lines of a run stand so: asked, moved within their band, or left as they are."""

    answer: str
    lines: int


STANDING = "CASE WHEN l.asked THEN 'waiting' WHEN l.suggested <> l.proposed THEN 'mandate' ELSE 'same' END"
COUNTS = f"""SELECT {STANDING} AS answer, count(*) AS lines FROM planning_runline l
  WHERE l.run_id = %s AND l.kind < 2 GROUP BY 1"""  # noqa: S608
ANSWERED = f"""SELECT a.kind AS answer, {STANDING} AS before, count(*) AS lines FROM planning_response a
  JOIN planning_runline l ON l.run_id = %s AND l.kind = CASE WHEN a.line_id IS NULL THEN 1 ELSE 0 END
   AND l.entity = coalesce(a.line_id, a.demand_line_id)
  WHERE a.round_id = %s GROUP BY 1, 2"""  # noqa: S608


def answer_counts(round: Round, run: Run) -> dict[str, int]:
    """Count lines by answer: accept, counter, firm, mandate (inside the band), waiting, same (no change)."""
    standing = kept_of(run, "standing", lambda: select(COUNTS, [run.pk]), Count)
    found = Counter({row.answer: row.lines for row in standing})
    for row in select(ANSWERED, [run.pk, round.pk]):
        found[row.answer] += row.lines
        found[row.before] -= row.lines
    return {answer: lines for answer, lines in found.items() if lines}


ASKED = f"""SELECT {{columns}} FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  JOIN workplaces_region g ON g.id = w.region_id
  LEFT JOIN planning_response a ON a.round_id = %s AND a.line_id = r.entity
  WHERE r.run_id = %s AND r.kind = 0 AND {{where}} {{order}}"""  # noqa: S608
ASKED_COLUMNS = """l.public_id AS line, w.public_id AS workplace_id, w.code AS workplace_code, w.name AS workplace,
  w.names AS workplace_names, g.name AS region, g.names AS region_names, p.code AS product_code,
  p.name AS product, p.names AS product_names, p.unit, r.proposed, r.suggested, r.upper AS capacity, r.asked,
  a.kind AS answer, a.figure, a.reason"""


@dataclass(frozen=True)
class Filter:
    """Which lines of a run: of one product, those asked, those waiting, whose workplace's name contains text."""

    product: int | None = None
    asked: bool = False
    waiting: bool = False
    text: str = ""

    def where(self) -> tuple[str, list[Any]]:
        """Return the condition and its parameters."""
        parts, values = ["r.suggested <> r.proposed"], []
        if self.product is not None:
            parts.append("l.product_id = %s")
            values.append(self.product)
        if self.asked:
            parts.append("r.asked")
        if self.waiting:
            parts.append("r.asked AND a.id IS NULL")
        if self.text:
            parts.append("(w.name ILIKE %s OR w.names::text ILIKE %s OR p.name ILIKE %s OR g.name ILIKE %s)")
            values += [f"%{self.text.replace('%', '').replace('_', ' ')}%"] * 4
        return " AND ".join(parts), values


def _asked(round: Round, run: Run, wanted: Filter, columns: str, order: str) -> tuple[str, list[Any]]:
    where, values = wanted.where()
    query = ASKED.format(columns=columns, where=where, order=order)
    return query, [*[round.scenario_id] * 6, round.pk, run.pk, *values]


def changes_count(round: Round, run: Run, wanted: Filter) -> int:
    """Count the lines with a suggested change that the filter lets through."""
    return int(select(*_asked(round, run, wanted, "count(*) AS lines", ""))[0].lines)


ORDER = """ORDER BY r.asked DESC, abs(r.suggested - r.proposed) / greatest(abs(r.proposed), 1e-300) DESC,
  r.entity"""


def changes(round: Round, run: Run, wanted: Filter, *, offset: int = 0, limit: int = 50) -> list[Any]:
    """Return lines with their suggested change, the asked ones and the largest relative changes first."""
    query, values = _asked(round, run, wanted, ASKED_COLUMNS, f"{ORDER} LIMIT %s OFFSET %s")
    return select(query, [*values, limit, offset])


def changes_stream(round: Round, run: Run, wanted: Filter) -> Iterator[Any]:
    """Yield all of them, for a download."""
    return stream(*_asked(round, run, wanted, ASKED_COLUMNS, ORDER))


def workplaces_waiting(round: Round, run: Run) -> int:
    """Count the workplaces that are asked and have not answered all their lines."""
    wanted = Filter(waiting=True)
    return int(
        select(*_asked(round, run, wanted, "count(DISTINCT l.workplace_id) AS workplaces", ""))[0].workplaces
    )


def asked_demand(run: Run) -> int:
    """Count the demand lines asked beyond the band."""
    return run.lines.filter(kind=RunLine.Kind.DEMAND, asked=True).count()
