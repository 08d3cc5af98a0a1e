"""A first vote is cast in one statement; whatever is unusual goes the long way, with the same result."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot, NamedVote, VoteVersion
from councils.selectors.audit import audit
from councils.services import Receipt, ballot_close, ballot_open, ballot_void, named_vote_cast, vote_cast
from councils.services.first_votes import first_vote
from councils.votes_written import receipt_code
from tests.councils.secret import entries, secret_ballot
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Person
from workplaces.record import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open ballot of the metal council."""
    return ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)


def asked_for(world: World, number: int = 1, **options: Any) -> dict[str, Any]:
    """What a delegate sends."""
    given = {"option": "yes", "idempotency_key": f"key{number}", "now": NOW + DAY}
    given |= {"right": world.seat(number).right, "by": world.person(f"delegate{number}")}
    return {**given, **options}


def first(world: World, ballot: Ballot, number: int = 1, **options: Any) -> Receipt | None:
    return first_vote(ballot=ballot.public_id, **asked_for(world, number, **options))


def cast(world: World, ballot: Ballot, number: int = 1, **options: Any) -> Receipt:
    return named_vote_cast(ballot=ballot.public_id, **asked_for(world, number, **options))


def written(number: int) -> list[dict[str, Any]]:
    """What both tables hold of a right, but for who, and the receipt, which names the right."""
    return [
        {name: value for name, value in row.items() if name not in {"id", "roll_entry_id"}}
        for model in (NamedVote, VoteVersion)
        for row in model.objects.filter(roll_entry__number=number).values()
    ]


def test_it_writes_and_answers_what_the_long_way_does(world: World, ballot: Ballot) -> None:
    sent = asked_for(world, option="no")
    with transaction.atomic():
        long, rows = vote_cast(ballot=ballot, **sent), written(1)
        transaction.set_rollback(True)
    assert not NamedVote.objects.exists()
    assert first_vote(ballot=ballot.public_id, **sent) == long
    assert written(1) == rows
    assert len(rows) == 2
    vote = NamedVote.objects.get()
    assert vote.receipt == receipt_code(ballot, vote.roll_entry, "no", 1, "key1", NOW + DAY)


def test_it_is_one_statement(world: World, ballot: Ballot) -> None:
    sent = asked_for(world)
    with CaptureQueriesContext(connection) as asked:
        assert first_vote(ballot=ballot.public_id, **sent)
    assert len(asked) == 1


def test_it_counts(world: World, ballot: Ballot) -> None:
    receipts = [
        first(world, ballot, number, option=option) for number, option in ((1, "yes"), (2, "yes"), (3, "no"))
    ]
    result = ballot_close(ballot=ballot, by=None, now=LATER).result
    assert result["counts"] == {"yes": 2, "no": 1, "abstain": 0}
    for receipt in receipts:
        assert receipt is not None
        entry = selectors.entry_with_receipt(receipt.code)
        assert entry is not None
        assert entry.kind == "ballot.closed"
    assert audit() == []


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"right": "seat:nothing"}, Invalid),
        ({"right": "\0"}, Invalid),
        ({"option": "perhaps"}, Invalid),
        ({"option": ""}, Invalid),
        ({"option": "yes\0"}, Invalid),
        ({"idempotency_key": ""}, Invalid),
        ({"idempotency_key": "k" * 65}, Invalid),
        ({"idempotency_key": "é"}, Invalid),
        ({"now": NOW - DAY}, TooLate),
        ({"now": LATER}, TooLate),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_cast(
    world: World, ballot: Ballot, sent: dict[str, Any], problem: type[Refused]
) -> None:
    plain = {
        name: value.replace("\0", "?") if isinstance(value, str) else value for name, value in sent.items()
    }
    assert first(world, ballot, **plain) is None
    with pytest.raises(problem):
        cast(world, ballot, **sent)
    assert not NamedVote.objects.exists()


def test_nobody_votes_for_somebody_else(world: World, ballot: Ballot) -> None:
    other = world.person("delegate2")
    assert first(world, ballot, by=other) is None
    with pytest.raises(Forbidden, match="Delegate1's to cast"):
        cast(world, ballot, by=other)


@pytest.mark.parametrize("flag", [{"is_superuser": True}, {"is_active": False}])
def test_who_runs_the_site_or_is_deactivated_never_votes(
    world: World, ballot: Ballot, flag: dict[str, bool]
) -> None:
    Person.objects.filter(username="delegate1").update(**flag)
    person = Person.objects.get(username="delegate1")
    assert first(world, ballot, by=person) is None
    with pytest.raises(Forbidden):
        cast(world, ballot, by=person)


def test_the_database_refuses_a_superuser_whom_nobody_looked_at(world: World, ballot: Ballot) -> None:
    person = world.person("delegate1")
    Person.objects.filter(pk=person.pk).update(is_superuser=True)
    with pytest.raises(DatabaseError, match="somebody else's"), transaction.atomic():
        first(world, ballot, by=person)
    assert not NamedVote.objects.exists()


def test_closed_and_void_ballots_take_nothing(world: World, ballot: Ballot) -> None:
    ballot_void(ballot=ballot, reason="The text was wrong.", by=world.person("carla"), now=NOW)
    assert first(world, ballot) is None
    with pytest.raises(TooLate):
        cast(world, ballot)


def test_a_secret_ballot_takes_no_named_vote(world: World) -> None:
    secret = secret_ballot(world)
    entry = entries(secret)[0]
    sent = {"right": entry.right, "by": entry.person}
    assert first(world, secret, **sent) is None
    with pytest.raises(Refused, match="in the booth"):
        cast(world, secret, **sent)


def test_a_change_and_a_request_sent_again(world: World, ballot: Ballot) -> None:
    yes = cast(world, ballot)
    again = cast(world, ballot, now=NOW + 2 * DAY)
    assert (again.code, again.is_repeated, again.cast_at) == (yes.code, True, yes.cast_at)
    no = cast(world, ballot, option="no", idempotency_key="other")
    assert (no.revision, NamedVote.objects.get().receipt) == (2, no.code)
    with pytest.raises(Refused, match="already used"):
        cast(world, ballot, option="no")
    ballot_close(ballot=ballot, by=None, now=LATER)
    assert cast(world, ballot, now=LATER).code == yes.code


def test_where_the_charter_binds_the_instruction_is_looked_up(world: World, ballot: Ballot) -> None:
    with unguarded(Ballot):
        Ballot.objects.update(params={**ballot.params, "instructions": "refused"})
    assert first(world, ballot) is None
    assert cast(world, ballot).revision == 1


def test_no_such_ballot(world: World, ballot: Ballot) -> None:
    with pytest.raises(Ballot.DoesNotExist):
        named_vote_cast(ballot=world.scenario.public_id, **asked_for(world))


def test_the_page_takes_it_and_leads_to_the_receipt(
    world: World, ballot: Ballot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + DAY)
    client = Client()
    client.force_login(world.person("delegate1"))
    form = {"right": world.seat(1).right, "option": "yes", "idempotency_key": "k"}
    answer = client.post(reverse("councils:vote", args=[ballot.public_id]), form)
    assert (
        answer["Location"] == f"{reverse('councils:receipt')}?code={NamedVote.objects.get().receipt}&cast=1"
    )
    assert client.get(answer["Location"]).status_code == 200
    nowhere = reverse("councils:vote", args=[world.scenario.public_id])
    assert client.post(nowhere, form).status_code == 404
