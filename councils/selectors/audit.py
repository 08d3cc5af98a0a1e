"""Comparing what the councils' tables hold with what the public record says of it, row by row.

Triggers refuse what must not be; somebody who can switch them off can still write.  What they write is
then missing from the record, or differs from it, and is found here.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from councils.counting import counted
from councils.models import (
    Ballot,
    Charter,
    Instruction,
    Mandate,
    Mark,
    Minutes,
    Motion,
    NamedVote,
    PaperCount,
    VoteVersion,
)
from councils.selectors.amendments import wording_is_kept
from councils.selectors.audit_course import course
from councils.selectors.minutes import digest_of
from councils.selectors.paper_counts import count_root
from councils.selectors.rolls import roll_is_unchanged
from councils.votes_written import receipt_code
from workplaces.models import Entry
from workplaces.record import chain


def audit() -> list[str]:
    """Return a sentence for everything that the record does not bear out; nothing when all agrees."""
    checks: list[Callable[[], Iterator[str]]] = [
        _mandates,
        _charters,
        _motions,
        _instructions,
        _ballots,
        _votes,
        _minutes,
        _papers,
        course,
    ]
    return [finding for check in checks for finding in check()]


def _mandates() -> Iterator[str]:
    given = {row["mandate"]: row for body in _bodies("mandate.given") for row in body["mandates"]}
    ended = {body["mandate"] for kind in ("recalled", "resigned") for body in _bodies(f"mandate.{kind}")}
    for mandate in Mandate.objects.select_related("person", "council").iterator():
        name = _("The mandate of %(person)s in %(council)s") % {
            "person": mandate.person,
            "council": mandate.council,
        }
        row = given.get(str(mandate.public_id))
        if row is None:
            yield _("%(name)s was never entered on the record.") % {"name": name}
        elif _said(row, "person", "council", "role", "from", "until") != _held(mandate):
            yield _("%(name)s is not what the record says was given.") % {"name": name}
        if bool(mandate.recalled_at or mandate.resigned_at) != (str(mandate.public_id) in ended):
            yield _("%(name)s did not end as the record says.") % {"name": name}


def _held(mandate: Mandate) -> list[str]:
    person, council = mandate.person.public_id, mandate.council.public_id
    return [str(value) for value in (person, council, mandate.role, mandate.term.lower, mandate.term.upper)]


def _charters() -> Iterator[str]:
    adopted = {body["version"]: body["values"] for body in _bodies("charter.adopted")}
    for charter in Charter.objects.all():
        if adopted.get(charter.version) != chain.plain(charter.values):
            yield _("Version %(version)s of the charter is not the one that was adopted.") % {
                "version": charter.version
            }


def _minutes() -> Iterator[str]:
    closed = _by_subject("meeting.closed")
    for minutes in Minutes.objects.select_related("meeting__council").iterator():
        body = closed.get(minutes.meeting.subject) or {}
        found = (digest_of(minutes.content), hashlib.sha256(bytes(minutes.pdf)).hexdigest())
        if found != (body.get("minutes"), body.get("pdf")):
            yield _("The minutes of meeting %(number)s of %(council)s are not those on the record.") % {
                "number": minutes.meeting.number,
                "council": minutes.meeting.council,
            }


def _motions() -> Iterator[str]:
    moved = _by_subject("motion.moved")
    made = _by_subject("amendment.accepted") | _by_subject("amendment.adopted")
    for motion in Motion.objects.prefetch_related("versions__amendment").iterator(chunk_size=1000):
        words = {"title": motion.title}
        versions = list(motion.versions.all())
        bodies = [
            made.get(v.amendment.subject) if v.amendment else moved.get(motion.subject) for v in versions
        ]
        said = [body and [*_said(body, "title", "text"), _asks(body)] for body in bodies]
        if not said or said != [[version.title, version.text, version.asks] for version in versions]:
            yield (
                _("The versions of the motion “%(title)s” do not read as they were moved and amended.")
                % words
            )
        elif said[-1] != [motion.title, motion.text, motion.asks]:
            yield _("The motion “%(title)s” does not read as it was moved.") % words


def _asks(body: dict[str, Any]) -> str:
    return chain.canonical(body["asks"]).decode() if "asks" in body else ""


def _instructions() -> Iterator[str]:
    given = _by_subject("instruction.given")
    for row in Instruction.objects.filter(in_force_at__isnull=False).select_related("sender", "council"):
        body = given.get(row.subject)
        said = [str(row.sender.public_id), str(row.council.public_id), row.answer, row.reason]
        if body is None or _said(body, "sender", "council", "answer", "reason") != said:
            yield _("An instruction of %(sender)s is not the one on the record.") % {"sender": row.sender}


def _ballots() -> Iterator[str]:
    opened, closed = _by_subject("ballot.opened"), _by_subject("ballot.closed")
    related = Ballot.objects.select_related("motion", "amendment")
    for ballot in related.filter(opened_at__isnull=False).iterator():
        words = {"question": ballot.question}
        if ballot.wording and not wording_is_kept(ballot):
            yield _("The words that the vote on “%(question)s” was opened on are gone.") % words
        body = opened.get(ballot.subject)
        if body is None or body["roll_digest"] != ballot.roll_digest or not roll_is_unchanged(ballot):
            yield _("Roll, answers or rule of the vote on “%(question)s” changed after it opened.") % words
        if (ballot.state == Ballot.State.CLOSED) != (ballot.subject in closed):
            yield _("The vote on “%(question)s” was not closed as the record says.") % words
        elif ballot.state == Ballot.State.CLOSED:
            yield from _closing(ballot, closed[ballot.subject])


def _closing(ballot: Ballot, body: dict[str, Any]) -> Iterator[str]:
    words = {"question": ballot.question}
    if chain.plain(ballot.result) != body["result"]:
        yield _("The result of the vote on “%(question)s” is not the one on the record.") % words
    again = counted(ballot)
    if any(chain.plain(listed) != body.get(name) for name, listed in again.written.items()):
        yield _("The votes on “%(question)s” are not the ones that were counted.") % words
    elif chain.plain(again.result) != body["result"]:
        yield _("Counting the votes on “%(question)s” again gives another result.") % words
    if ballot.secrecy == Ballot.Secrecy.SECRET:
        marks = Mark.objects.filter(roll_entry__ballot=ballot).count()
        if marks != again.result["votes"]:
            yield _("The vote on “%(question)s” has %(papers)s papers from %(marks)s voters.") % {
                **words, "papers": again.result["votes"], "marks": marks,
            }  # fmt: skip


def _votes() -> Iterator[str]:
    latest = VoteVersion.objects.order_by("roll_entry_id", "-revision").distinct("roll_entry_id")
    journal = dict(latest.values_list("roll_entry_id", "receipt"))
    votes = NamedVote.objects.select_related("roll_entry__ballot", "option")
    for vote in votes.iterator():
        entry = vote.roll_entry
        words = {"name": entry.name, "question": entry.ballot.question}
        made = receipt_code(
            entry.ballot, entry, vote.said, vote.revision, vote.idempotency_key, vote.cast_at, vote.reason
        )
        if journal.pop(entry.pk, None) != vote.receipt or made != vote.receipt:
            yield _("The vote of %(name)s on “%(question)s” is not the one its receipt stands for.") % words
    for entry_id in journal:
        yield _("A vote that the journal holds is gone (roll entry %(entry)s).") % {"entry": entry_id}


def _papers() -> Iterator[str]:
    """Counts of papers: on the record, and of a vote that has closed made of the papers that are there."""
    counted_on = {
        (subject, body["number"]): body["root"]
        for subject, body in Entry.objects.filter(kind="ballot.papers_counted").values_list("subject", "body")
    }
    counts = PaperCount.objects.filter(state=PaperCount.State.COUNTED).select_related("ballot")
    for count in counts.exclude(ballot__state=Ballot.State.VOID).order_by("pk").iterator():
        if counted_on.get((count.subject, count.number)) != count_root(count):
            yield _("Box %(number)s of papers in the vote on “%(question)s” is not what was counted.") % {
                "number": count.number,
                "question": count.ballot.question,
            }


def _bodies(kind: str) -> Iterator[dict[str, Any]]:
    yield from Entry.objects.filter(kind=kind).order_by("number").values_list("body", flat=True).iterator()


def _by_subject(kind: str) -> dict[str, dict[str, Any]]:
    entries = Entry.objects.filter(kind=kind).order_by("number")
    return dict(entries.values_list("subject", "body").iterator())


def _said(body: dict[str, Any], *names: str) -> list[str]:
    return [body[name] for name in names]
