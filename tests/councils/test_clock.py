"""Moments are held to the database's own clock, unless its owner says that it simulates time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from config.middleware.refusals import RefusalMiddleware
from councils.clock import time_is_simulated, time_simulate
from councils.models import Ballot, Motion
from councils.services import (
    ballot_close,
    ballot_open,
    ballot_void,
    ballots_close_due,
    election_call,
    elections_open_due,
    initiative_start,
    nomination_stand,
    paper_cast,
    petition_sign,
    vote_cast,
)
from councils.tasks import close_due
from councils.votes_written import tracker_new
from planning.api.problems import problem_handler
from tests.councils.secret import assembly, entries, secret_ballot
from tests.councils.world import DAY, UNTIL, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MOMENTS = [timedelta(days=-1), -2 * MINUTE, 2 * MINUTE, timedelta(days=8)]


@pytest.fixture
def strict(world: World) -> Iterator[World]:
    """A federation whose database does not simulate time, as in production."""
    time_simulate(simulated=False)
    yield world
    time_simulate()


def refused(do: Any, **options: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        do(**options)
    diagnosis = getattr(error.value.__cause__, "diag", None)
    assert diagnosis is not None
    assert diagnosis.constraint_name == "moment_is_now", error.value


def opened(world: World, ago: timedelta = timedelta(0), **options: Any) -> Ballot:
    """Open a named vote of the metal council as the application did so long ago."""
    time_simulate()
    now = timezone.now() - ago
    ballot = ballot_open(motion=world.motion(now=now), by=world.person("carla"), now=now, **options)
    time_simulate(simulated=False)
    return ballot


def cast(world: World, ballot: Ballot, number: int, now: datetime, option: str = "yes") -> None:
    vote_cast(
        ballot=ballot,
        right=world.seat(number).right,
        option=option,
        by=world.person(f"delegate{number}"),
        idempotency_key=f"{number}{option}",
        now=now,
    )


def test_a_database_does_not_simulate_time_until_its_owner_says_so(strict: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns WHERE table_name = 'councils_clock'"
            " AND column_name = 'simulated'"
        )
        assert cursor.fetchone() == ("false",)
        cursor.execute("DELETE FROM councils_clock")
    refused(ballot_open, motion=strict.motion(), by=strict.person("carla"), now=timezone.now() - DAY)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO councils_clock DEFAULT VALUES")
    assert not time_is_simulated()


@pytest.mark.parametrize("off", MOMENTS)
def test_nothing_opens_or_is_void_at_another_moment(strict: World, off: timedelta) -> None:
    carla, motion = strict.person("carla"), strict.motion(now=timezone.now())
    refused(ballot_open, motion=motion, by=carla, now=timezone.now() + off)
    ballot = ballot_open(motion=motion, by=carla, now=timezone.now())
    refused(ballot_void, ballot=ballot, reason="Wrong words.", by=carla, now=timezone.now() + off)
    assert ballot_void(ballot=ballot, reason="Wrong words.", by=carla, now=timezone.now()).state == "void"


@pytest.mark.parametrize("off", [-2 * MINUTE, 2 * MINUTE, timedelta(days=2)])
def test_no_vote_is_dated_into_the_past_or_the_future(strict: World, off: timedelta) -> None:
    ballot = opened(strict, ago=DAY)
    refused(cast, world=strict, ballot=ballot, number=1, now=timezone.now() + off)
    cast(strict, ballot, 1, timezone.now())
    refused(cast, world=strict, ballot=ballot, number=1, now=timezone.now() + off, option="no")
    assert ballot.roll.filter(vote__option__code="yes").count() == 1


def test_who_votes_while_clocks_differ_is_told_so(strict: World, rf: RequestFactory) -> None:
    """Page and interface answer what the database refused with a sentence; nothing was recorded."""
    ballot = opened(strict)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        cast(strict, ballot, 1, timezone.now() + 2 * MINUTE)
    request = rf.get("/")
    request.user, request.session = AnonymousUser(), {}
    page = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error.value)
    answer = problem_handler(error.value, {})
    assert page is not None
    assert answer is not None
    assert (page.status_code, answer.status_code, answer.data["code"]) == (503, 503, "clocks-differ")
    assert "clocks of this site" in page.content.decode()
    assert "clocks of this site" in answer.data["detail"]
    assert problem_handler(ValueError("not mine"), {}) is None


@pytest.mark.parametrize("off", [-2 * MINUTE, 2 * MINUTE, timedelta(days=2)])
def test_no_paper_is_dated_into_the_past_or_the_future(strict: World, off: timedelta) -> None:
    time_simulate()
    ballot = secret_ballot(strict, now=timezone.now() - DAY)
    time_simulate(simulated=False)
    entry, other = entries(ballot)[:2]
    given = {"ballot": ballot, "choice": ["yes"], "tracker": tracker_new()}
    refused(paper_cast, **given, right=entry.right, by=entry.person, now=timezone.now() + off)
    paper_cast(**given, right=other.right, by=other.person, now=timezone.now())


@pytest.mark.parametrize("secrecy", ["named", "secret"])
def test_a_date_in_the_future_closes_no_vote_early(strict: World, secrecy: str) -> None:
    council = assembly(strict)
    motion = strict.motion(council=council, by=strict.person("mia"), now=timezone.now())
    ballot = ballot_open(motion=motion, by=strict.person("bruno"), secrecy=secrecy, now=timezone.now())
    refused(ballot_close, ballot=ballot, by=None, now=ballot.closes_at)
    refused(ballots_close_due, now=ballot.closes_at + DAY)
    time_simulate()  # the control: without the database's clock it is closed a week early
    assert ballot_close(ballot=ballot, by=None, now=ballot.closes_at).state == "closed"


def test_what_is_due_is_closed_now_and_not_when_it_was_due(strict: World) -> None:
    ballot = opened(strict, ago=8 * DAY)
    refused(ballot_close, ballot=ballot, by=None, now=ballot.closes_at)
    assert close_due() == 1
    ballot.refresh_from_db()
    assert ballot.closed_at is not None
    assert abs(ballot.closed_at - timezone.now()) < MINUTE
    assert Motion.objects.get().decided_at == ballot.closed_at


def test_several_due_votes_and_elections_each_have_a_moment_of_their_own(strict: World) -> None:
    time_simulate()
    long_ago, council = timezone.now() - 40 * DAY, assembly(strict)
    for title in ("One", "Two"):
        election = election_call(
            council=council,
            title=title,
            role="coordinator",
            rule="approval",
            places=1,
            nominations_until=long_ago + 30 * DAY,
            term_from=UNTIL,
            by=strict.person("bruno"),
            now=long_ago,
        )
        nomination_stand(election=election, statement="Here.", by=strict.person("mia"), now=long_ago)
    for title in ("Three", "Four"):
        motion = strict.motion(title=title, now=long_ago)
        ballot_open(motion=motion, by=strict.person("carla"), now=long_ago)
    time_simulate(simulated=False)
    assert close_due() == 2
    assert Ballot.objects.filter(state="open").count() == 2
    moments = list(Ballot.objects.filter(state="closed").values_list("closed_at", flat=True))
    assert len(set(moments)) == 2
    assert elections_open_due(now=timezone.now()) == []


def test_no_motion_is_decided_and_no_petition_signed_at_another_moment(strict: World) -> None:
    motion = strict.motion(now=timezone.now())
    with pytest.raises(DatabaseError, match="database's clock"), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(state="withdrawn", decided_at=timezone.now() - DAY)
    council = assembly(strict)
    petition = initiative_start(
        council=council, title="Doors", text="Open.", by=strict.person("mia"), now=timezone.now()
    )
    refused(petition_sign, petition=petition, by=strict.person("noah"), now=timezone.now() + 2 * MINUTE)
    petition_sign(petition=petition, by=strict.person("noah"), now=timezone.now())
