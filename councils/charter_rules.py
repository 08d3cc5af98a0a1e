"""The charter keys of the councils themselves, and the checks that any app can use for its own."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from councils.charter import register
from councils.tally import MAJORITY_OF_CAST, MAJORITY_OF_ELIGIBLE, Rule

RULES = {"cast": MAJORITY_OF_CAST, "eligible": MAJORITY_OF_ELIGIBLE}
COUNCIL_KINDS = ("workplace", "sector", "community", "sub_regional", "regional", "board", "general")


# A ballot keeps its quorum in so many letters; a longer one in the charter would let no vote open.
LONGEST = 20


def fraction(low: str = "0", high: str = "1") -> Callable[[Any], str]:
    """Return a check for a share, kept as the text of an exact fraction (``"3/5"``)."""

    def check(value: Any) -> str:
        share = Fraction(str(value))
        if not Fraction(low) <= share <= Fraction(high):
            raise ValueError(f"{value} is not between {low} and {high}.")
        if len(str(share)) > LONGEST:
            raise ValueError(f"{value} is {share} exactly, which is too long; write a fraction such as 1/3.")
        return str(share)

    return check


def number(low: float, high: float) -> Callable[[Any], float]:
    """Return a check for a finite number in a range."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not low <= float(value) <= high:
            raise ValueError(f"{value} is not between {low} and {high}.")
        return float(value)

    return check


