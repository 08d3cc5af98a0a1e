"""What follows from a decided amendment: the motion's new words, and what becomes of the other amendments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from councils import transitions
from councils.differences import merged
from councils.models import Amendment, Ballot, Motion
from councils.question_changes import Clash, merged_questions
from councils.questions import question_of
from councils.services.locks import locked
from workplaces.models import Person
from workplaces.record.services import Draft

TITLE_LENGTH = 200
type Wording = tuple[str, str, str]  # title, text, what is asked


def amendment_settled(amendment: Amendment, event: str, now: datetime) -> Amendment:
    """Take an amendment to the state that ends it; whoever calls holds its motion."""
    amendment.state = transitions.after(transitions.AMENDMENT, amendment.state, event)
    amendment.decided_at = now
    amendment.save(update_fields=["state", "decided_at", "clashes"])
    return amendment


def words_change(motion: Motion, amendment: Amendment) -> tuple[Motion, list[Draft]]:
    """Give the motion the words of an amendment just made; return it, and entries on the amendments still open.

    Those that go together with the new words are carried over to them, the others are overtaken.
    """
    before = (motion.title, motion.text, motion.asks)
    motion.title, motion.text, motion.version = amendment.title, amendment.text, motion.version + 1
    motion.asks = amendment.asks
    motion.save(update_fields=["title", "text", "asks", "version"])
    others = motion.amendments.select_for_update().filter(state=Amendment.State.PROPOSED)
    now = amendment.decided_at or amendment.proposed_at
    return motion, [_follows(other, motion, before, now) for other in others.order_by("number")]


def amendments_overtaken(motion: Motion, now: datetime) -> list[Draft]:
    """End every amendment that is still open, with its motion; return the entries."""
    open_ones = motion.amendments.select_for_update().filter(state=Amendment.State.PROPOSED)
    return [_overtaken(amendment, motion, now) for amendment in open_ones.order_by("number")]


def amendment_moves(ballot: Ballot, event: str, by: Person | None, hat: str, now: datetime) -> list[Draft]:
    """Take the amendment that a ballot decided to its next state, and the motion to its words if it is adopted."""
    if ballot.amendment is None:
        return []
    motion = locked(ballot.amendment.motion, related=("council",))
    amendment = locked(ballot.amendment)
    if event == "ballot_voided":
        amendment.state = transitions.after(transitions.AMENDMENT, amendment.state, event)
        amendment.save(update_fields=["state"])
        return []
    amendment = amendment_settled(amendment, event, now)
    if event == "lost":
        return [entry_of(amendment, motion, "amendment.rejected", by, hat, {})]
    motion, others = words_change(motion, amendment)
    return [entry_of(amendment, motion, "amendment.adopted", by, hat, words(motion)), *others]


def words(motion: Motion) -> dict[str, Any]:
    """Return what the record says of a motion's words as they now are."""
    asked = {"asks": motion.question.as_dict()} if motion.question else {}
    return {
        "version": motion.version, "title": motion.title, "text": motion.text, **asked, "wording": motion.wording,
    }  # fmt: skip


def entry_of(
    amendment: Amendment, motion: Motion, kind: str, by: Person | None, hat: str, body: dict[str, Any]
) -> Draft:
    """Return the entry of what happened to an amendment."""
    about = {"number": amendment.number, "on": motion.title, **body}
    return Draft(kind=kind, by=by, hat=hat, subject=amendment.subject, motion=motion.public_id, body=about)


def goes_together(
    amendment: Amendment, motion: Motion, before: Wording
) -> tuple[Wording | None, list[Clash]]:
    """Return an amendment's words to ``before``, which became the motion's, as words to these; else None and why."""
    title = merged(before[0], motion.title, amendment.title)
    text = merged(before[1], motion.text, amendment.text)
    clashes = [Clash(kind) for kind, words in (("title", title), ("text", text)) if words is None]
    if title is not None and len(title) > TITLE_LENGTH:
        clashes.append(Clash("title"))
    base, ours, theirs = question_of(before[2]), motion.question, amendment.question
    asks = ""
    if base and ours and theirs:
        question, others = merged_questions(base, ours, theirs)
        clashes += others
        asks = question.written if question else ""
    return (None, clashes) if clashes else ((title or "", text or "", asks), [])


def _follows(amendment: Amendment, motion: Motion, before: Wording, now: datetime) -> Draft:
    wording, clashes = goes_together(amendment, motion, before)
    if wording is None or wording == (motion.title, motion.text, motion.asks):
        return _overtaken(amendment, motion, now, clashes)
    amendment.title, amendment.text, amendment.asks = wording
    amendment.base = motion.version
    amendment.save(update_fields=["title", "text", "asks", "base"])
    asked = {"asks": amendment.question.as_dict()} if amendment.question else {}
    body = {"base": amendment.base, "title": amendment.title, "text": amendment.text, **asked}
    return entry_of(amendment, motion, "amendment.carried_over", None, "", body)


def _overtaken(amendment: Amendment, motion: Motion, now: datetime, clashes: Sequence[Clash] = ()) -> Draft:
    amendment.clashes = [[clash.kind, clash.name] for clash in clashes]
    body = {"clashes": amendment.clashes} if clashes else {}
    settled = amendment_settled(amendment, "overtaken", now)
    return entry_of(settled, motion, "amendment.overtaken", None, "", body)
