"""Highest averages: published apportionments, an oracle by brute force, and the properties that the literature states."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from councils.rules.highest_averages import DHONDT, SAINTE_LAGUE, STEPS, highest_averages
from councils.rules.results import CountError, by_lot

VOTES = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 60), min_size=2).filter(
    lambda v: any(v.values())
)
RULES = st.sampled_from([DHONDT, SAINTE_LAGUE])
SEATS = st.integers(1, 12)
LOT = by_lot("FEDCBAX")


def seats(rule: str, votes: dict[str, int], number: int) -> dict[str, int]:
    """Return the seats of every list, those without any included; ties by a fixed lot."""
    found = highest_averages(rule, votes, seats=number, tie_break=LOT).facts["seats"]
    return {code: found.get(code, 0) for code in votes}


def divisor(rule: str, held: int) -> int:
    return held + 1 if rule == DHONDT else 2 * held + 1


@pytest.mark.parametrize(
    ("rule", "votes", "number", "expected"),
    [
        # The usual example of both methods: 230,000 votes, 8 seats.
        (DHONDT, {"A": 100_000, "B": 80_000, "C": 30_000, "D": 20_000}, 8, [4, 3, 1, 0]),
        (SAINTE_LAGUE, {"A": 100_000, "B": 80_000, "C": 30_000, "D": 20_000}, 8, [3, 3, 1, 1]),
        # Balinski and Young 1982: five states, 26 seats, where the five traditional methods all differ.
        (DHONDT, {"A": 9061, "B": 7179, "C": 5259, "D": 3319, "E": 1182}, 26, [10, 7, 5, 3, 1]),
        (SAINTE_LAGUE, {"A": 9061, "B": 7179, "C": 5259, "D": 3319, "E": 1182}, 26, [9, 8, 5, 3, 1]),
    ],
)
def test_known_apportionments(rule: str, votes: dict[str, int], number: int, expected: list[int]) -> None:
    assert list(seats(rule, votes, number).values()) == expected


@given(RULES, VOTES, st.integers(1, 6))
def test_no_other_division_satisfies_the_definition(rule: str, votes: dict[str, int], number: int) -> None:
    """Of all divisions, by brute force: what is found is one in which no seat could go to a higher average."""
    lists = sorted(votes)

    def holds(division: tuple[int, ...]) -> bool:
        held = dict(zip(lists, division, strict=True))
        if any(held[one] and not votes[one] for one in lists):
            return False
        given_ = [Fraction(votes[one], divisor(rule, held[one] - 1)) for one in lists if held[one]]
        return min(given_) >= max(Fraction(votes[one], divisor(rule, held[one])) for one in lists)

    every = [d for d in product(range(number + 1), repeat=len(lists)) if sum(d) == number and holds(d)]
    found = seats(rule, votes, number)
    assert tuple(found[one] for one in lists) in every
    ties = highest_averages(rule, votes, seats=number, tie_break=LOT).ties
    assert ties or len(every) == 1


@given(VOTES, SEATS)
def test_dhondt_favours_no_split(votes: dict[str, int], number: int) -> None:
    """Two lists that become one never lose seats (Balinski and Young 1982); the lot favours what they made."""
    first, second, *_others = sorted(votes)
    merged = {code: count for code, count in votes.items() if code not in {first, second}}
    merged["X"] = votes[first] + votes[second]
    if not any(merged.values()):
        return
    apart = seats(DHONDT, votes, number)
    lot = by_lot("XFEDCBA")
    together = highest_averages(DHONDT, merged, seats=number, tie_break=lot).facts["seats"].get("X", 0)
    assert together >= apart[first] + apart[second]


def test_sainte_lague_can_reward_a_split() -> None:
    """The control: the property above is D'Hondt's own."""
    assert seats(SAINTE_LAGUE, {"A": 5, "B": 13}, 2) == {"A": 1, "B": 1}
    assert seats(SAINTE_LAGUE, {"A": 5, "B": 6, "C": 7}, 2) == {"A": 0, "B": 1, "C": 1}


@given(RULES, VOTES, SEATS)
def test_one_seat_more_takes_none_from_anybody(rule: str, votes: dict[str, int], number: int) -> None:
    fewer, more = seats(rule, votes, number), seats(rule, votes, number + 1)
    assert all(more[code] >= fewer[code] for code in votes)


@given(RULES, VOTES, SEATS, st.integers(1, 40))
def test_more_votes_cost_no_seat_and_bring_the_others_none(
    rule: str, votes: dict[str, int], number: int, gain: int
) -> None:
    first = min(votes)
    before, after = seats(rule, votes, number), seats(rule, {**votes, first: votes[first] + gain}, number)
    assert after[first] >= before[first]
    assert all(after[code] <= before[code] for code in votes if code != first)


@given(VOTES, SEATS)
def test_dhondt_gives_everybody_the_whole_part_of_their_share(votes: dict[str, int], number: int) -> None:
    found, cast = seats(DHONDT, votes, number), sum(votes.values())
    assert all(found[code] >= votes[code] * number // cast for code in votes)


@given(RULES, VOTES, SEATS)
def test_each_step_is_the_seat_that_it_says(rule: str, votes: dict[str, int], number: int) -> None:
    count, held = highest_averages(rule, votes, seats=number, tie_break=LOT), dict.fromkeys(votes, 0)
    assert [step["seat"] for step in count.steps] == list(range(1, number + 1))
    for step in count.steps:
        code = step["list"]
        assert (step["votes"], step["divisor"]) == (votes[code], STEPS[rule] * held[code] + 1)
        assert step["average"] == Fraction(votes[code], step["divisor"])
        held[code] += 1
    assert {code: found for code, found in held.items() if found} == count.facts["seats"]
    assert set(count.winners) == set(count.facts["seats"])


def test_equal_averages_go_by_the_lot_and_say_so() -> None:
    for lot, seat in (("AB", {"A": 1}), ("BA", {"B": 1})):
        count = highest_averages(DHONDT, {"A": 7, "B": 7}, seats=1, tie_break=by_lot(lot))
        assert count.facts["seats"] == seat
        assert [tie.at for tie in count.ties] == ["seat 1"]


@pytest.mark.parametrize(
    ("rule", "votes", "number", "sentence"),
    [
        ("hare", {"A": 1}, 1, "no rule"),
        (DHONDT, {"A": 1}, 0, "at least 1"),
        (DHONDT, {"A": 1, "B": -1}, 1, "fewer than 0"),
        (DHONDT, {"A": 0}, 1, "No list has a vote"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    rule: str, votes: dict[str, int], number: int, sentence: str
) -> None:
    with pytest.raises(CountError, match=sentence):
        highest_averages(rule, votes, seats=number)
