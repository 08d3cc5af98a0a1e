"""Terms in a row: whoever has held a role for as many as the charter allows makes room for a while."""

from collections.abc import Iterable
from datetime import date


def terms_in_a_row(held: Iterable[tuple[date, date]], begin: date, pause_days: int) -> int:
    """Return how many terms a new one that begins on ``begin`` would follow on without a pause.

    ``held`` are (first day, first day no longer) of earlier terms; a gap of ``pause_days`` or more ends the row.
    Terms that overlap count once.
    """
    count, next_begin = 0, begin
    for since, until in sorted(held, reverse=True):
        if since >= next_begin:
            continue
        if (next_begin - until).days >= pause_days:
            break
        is_overlap = count > 0 and until > next_begin
        count, next_begin = count + (not is_overlap), since
    return count
