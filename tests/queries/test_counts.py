"""How often each page asks the database is fixed, and does not grow with what is in it.

``queries.tsv`` holds a row for each page, role and phase. ``make queries`` writes it anew; whoever changes a number
sees it in the difference of that file.
"""

import os

import pytest

from tests.access.world import make_world
from tests.queries.counting import counts, differences, fix, fixed
from tests.queries.growing import LISTS, begin_with_more, grow, more_of_everything

PHASES = {
    "rounds": "",
    "in force": "planning:",
}  # which pages are asked; the others know nothing of the phase
ANEW = os.environ.get("COMMONPLAN_QUERIES") == "anew"
LATEST = {
    "record:record"
}  # shows a page of the latest entries, and asks once per kind of what they are about
ADVICE = (
    "\nA page that asks more often than before as a rule asks in a loop: see to that first (select_related,"
    " prefetch_related, one query for all rows). If it is meant, `make queries` writes tests/queries/queries.tsv anew:"
    " look at its difference and commit it."
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", PHASES)
def test_each_page_asks_as_often_as_the_baseline_says(phase: str, broker_url: str) -> None:
    found = counts(make_world(phase), within=PHASES[phase])
    if ANEW:
        fix(phase, found)
    wrong = differences(phase, found, fixed(phase))
    assert not wrong, "\n" + "\n".join(wrong) + ADVICE


@pytest.mark.django_db(transaction=True)
def test_lists_ask_as_often_when_there_is_twice_as_much(
    monkeypatch: pytest.MonkeyPatch, broker_url: str
) -> None:
    """The federation of the baseline with twice its workplaces, lines, motions and the like, and the same numbers."""
    monkeypatch.setattr("tests.access.world.make_federation", more_of_everything)
    monkeypatch.setattr("tests.access.investing.begin", begin_with_more)
    world = make_world("rounds")
    grow(world)
    expected = {key: number for key, number in fixed("rounds").items() if key[0] in LISTS}
    assert {route for route, _role in expected} == set(LISTS), "a list is not in the baseline"
    found = counts(world, only=LISTS)
    for key in [key for key in found if key[0] in LATEST]:
        assert found[key] <= expected[key], f"{key} takes {found[key]} statements, not {expected[key]}"
        found[key] = expected[key]
    wrong = differences("rounds", found, expected)
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_page_that_asks_once_more_is_named() -> None:
    fixed_, found = {("a", "own"): 3, ("b", "own"): 4}, {("a", "own"): 4, ("c", "own"): 1}
    assert differences("rounds", found, fixed_) == [
        "a, own, rounds: the baseline says 3 statements, it took 4",
        "b, own, rounds: the baseline says 4 statements, it took none (shows nothing)",
        "c, own, rounds: the baseline does not know the page, it took 1",
    ]
