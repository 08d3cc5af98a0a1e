"""Consent: one reasoned objection stops a motion, whatever it weighs; the database and the verifier hold to it alone."""

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from councils.explanations import explain, rule_sentence
from councils.models import Ballot, Charter, Motion, NamedVote, VoteVersion
from councils.selectors.audit import audit
from councils.selectors.minutes import _vote
from councils.services import (
    Receipt,
    ballot_close,
    ballot_open,
    delegation_give,
    motion_move,
    vote_cast,
)
from councils.services.amendments import amendment_open, amendment_propose
from councils.services.minority import minority_report
from councils.tally import CARRIED, LOST, tally_by_consent
from councils.why import why
from tests.councils.choosing.test_verifier import exported, rechained
from tests.councils.majorities.divided import ROW, chartered
from tests.councils.secret import assembly
from tests.councils.test_instructions import bind, instruct
from tests.councils.world import DAY, LATER, NOW, World
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Entry
from workplaces.record import verify

pytestmark = pytest.mark.django_db
HARM = "It would be noisy at night."
numbers = st.integers(0, 9)


def opened(world: World, **options: Any) -> Ballot:
    return ballot_open(motion=world.motion(by_consent=True, **options), by=world.person("carla"), now=NOW)


def cast(world: World, ballot: Ballot, number: int, option: str, reason: str = "", **options: Any) -> Receipt:
    given = {
        "by": world.person(f"delegate{number}"),
        "idempotency_key": f"{number}-{option}-{len(reason)}",
        "now": NOW + DAY,
    }
    right = world.seat(number).right
    return vote_cast(ballot=ballot, right=right, option=option, reason=reason, **{**given, **options})


def closed(ballot: Ballot) -> dict[str, Any]:
    result = ballot_close(ballot=ballot, by=None, now=LATER).result
    assert result is not None
    return result


class TestRule:
    @given(yes=numbers, abstain=numbers, no=numbers, silent=numbers, quorum=st.fractions(0, 1))
    def test_carried_exactly_without_objection(
        self, yes: int, abstain: int, no: int, silent: int, quorum: Fraction
    ) -> None:
        eligible = yes + abstain + no + silent
        votes = {"yes": yes, "no": no, "abstain": abstain}
        found = tally_by_consent(quorum, votes, eligible, min(no, 1))
        enough = yes + abstain + no >= quorum * eligible
        assert found.outcome == (CARRIED if enough and yes and not no else LOST)
        assert found.steps[-1]["outcome"] == found.outcome
        assert len(explain(found.steps)) == 4

    @given(yes=st.integers(1, 9), weight=st.integers(1, 1000))
    def test_no_weight_overrules_an_objection_and_withdrawing_it_is_enough(
        self, yes: int, weight: int
    ) -> None:
        stopped = tally_by_consent(Fraction(0), {"yes": yes * weight, "no": 1}, yes * weight + 1, 1)
        withdrawn = tally_by_consent(Fraction(0), {"yes": yes * weight, "abstain": 1}, yes * weight + 1, 0)
        assert (stopped.outcome, withdrawn.outcome) == (LOST, CARRIED)

    @pytest.mark.parametrize(("no", "objections"), [(1, 0), (0, 1)])
    def test_weight_against_and_objections_belong_together(self, no: int, objections: int) -> None:
        with pytest.raises(ValueError, match="cannot weigh"):
            tally_by_consent(Fraction(0), {"yes": 1, "no": no}, 5, objections)

    def test_all_standing_aside_carry_nothing(self) -> None:
        found = tally_by_consent(Fraction(0), {"abstain": 3}, 5, 0)
        assert found.outcome == LOST
        assert "nobody carries the motion" in explain(found.steps)[2]


def test_without_objection_it_is_carried(world: World) -> None:
    ballot = opened(world)
    assert (ballot.rule, ballot.params, ballot.motion.by_consent) == ("consent", {}, True)
    assert "nobody objects with a reason" in rule_sentence(ballot.rule, ballot.params, ballot.quorum)
    assert [option.label for option in ballot.options.all()] == ["No objection", "Stand aside", "Objection"]
    cast(world, ballot, 1, "yes")
    cast(world, ballot, 2, "abstain")
    result = closed(ballot)
    assert (result["outcome"], result["objections"]) == ("carried", [])
    assert why(result) == "Carried: nobody objected; 1 without objection, 1 stood aside."
    assert Motion.objects.get().state == "carried"
    assert audit() == []


