"""Independent Markets: the closed form is the definition, and in ten thousand weighted elections no lie pays."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from councils.rules.independent_markets import Division, independent_markets
from tests.councils.rules.divisions import Floats, Profiles, drawn, markets, mean, normalised_median

SHAPES = [(1, 1), (1, 4), (2, 2), (2, 8), (3, 5), (4, 3), (5, 6), (7, 4), (8, 2), (9, 7), (12, 3), (12, 8)]
MANY = 10_000


@pytest.mark.parametrize(("voters", "options"), SHAPES)
def test_the_closed_form_is_the_definition(voters: int, options: int) -> None:
    profiles = drawn(voters * 100 + options, 250, voters, options)
    by_definition = markets(profiles)
    assert by_definition.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    names = [str(option) for option in range(options)]
    for place, wishes in enumerate(profiles.wishes):
        divisions = [
            Division(_exact(wish, names), int(weight))
            for wish, weight in zip(wishes, profiles.weights[place], strict=True)
        ]
        found = independent_markets(divisions, names).shares
        assert [float(found[name]) for name in names] == pytest.approx(by_definition[place], abs=1e-12)


def _exact(wish: Floats, names: list[str]) -> dict[str, Fraction]:
    """The fractions that were drawn: their denominators are at most seven an option."""
    shares = [Fraction(float(share)).limit_denominator(7 * len(names)) for share in wish]
    return dict(zip(names, shares, strict=True))


def lies(profiles: Profiles, honest: Floats, seed: int) -> list[Floats]:
    """What the first voter might say instead: all on the favourite, past the result, another's wish, anything."""
    true = profiles.wishes[:, 0]
    past = np.clip(2 * true - honest, 0.0, None)
    far = np.clip(true + 5 * (true - honest), 0.0, None)
    favourite = np.eye(true.shape[1])[true.argmax(axis=1)]
    lost = np.eye(true.shape[1])[(true - honest).argmax(axis=1)]
    other = drawn(seed, len(true), 1, true.shape[1]).wishes[:, 0]
    return [
        favourite,
        lost,
        past / past.sum(axis=1, keepdims=True),
        far / far.sum(axis=1, keepdims=True),
        other,
    ]


def largest_gain(rule: Callable[[Profiles], Floats], seed: int) -> float:
    """The most that the first voter's ℓ₁ distance to the result shrinks by a lie, over many profiles and five lies each."""
    most = -np.inf
    for number, (voters, options) in enumerate([(2, 2), (3, 3), (4, 4), (6, 5), (3, 8)]):
        profiles = drawn(seed + number, MANY // 5, voters, options)
        honest = rule(profiles)
        distance = np.abs(honest - profiles.wishes[:, 0]).sum(axis=1)
        for lie in lies(profiles, honest, seed + 50 + number):
            told = np.abs(rule(profiles.with_first(lie)) - profiles.wishes[:, 0]).sum(axis=1)
            most = max(most, float((distance - told).max()))
    return most


def test_no_lie_pays_in_ten_thousand_elections() -> None:
    assert largest_gain(markets, seed=7) < 1e-12


@pytest.mark.parametrize("rule", [mean, normalised_median])
def test_under_other_rules_one_does(rule: Callable[[Profiles], Floats]) -> None:
    """The control: the same elections and lies find these two out."""
    assert largest_gain(rule, seed=7) > 0.1
