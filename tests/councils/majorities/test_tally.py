"""Two majorities, counted purely: worked examples, and properties that must hold for any votes."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from councils.double_majorities import frozen_rule, rows, rule_for, rule_told, told
from councils.parts import PartsRule, both, tally_parts
from councils.tally import CARRIED, LOST, STATUS_QUO, Rule, Tally, TieBreak, tally
from councils.why import why
from workplaces.record import recount

HALF = Fraction(1, 2)
SIMPLE = Rule("majority_of_cast", HALF, strict=True)
MOST = PartsRule(SIMPLE, Fraction(0), HALF, strict=True, of="region")

rules = st.builds(
    Rule,
    st.sampled_from(["majority_of_cast", "majority_of_eligible"]),
    st.sampled_from([Fraction(1, 3), HALF, Fraction(2, 3)]),
    st.booleans(),
)
parts_rules = st.builds(
    PartsRule, rules, st.sampled_from([Fraction(0), HALF]), st.sampled_from([HALF, Fraction(3, 5)]), st.booleans(),
    st.just("region"),
)  # fmt: skip
rolls = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", ""]),
        st.sampled_from(["yes", "no", "abstain", None]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=14,
).filter(lambda roll: any(part for part, _said, _weight in roll))

type Roll = list[tuple[str, str | None, int]]


def summed(roll: Roll) -> tuple[dict[str, int], dict[str, dict[str, int]], dict[str, int]]:
    """Return the votes of all, those of each part, and the weight of each part's roll."""
    votes: dict[str, int] = {}
    by_part: dict[str, dict[str, int]] = {}
    eligible: dict[str, int] = {}
    for part, said, weight in roll:
        if part:
            eligible[part] = eligible.get(part, 0) + weight
        if said:
            votes[said] = votes.get(said, 0) + weight
            if part:
                by_part.setdefault(part, {})[said] = by_part.get(part, {}).get(said, 0) + weight
    return votes, by_part, eligible


def counted(rule: Rule, parts: PartsRule, roll: Roll, tie_break: TieBreak = STATUS_QUO) -> tuple[Tally, Any]:
    votes, by_part, eligible = summed(roll)
    found = tally_parts(parts, by_part, eligible, tie_break=tie_break)
    whole = sum(weight for _part, _said, weight in roll)
    return both(tally(rule, Fraction(0), votes, whole, tie_break=tie_break), found), found


def voted(**parts: str) -> Roll:
    said = {"y": "yes", "n": "no", "a": "abstain", "-": None}
    return [(part, said[letter], 1) for part, letters in parts.items() for letter in letters]


@pytest.mark.parametrize(
    ("roll", "outcome", "carried"),
    [
        (voted(a="yyn", b="yyn", c="nnn"), LOST, 2),  # four of nine votes, though two of three parts
        (voted(a="yyyyyy", b="ynn", c="ynn"), LOST, 1),  # eight of twelve votes, though one of three parts
        (voted(a="yyy", b="yyn", c="nnn"), CARRIED, 2),
        (
            voted(a="yyy", b="yy", c="--", d="-"),
            LOST,
            2,
        ),  # who stays away counts as a part that is not carried
        (voted(a="yyy", b="yn", c="yy"), CARRIED, 2),  # a tie within a part: the status quo stands there
    ],
)
def test_by_hand(roll: Roll, outcome: str, carried: int) -> None:
    found, parts = counted(SIMPLE, MOST, roll)
    assert (found.outcome, parts.step["carried"]) == (outcome, carried)


def test_exactly_half_of_the_parts_is_a_tie_for_the_named_rule() -> None:
    roll = voted(a="yyy", b="n")
    assert counted(SIMPLE, MOST, roll)[0].outcome == LOST
    assert counted(SIMPLE, MOST, roll, TieBreak("chair", CARRIED))[0].outcome == CARRIED
    at_least = PartsRule(SIMPLE, Fraction(0), HALF, strict=False, of="region")
    assert counted(SIMPLE, at_least, roll)[0].outcome == CARRIED


def test_a_quorum_in_each_part() -> None:
    half = PartsRule(SIMPLE, HALF, HALF, strict=True, of="region")
    roll = voted(a="y---", b="yy", c="yy")
    found, parts = counted(SIMPLE, half, roll)
    assert [count.outcome for count in parts.counts.values()] == [LOST, CARRIED, CARRIED]
    assert (found.outcome, parts.step["silent"]) == (CARRIED, 0)


