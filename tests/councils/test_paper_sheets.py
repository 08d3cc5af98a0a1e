"""Papers with options: each is entered by its number, by two persons, counts once they agree, and can be counted again."""

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from councils.models import Ballot, NamedVote, Paper, PaperCount, PaperReading
from councils.paper_readings import Difference, differences, sheets_content
from councils.paper_sheets import INVALID, PaperRead, papers_checked, papers_typed
from councils.selectors.audit import audit
from councils.services import ballot_close, ballot_open
from councils.votes_written import tracker_new
from tests.councils.choosing.asked import CHOICES, QUESTIONS, motion_on
from tests.councils.choosing.test_verifier import exported, rechained
from tests.councils.paper import MEMBERS, VOTED, gathered, numbers, read
from tests.councils.test_guards import refused
from tests.councils.test_paper_count_guards import COUNTED, READING
from tests.councils.test_paper_guards import CAST
from tests.councils.world import DAY, World
from workplaces.errors import Invalid
from workplaces.models import Entry
from workplaces.record import verify

CLOSES = VOTED + 8 * DAY
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))
LABELS = {"o1": "Lathe", "o2": "Roof", "o3": "Kitchen", "o4": "Garden"}
PARAMS: dict[str, dict[str, Any]] = {
    "approval": {},
    "schulze": {},
    "score": {"most": 5, "total": 8},
    "median": {"least": "20", "most": "48"},
    "independent_markets": {"whole": 100, "least": {"o1": 10}},
}


def asking(world: World, kind: str, secrecy: str) -> Ballot:
    """Open a vote of the assembly on the question of that kind during its meeting."""
    meeting = gathered(world)
    motion = motion_on(world, kind, council=meeting.council, by=world.person("mia"), now=VOTED)
    return ballot_open(motion=motion, by=world.person("carl"), secrecy=secrecy, now=VOTED)


def sheets(choices: Sequence[Any], at: Sequence[int] = ()) -> list[PaperRead]:
    """Return papers that say this, numbered from 1 or as given; text is why one is invalid."""
    return [
        PaperRead(number, None, said) if isinstance(said, str) else PaperRead(number, said)
        for number, said in zip(at or range(1, len(choices) + 1), choices, strict=True)
    ]


