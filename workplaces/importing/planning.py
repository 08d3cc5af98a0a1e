"""The dry run: what a file would make and change, every fault in it, nothing written."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from workplaces.importing.drafts import Context, Draft, Table
from workplaces.importing.errors import RowError
from workplaces.importing.existing import ORDER, existing
from workplaces.importing.kinds import KINDS, Kind
from workplaces.importing.reading import Options, Sheet, read_sheet
from workplaces.models import Scenario

CLOSE = 1e-12


@dataclass
class Change:
    """A row that the file gives other values; ``is_own`` says whether the scenario itself holds it."""

    draft: Draft
    row: Model
    is_own: bool
    differing: tuple[str, ...]


@dataclass
class ImportPlan:
    """What would happen. It can be applied if ``errors`` is empty."""

    kind: Kind
    scenario: Scenario
    sheet: Sheet
    digest: str
    make: dict[Table, list[Draft]] = field(default_factory=dict)
    change: dict[Table, list[Change]] = field(default_factory=dict)
    same: Counter[Table] = field(default_factory=Counter)

    @property
    def errors(self) -> list[RowError]:
        """All faults, by row."""
        return sorted(self.sheet.errors)

    @property
    def rows(self) -> int:
        """How many rows below the header were read."""
        return len(self.sheet.records)

    @property
    def is_empty(self) -> bool:
        """Whether everything in the file is there already."""
        return not self.make and not self.change

    def counts(self) -> list[tuple[Any, int, int, int]]:
        """Return (what, made, changed, the same) by table, in the order of writing."""
        tables = [t for t in ORDER if t in self.make or t in self.change or t in self.same]
        return [
            (
                t._meta.verbose_name_plural,
                len(self.make.get(t, ())),
                len(self.change.get(t, ())),
                self.same[t],
            )
            for t in tables
        ]

    def totals(self) -> list[tuple[str, float]]:
        """Return the sums of the columns that can be added up."""
        columns = [c.name for c in self.kind.columns if c.total and c.name in self.sheet.header]
        return [(name, sum(r[name] or 0 for r in self.sheet.records)) for name in columns]


def content_digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def plan_import(
    *,
    kind: str,
    scenario: Scenario,
    file_name: str,
    content: bytes,
    today: date,
    options: Options | None = None,
    may_change: bool = False,
) -> ImportPlan:
    """Read a file and compare it with the scenario; all faults stand in the result's ``errors``.

    A row that is there already with the same values is left alone; with other values it is a fault, unless
    ``may_change``, or unless only an ancestor scenario holds it: then the scenario gets its own version.
    """
    what = KINDS[kind]
    sheet = read_sheet(file_name, content, what.columns, options or Options())
    plan = ImportPlan(what, scenario, sheet, content_digest(content))
    context = Context(scenario, sheet, today)
    drafts: dict[Table, list[Draft]] = defaultdict(list)
    for draft in _unique(what.drafts(sheet.rows, context), sheet):
        drafts[draft.table].append(draft)
    faulty = {error.row for error in sheet.errors}
    for table, listed in drafts.items():
        _compare(plan, table, listed, faulty, may_change=may_change)
    return plan


def _unique(drafts: Iterator[Draft], sheet: Sheet) -> Iterator[Draft]:
    first: dict[tuple[Any, ...], int] = {}
    for draft in drafts:
        key = (draft.table, draft.key)
        if key in first and not draft.shared:
            sheet.fault(
                draft.row, draft.column,
                _("This is the same as row %(row)s; it can stand in the file only once. Delete one of the two rows.")
                % {"row": first[key]},
            )  # fmt: skip
        elif key not in first:
            first[key] = draft.row
            yield draft


def _compare(
    plan: ImportPlan, table: Table, drafts: list[Draft], faulty: set[int], *, may_change: bool
) -> None:
    there = existing(table, drafts, plan.scenario)
    for draft in drafts:
        found = there.get(draft.key)
        if found is None:
            plan.make.setdefault(table, []).append(draft)
            continue
        differing = _differing(draft, found.row, is_whole=draft.row not in faulty)
        if not differing:
            plan.same[table] += 1
        elif found.is_own and not may_change and plan.kind.code != "capacities":
            plan.sheet.fault(draft.row, draft.column, _there_already(draft, found.row, differing))
        else:
            plan.change.setdefault(table, []).append(Change(draft, found.row, found.is_own, differing))


def _differing(draft: Draft, row: Model, *, is_whole: bool) -> tuple[str, ...]:
    """Return what the file says otherwise; of a row with faults, as far as it could be read."""
    names = tuple(draft.values) if draft.compare is None else draft.compare
    if not is_whole:
        names = tuple(name for name in names if isinstance(draft.values[name], bool | int | float | str))
    return tuple(name for name in names if not _equal(draft.values[name], getattr(row, name)))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE * max(abs(one), abs(other))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def _there_already(draft: Draft, row: Model, differing: tuple[str, ...]) -> str:
    name = differing[0]
    field_name = row._meta.get_field(name.removesuffix("_id")).verbose_name  # type: ignore[union-attr]
    if name.endswith("_id") or isinstance(draft.values[name], list | dict):
        what = _("“%(label)s” is there already, with another %(field)s.")
    else:
        what = _("“%(label)s” is there already; its %(field)s is %(old)s, not %(new)s.")
    words = {"label": draft.label, "field": field_name, "old": getattr(row, name), "new": draft.values[name]}
    overwrite = _("To overwrite it, choose “Change rows that are there”.")
    return f"{what % words} {overwrite}"
