"""Rows that are there already, by the natural keys that drafts use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from workplaces.importing.drafts import Draft, Table
from workplaces.models import (
    Agreement,
    Counterparty,
    DemandLine,
    LabourPool,
    Line,
    Membership,
    Occupation,
    Person,
    Post,
    Product,
    Region,
    Resource,
    Scenario,
    ScenarioRow,
    Sector,
    SectorMembership,
    TradeLine,
    Workplace,
)

Row = Any
KEYS: dict[Table, Callable[[Row], tuple[Any, ...]]] = {
    **dict.fromkeys(
        (Region, Sector, Product, Resource, Occupation, Workplace, Counterparty), lambda row: (row.code,)
    ),
    LabourPool: lambda row: (row.region_id, row.occupation_id),
    Post: lambda row: (
        row.workplace_id, row.pool_id, row.weekly_hours, row.intensity, row.unpleasantness, row.training,
    ),
    Line: lambda row: (row.workplace_id, row.product_id),
    DemandLine: lambda row: (row.region_id, row.product_id, row.category),
    TradeLine: lambda row: (row.counterparty_id, row.product_id, row.region_id, row.direction),
    Agreement: lambda row: (
        row.supplier_id, row.client_id, row.counterparty_id, row.product_id, row.period.lower, row.period.upper,
    ),
}  # fmt: skip
# Their drafters look for themselves: people and memberships by person, sector shares with their workplace.
ALWAYS_NEW: frozenset[Table] = frozenset({Person, Membership, SectorMembership})
ORDER: tuple[Table, ...] = (
    Region, Sector, Product, Resource, Occupation, LabourPool, Workplace, SectorMembership, Post, Person,
    Membership, Counterparty, Line, DemandLine, Agreement, TradeLine,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A row that is there: whether the scenario itself holds it or an ancestor does."""

    row: Model
    is_own: bool


def existing(table: Table, drafts: Iterable[Draft], scenario: Scenario) -> dict[tuple[Any, ...], Found]:
    """Return the rows of a table that share a key with one of the drafts."""
    if table in ALWAYS_NEW:
        return {}
    wanted = {draft.key for draft in drafts}
    is_scenario_row = issubclass(table, ScenarioRow)
    rows: Any = table.objects.in_scenario(scenario) if is_scenario_row else table._default_manager.all()  # type: ignore[attr-defined]
    if table is Agreement:
        rows = rows.exclude(state=Agreement.State.ENDED)
    key = KEYS[table]
    found: dict[tuple[Any, ...], Found] = {}
    for row in rows.order_by("pk").iterator(chunk_size=5000):
        if key(row) in wanted:
            own = not is_scenario_row or row.scenario_id == scenario.pk
            found.setdefault(key(row), Found(row, own))
    return found
