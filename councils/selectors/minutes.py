"""What the minutes of a meeting say: everything in plain data, from which page and PDF are made."""

import hashlib
from datetime import datetime
from typing import Any

from councils import questions
from councils.models import AgendaItem, Attendance, Ballot, Meeting
from councils.selectors.meetings import attendance_of
from councils.selectors.minority import reports_on
from workplaces.record import chain

COMMENTS = 50
COUNTED = (
    "outcome", "counts", "eligible", "cast", "blank", "steps", "winners", "number", "parts", "seats", "cost", "objections",
)  # fmt: skip


def content_of(meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Return the minutes of a meeting that ends now, as plain JSON."""
    attendances = list(attendance_of(meeting))
    present = [one for one in attendances if one.status == Attendance.Status.PRESENT]
    away = [one for one in attendances if one.status == Attendance.Status.APOLOGIES]
    related = ("motion", "ballot", "election", "added_by")
    items = list(meeting.items.select_related(*related).order_by("position"))
    spoken = meeting.floor_requests.filter(spoke_at__isnull=False)
    content = {
        "council": meeting.council.label,
        "council_id": meeting.council.public_id,
        "meeting": meeting.public_id,
        "number": meeting.number,
        "place": meeting.place,
        "called_by": str(meeting.called_by),
        "called_as": meeting.hat,
        "called_at": meeting.called_at,
        "starts_at": meeting.starts_at,
        "opened_at": meeting.opened_at,
        "closed_at": now,
        "present": [_attendance(one) for one in present],
        "apologies": [_attendance(one) for one in away],
        "agenda": [_item(item, number, meeting) for number, item in enumerate(items, 1)],
        "contributions": spoken.count(),
        "speakers": spoken.values("attendance").distinct().count(),
        "people": len(present),
        "seconds_expected": sum(_seconds(item) for item in items),
        "seconds_taken": sum(item.seconds_taken for item in items),
    }
    plain: Any = chain.plain(content)
    return dict(plain)


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 over the minutes' content in the record's canonical JSON."""
    return hashlib.sha256(chain.canonical(content)).hexdigest()


def _attendance(one: Attendance) -> dict[str, Any]:
    return {"name": str(one.person), "as": one.hat, "votes": one.votes}


def _item(item: AgendaItem, number: int, meeting: Meeting) -> dict[str, Any]:
    return {
        "number": number,
        "kind": item.kind,
        "title": item.title,
        "text": item.text or (item.motion.text if item.motion else ""),
        "put_by": str(item.added_by),
        "put_as": item.hat,
        "state": item.state,
        "note": item.note,
        "seconds_expected": _seconds(item),
        "seconds_taken": item.seconds_taken,
        "motion": item.motion.public_id if item.motion else None,
        "vote": _vote(_ballot_of(item)),
        "election": item.election.public_id if item.election else None,
        "objections": [
            {"name": str(one.person), "as": one.hat, "reason": one.reason}
            for one in item.objections.select_related("person").order_by("pk")
        ],
        "comments": _comments(item, meeting),
        "minority": _minority(item),
    }


def _seconds(item: AgendaItem) -> int:
    return round(item.minutes_expected * 60)


def _ballot_of(item: AgendaItem) -> Ballot | None:
    """Return the vote on an item as it now stands: a motion's may have opened since it came on the agenda."""
    if item.motion:
        return item.motion.ballots.exclude(state=Ballot.State.DRAFT).order_by("-pk").first()
    if item.election:
        return item.election.ballot
    return item.ballot


def _vote(ballot: Ballot | None) -> dict[str, Any] | None:
    if ballot is None:
        return None
    result = ballot.result or {}
    names = dict(ballot.options.order_by("number").values_list("code", "label")) if result else {}
    return {
        "ballot": ballot.public_id,
        "question": ballot.question,
        "secrecy": ballot.secrecy,
        "state": ballot.state,
        "closes_at": ballot.closes_at,
        "roll_size": ballot.roll_size,
        "outcome": result.get("outcome", ""),
        "counts": result.get("counts", {}),
        "elected": [names[code] for code in result.get("winners", [])],
        **({"options": _options(ballot, names)} if result and ballot.weighs_options and names else {}),
        **({"count": _count(ballot, names)} if ballot.result and (ballot.motion or ballot.amendment) else {}),
    }


def _options(ballot: Ballot, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return each option of a question with what came of it: chosen or not, and its figures where its rule has some.

    ``points`` are points or approvals, ``votes`` first choices, ``cost`` and ``share`` the project's and the part's own,
    ``seats`` a list's.
    """
    result, params = ballot.result or {}, ballot.params
    steps = result.get("explanation", {}).get("steps", [])
    found: dict[str, dict[str, Any]] = {code: {} for code in names}
    if ballot.rule in (questions.APPROVAL, questions.SCORE):
        found |= {step["option"]: {"points": step["points"]} for step in steps}
    elif ballot.rule == questions.INSTANT_RUNOFF and steps:
        found |= {code: {"votes": votes} for code, votes in steps[0]["votes"].items()}
    elif ballot.rule == questions.INDEPENDENT_MARKETS:
        parts = result.get("parts", {})
        return [
            {"label": label, **({"share": parts[code]} if code in parts else {})}
            for code, label in names.items()
        ]
    elif ballot.rule in questions.LISTS:
        found = {code: {"seats": result.get("seats", {}).get(code, 0)} for code in names}
    elif "costs" in params:
        found = {code: {"cost": params["costs"][code]} for code in names}
    won = result.get("winners", [])
    return [{"label": label, "chosen": code in won, **found[code]} for code, label in names.items()]


def _count(ballot: Ballot, names: dict[str, str]) -> dict[str, Any]:
    """Return what it takes to say the result of a vote on a motion in words, in any language."""
    result = ballot.result or {}
    kept = {name: result[name] for name in COUNTED if name in result}
    if ballot.rule in (questions.APPROVAL, questions.SCORE):
        kept["explanation"] = {"steps": result.get("explanation", {}).get("steps", [])}
    asked = {"names": names, "params": ballot.params} if ballot.weighs_options else {}
    return {"rule": ballot.rule, **asked, "result": kept}


def _minority(item: AgendaItem) -> list[dict[str, Any]]:
    """Return the minority reports on an item's motion, with those who signed them so far."""
    if item.motion is None:
        return []
    return [
        {
            "text": report.text,
            "filed_at": report.filed_at,
            "signed": [str(one.person) for one in report.signatures.all()],
        }
        for report in reports_on(item.motion)
    ]


def _comments(item: AgendaItem, meeting: Meeting) -> list[dict[str, Any]]:
    """What was said in writing about the item's motion since the meeting was called."""
    if item.motion is None:
        return []
    shown = item.motion.comments.filter(created_at__gte=meeting.called_at, hiding__isnull=True)
    said = shown.select_related("created_by")
    return [
        {"name": str(one.created_by), "as": one.hat, "text": one.text}
        for one in said.order_by("created_at", "pk")[:COMMENTS]
    ]
