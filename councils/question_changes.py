"""What changed between two wordings of a question with options, and whether two changes of one question go together. Pure.

Options have no number of their own: labels that stay are matched first (``differences.hunks``); between them as many gone
as come are the same options reworded, and else each gone one becomes the most similar of those that come, or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from councils import questions
from councils.differences import FigureChange, Part, difference, hunks
from councils.questions import Answer, Question, question_checked
from workplaces.errors import Invalid

ALIKE = 0.4  # of their letters, by which a reworded option is known
Pair = tuple[Answer | None, Answer | None]


@dataclass(frozen=True)
class Clash:
    """What two changes both touch: ``kind`` is title, text, option (``name``: its label), param, or whole (a sentence)."""

    kind: str
    name: str = ""


def paired(before: Sequence[Answer], after: Sequence[Answer]) -> list[Pair]:
    """Return each option as it was and as it is, in reading order; None where it was or is not there."""
    found: list[Pair] = []
    at, to = 0, 0
    for hunk in hunks([one.label for one in before], [one.label for one in after]):
        stay = hunk.start - at
        found += zip(before[at : hunk.start], after[to : to + stay], strict=True)
        to += stay
        come = after[to : to + len(hunk.units)]
        found += _reworded(before[hunk.start : hunk.stop], come)
        at, to = hunk.stop, to + len(come)
    return [*found, *zip(before[at:], after[to:], strict=True)]


def _reworded(gone: Sequence[Answer], come: Sequence[Answer]) -> list[Pair]:
    if len(gone) == len(come):
        return list(zip(gone, come, strict=True))
    found: list[Pair] = []
    at = 0
    for one in gone:
        alike = [SequenceMatcher(None, one.label, other.label).ratio() for other in come[at:]]
        best = max(alike, default=0.0)
        if best < ALIKE:
            found.append((one, None))
            continue
        place = at + alike.index(best)
        found += [*((None, other) for other in come[at:place]), (one, come[place])]
        at = place + 1
    return [*found, *((None, other) for other in come[at:])]


def label_changes(before: Question, after: Question) -> list[list[Part]]:
    """Return the options whose label goes, comes or changes, each word by word."""
    pairs = paired(before.options, after.options)
    labels = [(old.label if old else "", new.label if new else "") for old, new in pairs]
    return [difference(old, new) for old, new in labels if old != new]


def figure_changes(before: Question, after: Question) -> list[FigureChange]:
    """Return costs, least shares and params that change, with the difference where both are numbers."""
    changes = [
        _figure((new or old).label, _amount(old), _amount(new))  # type: ignore[union-attr]
        for old, new in paired(before.options, after.options)
    ]
    names = param_names()
    for name in {**before.params, **after.params}:
        was, now = before.params.get(name), after.params.get(name)
        changes.append(_figure(names[name], "" if was is None else str(was), "" if now is None else str(now)))
    return [change for change in changes if change.before != change.after]


def _amount(option: Answer | None) -> str:
    if option is None:
        return ""
    return str(option.least or "") if option.cost is None else str(option.cost)


def _figure(name: str, was: str, now: str) -> FigureChange:
    old, new = questions.decimal(was), questions.decimal(now)
    known = old is not None and new is not None
    return FigureChange(name, was, now, questions.Decimal(now) - questions.Decimal(was) if known else None)


def param_names() -> Mapping[str, str]:
    """Return what the params of questions are called in the reader's language."""
    return {
        "places": _("how many are chosen"),
        "most": _("the most"),
        "total": _("points in all"),
        "budget": _("budget"),
        "completion": _("what becomes of the rest"),
        "unit": _("unit"),
        "decimals": _("decimals"),
        "least": _("the least"),
        "status_quo": _("what holds today"),
        "whole": _("shares in parts of"),
    }


def merged_questions(base: Question, ours: Question, theirs: Question) -> tuple[Question | None, list[Clash]]:
    """Return ``base`` with both changes made, or None and what they clash in.

    Two changes go together where no option and no param was changed by both in different ways; options added at the same
    place stand after one another, ours first. What they make together must be a question that can be put.
    """
    mine, others = _changed(base, ours), _changed(base, theirs)
    clashes = [
        Clash("option", base.options[at].label)
        for at in sorted(mine[0].keys() & others[0].keys())
        if not _same(mine[0][at], others[0][at])
    ]
    params = _params(base, ours, theirs, clashes)
    options: list[Answer] = []
    for at in range(len(base.options) + 1):
        added = mine[1].get(at, [])
        options += [
            *added,
            *(one for one in others[1].get(at, []) if not any(_same(one, own) for own in added)),
        ]
        if at < len(base.options):
            one = mine[0].get(at, others[0].get(at)) if at in {*mine[0], *others[0]} else base.options[at]
            options += [one] if one else []
    if clashes:
        return None, clashes
    try:
        return question_checked(Question(base.rule, tuple(options), params).as_dict()), []
    except Invalid as problem:
        return None, [Clash("whole", sentence) for sentence in problem.fields.values()]


def _changed(base: Question, new: Question) -> tuple[dict[int, Answer | None], dict[int, list[Answer]]]:
    """Return by the base's places what options became (None: gone), and which were added before each place."""
    became: dict[int, Answer | None] = {}
    added: dict[int, list[Answer]] = {}
    at = 0
    for old, now in paired(base.options, new.options):
        if old is None and now is not None:
            added.setdefault(at, []).append(now)
            continue
        if not _same(old, now):
            became[at] = now
        at += 1
    return became, added


def _params(base: Question, ours: Question, theirs: Question, clashes: list[Clash]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in {**base.params, **ours.params, **theirs.params}:
        was, mine, other = (question.params.get(name) for question in (base, ours, theirs))
        if mine not in {was, other} and other != was:
            clashes.append(Clash("param", name))
        value = mine if other == was else other
        if value is not None:
            found[name] = value
    return found


def _same(first: Answer | None, second: Answer | None) -> bool:
    return (first and first.as_dict()) == (second and second.as_dict())


def clash_told(clash: Clash) -> str:
    """Say what two changes both touch."""
    return {
        "title": _("both change the same words of the title"),
        "text": _("both change the same words of the text"),
        "option": _("both change the option “%(name)s”"),
        "param": _("both change: %(name)s"),
        "whole": _("together they could not be put: %(name)s"),
    }[clash.kind] % {
        "name": param_names().get(clash.name, clash.name) if clash.kind == "param" else clash.name
    }
