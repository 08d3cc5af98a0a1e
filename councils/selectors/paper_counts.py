"""Votes on paper as pages, the record and the audit see them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from councils import permissions, policies_papers, urns
from councils.models import Attendance, Ballot, Council, Meeting, PaperCount, PaperReading, RollEntry
from councils.paper_readings import Difference, differences
from councils.votes_written import papers_root, receipts_root_of
from workplaces.models import Person


def meeting_open_in(council: Council) -> Meeting | None:
    """Return the council's meeting that is open now, if one is."""
    return council.meetings.select_related("council").filter(state=Meeting.State.OPEN).first()


def present_on_roll(ballot: Ballot, meeting: Meeting) -> QuerySet[RollEntry]:
    """Return the voting rights whose holders are noted as present in the meeting, in the order of the roll."""
    there = Attendance.objects.filter(meeting=meeting, status=Attendance.Status.PRESENT).values("person")
    return ballot.roll.filter(person__in=there).select_related("person").order_by("number")


def read_on_paper(meeting: Meeting, person: Person, now: datetime) -> list[Ballot]:
    """Return the open votes whose papers the person can read in the meeting."""
    if meeting.state != Meeting.State.OPEN:
        return []
    ballots = meeting.council.ballots.filter(state=Ballot.State.OPEN, closes_at__gt=now).order_by("pk")
    return [
        ballot
        for ballot in ballots.select_related("council")
        if permissions.can_read_papers(person, ballot, now.date())
        and policies_papers.can_read_papers(ballot, meeting, now)
    ]


def counts_of(ballot: Ballot) -> QuerySet[PaperCount]:
    """Return a vote's counts of papers in their order."""
    related = ("meeting", "first__read_by", "second__read_by")
    return ballot.paper_counts.select_related(*related).order_by("number")


def latest_readings(count: PaperCount) -> list[PaperReading]:
    """Return the last reading of each person, in the order in which they were entered."""
    found = {row.read_by_id: row for row in count.readings.select_related("read_by").order_by("pk")}
    return sorted(found.values(), key=lambda row: row.pk)


def differing(
    count: PaperCount, reader: Person
) -> tuple[PaperReading, PaperReading, list[Difference]] | None:
    """Return the reader's own reading, the last other one and where they differ; None until both are there.

    Who has not read yet is shown nothing, so that the second reading does not follow the first.
    """
    readings = latest_readings(count)
    mine = next((row for row in readings if row.read_by_id == reader.pk), None)
    other = next((row for row in reversed(readings) if row.read_by_id != reader.pk), None)
    if mine is None or other is None or mine.content == other.content:
        return None
    return mine, other, differences(mine.content, other.content)


def count_written(count: PaperCount) -> dict[str, Any]:
    """Return a finished count as the record lists it when the vote closes: by whom, and which papers it has."""
    readings = [row for row in (count.first, count.second) if row]
    sheets = readings[0].content.get("sheets", [])
    return {
        "number": count.number,
        "meeting": count.meeting.number,
        "readers": [[str(row.read_by), row.hat] for row in readings],
        "papers": count.papers,
        **({"numbers": [number for number, _said in sheets]} if sheets else {}),
        **invalid_written(count),
    }


def invalid_written(count: PaperCount) -> dict[str, Any]:
    """Return what the record says of invalid papers: the number of each and both readers' reasons."""
    if count.first is None or count.second is None or not count.first.reasons:
        return {}
    first, second = count.first.reasons, count.second.reasons
    return {"invalid": [[int(number), first[number], second[number]] for number in sorted(first, key=int)]}


def paper_counts_written(ballot: Ballot) -> dict[str, Any]:
    """Return what the entry on a close says of votes on paper: nothing where there were none."""
    found = [count_written(row) for row in counts_of(ballot).filter(state=PaperCount.State.COUNTED)]
    return {"paper_counts": found} if found else {}


def count_root(count: PaperCount) -> str:
    """Return the Merkle root over what was counted: the receipts, or the papers ``[tracker, choice]`` by tracker."""
    if count.ballot.secrecy == Ballot.Secrecy.NAMED:
        return receipts_root_of(count.papers)
    said = ((tracker, urns.paper(count.ballot, tracker)) for tracker in count.papers)
    return papers_root((tracker, [] if choice is None else choice) for tracker, choice in said)
