"""What PostgreSQL refuses in votes on paper, whoever writes and by whatever means: each test goes behind Python's back."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from councils.models import Ballot, PaperCount, PaperReading
from councils.selectors.audit import audit
from councils.services import ballot_close, meeting_close, vote_cast
from councils.votes_written import tracker_new
from tests.councils.paper import MEMBERS, VOTED, gathered, numbers, read, voted
from tests.councils.test_guards import refused
from tests.councils.test_paper_guards import CAST
from tests.councils.world import DAY, World
from tests.unguarded import unguarded
from workplaces.models import Person

pytestmark = pytest.mark.django_db
COUNTED = "UPDATE councils_papercount SET state = 'counted', counted_at = %s, first_id = %s, second_id = %s, papers = %s"
READING = "INSERT INTO councils_paperreading (count_id, read_by_id, hat, content, read_at) VALUES (%s, %s, 'x', %s, %s)"


@pytest.fixture
def ballot(world: World) -> Ballot:
    """A named vote whose box, with one paper of Mia's, Rita has read."""
    found = voted(world, gathered(world), "named")
    read(world, found, "rita", votes=[(numbers(found, "mia")[0], "yes")])
    return found


def again(world: World, by: str, **changes: Any) -> PaperReading:
    """Write a reading like the first one behind the services' back."""
    first = PaperReading.objects.earliest("pk")
    given = {
        "count": first.count,
        "read_by": world.person(by),
        "hat": "x",
        "content": first.content,
        "read_at": VOTED,
    }
    return PaperReading.objects.create(**{**given, **changes})


def cast(world: World, ballot: Ballot, option: str = "yes", key: str = "") -> str:
    mia = ballot.roll.get(person=world.person("mia"))
    count = PaperCount.objects.get()
    return vote_cast(
        ballot=ballot, right=mia.right, option=option, by=mia.person, idempotency_key=key or count.key, now=VOTED
    ).code  # fmt: skip


def counting(first: PaperReading, second: PaperReading, *papers: str) -> list[Any]:
    return [VOTED, first.pk, second.pk, json.dumps(papers)]


def test_a_proper_count_is_taken_so_the_refusals_below_mean_something(world: World, ballot: Ballot) -> None:
    first, second = PaperReading.objects.get(), again(world, "carl")
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, counting(first, second, cast(world, ballot)))
    assert PaperCount.objects.get().state == "counted"


@pytest.mark.parametrize("other", ["rita", "noah of two witnesses", "differs", "later"])
def test_it_takes_two_persons_who_last_read_the_same(world: World, ballot: Ballot, other: str) -> None:
    first = PaperReading.objects.get()
    if other == "rita":
        second = again(world, "rita")
    elif other == "differs":
        second = again(world, "carl", content={"votes": [[1, "no"]]})
    elif other == "later":
        second = again(world, "carl")
        again(world, "rita", content={"votes": [[1, "no"]]})
    else:
        first, second = again(world, "olga"), again(world, "noah")
    refused("papercount_read_alike_by_two", COUNTED, *counting(first, second, cast(world, ballot)))


@pytest.mark.parametrize("wrong", ["nothing", "another answer", "another key", "another receipt", "absent"])
def test_what_was_cast_is_what_was_read(world: World, ballot: Ballot, wrong: str) -> None:
    first, second, papers = PaperReading.objects.get(), again(world, "carl"), ["x"]
    if wrong == "another answer":
        papers = [cast(world, ballot, "no")]
    elif wrong == "another key":
        papers = [cast(world, ballot, key="own")]
    elif wrong == "another receipt":
        cast(world, ballot)
    elif wrong == "absent":
        papers = [cast(world, ballot)]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE councils_attendance SET status = 'apologies'")
    refused("papercount_counts_what_was_read", COUNTED, *counting(first, second, *papers))


