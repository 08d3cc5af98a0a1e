"""What a kind of import is: its columns and how its rows become drafts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workplaces.importing.columns import Column, code, text
from workplaces.importing.drafts import Context, Draft
from workplaces.importing.reading import Record

Drafter = Callable[[Sequence[Record], Context], Iterator[Draft]]


@dataclass(frozen=True)
class Kind:
    """A kind of table. ``private``: who sees the batch is restricted, because its rows are people."""

    code: str
    label: Any
    summary: Any
    columns: tuple[Column, ...]
    drafts: Drafter
    private: bool = False

    @property
    def header(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]

    @property
    def example(self) -> list[str]:
        """One row as it could stand in a file."""
        return [column.example for column in self.columns]


def code_column(example: str, *, name: str = "code", limit: int = 60) -> Column:
    """Return the column of a row's own code."""
    return Column(name, code(limit), _("short name, once in the file"), example, required=True)


def name_columns(example: str) -> tuple[Column, ...]:
    """Return the name's column and one for the name in each further language of the site."""
    languages = [tag[:2] for tag, _name in settings.LANGUAGES if tag[:2] != settings.LANGUAGE_CODE[:2]]
    return (
        Column("name", text(200), _("name"), example, required=True),
        *(Column(f"name_{tag}", text(200), _("name in that language"), "") for tag in sorted(set(languages))),
    )


def named(record: Record) -> dict[str, Any]:
    """Return the values of a named row: the name and its translations."""
    names = {key[5:]: value for key, value in record.values.items() if key.startswith("name_") and value}
    return {"name": record["name"], "names": names}


def coded(table: Any, *fields: str) -> Drafter:
    """Return a drafter for a table whose rows are a code, a name and some plain fields."""

    def drafts(records: Sequence[Record], context: Context) -> Iterator[Draft]:  # noqa: ARG001
        for record in records:
            if record["code"] is None:
                continue
            values = {"code": record["code"], **named(record), **{name: record[name] for name in fields}}
            label = record["name"] or record["code"]
            yield Draft(table, (record["code"],), values, record.number, label, "code")

    return drafts