class TestLines:
    @pytest.mark.parametrize(
        ("rule", "line", "said"),
        [
            ("approval", "17; 3 1", ["o1", "o3"]),
            ("approval", "17;3,1", ["o1", "o3"]),
            ("approval", "17\t2", ["o2"]),
            ("approval", "17;", []),
            ("schulze", "17; 3 1", ["o3", "o1"]),
            ("schulze", "17; 3=1 1 = 2", ["o3", "o1"]),
            ("score", "17; 1=5 3=0 2=3", {"o1": 5, "o2": 3}),
            ("score", "17;;", {}),
            ("median", "17; 35,5", {"number": "35.5"}),
            ("median", "17;", {}),
            ("independent_markets", "17; 1=40 2=60", {"o1": 40, "o2": 60}),
        ],
    )
    def test_what_a_line_says(self, rule: str, line: str, said: Any) -> None:
        assert papers_typed(f"\n{line}\n", rule, PARAMS[rule], LABELS) == [PaperRead(17, said)]

    @pytest.mark.parametrize(
        ("rule", "line", "why"),
        [
            ("approval", "17; 5", "There is no option 5; they go from 1 to 4."),
            ("approval", "17; 1 1", "An option stands on your paper twice"),
            ("approval", "17; roof", "“roof” is no number of an option."),
            ("approval", "seventeen; 1", "does not begin with the paper's number"),
            ("approval", "17", "does not begin with the paper's number"),
            ("approval", "0; 1", "A paper has a number from 1 on."),
            ("approval", "17; !", "because of what it is invalid"),
            ("approval", "17; ! " + "x" * 201, "in up to 200 characters"),
            ("schulze", "17; 1=1 2=3", "There is a rank 3 but no rank 2."),
            ("schulze", "17; 1=1 2=1", "Rank 1 stands there twice."),
            ("schulze", "17; 1=1 1=2", "Option 1 stands there twice."),
            ("score", "17; 1=5 2=5", "You gave 10 points and have 8 in all: take 2 away."),
            ("score", "17; 1=6", "“Lathe” has 6 points; the most is 5."),
            ("score", "17; 1", "“1” is not an option's number, “=” and a whole number"),
            ("median", "17; 50", "50 is not between 20 and 48."),
            ("median", "17; many", "“many” is no number with at most six decimals."),
            (
                "independent_markets",
                "17; 1=40 2=50",
                "Your shares come to 90 of 100; 10 are still to be given.",
            ),
            ("independent_markets", "17; 1=5 2=95", "by law it has at least 10"),
        ],
    )
    def test_what_is_refused_is_named_by_its_line(self, rule: str, line: str, why: str) -> None:
        with pytest.raises(Invalid, match="nothing was entered") as refusal:
            papers_typed(f"1;\n\n{line}", rule, PARAMS[rule], LABELS)
        assert list(refusal.value.fields) == ["lines/3"]
        assert why in refusal.value.fields["lines/3"]

    def test_every_fault_is_named_and_a_paper_stands_there_once(self) -> None:
        with pytest.raises(Invalid, match="3 papers cannot be taken") as refusal:
            papers_typed("1; 9\n2; 1\n2; 1\nx", "approval", {}, LABELS)
        assert list(refusal.value.fields) == ["lines/1", "lines/3", "lines/4"]
        assert refusal.value.fields["lines/3"] == "Paper 2 stands there twice; a paper is entered once."

    def test_by_program_a_paper_says_something_or_is_invalid(self) -> None:
        wrong = [PaperRead(1, ["o9"]), PaperRead(2), PaperRead(3, ["o1"], "torn"), PaperRead(4, ["o1"])]
        with pytest.raises(Invalid) as refusal:
            papers_checked(wrong, "approval", {}, LABELS)
        assert list(refusal.value.fields) == ["sheets/0", "sheets/1", "sheets/2"]
        kept = papers_checked(
            [PaperRead(2, None, " torn  up "), PaperRead(1, ["o2", "o1"])], "approval", {}, LABELS
        )
        assert kept == [PaperRead(1, ["o1", "o2"]), PaperRead(2, None, "torn up")]

    def test_too_much_at_once(self) -> None:
        with pytest.raises(Invalid, match="at most 1000000"):
            papers_typed("1; 1\n" * 200_001, "approval", {}, LABELS)

    def test_differences_are_paper_by_paper(self) -> None:
        mine = sheets_content([PaperRead(1, ["o1"]), PaperRead(2, None, "torn")], [4, 5])
        other = sheets_content([PaperRead(1, ["o2"]), PaperRead(2, []), PaperRead(3, ["o1"])], [5])
        assert differences(mine, other) == [
            Difference(4, (), True, False),
            Difference(None, (), ["o1"], ["o2"], 1),
            Difference(None, (), INVALID, [], 2),
            Difference(None, (), None, ["o1"], 3),
        ]


