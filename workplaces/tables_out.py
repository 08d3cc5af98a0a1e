"""Tables as CSV downloads: streamed row by row, and harmless to a spreadsheet that opens them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import get_valid_filename

# A spreadsheet reads a text cell that begins with one of these as a formula and runs it.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
ROWS_A_CHUNK = 500


class _Echo:
    """A file whose ``write`` hands the text back, so that the csv module formats and we send."""

    def write(self, text: str) -> str:
        return text


def csv_response(
    *, filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Return a download of ``rows`` under ``header``: UTF-8, comma, full stop as decimal mark (RFC 4180).

    ``rows`` is read while the answer is sent: pass ``queryset.values_list(…).iterator()`` for a long table.
    ``filename`` gets the ending ``.csv`` if it has none.
    """
    name = filename if filename.endswith(".csv") else f"{filename}.csv"
    return StreamingHttpResponse(
        csv_chunks(header, rows),
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{get_valid_filename(name)}"'},
    )


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the table as text, some hundred rows at a time."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    chunk = [writer.writerow([cell(title) for title in header])]
    for row in rows:
        chunk.append(writer.writerow([cell(value) for value in row]))
        if len(chunk) >= ROWS_A_CHUNK:
            yield "".join(chunk)
            chunk = []
    yield "".join(chunk)


def cell(value: Any) -> str | int | float:
    """Return how one value stands in a CSV: numbers as numbers, nothing as empty, text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text
