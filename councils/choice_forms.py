"""A paper with several options as people type it: what was typed, what it says, what is left to give. No JavaScript.

Inputs are named by the option: ``pick`` (ticked: its code), ``rank:o1``, ``amount:o1``; a number is ``number``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from councils import questions
from councils.choices import BY_CODE, Choice, choice_cleaned, told, wrong
from councils.models import Ballot, Option
from councils.sums import sum_told
from workplaces.errors import Invalid

TICKED, RANKS, AMOUNTS, NUMBER = "ticked", "ranks", "amounts", "number"
LONGEST = 40


@dataclass(frozen=True)
class Sheet:
    """What stands in the inputs of one paper, by the input's name; ``ticked`` are the codes of ticked options."""

    rule: str
    params: Mapping[str, Any]
    labels: Mapping[str, str]
    typed: Mapping[str, str]
    ticked: tuple[str, ...] = ()

    @property
    def way(self) -> str:
        """How options are weighed: ticked, by ranks, by amounts, or one number is named."""
        if self.rule == questions.MEDIAN:
            return NUMBER
        if self.rule in questions.RANKED:
            return RANKS
        return AMOUNTS if self.rule in BY_CODE else TICKED

    @property
    def is_single(self) -> bool:
        """Whether a paper names one option at most."""
        return self.rule in questions.LISTS

    @property
    def choice(self) -> Choice:
        """What the paper says; raises Invalid with a sentence for what is wrong."""
        return choice_cleaned(self.rule, self.params, self.labels, self._given())

    @property
    def told(self) -> str:
        """Say what the paper says in one line."""
        return told(self.rule, self.params, self.labels, self.choice)

    def _given(self) -> Any:
        if self.way == TICKED:
            return list(self.ticked)
        if self.way == NUMBER:
            text = self.typed.get("number", "").strip().replace(",", ".")
            return {"number": text} if text else {}
        if self.way == RANKS:
            return self._ranking()
        amounts = {code: self._whole(code, "amount") for code in self.labels}
        return {code: amount for code, amount in amounts.items() if amount is not None}

    def _whole(self, code: str, kind: str) -> int | None:
        text = self.typed.get(f"{kind}:{code}", "").strip()
        if not text:
            return None
        if not text.isascii() or not text.isdigit():
            words = {"option": _(self.labels[code]), "text": text}
            raise wrong(_("“%(option)s”: “%(text)s” is no whole number, 0 or more.") % words, code)
        return int(text)

    def _ranking(self) -> list[str]:
        places: dict[int, str] = {}
        for code, label in self.labels.items():
            place = self._whole(code, "rank")
            if not place:
                continue
            words = {
                "option": _(label),
                "place": place,
                "other": _(self.labels.get(places.get(place, ""), "")),
            }
            if place in places:
                raise wrong(
                    _("“%(option)s” and “%(other)s” both have place %(place)s; give each a place of its own.")
                    % words,
                    code,
                )
            places[place] = code
        for wanted, place in enumerate(sorted(places), 1):
            if place != wanted:
                raise wrong(
                    _(
                        "There is a place %(place)s but no place %(missing)s; number the places from 1 without a gap."
                    )
                    % {"place": place, "missing": wanted},
                    places[place],
                )
        return [places[place] for place in sorted(places)]

    def given(self) -> int:
        """Return how much has been given so far; what is no whole number counts nothing."""
        texts = (self.typed.get(f"amount:{code}", "").strip() for code in self.labels)
        return sum(int(text) for text in texts if text.isascii() and text.isdigit())

    def remaining(self) -> str:
        """Say what is still to be given, or what the ticked projects cost; nothing where there is no total."""
        if self.rule == questions.INDEPENDENT_MARKETS or "total" in self.params:
            whole = int(
                self.params["whole"] if self.rule == questions.INDEPENDENT_MARKETS else self.params["total"]
            )
            words = {"given": self.given(), "whole": whole, "rest": whole - self.given()}
            if words["rest"] < 0:
                return _("%(given)s of %(whole)s given, %(over)s too many.") % {
                    **words,
                    "over": -words["rest"],
                }
            return _("%(given)s of %(whole)s given, %(rest)s remain.") % words
        if "costs" in self.params:
            cost = sum(self.params["costs"].get(code, 0) for code in self.ticked)
            words = {
                "cost": sum_told(cost, self.params),
                "budget": sum_told(self.params["budget"], self.params),
                "unit": self.params.get("unit", ""),
            }
            return _("What you ticked costs %(cost)s; the budget is %(budget)s %(unit)s.") % words
        return ""

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per option: its label, what belongs to it, and what stands in its input."""
        kind = "rank" if self.way == RANKS else "amount"
        return [
            {
                "code": code,
                "label": _(label),
                "note": self._note(code),
                "name": f"{kind}:{code}",
                "value": self.typed.get(f"{kind}:{code}", ""),
                "is_ticked": code in self.ticked,
                "most": self._most(),
            }
            for code, label in self.labels.items()
        ]

    def _most(self) -> int:
        if self.way == RANKS:
            return len(self.labels)
        return int(self.params.get("most", self.params.get("whole", 0))) if self.way == AMOUNTS else 0

    def _note(self, code: str) -> str:
        if "costs" in self.params:
            return (
                f"{sum_told(self.params['costs'][code], self.params)} {self.params.get('unit', '')}".strip()
            )
        if (
            least := self.params.get("least", {}).get(code)
            if self.rule == questions.INDEPENDENT_MARKETS
            else None
        ):
            return _("by law at least %(least)s %(sign)s") % {
                "least": least,
                "sign": questions.WHOLES[self.params["whole"]],
            }
        return ""

    def hidden(self) -> list[tuple[str, str]]:
        """Return what stands in the inputs, for a form that only carries it on."""
        return [*(("pick", code) for code in self.ticked), *self.typed.items()]

    @property
    def unit(self) -> str:
        """What an amount or the number is counted in."""
        if self.rule == questions.INDEPENDENT_MARKETS:
            return questions.WHOLES[self.params["whole"]]
        return str(self.params.get("unit", "")) if self.way == NUMBER else ""

    @property
    def value(self) -> str:
        """What stands in the input of a number."""
        return self.typed.get("number", "")

    @property
    def hint(self) -> str:
        """Say how the inputs are filled in."""
        words = {**self.params, "sign": self.unit, "number": len(self.labels)}
        if self.is_single:
            return _("Choose one list; choosing none leaves the paper blank.")
        return {
            TICKED: _("Tick as many as you like; ticking none leaves the paper blank."),
            RANKS: _("1 for what you want most, then 2 and so on; leave out what you do not want to rank."),
            AMOUNTS: _("Whole numbers; an empty field counts as 0. All empty leaves the paper blank."),
            NUMBER: _("From %(least)s to %(most)s; an empty field leaves the paper blank."),
        }[self.way] % words


def sheet_of(ballot: Ballot, given: QueryDict | Mapping[str, Any], options: Sequence[Option] = ()) -> Sheet:
    """Return what was typed on a ballot's paper; names that it does not have are left out."""
    labels = {option.code: option.label for option in options or ballot.options.order_by("number")}
    names = ["number", *(f"{kind}:{code}" for code in labels for kind in ("rank", "amount"))]
    typed = {name: str(given[name])[:LONGEST] for name in names if given.get(name)}
    ticked = given.getlist("pick") if isinstance(given, QueryDict) else []
    return Sheet(ballot.rule, ballot.params, labels, typed, tuple(code for code in labels if code in ticked))


def sheet_saying(ballot: Ballot, options: Sequence[Option], choice: Choice | None) -> Sheet:
    """Return a paper filled in as a choice says, so that it can be changed."""
    labels = {option.code: option.label for option in options}
    blank = Sheet(ballot.rule, ballot.params, labels, {})
    if not choice:
        return blank
    if isinstance(choice, dict):
        name = "{}" if blank.way == NUMBER else "amount:{}"
        typed = {name.format(key): str(value) for key, value in choice.items()}
        return Sheet(ballot.rule, ballot.params, labels, typed)
    if blank.way == RANKS:
        typed = {f"rank:{code}": str(place) for place, code in enumerate(choice, 1)}
        return Sheet(ballot.rule, ballot.params, labels, typed)
    return Sheet(ballot.rule, ballot.params, labels, {}, tuple(choice))


def is_whole(sheet: Sheet) -> bool:
    """Say whether the paper says something whole."""
    try:
        return sheet.choice is not None
    except Invalid:
        return False
