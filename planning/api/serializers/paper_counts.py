"""Votes on paper: what one person read, and what was counted."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from councils.models import PaperCount
from councils.paper_readings import Difference
from councils.paper_sheets import REASON_LENGTH
from councils.selectors.paper_counts import count_written, differing, invalid_written, latest_readings
from planning.api.serializers.choices import SAID, Choice
from planning.api.serializers.fields import Body


class ReaderSerializer(serializers.Serializer[Any]):
    """Somebody who read the papers."""

    name = serializers.CharField(source="read_by")
    hat = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """Where the caller's reading and the last other one differ: a right's number, a paper's, or what papers say."""

    number = serializers.IntegerField(allow_null=True)
    paper = serializers.IntegerField(allow_null=True, help_text="the number on a secret paper with options")
    choice = serializers.ListField(child=serializers.CharField())
    mine = serializers.SerializerMethodField(help_text="an answer, a number of papers, or a choice as JSON")
    other = serializers.SerializerMethodField(help_text="the same, of the other reading")

    def get_mine(self, row: Difference) -> str | None:
        """Return what the caller read."""
        return _text(row.first)

    def get_other(self, row: Difference) -> str | None:
        """Return what the other person read."""
        return _text(row.second)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True) if isinstance(value, list | dict) else str(value)


class InvalidPaperSerializer(serializers.Serializer[Any]):
    """A paper that was counted as blank because it says nothing that can be counted."""

    number = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="of each of the two readers")


class PaperCountSerializer(serializers.Serializer[PaperCount]):
    """One box of papers: it counts once two persons have read the same."""

    number = serializers.IntegerField(help_text="in its vote")
    meeting = serializers.UUIDField(source="meeting.public_id")
    state = serializers.CharField(help_text="counting or counted")
    readers = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField(
        help_text="receipts, or trackers once a secret vote has closed; of what was counted"
    )
    numbers = serializers.SerializerMethodField(
        help_text="of secret papers with options, once the vote has closed: the numbers on `papers`, in their order"
    )
    invalid = serializers.SerializerMethodField(help_text="papers with options that count as blank")
    differences = serializers.SerializerMethodField(
        help_text="once the caller and another person have read differently"
    )

    @extend_schema_field(ReaderSerializer(many=True))
    def get_readers(self, count: PaperCount) -> list[Any]:
        """Return who has read it."""
        return list(ReaderSerializer(latest_readings(count), many=True).data)

    def get_papers(self, count: PaperCount) -> list[str]:
        """Return what was counted; of a secret vote nothing before its close."""
        return [] if _is_hidden(count) else list(count.papers)

    def get_numbers(self, count: PaperCount) -> list[int]:
        """Return the numbers on the papers."""
        return [] if _is_hidden(count) or count.first is None else count_written(count).get("numbers", [])

    @extend_schema_field(InvalidPaperSerializer(many=True))
    def get_invalid(self, count: PaperCount) -> list[Any]:
        """Return which papers were invalid, and because of what."""
        rows = [] if _is_hidden(count) else invalid_written(count).get("invalid", [])
        return [{"number": number, "reasons": reasons} for number, *reasons in rows]

    @extend_schema_field(DifferenceSerializer(many=True))
    def get_differences(self, count: PaperCount) -> list[Any]:
        """Return where the caller's reading and another one differ."""
        reader = self.context.get("reader")
        found = differing(count, reader) if reader and count.counted_at is None else None
        return list(DifferenceSerializer(found[2] if found else [], many=True).data)


def _is_hidden(count: PaperCount) -> bool:
    return count.ballot.secrecy == "secret" and count.ballot.closed_at is None


class NamedPaper(Body):
    """A named paper."""

    number = serializers.IntegerField(min_value=1, help_text="of the right on the roll")
    option = serializers.CharField(max_length=30)


class SecretPapers(Body):
    """Secret papers that say the same."""

    choice = serializers.ListField(child=serializers.CharField(max_length=30), max_length=1000)
    times = serializers.IntegerField(min_value=0, max_value=1_000_000)


class NumberedPaper(Body):
    """One paper with options: what it says, or because of what it is invalid."""

    number = serializers.IntegerField(
        min_value=1, max_value=999_999, help_text="on the paper; of a named one that of the right on the roll"
    )
    choice = Choice(required=False, help_text=SAID)
    invalid = serializers.CharField(
        max_length=REASON_LENGTH, required=False, help_text="because of what; it counts as blank"
    )


class PaperReadingEntry(Body):
    """What one person read in the box of the council's open meeting."""

    votes = NamedPaper(many=True, required=False, help_text="of a named vote")
    marks = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=100_000,
        help_text="of a secret vote: the numbers on the roll of those present who put a paper in",
    )  # fmt: skip
    papers = SecretPapers(many=True, required=False, help_text="of a secret vote")
    sheets = NumberedPaper(
        many=True, required=False, help_text="where several options are weighed: each paper"
    )
