"""What a file asks for, before anything is written: rows to make, named by their natural keys."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from workplaces.importing.reading import Record, Sheet
from workplaces.models import PublicBody, Region, Scenario

Table = type[models.Model]


@dataclass(frozen=True)
class Ref:
    """A row of the same file, by table and natural key; it gets its id when it is written."""

    table: Table
    key: tuple[Any, ...]


@dataclass
class Draft:
    """A row to be. ``values`` go by attribute name (``region_id``); ids in them may be a ``Ref``."""

    table: Table
    key: tuple[Any, ...]
    values: dict[str, Any]
    row: int
    label: str
    column: str = ""
    # Attributes that decide whether a row that is there already is the same; None: all of ``values``.
    compare: tuple[str, ...] | None = None
    # A row that goes without saying (a person, an occupation): being there already is no fault.
    shared: bool = False


class Context:
    """What a kind of import needs to know of the scenario it goes into."""

    def __init__(self, scenario: Scenario, sheet: Sheet, today: date) -> None:
        """Prepare; nothing is read from the database before it is asked for."""
        self.scenario, self.sheet, self.today = scenario, sheet, today
        self._codes: dict[Table, dict[str, int]] = {}

    def fault(self, record: Record, column: str, message: str) -> None:
        """Note a fault in a row; a cell that could not even be read has had its own."""
        if column not in record.broken:
            self.sheet.fault(record.number, column, message)

    def codes(self, table: Table) -> dict[str, int]:
        """Return the ids (of first versions) by code, as the scenario sees the table."""
        if table not in self._codes:
            if table in (Region, PublicBody):
                rows: Any = table._default_manager.values_list("code", "pk")
            else:
                rows = table.objects.in_scenario(self.scenario).values_list("code", "entity_id")  # type: ignore[attr-defined]
            self._codes[table] = dict(rows)
        return self._codes[table]

    def find(self, record: Record, column: str, table: Table) -> int | None:
        """Return the id behind the code in that cell; an unknown code is a fault, an empty cell None."""
        code = record[column]
        if code is None:
            return None
        found = self.codes(table).get(code)
        if found is None:
            self.fault(record, column, unknown_code(table, code, self.codes(table)))
        return found

    def identify(self, record: Record, column: str, table: Table) -> int | str | None:
        """Return what tells rows apart: the id, or the code as written where it names nothing (a fault)."""
        return self.find(record, column, table) or record[column]

    @cached_property
    def plan_year(self) -> DateRange:
        """The period that a quantity is for unless the file says otherwise: the next calendar year."""
        return DateRange(date(self.today.year + 1, 1, 1), date(self.today.year + 2, 1, 1))

    def period(self, record: Record) -> DateRange | None:
        """Return the dates of the columns ``from`` and ``until`` (the first day after), or the plan year."""
        if record.broken & {"from", "until"}:
            return None
        since = record["from"] or self.plan_year.lower
        until = record["until"] or date(since.year + 1, since.month, min(since.day, 28))
        if until <= since:
            self.fault(
                record, "until", _("This day does not come after the first day, %(day)s.") % {"day": since}
            )
            return None
        return DateRange(since, until)


def unknown_code(table: Table, code: str, known: dict[str, int]) -> str:
    """Return the sentence for a code that names nothing, with the nearest that does."""
    words = {"what": table._meta.verbose_name, "code": code}
    near = get_close_matches(code, list(known)[:20_000], 1)
    if near:
        return _("There is no %(what)s with the code “%(code)s”. Did you mean “%(near)s”?") % {
            **words, "near": near[0],
        }  # fmt: skip
    if not known:
        return (
            _("There is no %(what)s with the code “%(code)s”; there is none at all yet. Import them first.")
            % words
        )
    return _("There is no %(what)s with the code “%(code)s”. Correct the code, or import it first.") % words
