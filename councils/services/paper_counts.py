"""Votes on paper: two persons read the same box, each alone; once they read the same, it counts."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import permissions, policies_papers, transitions
from councils.models import Ballot, Mark, Meeting, NamedVote, PaperCount, PaperReading, RollEntry
from councils.paper_readings import Content, named_content, papers_in, secret_content, sheets_content
from councils.paper_sheets import PaperRead, counted_as, papers_checked
from councils.selectors.paper_counts import (
    count_root,
    invalid_written,
    latest_readings,
    meeting_open_in,
    present_on_roll,
)
from councils.services.locks import ballot_shared, chain_first, roll_entry_held
from councils.services.papers import choice_checked, paper_cast
from councils.services.votes import vote_cast
from councils.votes_written import tracker_new
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

NAMES = 5  # listed in a refusal


@transaction.atomic
def papers_read(
    *,
    ballot: Ballot,
    by: Person,
    now: datetime,
    votes: Sequence[tuple[int, str]] = (),
    marks: Sequence[int] = (),
    papers: Sequence[tuple[Sequence[str], int]] = (),
    sheets: Sequence[PaperRead] = (),
) -> PaperCount:
    """Enter what one person read in the box of the council's open meeting; count it if another read the same.

    Named: ``votes`` are pairs of a number on the roll and an option's code. Secret: ``marks`` are the numbers of those
    present who put a paper in, ``papers`` pairs of a choice and how many papers say it.  Where options are weighed,
    ``sheets`` say what stands on each paper; a named one's number is that on the roll, and an invalid one counts as blank.
    A reading stays as it is; who reads again adds another, and the last one of each person holds.  Two readings count
    when they are the same, by two persons of whom one is registrar or coordinator.
    Raises Forbidden, TooLate, Invalid (``votes``, ``marks``, ``papers``, ``sheets``), Refused (no meeting, voted
    already, read already).
    """
    hat = permissions.check_can_read_papers(by, ballot, now.date())
    chain_first()
    current = ballot_shared(ballot.pk)
    meeting = meeting_open_in(current.council)
    policies_papers.check_can_read_papers(current, meeting, now)
    assert meeting is not None  # noqa: S101  (checked above)
    if current.weighs_options:
        sheets = _sheets(current, sheets, votes or papers)
        content, entries = _sheets_checked(current, meeting, marks, sheets, now)
    else:
        content, entries = _checked(current, meeting, votes, marks, papers, sheets, now)
    reasons = {str(paper.number): paper.invalid for paper in sheets if paper.invalid}
    count = _count(current, meeting, now)
    mine = [row for row in latest_readings(count) if row.read_by_id == by.pk]
    if any((row.content, row.reasons) == (content, reasons) for row in mine):
        raise Refused(_("You have entered this already. Now another person reads the papers."))
    reading = PaperReading.objects.create(
        count=count, read_by=by, hat=hat, content=content, reasons=reasons, read_at=now
    )
    _record(count, "ballot.papers_read", by, hat, now, {"number": count.number})
    other = _same(count, reading, now)
    if other is not None:
        _counted(count, other, reading, entries, now)
    return count


def _count(ballot: Ballot, meeting: Meeting, now: datetime) -> PaperCount:
    """Return the count that is under way, or begin one; the record's chain is locked."""
    counts = PaperCount.objects.filter(ballot=ballot)
    found = counts.select_for_update().filter(state=PaperCount.State.COUNTING).first()
    if found is not None and found.meeting_id == meeting.pk:
        return found
    if found is not None:
        raise Refused(
            _("The papers of meeting %(number)s were read once only; read them there a second time first.")
            % {"number": found.meeting.number}
        )
    highest = counts.aggregate(highest=Max("number"))["highest"] or 0
    return PaperCount.objects.create(ballot=ballot, meeting=meeting, number=highest + 1, begun_at=now)


def _same(count: PaperCount, reading: PaperReading, now: datetime) -> PaperReading | None:
    """Return another person's last reading that is the same, if one of the two persons is staff."""
    council, today = count.ballot.council, now.date()
    is_staff = permissions.can_register(reading.read_by, council, today)
    for other in latest_readings(count):
        if other.read_by_id == reading.read_by_id or other.content != reading.content:
            continue
        if is_staff or permissions.can_register(other.read_by, council, other.read_at.date()):
            return other
    return None


