"""The charter's rules as sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils import charter
from councils.charter_rules import REFUSED, SHOWN
from councils.models import Council, Motion

DECISIONS = "councils.decisions"
SAID = {SHOWN: gettext_lazy("taken and shown"), REFUSED: gettext_lazy("refused")}

_sayings: dict[str, Callable[[Any], str]] = {}


def say_with(key: str, told: Callable[[Any], str]) -> None:
    """Say the value of a key in words of its own."""
    _sayings[key] = told


@dataclass(frozen=True)
class Said:
    """One rule in words."""

    key: str
    sentence: str
    is_default: bool


def rules(values: Mapping[str, Any]) -> list[Said]:
    """Return every rule but the table of decisions, as sentences."""
    return [
        Said(
            name,
            _said(str(key.sentence), _sayings.get(name, in_words)(values[name])),
            values[name] == key.default,
        )
        for name, key in charter.keys().items()
        if name != DECISIONS
    ]


def decisions(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the table of who decides what, in the reader's language."""
    mechanisms = {value: str(label) for value, label in Motion.Mechanism.choices}
    return [
        {
            **{name: _(text) for name, text in row.items()},
            "mechanism": mechanisms.get(row["mechanism"], row["mechanism"]),
        }
        for row in values.get(DECISIONS, [])
    ]


def _said(sentence: str, value: str) -> str:
    return sentence.format(value=value) if "{value}" in sentence else f"{sentence} ({value})"


def in_words(value: Any) -> str:
    """Return a rule's value as people say it."""
    if isinstance(value, dict) and "of" in value:
        return majority_in_words(value)
    if isinstance(value, list):
        kinds = dict(Council.Kind.choices)
        if not value:
            return _("nowhere")
        return ", ".join(str(kinds.get(item, item)) for item in value)
    if isinstance(value, str) and value in SAID:
        return str(SAID[value])
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def majority_in_words(value: Mapping[str, str]) -> str:
    """Return a majority as people say it: “more than 1/2 of the yes and no votes”."""
    of = {"cast": _("the yes and no votes"), "eligible": _("everybody on the roll")}[value["of"]]
    if "more_than" in value:
        return _("more than %(share)s of %(of)s") % {"share": Fraction(value["more_than"]), "of": of}
    return _("at least %(share)s of %(of)s") % {"share": Fraction(value["at_least"]), "of": of}
