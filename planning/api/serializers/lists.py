"""Elections by lists: the lists, who stands on them, who got which seat."""

from typing import Any

from rest_framework import serializers

from planning.api.serializers.fields import Body, Stored
from planning.models import ListElection, ListSeating
from planning.wording import board_lists as wording

STATE = "collecting, voting, decided, lost (no seat was given) or cancelled"


class ListCandidateSerializer(serializers.Serializer[Any]):
    """Somebody's place on a list. Members of the association see whom it asked, others who agreed."""

    person = serializers.UUIDField(source="person.public_id")
    name = serializers.CharField(source="person")
    place = serializers.IntegerField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    declined_at = serializers.DateTimeField(allow_null=True)
    gave_up_at = serializers.DateTimeField(allow_null=True)


class CandidateListSerializer(serializers.Serializer[Any]):
    """An association's list, in the order of its places."""

    id = serializers.UUIDField(source="list.public_id")
    association = serializers.UUIDField(source="list.association.public_id")
    name = serializers.CharField(source="list.association.label")
    programme = serializers.UUIDField(source="list.programme.public_id")
    code = serializers.CharField(source="list.code", help_text="in the ballot, once its vote has opened")
    seats = serializers.IntegerField(help_text="that the closed vote gave it")
    candidates = ListCandidateSerializer(many=True)


class ListSeatingSerializer(serializers.Serializer[ListSeating]):
    """One step of giving the seats: somebody seated or passed over, or a seat that stays vacant."""

    seat = serializers.IntegerField(source="seat.number", default=None, allow_null=True)
    list = serializers.UUIDField(source="list.public_id")
    outcome = serializers.CharField(help_text="seated, passed_over or vacant")
    reason = serializers.CharField(help_text="sits, terms, gave_up, site, exhausted, held; empty when seated")
    person = serializers.UUIDField(source="candidate.person.public_id", default=None, allow_null=True)
    name = serializers.CharField(source="candidate.person", default="")
    mandate = serializers.UUIDField(source="mandate.public_id", default=None, allow_null=True)
    after = serializers.UUIDField(
        source="after.public_id",
        default=None,
        allow_null=True,
        help_text="the mandate whose early end made the seat free",
    )
    told = serializers.SerializerMethodField(help_text="the step in a sentence")

    def get_told(self, step: ListSeating) -> str:
        """Say the step."""
        return wording.step_told(step)


class ListElectionSerializer(serializers.Serializer[ListElection]):
    """An election by lists: which seats it fills, how they are divided, by when lists are put up."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id", help_text="whose roll elects")
    target = serializers.UUIDField(source="target.public_id", help_text="in which council the elected sit")
    title = serializers.CharField()
    rule = serializers.CharField(help_text="dhondt or sainte_lague")
    places = serializers.IntegerField()
    seats = serializers.SerializerMethodField(help_text="numbers of the seats, in their order")
    lists_until = serializers.DateTimeField()
    term_from = serializers.DateField()
    state = serializers.CharField(help_text=STATE)
    motion = serializers.UUIDField(source="motion.public_id", default=None, allow_null=True)

    def get_seats(self, election: ListElection) -> list[int]:
        """Return the numbers of the seats."""
        return sorted(seat.number for seat in election.seats.all())


class ListElectionDetailSerializer(ListElectionSerializer):
    """The same, with the lists as the caller may see them, and the seats once they are given."""

    lists = serializers.SerializerMethodField()
    seatings = serializers.SerializerMethodField()

    def get_lists(self, _election: ListElection) -> list[Any]:
        """Return the lists."""
        return list(CandidateListSerializer(self.context["lists"], many=True).data)

    def get_seatings(self, _election: ListElection) -> list[Any]:
        """Return each step of giving the seats."""
        return list(ListSeatingSerializer(self.context["seatings"], many=True).data)


class ListCountSerializer(serializers.Serializer[Any]):
    """How the seats were divided, step by step."""

    election = serializers.UUIDField()
    result = Stored(help_text="seats by list, votes, and every step in exact numbers")
    steps = serializers.ListField(child=serializers.CharField(), help_text="each step in a sentence")
    ties = serializers.ListField(child=serializers.CharField())


class ListElectionCalling(Body):
    """What is elected by lists, and by when they are put up."""

    title = serializers.CharField(max_length=200)
    lists_until = serializers.DateTimeField()
    term_from = serializers.DateField()


class ListBody(Body):
    """An association's list in the order of its places."""

    association = serializers.UUIDField()
    programme = serializers.UUIDField(help_text="a published one: the association's own or one it supports")
    candidates = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, help_text="people, the first place first"
    )