def _counted(
    count: PaperCount, first: PaperReading, second: PaperReading, entries: list[RollEntry], now: datetime
) -> None:
    cast = _cast_named if count.ballot.secrecy == Ballot.Secrecy.NAMED else _cast_secret
    count.papers = cast(count, second.content, entries, now)
    count.first, count.second, count.counted_at = first, second, now
    count.state = transitions.after(transitions.PAPER_COUNT, count.state, "read_alike_by_two")
    count.save(update_fields=["papers", "first", "second", "counted_at", "state"])
    body: dict[str, Any] = {
        "number": count.number,
        "meeting": count.meeting.number,
        "readers": [[str(row.read_by), row.hat] for row in (first, second)],
        "root": count_root(count),
    }
    if count.ballot.secrecy == Ballot.Secrecy.NAMED:  # how many secret papers there were waits for the close
        body["votes"] = second.content["votes"]
        body |= invalid_written(count)
    _record(count, "ballot.papers_counted", second.read_by, second.hat, now, body)


def _cast_named(count: PaperCount, content: Content, entries: list[RollEntry], now: datetime) -> list[str]:
    said, ballot, receipts = dict(content["votes"]), count.ballot, []
    for entry in entries:
        read = said[entry.number]
        vote: dict[str, Any] = (
            {"choice": counted_as(read, ballot.rule)} if ballot.weighs_options else {"option": read}
        )
        receipt = vote_cast(
            ballot=ballot, right=entry.right, by=entry.person, idempotency_key=count.key, now=now, **vote
        )
        receipts.append(receipt.code)
    return sorted(receipts)


def _cast_secret(count: PaperCount, content: Content, entries: list[RollEntry], now: datetime) -> list[str]:
    """Mark each right and put one paper in for it, in an order that nobody knows: they are not each other's."""
    rule = count.ballot.rule
    read = (
        [counted_as(said, rule) for _number, said in content["sheets"]]
        if "sheets" in content
        else papers_in(content)
    )
    papers = list(enumerate(read))
    secrets.SystemRandom().shuffle(papers)
    trackers = {}
    for entry, (place, choice) in zip(entries, papers, strict=True):
        counted = paper_cast(
            ballot=count.ballot,
            right=entry.right,
            choice=choice,
            tracker=tracker_new(),
            by=entry.person,
            now=now,
        )
        trackers[place] = counted.tracker
    if "sheets" in content:  # in the order of the numbers on the papers
        return [trackers[place] for place in sorted(trackers)]
    return sorted(trackers.values())


def _sheets(ballot: Ballot, sheets: Sequence[PaperRead], others: Sequence[Any]) -> list[PaperRead]:
    """Return the papers with their choices as they are stored; raises Invalid."""
    if others:
        raise _wrong("sheets", _("Enter what stands on each paper, by its number."))
    rows = ballot.options.order_by("number").values_list("code", "label")
    return papers_checked(sheets, ballot.rule, ballot.params, dict(rows))


def _sheets_checked(
    ballot: Ballot, meeting: Meeting, marks: Sequence[int], sheets: Sequence[PaperRead], now: datetime
) -> tuple[Content, list[RollEntry]]:
    """Return what was read on papers with options as content, and the rights that it uses, locked."""
    if ballot.secrecy == Ballot.Secrecy.NAMED:
        if marks:
            raise _wrong("marks", _("These papers have names on them; nobody is marked."))
        return sheets_content(sheets), _rights(ballot, meeting, [paper.number for paper in sheets], "sheets")
    if len(sheets) != len(set(marks)):
        raise _wrong("sheets", _mismatch(len(sheets), len(set(marks))))
    entries = _rights(ballot, meeting, marks, "marks")
    policies_papers.check_enough_papers(len(sheets), now)
    return sheets_content(sheets, marks), entries