@pytest.mark.django_db
class TestCounting:
    @KINDS
    def test_by_name(self, world: World, kind: str) -> None:
        ballot = asking(world, kind, "named")
        rights = numbers(ballot, *MEMBERS[:6])
        papers = sheets([*CHOICES[kind], "torn"], rights)
        assert read(world, ballot, "rita", sheets=papers).state == "counting"
        assert not NamedVote.objects.exists()
        other = [*papers[:-1], PaperRead(rights[5], None, "cannot be read")]
        assert read(world, ballot, "carl", sheets=other[::-1]).state == "counted"
        votes = dict(NamedVote.objects.values_list("roll_entry__number", "choice"))
        assert [votes[number] for number in rights[:5]] == list(CHOICES[kind])
        assert votes[rights[5]] == CHOICES[kind][-1]  # blank
        body = Entry.objects.get(kind="ballot.papers_counted").body
        assert body["invalid"] == [[rights[5], "torn", "cannot be read"]]
        assert dict(body["votes"])[rights[5]] == "invalid"
        result = ballot_close(ballot=ballot, by=None, now=CLOSES).result
        assert result is not None
        assert (result["cast"], result["blank"]) == (6, 2)
        assert audit() == []
        assert verify.verify(io.StringIO(exported()))[0] > 0

    @KINDS
    def test_in_secret(self, world: World, kind: str) -> None:
        ballot = asking(world, kind, "secret")
        marks = numbers(ballot, *MEMBERS[:6])
        papers = sheets([*CHOICES[kind], "two crosses"], [11, 12, 13, 14, 15, 16])
        for reader in ("rita", "mia"):
            count = read(world, ballot, reader, marks=marks, sheets=papers)
        assert count.state == "counted"
        noted = Entry.objects.get(kind="ballot.papers_counted").body
        assert {"votes", "invalid"} & set(noted) == set()  # told at the close
        ballot_close(ballot=ballot, by=None, now=CLOSES)
        published = dict(Paper.objects.filter(ballot=ballot).values_list("tracker", "choice"))
        listed = Entry.objects.get(kind="ballot.closed").body["paper_counts"][0]
        # Paper 11 in the box is held against the first tracker, and so on.
        assert listed["numbers"] == [11, 12, 13, 14, 15, 16]
        assert [published[tracker] for tracker in listed["papers"]] == [*CHOICES[kind], CHOICES[kind][-1]]
        assert listed["invalid"] == [[16, "two crosses", "two crosses"]]
        assert audit() == []
        assert verify.verify(io.StringIO(exported()))[0] > 0

    def test_where_two_differ_both_stand_side_by_side_until_they_read_alike(self, world: World) -> None:
        ballot = asking(world, "score", "secret")
        marks = numbers(ballot, *MEMBERS[:5])
        first = sheets([{"o1": 5}, {"o1": 4}, {}, {}, {}])
        read(world, ballot, "rita", marks=marks, sheets=first)
        second = sheets([{"o1": 5}, {"o1": 1}, {}, {}, "torn"])
        assert read(world, ballot, "carl", marks=marks, sheets=second).state == "counting"
        assert read(world, ballot, "carl", marks=marks, sheets=first).state == "counted"
        assert PaperReading.objects.count() == 3

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"papers": [(["o1"], 5)]}, "Enter what stands on each paper, by its number."),
            ({"sheets": sheets([["o1"]] * 4)}, "4 papers were read, 5 people are marked"),
            ({"sheets": sheets([["o1"]] * 4 + [["o7"]])}, "cannot be taken"),
        ],
    )
    def test_what_is_refused(self, world: World, given: dict[str, Any], why: str) -> None:
        ballot = asking(world, "approval", "secret")
        with pytest.raises(Invalid, match=why):
            read(world, ballot, "rita", marks=numbers(ballot, *MEMBERS[:5]), **given)
        assert not PaperReading.objects.exists()

    def test_one_answer_is_not_entered_paper_by_paper(self, world: World) -> None:
        from tests.councils.paper import voted

        with pytest.raises(Invalid, match="only where several options are weighed"):
            read(world, voted(world, gathered(world), "named"), "rita", sheets=sheets([["yes"]]))


@pytest.mark.django_db
class TestVerifier:
    def test_a_paper_of_a_box_that_was_exchanged_is_found(self, world: World) -> None:
        ballot = asking(world, "approval", "secret")
        for reader in ("rita", "carl"):
            read(
                world,
                ballot,
                reader,
                marks=numbers(ballot, *MEMBERS[:5]),
                sheets=sheets([["o1"]] * 4 + ["torn"]),
            )
        ballot_close(ballot=ballot, by=None, now=CLOSES)
        exported_text = exported()
        assert verify.verify(io.StringIO(rechained(exported_text, lambda _body: None)))[0] > 0

        def swapped(body: dict[str, Any]) -> None:
            body["paper_counts"][0]["papers"][0] = body["paper_counts"][0]["papers"][1]

        def counted_though_invalid(body: dict[str, Any]) -> None:
            body["paper_counts"][0]["invalid"] = [[1, "torn", "torn"]]

        for change, why in ((swapped, "box 1"), (counted_though_invalid, "paper 1 of box 1")):
            with pytest.raises(verify.Broken, match=why):
                verify.verify(io.StringIO(rechained(exported_text, change)))