def test_below_the_quorum_of_the_whole_the_parts_are_no_step() -> None:
    votes = tally(SIMPLE, HALF, {"yes": 1}, 9, tie_break=STATUS_QUO)
    parts = tally_parts(MOST, {"a": {"yes": 1}}, {"a": 9}, tie_break=STATUS_QUO)
    assert both(votes, parts) == votes
    assert votes.outcome == LOST


def test_impossible_parts() -> None:
    with pytest.raises(ValueError, match="not on the roll: b"):
        tally_parts(MOST, {"b": {"yes": 1}}, {"a": 1}, tie_break=STATUS_QUO)
    with pytest.raises(ValueError, match="needs parts"):
        tally_parts(MOST, {}, {}, tie_break=STATUS_QUO)
    with pytest.raises(ValueError, match="cannot be the votes"):
        tally_parts(MOST, {"a": {"yes": 2}}, {"a": 1}, tie_break=STATUS_QUO)


@given(rules, parts_rules, rolls)
def test_it_is_two_separate_counts(rule: Rule, parts: PartsRule, roll: Roll) -> None:
    """Carried is: carried by the votes alone, and in enough parts, each counted as a vote of its own."""
    votes, by_part, eligible = summed(roll)
    whole = sum(weight for _part, _said, weight in roll)
    alone = tally(rule, Fraction(0), votes, whole, tie_break=STATUS_QUO)
    apart = [
        tally(parts.each, parts.quorum, by_part.get(code, {}), weight, tie_break=STATUS_QUO).outcome
        for code, weight in eligible.items()
    ]
    won, needed = apart.count(CARRIED), parts.share * len(apart)
    enough = won > 0 and (won > needed if parts.strict else won >= needed)
    found, _parts = counted(rule, parts, roll)
    assert (found.outcome == CARRIED) == (alone.outcome == CARRIED and enough)


@given(rules, parts_rules, rolls, st.randoms(use_true_random=False))
def test_who_votes_when_is_irrelevant_and_so_is_what_parts_are_called(
    rule: Rule, parts: PartsRule, roll: Roll, draw: Any
) -> None:
    mixed = draw.sample(roll, len(roll))
    renamed = [({"a": "z", "b": "y"}.get(part, part), said, weight) for part, said, weight in mixed]
    before, after = counted(rule, parts, roll)[0], counted(rule, parts, renamed)[0]
    assert before.as_dict() == after.as_dict()


@given(rules, parts_rules, rolls)
def test_weight_three_counts_as_three_in_both(rule: Rule, parts: PartsRule, roll: Roll) -> None:
    copies = [(part, said, 1) for part, said, weight in roll for _ in range(weight)]
    assert counted(rule, parts, roll)[0] == counted(rule, parts, copies)[0]


@given(rules, parts_rules, rolls)
def test_one_more_yes_never_turns_carried_into_lost(rule: Rule, parts: PartsRule, roll: Roll) -> None:
    outcome = counted(rule, parts, roll)[0].outcome
    for at, (part, said, weight) in enumerate(roll):
        if said == "no":
            better = [*roll[:at], (part, "yes", weight), *roll[at + 1 :]]
            assert outcome == LOST or counted(rule, parts, better)[0].outcome == CARRIED


def dumped(rule: Rule) -> dict[str, str]:
    return {
        "of": rule.name.removeprefix("majority_of_"), "more_than" if rule.strict else "at_least": str(rule.threshold),
    }  # fmt: skip


@given(rules, parts_rules, rolls)
def test_the_verifier_counts_the_same_by_code_of_its_own(rule: Rule, parts: PartsRule, roll: Roll) -> None:
    found, counts = counted(rule, parts, roll)
    _votes, _by_part, eligible = summed(roll)
    frozen = {
        "each": dumped(parts.each), "quorum": str(parts.quorum),
        "more_than" if parts.strict else "at_least": str(parts.share),
        "roll": {code: [code, weight] for code, weight in eligible.items()},
    }  # fmt: skip
    cast = [(part, said, weight) for part, said, weight in roll if said]
    opened = {
        "question": "?", "rule": rule.name, "quorum": "0",
        "params": {"threshold": str(rule.threshold), "strict": rule.strict, "parts": frozen},
        "options": [[code, code, code] for code in ("yes", "no", "abstain")],
    }  # fmt: skip
    votes = [
        {"option": said, "weight": weight, "receipt": str(n), **({"part": part} if part else {})}
        for n, (part, said, weight) in enumerate(cast)
    ]
    result = {
        **found.as_dict(),
        "parts": counts.as_dict(),
        "receipts_root": recount.root_in({"votes": votes}),
    }
    recount.answers_again(opened, {"votes": votes, "result": result})
    other = CARRIED if found.outcome == LOST else LOST
    with pytest.raises(recount.Broken, match="counted again has outcome"):
        recount.answers_again(opened, {"votes": votes, "result": {**result, "outcome": other}})


