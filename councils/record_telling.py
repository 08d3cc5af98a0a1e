"""How the record's entries on votes read: answers, choices, papers and results in words, from what the record holds."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from councils import result_wording
from councils.choices import told
from councils.double_majorities import FROZEN, names_of
from councils.explanations import explain, rule_sentence
from councils.why import why
from workplaces.models import Entry
from workplaces.record import tellings

Body = Mapping[str, Any]
CLOSED, OPENED = "ballot.closed", "ballot.opened"
IN_CODES = (
    "steps",
    "explanation",
    "winners",
    "parts",
    "seats",
    "shares",
    "number",
    "cost",
    "tie_break",
    "counts",
    "outcome",
)


def install() -> None:
    """Register them with the record."""
    tellings.register(OPENED, opening)
    tellings.register(CLOSED, closing)
    tellings.register_votes(CLOSED, vote_said)


def opening(entry: Entry) -> Body:
    """Return what a vote was opened on: its rule as a sentence, its answers by name."""
    body = entry.body
    answers = [str(_(label)) for _code, label, _effect in body["options"]]
    shown = {name: value for name, value in body.items() if name not in ("params", "quorum", "options")}
    if _is_election(body):
        return {**shown, "options": "; ".join(answers), "params": body["params"]}
    parts = [{"part": name, "weight": weight} for name, weight in _parts(body).values()]
    told_parts = {"parts": parts} if parts else {}
    rule = rule_sentence(body["rule"], body["params"], body["quorum"])
    return {**shown, "rule": rule, **({"options": "; ".join(answers)} if answers else {}), **told_parts}


def closing(entry: Entry) -> Body:
    """Return what came of a vote, every step of the count, and who said what."""
    body, opened = entry.body, _opened(entry)
    if opened is None:
        return body
    shown: dict[str, Any] = {**body, "result": _result(opened, body["result"])}
    for name in ("votes", "delegated"):
        if name in body:
            shown[name] = [_row(opened, row) for row in body[name]]
    if "papers" in body:
        shown["papers"] = [
            {"tracker": tracker, "paper": _said(opened, choice)} for tracker, choice in body["papers"]
        ]
    return shown


def vote_said(entry: Entry, vote: Body) -> str:
    """Return in words what a vote says that a closing lists."""
    opened = _opened(entry)
    return str(vote.get("option", "")) if opened is None else _answer(opened, vote)


def _opened(entry: Entry) -> Body | None:
    found = Entry.objects.filter(kind=OPENED, subject=entry.subject, number__lt=entry.number)
    return found.order_by("-number").values_list("body", flat=True).first()


def _is_election(opened: Body) -> bool:
    return any(effect == "candidate" for _code, _label, effect in opened["options"])


def _labels(opened: Body) -> dict[str, str]:
    return {code: label for code, label, _effect in opened["options"]}


def _parts(opened: Body) -> dict[str, tuple[str, int]]:
    roll = opened["params"].get(FROZEN, {}).get("roll", {})
    return {code: (name, weight) for code, (name, weight) in roll.items()}


def _said(opened: Body, choice: Any) -> str:
    return told(opened["rule"], opened["params"], _labels(opened), choice)


def _answer(opened: Body, row: Body) -> str:
    if "option" in row:
        return str(_(_labels(opened).get(row["option"], row["option"])))
    return _said(opened, row["choice"])


def _row(opened: Body, row: Body) -> Body:
    shown = {name: value for name, value in row.items() if name not in ("option", "choice", "part")}
    part = names_of(opened["params"]).get(row.get("part", ""))
    return {**shown, "vote": _answer(opened, row), **({"part": part} if part else {})}


def _result(opened: Body, result: Body) -> Body:
    """Return a result with its sentence and steps in words; figures that are no codes stay."""
    kept = {name: value for name, value in result.items() if name not in IN_CODES}
    labels = _labels(opened)
    if _is_election(opened):
        won = ", ".join(labels.get(code, code) for code in result.get("winners", []))
        return {**kept, "outcome": _("elected: %(names)s") % {"names": won or _("nobody")}}
    steps = explain(result.get("steps", []))
    if "counts" in result:
        parts = [
            {"part": name, **{key: value for key, value in result["parts"][code].items() if key != "outcome"},
             "carried": result["parts"][code]["outcome"] == "carried"}
            for code, (name, _weight) in _parts(opened).items()
        ]  # fmt: skip
        more = {"parts": parts} if parts else {}
        return {**kept, "outcome": why(result), "steps": _numbered(steps), **more}
    count = result_wording.Counted(opened["rule"], opened["params"], result, labels)
    steps += result_wording.steps(count) + result_wording.ties(count)
    return {**kept, "outcome": result_wording.chosen(count), "steps": _numbered(steps)}


def _numbered(steps: list[str]) -> dict[str, str]:
    return {f"{number:02}": step for number, step in enumerate(steps, 1)}