def _checked(
    ballot: Ballot,
    meeting: Meeting,
    votes: Sequence[tuple[int, str]],
    marks: Sequence[int],
    papers: Sequence[tuple[Sequence[str], int]],
    sheets: Sequence[PaperRead],
    now: datetime,
) -> tuple[Content, list[RollEntry]]:
    """Return what was read as content, and the rights that it uses, locked."""
    if sheets:
        raise _wrong("sheets", _("Papers are entered one by one only where several options are weighed."))
    if ballot.secrecy == Ballot.Secrecy.NAMED:
        codes = set(ballot.options.values_list("code", flat=True))
        if unknown := [option for _number, option in votes if option not in codes]:
            raise _wrong(
                "votes", _("“%(option)s” is not an answer in this vote.") % {"option": unknown[0][:40]}
            )
        numbers = [number for number, _option in votes]
        entries = _rights(ballot, meeting, numbers, "votes")
        return named_content(dict(votes)), entries
    if any(number < 0 for _choice, number in papers):
        raise _wrong("papers", _("There cannot be fewer than no papers."))
    found = sum(number for _choice, number in papers)
    if found != len(set(marks)):
        raise _wrong("papers", _mismatch(found, len(set(marks))))
    content = secret_content(
        marks, [(list(choice_checked(ballot, choice)), number) for choice, number in papers if number]
    )
    entries = _rights(ballot, meeting, marks, "marks")
    policies_papers.check_enough_papers(found, now)
    return content, entries


def _rights(ballot: Ballot, meeting: Meeting, numbers: Sequence[int], field: str) -> list[RollEntry]:
    """Return the rights with these numbers, locked; raises unless each is there once, unused, its holder present."""
    if not numbers:
        raise _wrong(field, _("Enter at least one paper."))
    if doubled := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise _wrong(field, _("Number %(number)s of the roll stands here twice.") % {"number": doubled[0]})
    found = {row.number: row for row in present_on_roll(ballot, meeting).filter(number__in=numbers)}
    if absent := sorted(set(numbers) - found.keys()):
        raise _wrong(field, _absent(ballot, absent[0]))
    entries = sorted(found.values(), key=lambda entry: entry.pk)
    for entry in entries:
        roll_entry_held(entry.pk)
    used: Any = NamedVote if ballot.secrecy == Ballot.Secrecy.NAMED else Mark
    gone = set(used.objects.filter(roll_entry__in=entries).values_list("roll_entry_id", flat=True))
    if gone:
        names = _listed(entry.name for entry in entries if entry.pk in gone)
        raise Refused(
            _(
                "%(names)s voted already, on the page of the vote or on another paper. Take their papers out: a right "
                "counts once."
            )
            % {"names": names},
            fields={field: _("Voted already: %(names)s.") % {"names": names}},
        )
    return sorted(entries, key=lambda entry: entry.number)


def _absent(ballot: Ballot, number: int) -> str:
    entry = ballot.roll.filter(number=number).first()
    if entry is None:
        return _("The roll of this vote has no number %(number)s.") % {"number": number}
    return _(
        "%(name)s is not noted as present in the meeting. Note them first: papers are for those who are there."
    ) % {"name": entry.name}


def _mismatch(papers: int, marks: int) -> str:
    told = ngettext("%(papers)s paper was read", "%(papers)s papers were read", papers) % {"papers": papers}
    marked = ngettext("%(marks)s person is marked", "%(marks)s people are marked", marks) % {"marks": marks}
    if papers > marks:
        more = _("There are more papers than people: mark who is missing, or repeat the vote on paper.")
    else:
        more = _("Unmark who took a paper and did not put it in; they can still vote in the booth.")
    return f"{told}, {marked}. {more}"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = len(found) - NAMES
    told = ", ".join(found[:NAMES])
    return _("%(names)s and %(more)s more") % {"names": told, "more": more} if more > 0 else told


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: sentence})


def _record(count: PaperCount, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]) -> None:
    ballot = count.ballot
    about = {
        "council": ballot.council.public_id,
        "council_name": ballot.council.name,
        "question": ballot.question,
        **body,
    }
    motion = ballot.motion.public_id if ballot.motion else None
    entry_append(kind=kind, by=by, hat=hat, subject=count.subject, motion=motion, body=about, now=now)
