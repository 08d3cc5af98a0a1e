"""Votes on paper: two persons read the same, each alone, before it counts; it is published and can be repeated."""

from collections import Counter

import pytest

from councils.models import Mark, NamedVote, Paper, PaperCount, PaperReading
from councils.paper_readings import Difference, differences, named_content, secret_content
from councils.selectors.audit import audit
from councils.selectors.paper_counts import count_root, differing
from councils.services import ballot_close, ballot_void, paper_cast, vote_cast
from councils.votes_written import papers_root, tracker_new
from tests.councils.paper import MEMBERS, VOTED, gathered, numbers, read, voted
from tests.councils.world import DAY, World
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
CLOSES = VOTED + 8 * DAY


class TestContent:
    def test_equal_readings_are_equal_whatever_the_order(self) -> None:
        assert named_content({3: "no", 1: "yes"}) == {"votes": [[1, "yes"], [3, "no"]]}
        first = secret_content([2, 1], [(["no"], 1), (["yes"], 2), (["no"], 1)])
        assert first == {"marks": [1, 2], "papers": [[["no"], 2], [["yes"], 2]]}
        assert first == secret_content([1, 2, 2], [(["yes"], 2), (["no"], 2), (["abstain"], 0)])

    def test_differences_name_what_each_says(self) -> None:
        left, right = named_content({1: "yes", 2: "no"}), named_content({1: "yes", 2: "yes", 3: "no"})
        assert differences(left, right) == [
            Difference(2, (), "no", "yes"),
            Difference(3, (), None, "no"),
        ]
        left = secret_content([1, 2], [(["yes"], 2)])
        right = secret_content([1, 3], [(["yes"], 1), (["no"], 1)])
        assert differences(left, right) == [
            Difference(2, (), True, False),
            Difference(3, (), False, True),
            Difference(None, ("no",), 0, 1),
            Difference(None, ("yes",), 2, 1),
        ]