ROW = {"council": "general", "about": "charter", "parts": "region", "more_than": "1/2"}


def test_the_row_that_names_most_decides() -> None:
    listed = rows(
        [
            {**ROW, "council": "any", "about": "any"},
            {**ROW, "about": "any", "parts": "sector"},
            {**ROW, "parts": "body"},
        ]
    )
    found = {
        (kind, subject): (row := rule_for(listed, kind, subject)) and row["parts"]
        for kind, subject in (("general", "charter"), ("general", "plan"), ("board", "charter"))
    }
    assert found == {
        ("general", "charter"): "body",
        ("general", "plan"): "sector",
        ("board", "charter"): "region",
    }
    assert rule_for(rows([ROW]), "general", "") is None
    assert rule_for([], "general", "charter") is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        [1],
        [{**ROW, "council": "nobody"}],
        [{**ROW, "about": "weather"}],
        [{**ROW, "parts": "names"}],
        [{**ROW, "at_least": "1/2"}],
        [{**ROW, "more_than": "1"}],
        [{**ROW, "quorum": "2"}],
        [{**ROW, "each": {"of": "cast"}}],
        [{**ROW, "and": 1}],
        [{key: value for key, value in ROW.items() if key != "more_than"}],
        [ROW, {**ROW, "parts": "sector"}],
    ],
)
def test_rows_that_the_charter_cannot_hold(value: Any) -> None:
    with pytest.raises(
        ValueError, match=r"list|names|is one of|majority|more than all|between|stand in one row"
    ):
        rows(value)


def test_the_charter_says_its_rows() -> None:
    assert told([]) == "nowhere"
    listed = rows(
        [{**ROW, "quorum": "1/4"}, {**ROW, "about": "recall", "more_than": "1/2", "council": "any"}]
    )
    assert told(listed) == (
        "general vote, on the charter: in more than 1/2 of the regions, each by more than 1/2 of the yes and no votes"
        " there (1/4 of its roll taking part); every council, on recalls: in more than 1/2 of the regions, each by more "
        "than 1/2 of the yes and no votes there"
    )
    frozen = frozen_rule(listed[0], {"n": ("North", 4), "s": ("South", 2)})
    assert frozen["roll"] == {"n": ["North", 4], "s": ["South", 2]}
    assert rule_told(frozen) == (
        "Besides, more than 1/2 of the 2 regions must carry it, each by more than 1/2 of the yes and no votes there. "
        "In each, at least 1/4 of its roll must take part."
    )


def test_why_names_every_majority_and_the_quorum() -> None:
    roll = voted(a="yyy", b="yyn", c="nnn")
    found, _parts = counted(SIMPLE, MOST, roll)
    assert why(found.as_dict()) == (
        "Carried: 5 of 9 yes and no votes were yes, 5 were needed; carried in 2 of 3 regions, 2 were needed."
    )
    missed = tally(SIMPLE, HALF, {"yes": 1}, 9, tie_break=STATUS_QUO)
    assert why(missed.as_dict()) == "Lost: 1 of 9 votes were cast, and the quorum is 5."
    of_all = tally(
        Rule("majority_of_eligible", HALF, strict=True), HALF, {"yes": 4, "no": 1}, 9, tie_break=STATUS_QUO
    )
    assert why(of_all.as_dict()) == (
        "Lost: 4 of 9 on the roll voted yes, 5 were needed; 5 of 9 took part, the quorum was 5."
    )
    assert why(tally(SIMPLE, Fraction(0), {"abstain": 1}, 9, tie_break=STATUS_QUO).as_dict()) == (
        "Lost: nobody voted yes or no."
    )
    assert why(None) == why({"winners": ["o1"]}) == ""
