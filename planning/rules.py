"""The charter's keys that planning reads, and what they mean in one sentence each."""

from datetime import date
from typing import Any

DEFAULTS: dict[str, tuple[float, float, float, str]] = {
    # key: default, least, greatest, sentence
    "tolerance": (
        0.01,
        0.0,
        0.2,
        "A plan adds up when no product is out of balance by more than this share.",
    ),
    "round_limit": (4, 1, 20, "After this many rounds, what does not add up goes to the competent councils."),
    "band": (0.05, 0.0, 1.0, "Changes up to this share are accepted unless the assembly voted another band."),
    "kappa": (
        0.02,
        0.0,
        1.0,
        "Asking a workplace beyond its band must be worth at least this share of the price.",
    ),
    "gap_price": (
        10.0,
        1.0,
        1000.0,
        "A gap counts this many times the product's price: gaps first, change second.",
    ),
    "idle_price": (0.0, 0.0, 10.0, "An idle hour counts this many times the hour's accounting wage."),
    "capacity_share": (
        0.05,
        0.0,
        1.0,
        "A line's readiness to move counts at least this share of its capacity.",
    ),
    "answer_days": (3, 0, 90, "Delegates have this many days to answer suggestions."),
}


def defaults() -> dict[str, float]:
    """Return every rule's default."""
    return {key: value for key, (value, *_rest) in DEFAULTS.items()}


def rules_in_force(on: date) -> tuple[int | None, dict[str, Any]]:
    """Return the charter's version in force on that day and its planning rules."""
    from councils.charter import charter_on

    version, values = charter_on(on)
    return version, {key: values.get(f"planning.{key}", default) for key, default in defaults().items()}
