"""Councils, elections and those who stand in them."""

from typing import Any

from rest_framework import serializers

from councils import election_wording
from councils.models import Council, Election
from councils.selectors.elections import candidates_of
from councils.services.elections import winners_of
from planning.api.serializers.fields import Body, Stored

ROLE = (
    "`delegate` for the seats in `target`; a staff role without a seat: `coordinator`, `registrar`, `auditor`"
)


class CouncilSerializer(serializers.Serializer[Council]):
    """A body that decides."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    name = serializers.CharField(source="label")
    dissolved_on = serializers.DateField(allow_null=True)


class CandidateSerializer(serializers.Serializer[Any]):
    """Somebody who stands."""

    person = serializers.UUIDField(source="person.public_id")
    name = serializers.CharField(source="person")
    statement = serializers.CharField()
    code = serializers.CharField(
        source="option.code",
        default=None,
        allow_null=True,
        help_text="in the ballot, once its vote has opened",
    )
    mandate = serializers.UUIDField(
        source="mandate.public_id", default=None, allow_null=True, help_text="once it was given"
    )


class ElectionSerializer(serializers.Serializer[Election]):
    """An election: what it fills, how it is counted, by when people can stand, where it has got to."""

    id = serializers.UUIDField(source="public_id")
    council = serializers.UUIDField(source="council.public_id", help_text="whose roll elects")
    target = serializers.UUIDField(source="target.public_id", help_text="in which council the elected serve")
    title = serializers.CharField()
    role = serializers.CharField(help_text=ROLE)
    places = serializers.IntegerField()
    rule = serializers.CharField(help_text="stv (ranking) or approval")
    nominations_until = serializers.DateTimeField()
    term_from = serializers.DateField()
    state = serializers.CharField(help_text="nominating, voting, decided or cancelled")
    ballot = serializers.UUIDField(source="ballot.public_id", default=None, allow_null=True)


class ElectionDetailSerializer(ElectionSerializer):
    """The same, with those who stand and those who are elected."""

    candidates = serializers.SerializerMethodField()
    elected = serializers.SerializerMethodField()

    def get_candidates(self, election: Election) -> list[Any]:
        """Return who stands, by name."""
        return list(CandidateSerializer(candidates_of(election), many=True).data)

    def get_elected(self, election: Election) -> list[str]:
        """Return the elected as codes of candidates, in the order in which they were elected."""
        return [winner.option.code for winner in winners_of(election) if winner.option]


class CountSheetSerializer(serializers.Serializer[Election]):
    """How an election was counted, step by step."""

    election = serializers.UUIDField(source="public_id")
    result = Stored(source="ballot.result", help_text="winners, votes, and every step in exact numbers")
    how = serializers.SerializerMethodField(help_text="the rule in a sentence")
    ties = serializers.SerializerMethodField(help_text="a sentence for each tie and how the lot broke it")

    def get_how(self, election: Election) -> str:
        """Say how it is counted."""
        return election_wording.how_counted(election)

    def get_ties(self, election: Election) -> list[str]:
        """Say which ties were broken."""
        return election_wording.ties(election.ballot) if election.ballot else []


class ElectionCalling(Body):
    """What is elected, how, and by when people can stand."""

    council = serializers.UUIDField(help_text="whose roll elects")
    title = serializers.CharField(max_length=200)
    role = serializers.CharField(max_length=12, help_text=ROLE)
    target = serializers.UUIDField(
        required=False, help_text="with `delegate`: the council whose seats are filled"
    )
    places = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="of a role without a seat; 1 unless given"
    )
    rule = serializers.ChoiceField(choices=Election.Rule.choices)
    nominations_until = serializers.DateTimeField()
    term_from = serializers.DateField()


class Standing(Body):
    """Why somebody stands."""

    statement = serializers.CharField(max_length=5000, help_text="public, under one's name")