@pytest.mark.django_db
class TestGuards:
    @pytest.mark.parametrize(
        ("content", "reasons"),
        [
            ({"votes": [[1, ["o9"]]]}, {}),
            ({"votes": [[1, {"o1": 9}]]}, {}),
            ({"votes": [[1, {"o1": 5}], [1, {}]]}, {}),
            ({"votes": [[1, "invalid"]]}, {}),
            ({"votes": [[1, "invalid"]]}, {"1": " "}),
            ({"votes": [[1, {}]]}, {"1": "torn"}),
            ({"sheets": [[1, {}]]}, {}),
            ({"votes": [[1, {}]], "papers": []}, {}),
            ({}, {}),
        ],
    )
    def test_a_reading_says_whole_choices_or_why_not(
        self, world: World, content: dict[str, Any], reasons: dict[str, str]
    ) -> None:
        ballot = asking(world, "score", "named")
        read(world, ballot, "rita", sheets=sheets([{"o1": 5}], numbers(ballot, "mia")))
        statement = READING.replace("content, read_at", "content, reasons, read_at").replace(
            "%s, %s)", "%s, %s, %s)"
        )
        count, carl = PaperCount.objects.get(), world.person("carl")
        refused(
            "paperreading_sheets_are_whole",
            statement, count.pk, carl.pk, json.dumps(content), json.dumps(reasons), VOTED,
        )  # fmt: skip

    @pytest.mark.parametrize("wrong", ["nothing", "order", "another choice", "one twice"])
    def test_each_tracker_stands_for_the_paper_at_its_place(self, world: World, wrong: str) -> None:
        ballot = asking(world, "approval", "secret")
        marks = numbers(ballot, *MEMBERS[:5])
        papers = sheets([["o1"], ["o2"], "torn", ["o1"], []])
        read(world, ballot, "rita", marks=marks, sheets=papers)
        first = PaperReading.objects.get()
        fields = {"content": first.content, "reasons": first.reasons, "hat": "x", "read_at": VOTED}
        second = PaperReading.objects.create(count=first.count, read_by=world.person("carl"), **fields)
        trackers = [tracker_new() for _ in marks]
        entries = ballot.roll.filter(number__in=marks).order_by("number")
        with connection.cursor() as cursor:
            for place, (entry, tracker) in enumerate(zip(entries, trackers, strict=True)):
                choice = papers[place].choice or []
                if wrong == "another choice" and place == 2:
                    choice = ["o3"]
                cursor.execute(CAST, [entry.pk, tracker, json.dumps(choice), entry.person_id, VOTED])
        if wrong == "order":
            trackers[0], trackers[1] = trackers[1], trackers[0]
        elif wrong == "one twice":
            trackers[3] = trackers[0]
        given = [VOTED, first.pk, second.pk, json.dumps(trackers)]
        if wrong == "nothing":
            with connection.cursor() as cursor:
                cursor.execute(COUNTED, given)
            assert PaperCount.objects.get().state == "counted"
        else:
            refused("papercount_counts_what_was_read", COUNTED, *given)

    def test_a_named_choice_is_the_one_that_was_read(self, world: World) -> None:
        from councils.services import vote_cast

        ballot = asking(world, "score", "named")
        number = numbers(ballot, "mia")[0]
        read(world, ballot, "rita", sheets=sheets([{"o1": 5}], [number]))
        first = PaperReading.objects.get()
        fields = {"content": first.content, "hat": "x", "read_at": VOTED}
        second = PaperReading.objects.create(count=first.count, read_by=world.person("carl"), **fields)
        mia = ballot.roll.get(number=number)
        cast = vote_cast(
            ballot=ballot, right=mia.right, choice={"o1": 4}, by=mia.person, idempotency_key=first.count.key, now=VOTED
        )  # fmt: skip
        given = [VOTED, first.pk, second.pk, json.dumps([cast.code])]
        refused("papercount_counts_what_was_read", COUNTED, *given)