def test_one_objection_stops_it_and_its_reason_is_public(world: World) -> None:
    ballot = opened(world)
    for number in (1, 2, 3, 4):
        cast(world, ballot, number, "yes")
    receipt = cast(world, ballot, 5, "no", f"  {HARM}\r\nAnd dear. ")
    assert receipt.reason == f"{HARM}\nAnd dear."
    result = closed(ballot)
    assert result["outcome"] == "lost"
    assert result["objections"] == [{"number": 5, "name": "Delegate5", "reason": receipt.reason}]
    assert why(result) == "Objected: Delegate5: “It would be noisy at night. And dear”."
    assert explain(result["steps"])[2] == "1 objection stands, and one is enough to stop the motion."
    body = Entry.objects.get(kind="ballot.closed").body
    assert body["votes"][4]["reason"] == receipt.reason
    assert all("reason" not in row for row in body["votes"][:4])
    ballot.refresh_from_db()
    kept = _vote(ballot)
    assert kept is not None
    assert kept["count"]["result"]["objections"] == result["objections"]
    assert audit() == []


def test_an_objection_is_withdrawn_by_another_answer(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "yes")
    first = cast(world, ballot, 2, "no", HARM)
    other = cast(world, ballot, 2, "no", "Rather: too dear.")
    assert len({first.code, other.code}) == 2
    cast(world, ballot, 2, "yes")
    assert list(VoteVersion.objects.filter(roll_entry__number=2).order_by("revision").values_list("reason", flat=True)) == [
        HARM, "Rather: too dear.", "",
    ]  # fmt: skip
    assert closed(ballot)["outcome"] == "carried"


def test_the_quorum_counts_who_answered(world: World) -> None:
    with unguarded(Charter):
        Charter.objects.update(values={"councils.quorum": "1/2"})
    ballot = opened(world)
    cast(world, ballot, 1, "yes")
    result = closed(ballot)
    assert (result["outcome"], why(result)) == ("lost", "Lost: 1 of 5 votes were cast, and the quorum is 3.")


def test_the_reason_is_in_the_receipt(world: World) -> None:
    ballot = opened(world)
    cast(world, ballot, 1, "no", HARM)
    with unguarded(NamedVote):
        NamedVote.objects.update(reason="I like it.")
    assert any("is not the one its receipt stands for" in line for line in audit())


class TestRefusals:
    @pytest.mark.parametrize("reason", ["", " \n\t "])
    def test_an_objection_without_a_reason(self, world: World, reason: str) -> None:
        with pytest.raises(Invalid, match="needs a reason") as caught:
            cast(world, opened(world), 1, "no", reason)
        assert set(caught.value.fields) == {"reason"}
        assert NamedVote.objects.count() == 0

    def test_a_reason_is_bounded(self, world: World) -> None:
        ballot = opened(world)
        with pytest.raises(Invalid, match="at most 5000 characters; this one has 5001"):
            cast(world, ballot, 1, "no", "x" * 5001)
        assert len(cast(world, ballot, 1, "no", "x" * 5000).reason) == 5000

    @pytest.mark.parametrize("option", ["yes", "abstain"])
    def test_only_objections_have_one(self, world: World, option: str) -> None:
        with pytest.raises(Invalid, match="with no other vote"):
            cast(world, opened(world), 1, option, HARM)

    def test_no_reason_where_a_majority_decides(self, world: World) -> None:
        ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
        with pytest.raises(Invalid, match="with no other vote"):
            cast(world, ballot, 1, "no", HARM)

    def test_after_the_close(self, world: World) -> None:
        ballot = opened(world)
        cast(world, ballot, 1, "yes")
        closed(ballot)
        with pytest.raises(TooLate):
            cast(world, ballot, 2, "no", HARM, now=LATER)

    def test_the_same_key_with_another_reason(self, world: World) -> None:
        ballot = opened(world)
        first = cast(world, ballot, 1, "no", HARM, idempotency_key="k")
        again = cast(world, ballot, 1, "no", HARM, idempotency_key="k")
        assert (again.code, again.reason, again.is_repeated) == (first.code, HARM, True)
        with pytest.raises(Refused, match="already used"):
            cast(world, ballot, 1, "no", "Another.", idempotency_key="k")
        assert NamedVote.objects.get().reason == HARM

    def test_no_secret_consent(self, world: World) -> None:
        motion = world.motion(council=assembly(world), by=world.person("mia"), by_consent=True)
        with pytest.raises(Refused, match="Consent is by name"):
            ballot_open(motion=motion, by=world.person("bruno"), now=NOW, secrecy="secret")

    def test_not_among_options_nor_where_the_charter_decides(self, world: World) -> None:
        asks = {"rule": "approval", "options": [{"label": "One"}, {"label": "Two"}]}
        with pytest.raises(Invalid, match="not among options") as caught:
            world.motion(by_consent=True, asks=asks)
        assert set(caught.value.fields) == {"by_consent"}
        with pytest.raises(Invalid, match="by which majority"):
            motion_move(
                council=world.metal, title="x", text="x", by=world.person("carla"), now=NOW, by_consent=True,
                prescribed="A rule.",
            )  # fmt: skip

    def test_not_with_a_majority_of_parts(self, world: World) -> None:
        motion = world.motion(by_consent=True)
        chartered({**ROW, "council": "any"})
        with pytest.raises(Invalid, match="majority of parts"):
            world.motion(by_consent=True)
        with pytest.raises(Refused, match="now asks for a majority of parts"):
            ballot_open(motion=motion, by=world.person("carla"), now=NOW)

    def test_an_amendment_is_decided_by_majority(self, world: World) -> None:
        motion = world.motion(by_consent=True)
        amendment = amendment_propose(
            motion=motion, version=1, title="Buy two", text="Together.", reason="", by=world.person("delegate2"), now=NOW,
        )  # fmt: skip
        assert (
            amendment_open(amendment=amendment, by=world.person("carla"), now=NOW).rule == "majority_of_cast"
        )


