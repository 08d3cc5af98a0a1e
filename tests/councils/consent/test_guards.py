"""What the database holds to in consent, whoever writes: each refusal is taken once its guard is off."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from councils.models import Ballot, Motion, NamedVote
from councils.services import ballot_open
from tests.councils.consent.test_votes import HARM, cast, closed, opened
from tests.councils.test_guards import refused
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db


class TestGuards:
    def behind(self, ballot: Ballot, option: str, reason: str) -> None:
        entry = ballot.roll.get(number=3)
        NamedVote.objects.create(
            roll_entry=entry, option=ballot.options.get(code=option), cast_by=entry.person, cast_at=NOW + DAY,
            idempotency_key="behind", content_digest="0" * 64, receipt="R" * 32, reason=reason,
        )  # fmt: skip

    @pytest.mark.parametrize(("option", "reason"), [("no", ""), ("yes", HARM), ("abstain", HARM)])
    def test_an_objection_and_nothing_else_has_a_reason(self, world: World, option: str, reason: str) -> None:
        ballot = opened(world)
        with pytest.raises(DatabaseError, match="an objection has a reason"), transaction.atomic():
            self.behind(ballot, option, reason)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE councils_namedvote DISABLE TRIGGER vote_is_proper")
        self.behind(ballot, option, reason)
        assert NamedVote.objects.get().reason == reason

    def test_no_reason_where_a_majority_decides(self, world: World) -> None:
        ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
        with pytest.raises(DatabaseError, match="an objection has a reason"), transaction.atomic():
            self.behind(ballot, "no", HARM)
        self.behind(ballot, "no", "")

    def test_blanks_are_no_reason(self, world: World) -> None:
        ballot = opened(world)
        with pytest.raises(DatabaseError, match="namedvote_reason_says_something"), transaction.atomic():
            self.behind(ballot, "no", " \n")
        with pytest.raises(DatabaseError, match="too long"), transaction.atomic():
            self.behind(ballot, "no", "x" * 5001)

    def test_how_it_is_decided_stays_as_moved(self, world: World) -> None:
        world.motion(by_consent=True)
        refused("motion_keeps_its_words", "UPDATE councils_motion SET by_consent = false")
        with unguarded(Motion):
            assert Motion.objects.update(by_consent=False) == 1

    def test_consent_is_for_what_is_put_freely(self, world: World) -> None:
        world.motion()
        with unguarded(Motion):
            refused(
                "motion_by_consent_is_put_freely",
                "UPDATE councils_motion SET by_consent = true, prescribed = 'A rule.'",
            )

    @pytest.mark.parametrize(
        ("by_consent", "rule", "secrecy", "by"),
        [
            (True, "majority_of_cast", "named", "ballot_by_consent_as_moved"),
            (False, "consent", "named", "ballot_by_consent_as_moved"),
            (True, "consent", "secret", "ballot_by_consent_is_named"),
        ],
    )
    def test_a_ballot_is_as_its_motion(
        self, world: World, by_consent: bool, rule: str, secrecy: str, by: str
    ) -> None:
        ballot = opened(world)
        with unguarded(Ballot), unguarded(Motion):
            Ballot.objects.update(state="draft", rule=rule, secrecy=secrecy)
            Motion.objects.update(by_consent=by_consent)
        refused(by, "UPDATE councils_ballot SET state = 'open' WHERE id = %s", ballot.pk)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_by_consent_as_moved")
            cursor.execute("UPDATE councils_ballot SET state = 'open' WHERE id = %s", [ballot.pk])

    @pytest.mark.parametrize(
        ("change", "value"),
        [
            ("{outcome}", '"carried"'),
            ("{objections}", "[]"),
            ("{objections,0,reason}", '"I like it."'),
            ("{objections,1}", '{"number": 1, "name": "Delegate1", "reason": "x"}'),
        ],
    )
    def test_a_result_is_what_the_votes_make(self, world: World, change: str, value: str) -> None:
        ballot = opened(world)
        cast(world, ballot, 1, "yes")
        cast(world, ballot, 2, "no", HARM)
        result = closed(ballot)
        with unguarded(Ballot):
            Ballot.objects.update(state="open", closed_at=None, result=None)
        statement = """UPDATE councils_ballot SET state = 'closed', closed_at = %s,
            result = jsonb_set(%s::jsonb, %s, %s::jsonb)"""
        refused("ballot_tells_its_count", statement, LATER, json.dumps(result), change, value)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE councils_ballot DISABLE TRIGGER ballot_tells_its_count")
            cursor.execute(statement, [LATER, json.dumps(result), change, value])
