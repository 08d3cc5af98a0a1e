"""The charter's keys that planning reads, and what they mean in one sentence each."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

DEFAULTS: dict[str, tuple[float, float, float, Any]] = {
    # key: default, least, greatest, sentence
    "tolerance": (
        0.01,
        0.0,
        0.2,
        _("A plan adds up when no product is out of balance by more than this share."),
    ),
    "round_limit": (
        4,
        1,
        20,
        _("After this many rounds, what does not add up goes to the competent councils."),
    ),
    "band": (
        0.05,
        0.0,
        1.0,
        _("Changes up to this share are accepted unless the assembly voted another band."),
    ),
    "kappa": (
        0.02,
        0.0,
        1.0,
        _("Asking a workplace beyond its band must be worth at least this share of the price."),
    ),
    "reserve": (
        0.3,
        0.0,
        1.0,
        _("The first round would rather leave this share of each band to later rounds."),
    ),
    "ask_again": (
        10.0,
        1.0,
        1000.0,
        _("Asking somebody again in the same cycle must be worth this many times more."),
    ),
    "gap_price": (
        10.0,
        1.0,
        1000.0,
        _("A gap counts this many times the product's price: gaps first, change second."),
    ),
    "idle_price": (0.0, 0.0, 10.0, _("An idle hour counts this many times the hour's accounting wage.")),
    "capacity_share": (
        0.05,
        0.0,
        1.0,
        _("A line's readiness to move counts at least this share of its capacity."),
    ),
    "price_step": (
        0.5,
        0.0,
        0.9,
        _("From one year to the next, an accounting price changes by at most this share."),
    ),
    "answer_days": (3, 0, 90, _("Delegates have this many days to answer suggestions.")),
    "investment_share": (
        0.0,
        0.0,
        0.6,
        _("This share of last year's value added is set aside for investment and divided by the board."),
    ),
    "region_stream": (
        0.3,
        0.0,
        1.0,
        _("Of what is set aside, this share goes to regions, the rest to sectors."),
    ),
    "dial_least": (
        0.5,
        0.0,
        100.0,
        _(
            "The least that the equality dial can be set to: 0 sends money where it brings the most value added."
        ),
    ),
    "dial_most": (
        8.0,
        0.0,
        100.0,
        _("The most that the equality dial can be set to: the higher, the more the last come first."),
    ),
    "investment_lag": (
        1,
        1,
        10,
        _(
            "A finished grant adds to the capacity of its line so many years after the one it was granted for."
        ),
    ),
    "investment_return": (
        0.25,
        0.01,
        5.0,
        _(
            "Value added gained per year and unit of money invested, as long as a sector has no finished grants to go by."
        ),
    ),
    "surplus_levy": (
        0.3,
        0.0,
        1.0,
        _(
            "When a year is settled, this share of each workplace's surplus is taken as a levy; the rest is its members' "
            "to divide."
        ),
    ),
    "envelope_least": (
        0.0,
        0.0,
        1.0,
        _("No envelope is smaller than this share of an equal part of its stream."),
    ),
    "programme_supporters": (
        10,
        1,
        1_000_000,
        _("An association publishes a programme once so many people stand behind it."),
    ),
    "programme_days": (
        14,
        0,
        365,
        _("Programmes can be published for so many days; with 0, until the guidelines are put to the vote."),
    ),
    "weekly_hours": (
        40.0,
        1.0,
        168.0,
        _("The hours that the baseline's labour pools offer stand for this many hours a week."),
    ),
    "stipend": (0.5, 0.0, 1.0, _("Who is not in paid work receives this share of the average pay.")),
    "hours_least": (20.0, 1.0, 168.0, _("No programme goes below this many working hours a week.")),
    "hours_most": (48.0, 1.0, 168.0, _("No programme goes above this many working hours a week.")),
    "invested_least": (0.0, 0.0, 1.0, _("No programme invests less than this share of value added.")),
    "invested_most": (0.5, 0.0, 1.0, _("No programme invests more than this share of value added.")),
    "collective_least": (0.0, 0.0, 1.0, _("At least this share of consumption is collective.")),
    "collective_most": (1.0, 0.0, 1.0, _("At most this share of consumption is collective.")),
    "cap_most": (
        1.5,
        0.0,
        100.0,
        _("No programme raises a resource's cap above this many times the baseline's."),
    ),
    "guideline_room": (
        0.2,
        0.0,
        1.0,
        _("An envelope differs from its guideline by at most this share."),
    ),
    "plausible": (
        100.0,
        1.0,
        1e6,
        _("No proposed figure exceeds this many times the largest known of its product."),
    ),
}
OVERRULE = "planning.envelopes_overrule"
RANKINGS = ("schulze", "ranked_pairs", "instant_runoff")
LISTS_SHARE, LISTS_RULE = "planning.lists_share", "planning.lists_rule"
PROJECTS_RULE, PROJECTS_REST = "planning.projects_rule", "planning.projects_rest"
RESTS = ("1pct", "1pct-until-overspend", "none")
NUMBERS, SHARES, PACKAGES = (f"planning.guideline_{name}" for name in ("numbers", "shares", "packages"))


def rule(rules: dict[str, Any], key: str) -> float:
    """Return a rule of a cycle; one opened before the charter knew the key has its default."""
    return float(rules.get(key, DEFAULTS[key][0]))


def register_rules() -> None:
    """Make planning's rules part of every charter."""
    from councils.charter import register
    from councils.charter_rules import fraction, majority, number, one_of, whole

    for key, (default, least, greatest, sentence) in DEFAULTS.items():
        check = whole if isinstance(default, int) else number
        register(f"planning.{key}", default, check(least, greatest), sentence)
    register(OVERRULE, {"of": "cast", "at_least": "3/5"}, majority,
             _("Envelopes that a council referred back are carried unchanged by {value}."))  # fmt: skip
    register(NUMBERS, "median", one_of(("median", *RANKINGS)),
             _("A guideline that is one number is decided by the rule: {value}."))  # fmt: skip
    register(SHARES, "independent_markets", one_of(("independent_markets", *RANKINGS)),
             _("Guidelines that are shares of a whole are decided by the rule: {value}."))  # fmt: skip
    register(PACKAGES, "schulze", one_of(RANKINGS),
             _("Which goods become free is decided by the rule: {value}."))  # fmt: skip
    register(LISTS_SHARE, "1/3", fraction(),
             _("Of the board's seats, {value} are filled from lists, in a general vote."))  # fmt: skip
    register(LISTS_RULE, "dhondt", one_of(("dhondt", "sainte_lague")),
             _("Seats are divided among lists by the rule: {value}."))  # fmt: skip
    register(PROJECTS_RULE, "equal_shares", one_of(("equal_shares", "greedy")),
             _("Requests that compete for an envelope are chosen by the rule: {value}."))  # fmt: skip
    register(PROJECTS_REST, "1pct", one_of(RESTS),
             _("By Equal Shares, what is left of a budget is used by the completion: {value}."))  # fmt: skip


def rules_in_force(on: date) -> tuple[int | None, dict[str, Any]]:
    """Return the charter's version in force on that day and its planning rules."""
    from councils.charter import charter_on

    version, values = charter_on(on)
    return version, {key: values[f"planning.{key}"] for key in DEFAULTS}
