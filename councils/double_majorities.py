"""Which votes need a majority of parts beside that of the votes: the charter's list, and what freezes with a vote."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from councils.charter import charter_value, register
from councils.charter_rules import COUNCIL_KINDS, fraction, majority, majority_rule
from councils.charter_wording import in_words, majority_in_words, say_with
from councils.parts import PartsRule

KEY = "councils.double_majorities"
FROZEN = (
    "parts"  # in a ballot's params: by what the roll is divided, the rule, and each part's name and weight
)
ANY = "any"
REGION, SECTOR, BODY = "region", "sector", "body"
DIVISIONS = (REGION, SECTOR, BODY)
# What a row of the charter can be about, and the kinds of subjects that motions name for it.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "motion": ("",),
    "charter": ("charter",),
    "recall": ("mandate",),
    "initiative": ("petition",),
    "overrule": ("appeal-overrule",),
    "plan": ("plan",),
    "envelopes": ("envelopes", "envelopes-again"),
    "sharing": ("sharing",),
}
ABOUT_SAID: Mapping[str, str | Promise] = {
    ANY: gettext_lazy("every motion"),
    "motion": gettext_lazy("motions that are put freely"),
    "charter": gettext_lazy("the charter"),
    "recall": gettext_lazy("recalls"),
    "initiative": gettext_lazy("initiatives by petition"),
    "overrule": gettext_lazy("overruling another council"),
    "plan": gettext_lazy("plans"),
    "envelopes": gettext_lazy("envelopes"),
    "sharing": gettext_lazy("sharing out an envelope"),
}
SIMPLE = {"of": "cast", "more_than": "1/2"}
FIELDS = {"council", "about", "parts", "each", "quorum", "more_than", "at_least"}

type Row = dict[str, Any]


def rows(value: Any) -> list[Row]:
    """Check the charter's list: each row names ``council``, ``about``, ``parts`` and of them more_than or at_least a share.

    ``each`` (what carries a part) and ``quorum`` (of each part's roll) may be left out: more than half of the part's yes
    and no votes, and none.
    """
    if not isinstance(value, list):
        raise ValueError("Double majorities are a list of rows.")  # noqa: TRY004
    found: list[Row] = [_row(row) for row in value]
    names = [(row["council"], row["about"]) for row in found]
    if len(set(names)) < len(names):
        raise ValueError("A council and what is decided stand in one row only.")
    return found


def _row(row: Any) -> Row:
    if not isinstance(row, dict) or set(row) - FIELDS:
        raise ValueError(f"A double majority names {', '.join(sorted(FIELDS))}, and nothing else.")
    known = {"council": (*COUNCIL_KINDS, ANY), "about": (*ABOUT, ANY), "parts": DIVISIONS}
    for name, words in known.items():
        if row.get(name) not in words:
            raise ValueError(f"{name} is one of {', '.join(words)}.")
    shares = {name: row[name] for name in ("more_than", "at_least") if name in row}
    of_parts = majority({"of": "cast", **shares})
    del of_parts["of"]
    quorum = fraction()(row.get("quorum", "0"))
    named: Row = {name: row[name] for name in known}
    return {
        **named, **of_parts, "each": majority(row.get("each", SIMPLE)), "quorum": quorum,
    }  # fmt: skip


def rule_for(asked: Iterable[Row], council_kind: str, subject_kind: str) -> Row | None:
    """Return the row for a vote: the one that names its council and subject before those that say any."""

    def fits(row: Row) -> bool:
        return row["council"] in (council_kind, ANY) and (
            row["about"] == ANY or subject_kind in ABOUT[row["about"]]
        )

    found = [row for row in asked if fits(row)]
    return min(found, key=lambda row: (row["about"] == ANY, row["council"] == ANY), default=None)


def asked_on(on: Any) -> list[Row]:
    """Return the charter's list on a day."""
    return list(charter_value(KEY, on=on))


def frozen_rule(row: Row, roll: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """Return what a ballot's params keep: the rule, and of each part its name and the weight of its roll."""
    kept = {name: row[name] for name in ("parts", "each", "quorum", "more_than", "at_least") if name in row}
    return {**kept, "roll": {code: list(named) for code, named in sorted(roll.items())}}


def parts_rule(frozen: Mapping[str, Any]) -> PartsRule:
    """Turn what is frozen into the rule of a tally."""
    strict = "more_than" in frozen
    share = Fraction(frozen["more_than"] if strict else frozen["at_least"])
    return PartsRule(
        majority_rule(frozen["each"]), Fraction(frozen["quorum"]), share, strict, of=frozen["parts"]
    )


def part_name(params: Mapping[str, Any], code: str) -> str:
    """Return the name of a part of the roll, empty where a right belongs to none."""
    return str(params[FROZEN]["roll"][code][0]) if code else ""


def names_of(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts' names by code, none where the vote has no parts."""
    return {code: name for code, (name, _weight) in params.get(FROZEN, {}).get("roll", {}).items()}


def parts_told(division: str, number: int) -> str:
    """Return “5 regions”."""
    return {
        REGION: ngettext("%(number)s region", "%(number)s regions", number),
        SECTOR: ngettext("%(number)s sector", "%(number)s sectors", number),
        BODY: ngettext("%(number)s body", "%(number)s bodies", number),
    }[division] % {"number": number}


def rule_told(frozen: Mapping[str, Any]) -> str:
    """Say what the second majority asks, before anybody has voted."""
    words = {
        "parts": parts_told(frozen["parts"], len(frozen["roll"])),
        "each": majority_in_words(frozen["each"]),
    }
    share = {"share": frozen.get("more_than", frozen.get("at_least"))}
    told = (
        _("Besides, more than %(share)s of the %(parts)s must carry it, each by %(each)s there.")
        if "more_than" in frozen
        else _("Besides, at least %(share)s of the %(parts)s must carry it, each by %(each)s there.")
    ) % {**words, **share}
    if Fraction(frozen["quorum"]) == 0:
        return told
    return (
        told
        + " "
        + _("In each, at least %(share)s of its roll must take part.") % {"share": frozen["quorum"]}
    )


def row_told(row: Row) -> str:
    """Say a row of the charter."""
    kinds = {REGION: _("regions"), SECTOR: _("sectors"), BODY: _("bodies represented")}
    words = {
        "council": _("every council") if row["council"] == ANY else in_words([row["council"]]),
        "about": ABOUT_SAID[row["about"]],
        "parts": kinds[row["parts"]],
        "share": row.get("more_than", row.get("at_least")),
        "each": majority_in_words(row["each"]),
        "quorum": row["quorum"],
    }
    if "more_than" in row:
        told = (
            _("%(council)s, on %(about)s: in more than %(share)s of the %(parts)s, each by %(each)s there")
            % words
        )
    else:
        told = (
            _("%(council)s, on %(about)s: in at least %(share)s of the %(parts)s, each by %(each)s there")
            % words
        )
    if Fraction(row["quorum"]) == 0:
        return told
    return told + " " + _("(%(quorum)s of its roll taking part)") % words


def told(value: list[Row]) -> str:
    """Say the charter's list."""
    return "; ".join(row_told(row) for row in value) or _("nowhere")


def register_rules() -> None:
    """Register the charter's key."""
    register(KEY, [], rows, gettext_lazy(
        "Besides the majority of the votes, a majority of parts is needed, and the vote is by name: {value}."))  # fmt: skip
    say_with(KEY, told)
