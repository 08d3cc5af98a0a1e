"""Papers with options as a reader enters them: one line a paper, every fault named by its line. Pure.

A line is the paper's number, a semicolon (or a tab, as spreadsheets paste it), and what stands on the paper, with
options by their numbers on the ballot: ``17; 1 3`` names options 1 and 3, or ranks 1 before 3; ``17; 3=1 1=2`` gives
option 3 the value (rank, points, share) 1 and option 1 the value 2; ``17; 35.5`` names a number; ``17;`` is blank;
``17; ! two options have rank 1`` is invalid, because of that.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import questions
from councils.choices import BY_CODE, IN_ORDER, Choice, blank, choice_cleaned, wrong
from workplaces.errors import Invalid

INVALID = "invalid"
REASON_LENGTH, TEXT_LENGTH, DIGITS = 200, 1_000_000, 6
PAIR = re.compile(r"([0-9]{1,6})=([0-9]{1,6})")


@dataclass(frozen=True)
class PaperRead:
    """One paper: its number, and the choice on it (``councils.choices``) or because of what it is invalid."""

    number: int
    choice: Choice | None = None
    invalid: str = ""

    @property
    def said(self) -> Choice | str:
        """What readings are compared by: the choice, or that the paper is invalid."""
        return INVALID if self.choice is None else self.choice


def counted_as(said: Choice | str, rule: str) -> Choice:
    """Return the choice that a paper counts as: an invalid one takes part, as a blank one does, and asks for nothing."""
    return blank(rule) if isinstance(said, str) else said


def papers_checked(
    papers: Sequence[PaperRead], rule: str, params: Mapping[str, Any], labels: Mapping[str, str]
) -> list[PaperRead]:
    """Return papers with their choices as they are stored, by number.

    Raises Invalid with one sentence for each that cannot be taken, at ``sheets/0`` and so on.
    """
    rows = (
        (place, lambda paper=paper: _checked(paper, rule, params, labels))
        for place, paper in enumerate(papers)
    )
    return _gathered(rows, "sheets")


def papers_typed(
    text: str, rule: str, params: Mapping[str, Any], labels: Mapping[str, str]
) -> list[PaperRead]:
    """Return the papers that lines say, by number; raises Invalid with a sentence at ``lines/1`` for each wrong line."""
    if len(text) > TEXT_LENGTH:
        sentence = _("These are %(number)s characters; enter at most %(most)s at a time.")
        told = sentence % {"number": len(text), "most": TEXT_LENGTH}
        raise Invalid(told, fields={"lines": told})
    rows = (
        (place, lambda line=line: _checked(_line(line, rule, labels), rule, params, labels))
        for place, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )
    return _gathered(rows, "lines")


def _gathered(rows: Iterable[tuple[int, Callable[[], PaperRead]]], kind: str) -> list[PaperRead]:
    found: dict[int, PaperRead] = {}
    faults: dict[str, str] = {}
    for place, read in rows:
        try:
            paper = read()
        except Invalid as problem:
            faults[f"{kind}/{place}"] = str(problem)
            continue
        if paper.number in found:
            told = _("Paper %(number)s stands there twice; a paper is entered once.")
            faults[f"{kind}/{place}"] = told % {"number": paper.number}
        found.setdefault(paper.number, paper)
    if faults:
        told = ngettext(
            "%(number)s paper cannot be taken as it is written, and nothing was entered. Correct what was mistyped; "
            "what the paper really says is entered as invalid, with the reason.",
            "%(number)s papers cannot be taken as they are written, and nothing was entered. Correct what was "
            "mistyped; what a paper really says is entered as invalid, with the reason.",
            len(faults),
        )
        raise Invalid(told % {"number": len(faults)}, fields=faults)
    return [found[number] for number in sorted(found)]


def _checked(paper: PaperRead, rule: str, params: Mapping[str, Any], labels: Mapping[str, str]) -> PaperRead:
    if not 1 <= paper.number < 10**DIGITS:
        raise wrong(_("A paper has a number from 1 on."))
    reason = " ".join(paper.invalid.split())
    if paper.choice is None:
        if not reason or len(reason) > REASON_LENGTH:
            told = _("Paper %(number)s: say in up to %(most)s characters because of what it is invalid.")
            raise wrong(told % {"number": paper.number, "most": REASON_LENGTH})
        return replace(paper, invalid=reason)
    if reason:
        raise wrong(
            _("Paper %(number)s cannot both say something and be invalid.") % {"number": paper.number}
        )
    try:
        return replace(paper, choice=choice_cleaned(rule, params, labels, paper.choice))
    except Invalid as problem:
        words = {"number": paper.number, "why": problem}
        raise wrong(_("Paper %(number)s: %(why)s") % words) from problem


def _line(line: str, rule: str, labels: Mapping[str, str]) -> PaperRead:
    number, *rest = (part.strip() for part in re.split("[;\t]", line, maxsplit=1))
    if not rest or not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        told = _("“%(line)s” does not begin with the paper's number and a semicolon.")
        raise wrong(told % {"line": line.strip()[:60]})
    paper, said = PaperRead(int(number)), rest[0]
    if said.startswith("!"):
        return replace(paper, invalid=said[1:])
    try:
        return replace(paper, choice=_choice(said.rstrip("; "), rule, list(labels)))
    except Invalid as problem:
        words = {"number": paper.number, "why": problem}
        raise wrong(_("Paper %(number)s: %(why)s") % words) from problem


def _choice(said: str, rule: str, codes: list[str]) -> Choice:
    if rule == questions.MEDIAN:
        return {"number": said.replace(",", ".")} if said else {}
    words = re.sub(r"\s*=\s*", "=", said.replace(",", " ")).split()
    if rule in BY_CODE:
        return _values(words, codes)
    if rule in IN_ORDER and any("=" in word for word in words):
        return _ranking(_values(words, codes))
    if odd := next((word for word in words if not (word.isascii() and word.isdigit())), None):
        raise wrong(_("“%(word)s” is no number of an option.") % {"word": odd[:40]})
    return [_code(int(word[:9]), codes) for word in words]


def _values(words: list[str], codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        pair = PAIR.fullmatch(word)
        if pair is None:
            told = _("“%(word)s” is not an option's number, “=” and a whole number, as in 3=5.")
            raise wrong(told % {"word": word[:40]})
        code = _code(int(pair[1]), codes)
        if code in found:
            raise wrong(_("Option %(number)s stands there twice.") % {"number": pair[1]})
        found[code] = int(pair[2])
    return found


def _code(number: int, codes: list[str]) -> str:
    if not 1 <= number <= len(codes):
        words = {"number": number, "most": len(codes)}
        raise wrong(_("There is no option %(number)s; they go from 1 to %(most)s.") % words)
    return codes[number - 1]


def _ranking(ranks: Mapping[str, int]) -> list[str]:
    """Return options best first; raises Invalid for a rank that is missing or stands there twice."""
    order = sorted(ranks, key=ranks.__getitem__)
    for wanted, code in enumerate(order, 1):
        if ranks[code] != wanted:
            words = {"wanted": wanted, "rank": ranks[code]}
            if ranks[code] < wanted and ranks[code] > 0:
                raise wrong(_("Rank %(rank)s stands there twice.") % words)
            raise wrong(_("There is a rank %(rank)s but no rank %(wanted)s.") % words)
    return order
