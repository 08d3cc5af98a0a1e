"""Differences of wordings: whole, shortest, merged only when they do not touch; figures side by side."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from councils.differences import GONE, MOST, NEW, SAME, Part, difference, figures, hunks, merged, units

WORDS = st.lists(st.sampled_from(["a", "b", "lathe", " ", ". ", "\n", "12", "3.5"]), max_size=14).map("".join)


@given(WORDS, WORDS)
def test_both_wordings_can_be_read_from_the_difference(old: str, new: str) -> None:
    parts = difference(old, new)
    assert "".join(part.text for part in parts if part.kind != NEW) == old
    assert "".join(part.text for part in parts if part.kind != GONE) == new


@given(WORDS, WORDS)
def test_it_is_the_shortest_one(old: str, new: str) -> None:
    """Against the longest common subsequence, by the textbook's table."""
    before, after = units(old), units(new)
    longest = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            better = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if one == other else better
    changed = sum(hunk.stop - hunk.start + len(hunk.units) for hunk in hunks(before, after))
    assert changed == len(before) + len(after) - 2 * longest[-1][-1]


def test_a_rewritten_phrase_reads_as_one() -> None:
    assert difference("Buy a lathe together.", "Buy two drills together.") == [
        Part(SAME, "Buy "),
        Part(GONE, "a lathe"),
        Part(NEW, "two drills"),
        Part(SAME, " together."),
    ]


def test_beyond_the_limit_the_middle_is_replaced() -> None:
    old, new = "x " + "a " * MOST + "y", "x " + "b " * MOST + "y"
    kinds = [part.kind for part in difference(old, new)]
    assert kinds == [SAME, GONE, NEW, SAME]


@given(WORDS, WORDS)
def test_merging_with_no_change_is_the_other_change(base: str, theirs: str) -> None:
    assert merged(base, base, theirs) == theirs
    assert merged(base, theirs, base) == theirs


@given(WORDS, WORDS, WORDS)
def test_merging_does_not_depend_on_the_order(base: str, ours: str, theirs: str) -> None:
    assert merged(base, ours, theirs) == merged(base, theirs, ours)


def test_what_does_not_touch_is_merged_and_what_does_is_not() -> None:
    base = "Buy a lathe for 12 crowns together."
    drill, dear = "Buy a drill for 12 crowns together.", "Buy a lathe for 20 crowns together."
    assert merged(base, drill, dear) == "Buy a drill for 20 crowns together."
    assert merged(base, drill, "Buy a mill for 12 crowns together.") is None
    assert merged("one", "one two", "one three") is None, "nobody knows which comes first"


@pytest.mark.parametrize(
    ("before", "after", "by"),
    [("12", "20.5", Decimal("8.5")), ("3", "2", Decimal(-1)), ("1.000", "2", None), ("1,5", "2", None)],
)
def test_figures_stand_side_by_side(before: str, after: str, by: Decimal | None) -> None:
    """``1.000`` and ``1,5`` are different numbers in different countries: no difference is claimed."""
    (change,) = figures(f"Buy a lathe for {before} crowns.", f"Buy the lathe for {after} crowns.")
    assert (change.before, change.after, change.difference) == (before, after, by)
    assert change.around == "the lathe for … crowns."


def test_figures_that_come_go_or_stay() -> None:
    (come,) = figures("Buy it.", "Buy 2 of it.")
    assert (come.before, come.after, come.difference) == ("", "2", None)
    (gone,) = figures("Buy 2 of it.", "Buy it.")
    assert (gone.before, gone.after) == ("2", "")
    assert figures("Buy a lathe, 2 drills.", "Buy one lathe, 2 mills.") == []
