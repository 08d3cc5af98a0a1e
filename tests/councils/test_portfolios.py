"""How each project of a portfolio fared: a hand-computed vote, another program's outcome, what holds of every vote."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabutools import election as pabutools_election
from pabutools import rules as pabutools_rules

from councils.choice_counting import choices_counted
from councils.portfolios import bids
from councils.questions import EQUAL_SHARES, GREEDY
from councils.rules.results import by_lot

COSTS = {"o1": 240, "o2": 200, "o3": 150}
VOTES = [(["o1", "o2"], 2), (["o2", "o3"], 1), (["o3"], 1), ([], 1)]
CODES = ["o1", "o2", "o3", "o4", "o5"]


def asked(costs: dict[str, int], budget: int, completion: str = "1pct") -> dict[str, Any]:
    return {"costs": costs, "budget": budget, "completion": completion}


@st.composite
def votes(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[list[str], int]]]:
    """Draw a portfolio with a project that fits, and up to eight weighted ballots, some of them blank."""
    budget = draw(st.integers(1, 60))
    costs = {code: draw(st.integers(1, budget)) for code in CODES}
    rows = st.tuples(st.lists(st.sampled_from(CODES), unique=True, max_size=5), st.integers(1, 4))
    completion = draw(st.sampled_from(["none", "1pct", "1pct-until-overspend"]))
    return asked(costs, budget, completion), draw(st.lists(rows, min_size=1, max_size=8))


def test_the_vote_that_was_counted_by_hand() -> None:
    """The one of docs/sharing-out.md, in hundredths: shares of 120; flour, then energy; bread lacks 133 1/3."""
    found = bids(EQUAL_SHARES, asked(COSTS, 480), VOTES, by_lot(["o1", "o2", "o3"]))
    assert {code: (bid.step, bid.votes, bid.most_paid, bid.missing) for code, bid in found.items()} == {
        "o1": (None, 2, None, Fraction(400, 3)),
        "o2": (1, 3, Fraction(200, 3), None),
        "o3": (2, 2, Fraction(290, 3), None),
    }


def test_most_votes_first() -> None:
    found = bids(GREEDY, asked(COSTS, 480), VOTES, by_lot(["o1", "o2", "o3"]))
    assert {code: (bid.step, bid.missing) for code, bid in found.items()} == {
        "o1": (2, None), "o2": (1, None), "o3": (None, 110),
    }  # fmt: skip


def test_pabutools_chooses_the_same() -> None:
    projects = {code: pabutools_election.Project(code, cost) for code, cost in COSTS.items()}
    instance = pabutools_election.Instance(projects.values(), budget_limit=480)
    ballots = [
        pabutools_election.ApprovalBallot({projects[code] for code in choice})
        for choice, weight in VOTES
        for _each in range(weight)
        if choice
    ]
    profile = pabutools_election.ApprovalProfile(ballots, instance=instance)
    found = pabutools_rules.method_of_equal_shares(instance, profile, sat_class=pabutools_election.Cost_Sat)
    ours = bids(EQUAL_SHARES, asked(COSTS, 480, "none"), VOTES, by_lot(["o1", "o2", "o3"]))
    assert {project.name for project in found} == {code for code, bid in ours.items() if bid.step}


@pytest.mark.parametrize("rule", [EQUAL_SHARES, GREEDY])
@given(drawn=votes())
def test_who_was_chosen_is_who_the_count_chose(rule: str, drawn: tuple[dict[str, Any], Any]) -> None:
    params, rows = drawn
    lot = by_lot(CODES)
    eligible = sum(weight for _choice, weight in rows)
    counted = choices_counted(rule, params, CODES, rows, quorum=Fraction(0), eligible=eligible, lot=lot)
    found = bids(rule, params, rows, lot)
    order = sorted((code for code, bid in found.items() if bid.step), key=lambda code: found[code].step or 0)
    assert order == counted["winners"]
    assert sum(found[code].cost for code in order) <= params["budget"]


@given(drawn=votes())
def test_whoever_was_not_chosen_lacked_something(drawn: tuple[dict[str, Any], Any]) -> None:
    """And under Equal Shares whoever was chosen was paid for by its own votes: at least its cost over their number."""
    params, rows = drawn
    for rule in (EQUAL_SHARES, GREEDY):
        for bid in bids(rule, params, rows, by_lot(CODES)).values():
            if bid.step is None:
                assert (bid.missing is None) == (bid.votes == 0)
                assert bid.missing is None or bid.missing > 0
            elif rule == EQUAL_SHARES:
                assert bid.most_paid is not None
                assert Fraction(bid.cost, bid.votes) <= bid.most_paid <= bid.cost


@given(drawn=votes(), data=st.data())
def test_equal_papers_may_be_put_together(drawn: tuple[dict[str, Any], Any], data: st.DataObject) -> None:
    """Ten equal votes are one of weight ten, in any order."""
    params, rows = drawn
    apart = [(choice, 1) for choice, weight in rows for _each in range(weight)]
    shuffled = data.draw(st.permutations(apart))
    for rule in (EQUAL_SHARES, GREEDY):
        assert bids(rule, params, rows, by_lot(CODES)) == bids(rule, params, shuffled, by_lot(CODES))