def whole(low: int, high: int) -> Callable[[Any], int]:
    """Return a check for a whole number in a range."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or int(value) != float(value) or not low <= int(value) <= high:
            raise ValueError(f"{value} is not a whole number between {low} and {high}.")
        return int(value)

    return check


def majority(value: Any) -> dict[str, str]:
    """Check a majority: ``{"of": "cast" or "eligible", "more_than" or "at_least": "1/2"}``."""
    if not isinstance(value, dict) or value.get("of") not in RULES or len(value) != 2:
        raise ValueError(
            "A majority names of what it is (cast or eligible) and more_than or at_least a share."
        )
    how = "more_than" if "more_than" in value else "at_least"
    share = fraction()(value.get(how))
    if (how, share) in {("more_than", "1"), ("at_least", "0")}:
        raise ValueError("Nobody can be more than all, and everything is at least nothing.")
    return {"of": value["of"], how: share}


def majority_rule(value: dict[str, str]) -> Rule:
    """Turn a checked majority into the rule of a tally."""
    strict = "more_than" in value
    share = Fraction(value["more_than"] if strict else value["at_least"])
    return Rule(RULES[value["of"]], share, strict)


def some_of(choices: Sequence[str]) -> Callable[[Any], list[str]]:
    """Return a check for a list of different words out of ``choices``."""

    def check(value: Any) -> list[str]:
        listed = list(value)
        if isinstance(value, str) or len(set(listed)) != len(listed) or set(listed) - set(choices):
            raise ValueError(f"{value} is not a list of different words out of {', '.join(choices)}.")
        return listed

    return check


def one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    """Return a check for one word out of ``choices``."""

    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{value} is not one of {', '.join(choices)}.")
        return str(value)

    return check


SHOWN, REFUSED = "shown", "refused"

DECISION_FIELDS = ("decision", "body", "mechanism", "majority", "check")
DECISIONS = [
    (
        gettext_noop("a line: propose, accept, counter, hold firm"),
        gettext_noop("workplace, by its delegate"),
        "negotiation",
        gettext_noop("assembly's, if it instructs"),
        gettext_noop("recall; instruction shown"),
    ),
    (
        gettext_noop("consumption, services"),
        gettext_noop("community and regional councils"),
        "negotiation",
        gettext_noop("simple"),
        gettext_noop("general vote of the community"),
    ),
    (
        gettext_noop("a declared shortage: who gets how much"),
        gettext_noop("the product's sector council with delegates of clients and affected communities"),
        "delegated",
        "3/5",
        gettext_noop("appeal to the board, then general vote"),
    ),
    (
        gettext_noop("who supplies whom"),
        gettext_noop("the workplaces themselves"),
        "cooperation",
        gettext_noop("both sides"),
        gettext_noop("sector council mediates"),
    ),
    (
        gettext_noop("guidelines, resource caps, hours, charter"),
        gettext_noop("everyone"),
        "vote",
        gettext_noop("as the charter says; charter 2/3 or two layers"),
        gettext_noop("initiative"),
    ),
    (
        gettext_noop("envelopes to sectors, to regions"),
        gettext_noop("board, inside the guidelines"),
        "administration",
        gettext_noop("simple; a council may refer back once, overrule 3/5"),
        gettext_noop("record; next election"),
    ),
    (
        gettext_noop("sharing out inside a sector or region"),
        gettext_noop("its council"),
        "delegated",
        gettext_noop("simple, inside the equality dial's range"),
        gettext_noop("workplace's appeal on the rule"),
    ),
    (
        gettext_noop("conversion of a workplace"),
        gettext_noop("collective, sector council, owner together"),
        "negotiation",
        gettext_noop("each"),
        gettext_noop("no one alone, nobody laid off"),
    ),
    (
        gettext_noop("wage frame; adjustments in it"),
        gettext_noop("board; sector council"),
        "administration",
        gettext_noop("simple"),
        gettext_noop("general vote"),
    ),
    (
        gettext_noop("surplus"),
        gettext_noop("members of the collective"),
        "vote",
        gettext_noop("simple"),
        gettext_noop("cannot be reinvested"),
    ),
]


def decisions(value: Any) -> list[dict[str, str]]:
    """Check the table of who decides what: rows of decision, body, mechanism, majority, check."""
    if not isinstance(value, list):
        raise ValueError("The table of decisions is a list of rows.")  # noqa: TRY004
    for row in value:
        if not isinstance(row, dict) or set(row) != set(DECISION_FIELDS) or not all(row.values()):
            raise ValueError(f"Each decision names {', '.join(DECISION_FIELDS)}; {row} does not.")
    return [{field: str(row[field]) for field in DECISION_FIELDS} for row in value]


def register_rules() -> None:
    """Register what the councils read from the charter."""
    simple = {"of": "cast", "more_than": "1/2"}
    register("councils.majority", simple, majority, _("A motion needs {value}."))
    register("councils.ratify.majority", simple, majority, _("A plan is ratified by {value}."))
    register("councils.charter.majority", {"of": "cast", "at_least": "2/3"}, majority,
             _("The charter is changed in a general vote by {value}."))  # fmt: skip
    register("councils.quorum", "0", fraction(), _("At least {value} of the roll must take part in a vote."))
    register("councils.ballot_days", 7, whole(1, 90), _("A vote is open for {value} days."))
    register("councils.amendment_days", 14, whole(1, 365),
             _("Amendments to a motion can be proposed for {value} days after it was moved."))  # fmt: skip
    register("councils.minority_days", 14, whole(1, 365),
             _("A minority can report on a vote for {value} days after its close."))  # fmt: skip
    register("councils.appeal_days", 14, whole(1, 365),
             _("What a council carried can be appealed for {value} days."))  # fmt: skip
    register("councils.appeal_roll", 3, whole(1, 1000),
             _("An appeal needs {value} of those who were on the roll (all, if they were fewer)."))  # fmt: skip
    register("councils.appeal_supporters", 50, whole(1, 1_000_000),
             _("Or an appeal needs {value} people of the federation."))  # fmt: skip
    register("councils.overrule.majority", {"of": "cast", "at_least": "2/3"}, majority,
             _("A council overrules one of another layer by {value}."))  # fmt: skip
    register("councils.secret_kinds", ["workplace", "general"], some_of(COUNCIL_KINDS),
             _("Votes on motions can be secret in: {value}; everywhere else they are named."))  # fmt: skip
    register("councils.secret_least", 5, whole(3, 1000),
             _("A secret vote needs at least {value} people on its roll."))  # fmt: skip
    register("councils.terms_in_a_row", 2, whole(1, 50),
             _("Nobody is elected to the same role in the same council more than {value} times in a row."))  # fmt: skip
    register("councils.pause_days", 365, whole(1, 3660),
             _("A pause of {value} days ends a row of terms."))  # fmt: skip
    register("councils.nomination_days", 7, whole(1, 90),
             _("Before an election people can stand for at least {value} days."))  # fmt: skip
    register("councils.instructions", SHOWN, one_of((SHOWN, REFUSED)),
             _("A delegate's vote against an instruction of those who sent them is: {value}."))  # fmt: skip
    register("councils.delegation.kinds", [], some_of(("workplace", "general")),
             _("Members can delegate their vote in named votes of: {value}."))  # fmt: skip
    register("councils.delegation.days", 365, whole(1, 1830), _("A delegation lasts {value} days at most."))
    register("councils.recall.share", "1/5", fraction("1/100"),
             _("Signatures of {value} of the roll bring the recall of a mandate to the vote."))  # fmt: skip
    register("councils.initiative.share", "1/10", fraction("1/1000"),
             _("Signatures of {value} of the roll bring a motion to the vote."))  # fmt: skip
    register(
        "councils.petition_days", 60, whole(1, 730), _("A petition collects signatures for {value} days.")
    )
    register("councils.term_days", 730, whole(1, 3660), _("A mandate lasts {value} days."))
    register(
        "councils.ratify.order",
        ["sector", "regional", "board"],
        some_of(COUNCIL_KINDS),
        _("A plan is put to these councils, one kind after the other: {value}."),
    )
    table = [dict(zip(DECISION_FIELDS, row, strict=True)) for row in DECISIONS]
    register("councils.decisions", table, decisions, _("Who decides what: {value}."))
