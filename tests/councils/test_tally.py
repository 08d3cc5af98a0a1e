"""Counting: worked examples by hand, and properties that must hold for any votes."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from councils import tally as counting
from councils.explanations import explain, rule_sentence
from councils.tally import CARRIED, LOST, STATUS_QUO, Rule, Tally, TieBreak, tally

HALF, THREE_FIFTHS = Fraction(1, 2), Fraction(3, 5)
SIMPLE = Rule(counting.MAJORITY_OF_CAST, HALF, strict=True)
OVERRULE = Rule(counting.MAJORITY_OF_CAST, THREE_FIFTHS, strict=False)
ABSOLUTE = Rule(counting.MAJORITY_OF_ELIGIBLE, HALF, strict=True)
NO_QUORUM = Fraction(0)


def count(rule: Rule, yes: int, no: int, abstain: int, eligible: int, quorum: Fraction = NO_QUORUM) -> Tally:
    votes = {"yes": yes, "no": no, "abstain": abstain}
    return tally(rule, quorum, votes, eligible, tie_break=STATUS_QUO)


@pytest.mark.parametrize(
    ("rule", "yes", "no", "abstain", "eligible", "outcome"),
    [
        (SIMPLE, 6, 5, 0, 20, CARRIED),
        (SIMPLE, 5, 6, 0, 20, LOST),
        (SIMPLE, 1, 0, 19, 20, CARRIED),  # abstentions are no votes against
        (SIMPLE, 0, 0, 20, 20, LOST),
        (SIMPLE, 0, 0, 0, 20, LOST),
        (OVERRULE, 3, 2, 0, 5, CARRIED),  # exactly 3/5 is at least 3/5
        (OVERRULE, 59, 41, 0, 100, LOST),
        (OVERRULE, 0, 0, 5, 5, LOST),
        (ABSOLUTE, 11, 0, 0, 20, CARRIED),
        (ABSOLUTE, 10, 0, 0, 20, LOST),  # exactly half of the roll is not more than half
        (ABSOLUTE, 9, 0, 11, 20, LOST),
    ],
)
def test_by_hand(rule: Rule, yes: int, no: int, abstain: int, eligible: int, outcome: str) -> None:
    assert count(rule, yes, no, abstain, eligible).outcome == outcome


def test_a_tie_is_broken_by_the_rule_passed_in() -> None:
    votes = {"yes": 4, "no": 4}
    stays = tally(SIMPLE, NO_QUORUM, votes, 9, tie_break=STATUS_QUO)
    assert (stays.outcome, stays.is_tie, stays.tie_break) == (LOST, True, "status_quo")
    goes = tally(SIMPLE, NO_QUORUM, votes, 9, tie_break=TieBreak("chair", CARRIED))
    assert (goes.outcome, goes.tie_break) == (CARRIED, "chair")


def test_the_quorum_counts_abstentions() -> None:
    assert count(SIMPLE, 2, 1, 7, 20, Fraction(1, 2)).outcome == CARRIED
    missed = count(SIMPLE, 2, 1, 6, 20, Fraction(1, 2))
    assert missed.outcome == LOST
    assert [step["step"] for step in missed.steps] == ["turnout", "quorum", "outcome"]


def test_thirds_are_exact() -> None:
    two_thirds = Rule(counting.MAJORITY_OF_CAST, Fraction(2, 3), strict=False)
    assert count(two_thirds, 2, 1, 0, 3).outcome == CARRIED
    assert count(two_thirds, 2 * 10**17, 10**17 + 1, 0, 10**18).outcome == LOST


@pytest.mark.parametrize(
    ("votes", "eligible"), [({"yes": 3}, 2), ({"yes": -1}, 2), ({"yes": 1, "perhaps": 1}, 2)]
)
def test_impossible_counts(votes: dict[str, int], eligible: int) -> None:
    with pytest.raises(ValueError, match=r"cannot be the votes|neither yes, no"):
        tally(SIMPLE, NO_QUORUM, votes, eligible, tie_break=STATUS_QUO)


rules = st.builds(
    Rule,
    st.sampled_from([counting.MAJORITY_OF_CAST, counting.MAJORITY_OF_ELIGIBLE]),
    st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=20),
    st.booleans(),
)
numbers = st.integers(0, 50)
shares = st.fractions(0, 1, max_denominator=10)


@given(rules, numbers, numbers, numbers, numbers, shares)
def test_one_more_yes_never_loses_and_one_more_no_never_carries(
    rule: Rule, yes: int, no: int, abstain: int, silent: int, quorum: Fraction
) -> None:
    eligible = yes + no + abstain + silent + 1
    now = count(rule, yes, no, abstain, eligible, quorum).outcome
    if now == CARRIED:
        assert count(rule, yes + 1, no, abstain, eligible, quorum).outcome == CARRIED
    assume(quorum == 0)  # one more no can meet a quorum: that a quorum rewards staying away is known
    if now == LOST:
        assert count(rule, yes, no + 1, abstain, eligible, quorum).outcome == LOST


@given(rules, numbers, numbers, numbers, numbers, shares)
def test_the_steps_tell_the_outcome(
    rule: Rule, yes: int, no: int, abstain: int, silent: int, quorum: Fraction
) -> None:
    result = count(rule, yes, no, abstain, yes + no + abstain + silent, quorum)
    by_name: dict[str, Any] = {step["step"]: step for step in result.steps}
    assert by_name["turnout"]["cast"] == yes + no + abstain
    assert by_name["outcome"]["outcome"] == result.outcome
    if "majority" in by_name:
        step = by_name["majority"]
        assert (result.outcome == CARRIED) == (yes > 0 and yes >= step["least"])
    else:
        assert not by_name["quorum"]["met"]
    assert len(explain(result.steps)) == len(result.steps)
    assert result.as_dict()["cast"] == yes + no + abstain


def test_the_steps_in_words() -> None:
    assert explain(count(SIMPLE, 4, 4, 1, 12, Fraction(1, 2)).steps) == [
        "9 of 12 votes on the roll were cast: 4 yes, 4 no, 1 abstentions.",
        "The quorum of half (6 votes) is met.",
        "More than half of the 8 yes and no votes are needed, that is 5; 4 votes are yes.",
        "That is exactly the limit, not more. The rule for ties decides: the status quo stands.",
        "The motion is lost.",
    ]
    assert explain(count(OVERRULE, 1, 0, 0, 9, Fraction(1, 2)).steps)[1] == (
        "The quorum of half (5 votes) is missed, so nothing changes."
    )
    assert explain(count(ABSOLUTE, 0, 0, 1, 9).steps)[2] == (
        "More than half of the 9 on the roll are needed, that is 5; 0 votes are yes."
    )
    assert explain(count(SIMPLE, 0, 0, 1, 9).steps)[2] == "Nobody voted yes or no, so there is no majority."


@pytest.mark.parametrize(
    ("rule", "strict", "quorum", "words"),
    [
        ("majority_of_cast", True, "0", "Carried if more than half of the yes and no votes are yes."),
        ("majority_of_cast", False, "0", "Carried if at least half of the yes and no votes are yes."),
        ("majority_of_eligible", True, "0", "Carried if more than half of everybody on the roll vote yes."),
        (
            "majority_of_eligible",
            False,
            "1/3",
            "Carried if at least half of everybody on the roll vote yes. At least 1/3 of the roll must take part.",
        ),
    ],
)
def test_the_rule_in_words(rule: str, strict: bool, quorum: str, words: str) -> None:
    assert rule_sentence(rule, {"threshold": "1/2", "strict": strict}, quorum) == words
