"""Questions with options from motion to result, by name and in secret: counted as the rule says, on the record."""

from fractions import Fraction
from typing import Any

import pytest

from councils.choice_counting import choices_counted
from councils.counting import lot_of
from councils.models import Motion, NamedVote, Paper, VoteVersion
from councils.rules.results import by_lot
from councils.selectors.audit import audit
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, motion_on, named, put, say, secret
from tests.councils.world import LATER, World
from workplaces.errors import Invalid, Refused, TooLate
from workplaces.models import Entry
from workplaces.record import chain

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))
WON: dict[str, dict[str, Any]] = {
    "approval": {"winners": ["o2", "o1"]},
    "score": {"winners": ["o2"]},
    "instant_runoff": {"winners": ["o2"]},
    "schulze": {"winners": ["o2"]},
    "ranked_pairs": {"winners": ["o2"]},
    "greedy": {"winners": ["o2", "o1"], "cost": 100},
    "equal_shares": {"winners": ["o2", "o1"], "cost": 100},
    "median": {"winners": [], "number": "38"},
    "independent_markets": {"winners": []},
    "dhondt": {"seats": {"o1": 1, "o2": 3, "o4": 1}},
    "sainte_lague": {"seats": {"o1": 1, "o2": 2, "o4": 1}},
}


@KINDS
def test_by_name(world: World, kind: str) -> None:
    ballot = named(world, kind)
    receipts = [say(world, ballot, number, choice).code for number, choice in enumerate(CHOICES[kind], 1)]
    result = closed(ballot)
    assert (result["outcome"], result["votes"], result["cast"], result["blank"]) == ("carried", 5, 5, 1)
    assert {name: result[name] for name in WON[kind]} == WON[kind]
    body = Entry.objects.get(kind="ballot.closed").body
    assert [(row["receipt"], row["choice"]) for row in body["votes"]] == list(
        zip(receipts, CHOICES[kind], strict=True)
    )
    assert Motion.objects.get().state == "carried"
    assert audit() == []


@KINDS
def test_in_secret(world: World, kind: str) -> None:
    ballot = secret(world, kind)
    counted = [put(ballot, number, choice) for number, choice in enumerate(CHOICES[kind], 1)]
    result = closed(ballot)
    assert {name: result[name] for name in WON[kind]} == WON[kind]
    assert (result["cast"], result["blank"], result["eligible"]) == (5, 1, 12)
    papers = dict(Paper.objects.values_list("tracker", "choice"))
    assert papers == {c.tracker: choice for c, choice in zip(counted, CHOICES[kind], strict=True)}
    assert audit() == []


@KINDS
def test_counting_the_published_papers_again_gives_the_same(world: World, kind: str) -> None:
    ballot = secret(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        put(ballot, number, choice)
    result = closed(ballot)
    opened, end = (Entry.objects.get(kind=f"ballot.{what}").body for what in ("opened", "closed"))
    codes = [code for code, _label, _effect in opened["options"]]
    again = choices_counted(
        opened["rule"],
        opened["params"],
        codes,
        [(choice, 1) for _tracker, choice in end["papers"]],
        quorum=Fraction(opened["quorum"]),
        eligible=opened["roll_size"],
        lot=by_lot(lot_of(codes, result["papers_root"])),
    )
    assert {name: end["result"][name] for name in again} == chain.plain(again)


@KINDS
def test_a_vote_changes_until_the_close_and_counts_once(world: World, kind: str) -> None:
    ballot, (first, second, *_rest) = named(world, kind), CHOICES[kind]
    before, after = say(world, ballot, 1, first), say(world, ballot, 1, second)
    again = say(world, ballot, 1, first)
    assert (before.revision, after.revision) == (1, 2)
    assert (again.code, again.is_repeated) == (before.code, True)
    assert NamedVote.objects.get().choice == second
    assert list(VoteVersion.objects.order_by("revision").values_list("choice", flat=True)) == [first, second]
    with pytest.raises(Refused, match="already used"):
        say(world, ballot, 1, second, idempotency_key=f"1-{first}"[:64])
    closed(ballot)
    with pytest.raises(TooLate):
        say(world, ballot, 1, CHOICES[kind][2], now=LATER)


@KINDS
def test_a_paper_sent_again_counts_once_and_stays(world: World, kind: str) -> None:
    ballot, (first, second, *_rest) = secret(world, kind), CHOICES[kind]
    counted = put(ballot, 1, first)
    assert put(ballot, 1, first, tracker=counted.tracker).is_repeated
    with pytest.raises(Refused, match="another choice"):
        put(ballot, 1, second, tracker=counted.tracker)
    with pytest.raises(Refused, match="cannot be changed"):
        put(ballot, 1, first)
    assert closed(ballot)["votes"] == 1


@KINDS
def test_all_blank_or_below_the_quorum_nothing_is_chosen(world: World, kind: str) -> None:
    ballot = named(world, kind)
    say(world, ballot, 1, CHOICES[kind][-1])
    result = closed(ballot)
    assert (result["outcome"], result["winners"], result["blank"]) == ("lost", [], 1)
    assert Motion.objects.get().state == "lost"


def test_options_are_part_of_the_words(world: World) -> None:
    plain, lathe = world.motion(title="What first?"), motion_on(world, "approval")
    assert plain.wording != lathe.wording
    body = Entry.objects.filter(kind="motion.moved").latest("number").body
    assert [option["label"] for option in body["asks"]["options"]] == ["Lathe", "Roof", "Kitchen", "Garden"]


def test_one_answer_and_a_choice_are_not_mixed_up(world: World) -> None:
    ballot = named(world, "approval")
    with pytest.raises(Invalid, match="weigh"):
        say(world, ballot, 1, None, option="o1")


@pytest.mark.parametrize("kind", ["dhondt", "sainte_lague"])
def test_a_vote_names_one_list(world: World, kind: str) -> None:
    with pytest.raises(Refused, match="names one list, or none"):
        say(world, named(world, kind), 1, ["o1", "o2"])
