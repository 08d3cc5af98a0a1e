"""Nobody gains by naming another number or division than they wish; rules for which that is false are caught."""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from councils.rules.independent_markets import Division, independent_markets
from councils.rules.median import Figure, median

type Wish = tuple[Fraction, ...]
type Rule = Callable[[Sequence[Wish]], Wish]


def markets(wishes: Sequence[Wish]) -> Wish:
    options = [str(place) for place in range(len(wishes[0]))]
    divisions = [Division(dict(zip(options, wish, strict=True))) for wish in wishes]
    return tuple(independent_markets(divisions, options).shares[option] for option in options)


def mean(wishes: Sequence[Wish]) -> Wish:
    return tuple(sum(column, Fraction(0)) / len(wishes) for column in zip(*wishes, strict=True))


def normalised_median(wishes: Sequence[Wish]) -> Wish:
    """The median of each share by itself, then all divided by their sum; the mean where they are all 0."""
    middle = [sorted(column)[(len(wishes) - 1) // 2] for column in zip(*wishes, strict=True)]
    total = sum(middle)
    return tuple(share / total for share in middle) if total else mean(wishes)


def wish(chance: random.Random, options: int) -> Wish:
    parts = [chance.choice((0, 0, 1, 2, 3, 7)) for _ in range(options)]
    if not any(parts):
        parts[chance.randrange(options)] = 1
    return tuple(Fraction(part, sum(parts)) for part in parts)


def largest_gain(rule: Rule, profiles: int, seed: int) -> Fraction:
    """The most that a voter's ℓ1 distance shrinks by a lie, over random wishes, and lies that exaggerate."""
    chance, largest = random.Random(seed), Fraction(-1)
    for _ in range(profiles):
        options = chance.randint(2, 4)
        wishes = [wish(chance, options) for _ in range(chance.randint(2, 5))]
        true = wishes[0]
        favourite = max(range(options), key=lambda place: true[place])
        lie = chance.choice(
            [wish(chance, options), tuple(Fraction(place == favourite) for place in range(options))]
        )
        honest, lying = rule(wishes), rule([lie, *wishes[1:]])
        gain = distance(honest, true) - distance(lying, true)
        largest = max(largest, gain)
    return largest


def distance(left: Wish, right: Wish) -> Fraction:
    return sum((abs(a - b) for a, b in zip(left, right, strict=True)), Fraction(0))


def test_independent_markets() -> None:
    assert largest_gain(markets, 500, seed=1) == 0


@pytest.mark.long
def test_independent_markets_in_ten_thousand_elections() -> None:
    assert largest_gain(markets, 10_000, seed=2) == 0


@pytest.mark.parametrize("rule", [mean, normalised_median])
def test_other_rules_reward_a_lie(rule: Rule) -> None:
    """The control: with the same elections and lies these two are found out."""
    assert largest_gain(rule, 500, seed=1) > 0


def test_the_shares_add_up_and_unanimity_is_heeded() -> None:
    chance = random.Random(3)
    for _ in range(200):
        options = chance.randint(1, 5)
        one = wish(chance, options)
        assert markets([one] * chance.randint(1, 4)) == one
        assert sum(markets([wish(chance, options) for _ in range(chance.randint(1, 6))])) == 1


def test_a_weight_is_as_many_divisions() -> None:
    chance = random.Random(4)
    for _ in range(200):
        wishes = [wish(chance, 3) for _ in range(3)]
        weights = [chance.randint(1, 4) for _ in wishes]
        names = ("0", "1", "2")
        weighted = [
            Division(dict(zip(names, w, strict=True)), n) for w, n in zip(wishes, weights, strict=True)
        ]
        replicated = [w for w, n in zip(wishes, weights, strict=True) for _ in range(n)]
        assert tuple(independent_markets(weighted, names).shares.values()) == markets(replicated)


def test_the_median_rewards_no_lie() -> None:
    chance = random.Random(5)
    for _ in range(2000):
        numbers = [chance.randint(0, 9) for _ in range(chance.randint(1, 6))]
        others = [Figure(n, chance.randint(1, 3)) for n in numbers[1:]]
        tie = chance.choice(("lower", "upper", "status quo"))
        honest = median([Figure(numbers[0]), *others], tie=tie, status_quo=4).value
        lying = median([Figure(chance.randint(0, 9)), *others], tie=tie, status_quo=4).value
        assert abs(honest - numbers[0]) <= abs(lying - numbers[0])
