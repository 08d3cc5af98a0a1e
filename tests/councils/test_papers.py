"""Secret votes: a paper counts once, says what it said, and belongs to nobody."""

import pytest
from django.db import connection

from councils.models import Ballot, Mark, Paper
from councils.selectors.audit import audit
from councils.selectors.rolls import roll_is_unchanged
from councils.services import ballot_close, ballot_open, ballot_void
from councils.votes_written import TRACKER_LENGTH, papers_root, tracker_new
from tests.councils.secret import assembly, entries, put, secret_ballot
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(world: World) -> Ballot:
    return secret_ballot(world)


def close(ballot: Ballot) -> Ballot:
    return ballot_close(ballot=ballot, by=None, now=LATER)


def urns_there() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'urns'")
        return int(cursor.fetchone()[0])


def test_papers_are_counted_published_by_tracker_and_on_the_record(ballot: Ballot) -> None:
    roll = entries(ballot)
    told = {}
    for entry, choice in zip(roll, ["yes"] * 6 + ["no"] * 3 + ["abstain"], strict=False):
        receipt = put(entry, choice)
        told[receipt.tracker] = list(receipt.choice)
    assert (Mark.objects.count(), Paper.objects.count()) == (10, 0), "nothing is published before the close"
    closed = close(ballot)
    assert closed.result["counts"] == {"yes": 6, "no": 3, "abstain": 1}
    assert (closed.result["votes"], closed.result["outcome"]) == (10, "carried")
    published = list(Paper.objects.filter(ballot=ballot).order_by("tracker").values_list("tracker", "choice"))
    assert dict(published) == told
    body = Entry.objects.get(kind="ballot.closed").body
    assert body["papers"] == [list(paper) for paper in sorted(told.items())]
    assert body["result"]["papers_root"] == papers_root(sorted(told.items()))
    assert "votes" not in body
    assert Entry.objects.filter(subject=ballot.subject).count() == 2, "no entry while people voted"
    assert audit() == []


def test_the_opening_freezes_and_makes_an_urn_that_closing_and_voiding_take_away(world: World) -> None:
    before = urns_there()
    council = assembly(world)
    first = secret_ballot(world, council=council)
    second = secret_ballot(world, council=council)
    assert urns_there() == before + 2
    assert roll_is_unchanged(first)
    assert Entry.objects.filter(kind="ballot.opened").first().body["secrecy"] == "secret"
    put(entries(first)[0], "yes")
    put(entries(second)[0], "no")
    ballot_void(ballot=first, reason="Wrong text.", by=world.person("bruno"), now=NOW + DAY)
    assert urns_there() == before + 1
    close(second)
    assert urns_there() == before
    assert Paper.objects.count() == 1
    with pytest.raises(TooLate, match="destroyed unread"):
        put(entries(first)[0], "yes")


def test_a_request_sent_again_is_answered_and_counted_once(ballot: Ballot) -> None:
    entry, tracker = entries(ballot)[0], tracker_new()
    first = put(entry, "yes", tracker=tracker)
    again = put(entry, "yes", tracker=tracker.lower())
    assert (first.is_repeated, again.is_repeated, again.tracker) == (False, True, tracker)
    close(ballot)
    late = put(entry, "yes", tracker=tracker, now=LATER)
    assert late.is_repeated
    assert Paper.objects.count() == 1


def test_a_paper_cannot_be_changed(ballot: Ballot) -> None:
    entry, tracker = entries(ballot)[0], tracker_new()
    put(entry, "yes", tracker=tracker)
    with pytest.raises(Refused, match="cannot be changed any more"):
        put(entry, "no", tracker=tracker)
    with pytest.raises(Refused, match="You have voted"):
        put(entry, "no")
    assert close(ballot).result["counts"]["yes"] == 1


def test_a_tracker_belongs_to_one_paper(ballot: Ballot) -> None:
    one, other, *_ = entries(ballot)
    tracker = put(one, "yes").tracker
    with pytest.raises(Refused, match="tracker is taken"):
        put(other, "yes", tracker=tracker)
    assert not Mark.objects.filter(roll_entry=other).exists()


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ((), "Choose one"),
        (("yes", "no"), "Choose one"),
        (("maybe",), "“maybe” is not on this ballot"),
        (("yes", "yes"), "twice"),
    ],
)
def test_papers_that_say_nothing_or_too_much(ballot: Ballot, choice: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        put(entries(ballot)[0], *choice)
    assert not Mark.objects.exists()


@pytest.mark.parametrize("tracker", ["", "short", "A" * 19 + "1", "A" * 21, "A" * 19 + "é"])
def test_trackers_that_are_none(ballot: Ballot, tracker: str) -> None:
    with pytest.raises(Invalid, match="tracker"):
        put(entries(ballot)[0], "yes", tracker=tracker)


def test_others_rights_and_the_wrong_time(world: World, ballot: Ballot) -> None:
    entry = entries(ballot)[0]
    with pytest.raises(Forbidden):
        put(entry, "yes", by=world.person("noah" if entry.name != "Noah" else "mia"))
    with pytest.raises(TooLate, match="closed"):
        put(entry, "yes", now=LATER)
    with pytest.raises(TooLate, match="not opened"):
        put(entry, "yes", now=NOW - DAY)
    entry.right = "person:nobody"
    with pytest.raises(Invalid, match="no such voting right"):
        put(entry, "yes")


def test_a_secret_vote_is_open_to_its_end_even_when_all_have_voted(world: World, ballot: Ballot) -> None:
    for entry in entries(ballot):
        put(entry, "yes")
    with pytest.raises(TooLate, match="nobody learns before"):
        ballot_close(ballot=ballot, by=world.person("bruno"), now=NOW + DAY)


def test_few_people_and_delegates_cannot_vote_in_secret(world: World) -> None:
    small = assembly(world, 4)
    with pytest.raises(Refused, match="at least 5 people"):
        secret_ballot(world, council=small)
    motion = world.motion()
    with pytest.raises(Refused, match="by name"):
        ballot_open(motion=motion, by=world.person("carla"), now=NOW, secrecy="secret")


def test_weight_becomes_unit_papers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from councils.services import ballots

    original = ballots.roll_of
    monkeypatch.setattr(
        ballots,
        "roll_of",
        lambda *a: [replace(r, weight=3) if not n else r for n, r in enumerate(original(*a))],
    )
    ballot = secret_ballot(world)
    roll = entries(ballot)
    assert ballot.roll_size == len(roll) == 14
    heavy = [entry for entry in roll if "/" in entry.right]
    assert [entry.right.rsplit("/", 1)[1] for entry in heavy] == ["1", "2", "3"]
    assert {entry.weight for entry in roll} == {1}
    for entry in heavy:
        put(entry, "yes")
    assert close(ballot).result["counts"]["yes"] == 3


def test_trackers_are_random() -> None:
    made = {tracker_new() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(tracker) for tracker in made} == {TRACKER_LENGTH}


def test_papers_changed_behind_the_databases_back_are_found(ballot: Ballot) -> None:
    put(entries(ballot)[0], "yes")
    close(ballot)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE councils_paper DISABLE TRIGGER USER")
        cursor.execute("""UPDATE councils_paper SET choice = '["no"]'""")
        cursor.execute("ALTER TABLE councils_paper ENABLE TRIGGER USER")
    assert [finding for finding in audit() if "not the ones that were counted" in finding]