@pytest.mark.parametrize("wrong", ["nothing", "another paper", "no mark", "a paper too many"])
def test_secret_papers_too(world: World, wrong: str) -> None:
    ballot = voted(world, gathered(world), "secret")
    marks = numbers(ballot, *MEMBERS[:5])
    read(world, ballot, "rita", marks=marks, papers=[(["yes"], 5)])
    first, second = PaperReading.objects.get(), again(world, "carl")
    cast_by = {"nothing": 0, "no mark": 4, "a paper too many": 6}.get(wrong, 5)
    trackers = [tracker_new() for _ in range(cast_by)]
    entries = list(ballot.roll.filter(person__username__in=MEMBERS[: max(cast_by, 5)]).order_by("number"))
    with connection.cursor() as cursor:
        for number, (entry, tracker) in enumerate(zip(entries, trackers, strict=False)):
            choice = ["no"] if wrong == "another paper" and number == 0 else ["yes"]
            cursor.execute(CAST, [entry.pk, tracker, json.dumps(choice), entry.person_id, VOTED])
    trackers += [tracker_new()] if wrong == "no mark" else []
    refused("papercount_counts_what_was_read", COUNTED, *counting(first, second, *trackers))


def test_readings_and_counts_stay(world: World, ballot: Ballot) -> None:
    for change in (
        "UPDATE councils_paperreading SET content = '{}'",
        "DELETE FROM councils_paperreading",
        "DELETE FROM councils_papercount",
    ):
        refused("councils_history_stays", change)
    refused("papercount_stays", "UPDATE councils_papercount SET number = 7")
    read(world, ballot, "carl", votes=[(numbers(ballot, "mia")[0], "yes")])
    refused("papercount_stays", "UPDATE councils_papercount SET state = 'counting', papers = '[]'")
    refused(
        "paperreading_while_open_only",
        READING,
        PaperCount.objects.get().pk,
        world.person("carl").pk,
        "{}",
        VOTED,
    )


def test_only_staff_and_witnesses_read_and_never_who_runs_the_site(world: World, ballot: Ballot) -> None:
    count = PaperCount.objects.get()
    for name in ("pia", "delegate1"):
        refused("paperreading_by_staff_or_witness", READING, count.pk, world.person(name).pk, "{}", VOTED)
    Person.objects.filter(username="carl").update(is_superuser=True)
    refused("paperreading_by_staff_or_witness", READING, count.pk, world.person("carl").pk, "{}", VOTED)


def test_nothing_is_read_before_the_opening_or_after_the_close(world: World, ballot: Ballot) -> None:
    count, carl = PaperCount.objects.get(), world.person("carl")
    for moment in (VOTED - DAY, VOTED + 8 * DAY):
        refused("paperreading_while_open_only", READING, count.pk, carl.pk, "{}", moment)
    ballot_close(ballot=ballot, by=None, now=VOTED + 8 * DAY)
    refused("paperreading_while_open_only", READING, count.pk, carl.pk, "{}", VOTED)


def test_papers_are_counted_in_an_open_meeting_of_that_council(world: World) -> None:
    meeting = gathered(world)
    ballot = voted(world, meeting, "named")
    foreign = world.motion()
    from councils.services import ballot_open

    elsewhere = ballot_open(motion=foreign, by=world.person("bruno"), now=VOTED)

    def begun(**changes: Any) -> None:
        given = {"ballot": ballot, "meeting": meeting, "number": 1, "begun_at": VOTED}
        with transaction.atomic():
            PaperCount.objects.create(**{**given, **changes})

    for changes in ({"ballot": elsewhere}, {"papers": ["x"]}):
        with pytest.raises(DatabaseError, match="open meeting"):
            begun(**changes)
    begun()
    with pytest.raises(DatabaseError, match="papercount_one_at_a_time"):
        begun(number=2)
    meeting_close(meeting=meeting, by=world.person("carl"), now=VOTED)
    other = voted(world, meeting, "named", title="Another")
    with pytest.raises(DatabaseError, match="open meeting"):
        begun(ballot=other)


def test_the_audit_finds_a_box_that_is_not_what_was_counted(world: World, ballot: Ballot) -> None:
    read(world, ballot, "carl", votes=[(numbers(ballot, "mia")[0], "yes")])
    assert audit() == []
    with unguarded(PaperCount):
        PaperCount.objects.update(papers=["X" * 32])
    assert [finding for finding in audit() if "Box 1 of papers" in finding]