class TestForOthers:
    def test_who_was_told_to_object_gives_that_reason_or_their_own(self, world: World) -> None:
        works = world.council("workplace", "Works 1")
        motion = world.motion(by_consent=True)
        instruct(world, works, motion=motion, answer="no", reason="We lose the hall.")
        ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
        assert cast(world, ballot, 1, "no").reason == "We lose the hall."
        assert cast(world, ballot, 1, "no", HARM).reason == HARM
        with pytest.raises(Invalid, match="needs a reason"):
            cast(world, ballot, 2, "no")
        assert closed(ballot)["objections"][0]["reason"] == HARM

    def test_where_the_charter_binds_nothing_else_is_taken(self, world: World) -> None:
        bind(world)
        works = world.council("workplace", "Works 1")
        motion = world.motion(by_consent=True)
        instruct(world, works, motion=motion, answer="yes")
        ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW)
        with pytest.raises(Refused):
            cast(world, ballot, 1, "no", HARM)
        assert cast(world, ballot, 1, "yes").option == "yes"

    def test_a_delegated_right_objects_by_the_delegates_reason(self, world: World) -> None:
        with unguarded(Charter):
            Charter.objects.update(values={"councils.delegation.kinds": ["workplace"]})
        works = assembly(world)
        delegation_give(
            council=works, to=world.person("olga"), by=world.person("noah"), until=NOW + 90 * DAY, now=NOW
        )
        motion = world.motion(council=works, by=world.person("mia"), by_consent=True)
        ballot = ballot_open(motion=motion, by=world.person("bruno"), now=NOW)
        for name, option, reason in (("mia", "yes", ""), ("olga", "no", HARM)):
            person = world.person(name)
            vote_cast(
                ballot=ballot, right=f"person:{person.public_id}", option=option, reason=reason, by=person,
                idempotency_key="k", now=NOW,
            )  # fmt: skip
        result = closed(ballot)
        assert result["counts"] == {"yes": 1, "no": 2, "abstain": 0}
        assert [one["name"] for one in result["objections"]] == ["Olga"]
        assert verify.verify(io.StringIO(exported()))[0] > 0

    def test_whoever_stood_aside_may_report_beside_what_was_carried(self, world: World) -> None:
        ballot = opened(world)
        cast(world, ballot, 1, "yes")
        cast(world, ballot, 2, "abstain")
        closed(ballot)
        motion = Motion.objects.get()
        minority_report(motion=motion, text="Look at it in a year.", by=world.person("delegate2"), now=LATER)
        with pytest.raises(Forbidden):
            minority_report(motion=motion, text="Me too.", by=world.person("delegate1"), now=LATER)


class TestVerifier:
    def stopped(self, world: World) -> str:
        ballot = opened(world)
        cast(world, ballot, 1, "yes")
        cast(world, ballot, 2, "no", HARM)
        closed(ballot)
        return exported()

    def test_an_honest_record_is_whole(self, world: World) -> None:
        text = self.stopped(world)
        assert verify.verify(io.StringIO(rechained(text, lambda _body: None)))[0] > 0

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            (lambda body: body["votes"][1].update(reason="I like it."), "counted again has objections"),
            (lambda body: body["votes"][1].pop("reason"), "is no objection with a reason"),
            (lambda body: body["votes"][0].update(reason="x"), "is no objection with a reason"),
            (lambda body: body["result"].update(outcome="carried"), "counted again has outcome"),
            (lambda body: body["result"].update(objections=[]), "counted again has objections"),
            (lambda body: body["votes"][1].update(option="yes"), "is no objection with a reason"),
        ],
    )
    def test_a_changed_reason_or_result_is_found_though_the_chain_fits(
        self, world: World, change: Any, found: str
    ) -> None:
        with pytest.raises(verify.Broken, match=found):
            verify.verify(io.StringIO(rechained(self.stopped(world), change)))

    def test_a_changed_reason_breaks_the_chain(self, world: World) -> None:
        text = self.stopped(world).replace(HARM, "I like it.")
        with pytest.raises(verify.Broken, match="was altered"):
            verify.verify(io.StringIO(text))
