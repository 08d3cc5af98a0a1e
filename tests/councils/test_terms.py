"""Terms in a row, by hand."""

from datetime import date

import pytest

from councils.terms import terms_in_a_row

FIRST, SECOND = (date(2020, 1, 1), date(2022, 1, 1)), (date(2022, 1, 1), date(2024, 1, 1))


@pytest.mark.parametrize(
    ("held", "begin", "count"),
    [
        ([], date(2024, 1, 1), 0),
        ([FIRST], date(2022, 1, 1), 1),
        ([FIRST, SECOND], date(2024, 1, 1), 2),
        ([FIRST, SECOND], date(2024, 12, 30), 2),  # 364 days
        ([FIRST, SECOND], date(2024, 12, 31), 0),  # 365 days: the row has ended
        ([SECOND], date(2024, 6, 1), 1),
        (
            [FIRST, (date(2023, 1, 1), date(2024, 1, 1))],
            date(2024, 1, 1),
            1,
        ),  # a year's pause before the last
        ([FIRST, (date(2020, 6, 1), date(2022, 1, 1))], date(2022, 1, 1), 1),  # at the same time
        ([(date(2024, 1, 1), date(2026, 1, 1))], date(2024, 1, 1), 0),  # the new term itself
    ],
)
def test_by_hand(held: list[tuple[date, date]], begin: date, count: int) -> None:
    assert terms_in_a_row(held, begin, 365) == count