class TestNamed:
    def test_it_counts_once_two_persons_have_read_the_same(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = list(zip(numbers(ballot, "mia", "noah", "olga"), ("yes", "yes", "no"), strict=True))
        count = read(world, ballot, "rita", votes=votes)
        assert count.state == "counting"
        assert not NamedVote.objects.exists()
        count = read(world, ballot, "carl", votes=votes[::-1])
        assert count.state == "counted"
        assert [vote.option.code for vote in NamedVote.objects.order_by("roll_entry__number")] == [
            "yes",
            "yes",
            "no",
        ]
        assert sorted(NamedVote.objects.values_list("receipt", flat=True)) == count.papers
        body = Entry.objects.get(kind="ballot.papers_counted").body
        assert [name for name, _hat in body["readers"]] == ["Rita", "Carl"]
        assert body["root"] == count_root(count)
        assert [name for _number, name in body["votes"]] == [option for _n, option in sorted(votes)]
        closed = ballot_close(ballot=ballot, by=None, now=CLOSES)
        assert closed.result is not None
        assert closed.result["counts"] == {"yes": 2, "no": 1, "abstain": 0}
        listed = Entry.objects.get(kind="ballot.closed").body["paper_counts"]
        assert listed[0]["papers"] == count.papers
        assert audit() == []

    def test_a_witness_from_the_roll_reads_with_the_chair_but_not_with_another_witness(
        self, world: World
    ) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        read(world, ballot, "noah", votes=votes)
        assert read(world, ballot, "olga", votes=votes).state == "counting"
        count = read(world, ballot, "carl", votes=votes)
        assert count.state == "counted"
        assert count.second is not None
        assert (count.second.read_by, count.second.hat) == (world.person("carl"), "coordinator, Works 1")
        assert NamedVote.objects.count() == 1

    def test_one_person_is_not_two(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        read(world, ballot, "rita", votes=votes)
        with pytest.raises(Refused, match="another person"):
            read(world, ballot, "rita", votes=votes)
        assert PaperReading.objects.count() == 1

    def test_the_holder_can_still_change_it_until_the_close(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        for reader in ("rita", "carl"):
            read(world, ballot, reader, votes=votes)
        mia = ballot.roll.get(person=world.person("mia"))
        given = {"ballot": ballot, "right": mia.right, "by": mia.person, "now": VOTED + DAY}
        assert vote_cast(**given, option="no", idempotency_key="own").revision == 2
        ballot_close(ballot=ballot, by=None, now=CLOSES)
        assert audit() == []


class TestDiffering:
    def test_both_readings_stand_side_by_side_and_nothing_counts(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        mia, noah = numbers(ballot, "mia", "noah")
        read(world, ballot, "rita", votes=[(mia, "yes"), (noah, "no")])
        assert (
            differing(PaperCount.objects.get(), world.person("carl")) is None
        )  # who has not read sees nothing
        assert differing(PaperCount.objects.get(), world.person("rita")) is None
        count = read(world, ballot, "carl", votes=[(mia, "yes"), (noah, "yes")])
        assert count.state == "counting"
        for reader, said in (("rita", ("no", "yes")), ("carl", ("yes", "no"))):
            found = differing(count, world.person(reader))
            assert found is not None
            assert [(row.number, row.first, row.second) for row in found[2]] == [(noah, *said)]
        assert differing(count, world.person("olga")) is None
        assert not NamedVote.objects.exists()

    def test_who_reads_again_adds_a_reading_and_the_last_one_holds(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        mia = numbers(ballot, "mia")[0]
        read(world, ballot, "rita", votes=[(mia, "yes")])
        read(world, ballot, "rita", votes=[(mia, "no")])
        assert read(world, ballot, "carl", votes=[(mia, "yes")]).state == "counting"
        assert read(world, ballot, "carl", votes=[(mia, "no")]).state == "counted"
        assert PaperReading.objects.count() == 4
        assert Entry.objects.filter(kind="ballot.papers_read").count() == 4


class TestSecret:
    def test_the_papers_are_published_with_trackers_like_the_others(self, world: World) -> None:
        ballot = voted(world, gathered(world), "secret")
        online = ballot.roll.get(person=world.person("member8"))
        own = tracker_new()
        paper_cast(ballot=ballot, right=online.right, choice=["no"], tracker=own, by=online.person, now=VOTED)
        marks = numbers(ballot, *MEMBERS[:6])
        papers = [(["yes"], 4), (["no"], 1), (["abstain"], 1)]
        read(world, ballot, "rita", marks=marks, papers=papers)
        assert Mark.objects.count() == 1
        count = read(world, ballot, "mia", marks=marks, papers=papers[::-1])
        assert count.state == "counted"
        assert Mark.objects.count() == 7
        body = Entry.objects.get(kind="ballot.papers_counted").body
        assert "votes" not in body  # how many there were is told at the close
        closed = ballot_close(ballot=ballot, by=None, now=CLOSES)
        assert closed.result is not None
        assert closed.result["counts"] == {"yes": 4, "no": 2, "abstain": 1}
        published = dict(Paper.objects.filter(ballot=ballot).values_list("tracker", "choice"))
        assert len(published) == 7
        listed = Entry.objects.get(kind="ballot.closed").body["paper_counts"][0]["papers"]
        assert own not in listed
        # Anybody can hold the box against what is published, and that against what was noted when it was counted.
        assert Counter(published[tracker][0] for tracker in listed) == {"yes": 4, "no": 1, "abstain": 1}
        assert papers_root((tracker, published[tracker]) for tracker in listed) == body["root"]
        assert audit() == []

    def test_who_put_a_paper_in_votes_no_more_in_the_booth(self, world: World) -> None:
        ballot = voted(world, gathered(world), "secret")
        marks = numbers(ballot, *MEMBERS[:5])
        for reader in ("rita", "carl"):
            read(world, ballot, reader, marks=marks, papers=[(["yes"], 5)])
        mia = ballot.roll.get(person=world.person("mia"))
        with pytest.raises(Refused, match="You have voted"):
            paper_cast(
                ballot=ballot, right=mia.right, choice=["no"], tracker=tracker_new(), by=mia.person, now=VOTED
            )

    def test_a_second_box_has_a_number_of_its_own(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        for name in ("mia", "noah"):
            votes = [(numbers(ballot, name)[0], "yes")]
            for reader in ("rita", "carl"):
                count = read(world, ballot, reader, votes=votes)
        assert count.number == 2
        assert NamedVote.objects.count() == 2


class TestRefused:
    def test_people_who_may_not_read(self, world: World) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        for name in ("pia", "delegate2"):
            with pytest.raises(Forbidden, match="registrar or coordinator"):
                read(world, ballot, name, votes=votes)
        world.person("root", is_superuser=True)
        with pytest.raises(Forbidden, match="runs the site"):
            read(world, ballot, "root", votes=votes)

    def test_times_at_which_nothing_is_read(self, world: World) -> None:
        meeting = gathered(world)
        ballot = voted(world, meeting, "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        with pytest.raises(TooLate, match="not opened yet"):
            read(world, ballot, "rita", votes=votes, now=VOTED - DAY)
        with pytest.raises(TooLate, match="closed"):
            read(world, ballot, "rita", votes=votes, now=CLOSES)
        ballot_void(ballot=ballot, reason="Wrong words.", by=world.person("carl"), now=VOTED)
        with pytest.raises(TooLate, match="void"):
            read(world, ballot, "rita", votes=votes)

    def test_without_an_open_meeting(self, world: World) -> None:
        meeting = gathered(world)
        ballot = voted(world, meeting, "named")
        from councils.services import meeting_close

        meeting_close(meeting=meeting, by=world.person("carl"), now=VOTED)
        with pytest.raises(Refused, match="no meeting of Works 1"):
            read(world, ballot, "rita", votes=[(numbers(ballot, "mia")[0], "yes")])

    @pytest.mark.parametrize("reader", ["rita", "carl"])
    def test_who_voted_already_is_named_at_the_first_and_at_the_second_reading(
        self, world: World, reader: str
    ) -> None:
        ballot = voted(world, gathered(world), "named")
        votes = [(number, "yes") for number in numbers(ballot, "mia", "noah")]
        if reader == "carl":
            read(world, ballot, "rita", votes=votes)
        mia = ballot.roll.get(person=world.person("mia"))
        vote_cast(ballot=ballot, right=mia.right, option="no", by=mia.person, idempotency_key="k", now=VOTED)
        with pytest.raises(Refused, match="Mia voted already") as refusal:
            read(world, ballot, reader, votes=votes)
        assert refusal.value.fields == {"votes": "Voted already: Mia."}
        assert NamedVote.objects.get().option.code == "no"
        assert not PaperCount.objects.filter(state="counted").exists()

    def test_who_voted_in_the_booth_is_named(self, world: World) -> None:
        ballot = voted(world, gathered(world), "secret")
        mia = ballot.roll.get(person=world.person("mia"))
        paper_cast(
            ballot=ballot, right=mia.right, choice=["no"], tracker=tracker_new(), by=mia.person, now=VOTED
        )
        with pytest.raises(Refused, match="Mia voted already"):
            read(world, ballot, "rita", marks=numbers(ballot, *MEMBERS[:5]), papers=[(["yes"], 5)])

    def test_more_papers_than_people_and_fewer(self, world: World) -> None:
        ballot = voted(world, gathered(world), "secret")
        marks = numbers(ballot, *MEMBERS[:5])
        with pytest.raises(Invalid, match=r"6 papers were read, 5 people are marked\. There are more papers"):
            read(world, ballot, "rita", marks=marks, papers=[(["yes"], 6)])
        with pytest.raises(Invalid, match=r"4 papers were read, 5 people are marked\. Unmark"):
            read(world, ballot, "rita", marks=marks, papers=[(["yes"], 4)])
        with pytest.raises(Invalid, match="fewer than no papers"):
            read(world, ballot, "rita", marks=marks, papers=[(["yes"], 6), (["no"], -1)])

    def test_too_few_papers_to_hide(self, world: World) -> None:
        ballot = voted(world, gathered(world), "secret")
        with pytest.raises(Refused, match="at least 5 papers; here are 4"):
            read(world, ballot, "rita", marks=numbers(ballot, *MEMBERS[:4]), papers=[(["yes"], 4)])

    def test_what_the_roll_or_the_vote_does_not_have(self, world: World) -> None:
        meeting = gathered(world, "mia", "noah")
        ballot = voted(world, meeting, "named")
        mia, olga = numbers(ballot, "mia", "olga")
        for votes, why in (
            ([], "at least one paper"),
            ([(mia, "perhaps")], "“perhaps” is not an answer"),
            ([(mia, "yes"), (mia, "no")], f"Number {mia} of the roll stands here twice"),
            ([(99, "yes")], "no number 99"),
            ([(olga, "yes")], "Olga is not noted as present"),
        ):
            with pytest.raises(Invalid, match=why):
                read(world, ballot, "rita", votes=votes)
        secret = voted(world, meeting, "secret", title="Another")
        with pytest.raises(Invalid, match="“perhaps” is not on this ballot"):
            read(world, secret, "rita", marks=[mia], papers=[(["perhaps"], 1)])
        assert not PaperReading.objects.exists()

    def test_a_box_that_was_read_once_in_an_earlier_meeting(self, world: World) -> None:
        from councils.services import meeting_call, meeting_close

        meeting = gathered(world)
        ballot = voted(world, meeting, "named")
        votes = [(numbers(ballot, "mia")[0], "yes")]
        read(world, ballot, "rita", votes=votes)
        carl = world.person("carl")
        meeting_close(meeting=meeting, by=carl, now=VOTED)
        again = meeting_call(
            council=meeting.council, place="Hall", starts_at=VOTED + 6 * DAY, by=carl, now=VOTED
        )
        later = {"now": VOTED + 6 * DAY}
        from councils.services import attend, meeting_open

        meeting_open(meeting=again, by=carl, **later)
        attend(meeting=again, hat="member", status="present", by=world.person("mia"), **later)
        with pytest.raises(Refused, match="meeting 1 were read once only"):
            read(world, ballot, "carl", votes=votes, **later)
