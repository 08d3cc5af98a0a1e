"""Votes on paper: what one person read, and what was counted."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from councils.models import PaperCount
from councils.selectors.paper_counts import differing, latest_readings
from planning.api.serializers.fields import Body


class ReaderSerializer(serializers.Serializer[Any]):
    """Somebody who read the papers."""

    name = serializers.CharField(source="read_by")
    hat = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """Where the caller's reading and the last other one differ: a right's number, or what papers say."""

    number = serializers.IntegerField(allow_null=True)
    choice = serializers.ListField(child=serializers.CharField())
    mine = serializers.CharField(source="first", allow_null=True)
    other = serializers.CharField(source="second", allow_null=True)


class PaperCountSerializer(serializers.Serializer[PaperCount]):
    """One box of papers: it counts once two persons have read the same."""

    number = serializers.IntegerField(help_text="in its vote")
    meeting = serializers.UUIDField(source="meeting.public_id")
    state = serializers.CharField(help_text="counting or counted")
    readers = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField(
        help_text="receipts, or trackers once a secret vote has closed; of what was counted"
    )
    differences = serializers.SerializerMethodField(
        help_text="once the caller and another person have read differently"
    )

    @extend_schema_field(ReaderSerializer(many=True))
    def get_readers(self, count: PaperCount) -> list[Any]:
        """Return who has read it."""
        return list(ReaderSerializer(latest_readings(count), many=True).data)

    def get_papers(self, count: PaperCount) -> list[str]:
        """Return what was counted; of a secret vote nothing before its close."""
        is_hidden = count.ballot.secrecy == "secret" and count.ballot.closed_at is None
        return [] if is_hidden else list(count.papers)

    @extend_schema_field(DifferenceSerializer(many=True))
    def get_differences(self, count: PaperCount) -> list[Any]:
        """Return where the caller's reading and another one differ."""
        reader = self.context.get("reader")
        found = differing(count, reader) if reader and count.counted_at is None else None
        return list(DifferenceSerializer(found[2] if found else [], many=True).data)


class NamedPaper(Body):
    """A named paper."""

    number = serializers.IntegerField(min_value=1, help_text="of the right on the roll")
    option = serializers.CharField(max_length=30)


class SecretPapers(Body):
    """Secret papers that say the same."""

    choice = serializers.ListField(child=serializers.CharField(max_length=30), max_length=1000)
    times = serializers.IntegerField(min_value=0, max_value=1_000_000)


class PaperReadingEntry(Body):
    """What one person read in the box of the council's open meeting."""

    votes = NamedPaper(many=True, required=False, help_text="of a named vote")
    marks = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=100_000,
        help_text="of a secret vote: the numbers on the roll of those present who put a paper in",
    )  # fmt: skip
    papers = SecretPapers(many=True, required=False, help_text="of a secret vote")
