"""Amendments of questions with options: what changes, what goes together, what the database and the pages say."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from councils.models import Amendment, Motion, MotionVersion
from councils.question_changes import (
    Clash,
    clash_told,
    figure_changes,
    label_changes,
    merged_questions,
    paired,
)
from councils.questions import question_checked
from councils.selectors.audit import audit
from councils.services import ballot_close, ballot_open
from councils.services.amendments import amendment_accept, amendment_open, amendment_propose
from tests.api.test_elections import ask, session
from tests.councils.choosing.asked import QUESTIONS, motion_on
from tests.councils.motions.test_amendments import voted
from tests.councils.test_guards import refused
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import DAY, LATER, NOW, World
from tests.nojs.rules import faults
from tests.unguarded import unguarded
from workplaces.errors import Invalid
from workplaces.models import Entry

PROJECTS = QUESTIONS["equal_shares"]


def asking(*lines: tuple[str, int], budget: int = 100, **params: Any) -> dict[str, Any]:
    """Return a question among projects with their costs."""
    options = [{"label": label, "cost": cost} for label, cost in lines]
    return {"rule": "equal_shares", "options": options, "params": {"budget": budget, "unit": "h", **params}}


LATHE, ROOF, KITCHEN, GARDEN = ("Lathe", 60), ("Roof", 40), ("Kitchen", 40), ("Garden", 20)
BASE = (LATHE, ROOF, KITCHEN, GARDEN)


class TestChanges:
    @pytest.mark.parametrize(
        ("after", "pairs"),
        [
            ((LATHE, KITCHEN, GARDEN), [(2, None)]),
            ((*BASE, ("Bench", 5)), [(None, 5)]),
            ((LATHE, ("Roof of the hall", 40), KITCHEN, GARDEN), [(2, 2)]),
            ((LATHE, ("Bench", 5), ("Roof of the hall", 40), KITCHEN, GARDEN), [(None, 2), (2, 3)]),
            ((("Bench", 5), KITCHEN, GARDEN), [(1, None), (2, None), (None, 1)]),
        ],
    )
    def test_options_are_known_again(self, after: tuple[tuple[str, int], ...], pairs: list[Any]) -> None:
        old, new = question_checked(asking(*BASE)).options, question_checked(asking(*after)).options
        found = [(one and int(one.code[1:]), two and int(two.code[1:])) for one, two in paired(old, new)]
        labels = [(one and one.label, two and two.label) for one, two in paired(old, new)]
        assert [at for at, (one, two) in zip(found, labels, strict=True) if one != two] == pairs
        assert [one for one, _two in found if one] == [1, 2, 3, 4]
        assert [two for _one, two in found if two] == list(range(1, len(after) + 1))

    def test_wording_by_word_and_figures_with_their_difference(self) -> None:
        before = question_checked(asking(*BASE))
        after = question_checked(asking(LATHE, ("Roof of glass", 45), KITCHEN, ("Bench", 5), budget=120))
        assert [[(part.kind, part.text) for part in parts] for parts in label_changes(before, after)] == [
            [("same", "Roof"), ("ins", " of glass")],
            [("del", "Garden"), ("ins", "Bench")],
        ]
        told = [
            (one.around, one.before, one.after, str(one.difference)) for one in figure_changes(before, after)
        ]
        assert told == [
            ("Roof of glass", "40", "45", "5"),
            ("Bench", "20", "5", "-15"),
            ("budget", "100", "120", "20"),
        ]

    def test_bounds_of_a_number(self) -> None:
        number = question_checked(QUESTIONS["median"])
        given = {**QUESTIONS["median"]["params"], "most": "44.5", "unit": "h"}
        changed = question_checked({"rule": "median", "params": given})
        told = [
            (one.around, one.before, one.after, one.difference) for one in figure_changes(number, changed)
        ]
        assert [(*row[:3], row[3] and str(row[3])) for row in told] == [
            ("the most", "48", "44.5", "-3.5"),
            ("unit", "hours", "h", None),
        ]


class TestMerging:
    @pytest.mark.parametrize(
        ("ours", "theirs", "both"),
        [
            (asking(LATHE, ("Roof", 30), KITCHEN, GARDEN), asking(LATHE, ROOF, KITCHEN, ("Park", 20)),
             asking(LATHE, ("Roof", 30), KITCHEN, ("Park", 20))),
            (asking(*BASE, ("Bench", 5)), asking(*BASE, ("Lamp", 6)), asking(*BASE, ("Bench", 5), ("Lamp", 6))),
            (asking(*BASE, ("Bench", 5)), asking(*BASE, ("Bench", 5)), asking(*BASE, ("Bench", 5))),
            (asking(ROOF, KITCHEN, GARDEN), asking(LATHE, ROOF, KITCHEN), asking(ROOF, KITCHEN)),
            (asking(ROOF, KITCHEN, GARDEN), asking(ROOF, KITCHEN, GARDEN), asking(ROOF, KITCHEN, GARDEN)),
            (asking(*BASE, budget=120), asking(*BASE, unit="days"), asking(*BASE, budget=120, unit="days")),
            (asking(*BASE, budget=120), asking(LATHE, ROOF), asking(LATHE, ROOF, budget=120)),
        ],
    )  # fmt: skip
    def test_what_touches_different_options_goes_together(
        self, ours: dict[str, Any], theirs: dict[str, Any], both: dict[str, Any]
    ) -> None:
        base, one, other, wanted = map(question_checked, (asking(*BASE), ours, theirs, both))
        assert merged_questions(base, one, other) == (wanted, [])

    @pytest.mark.parametrize(
        ("ours", "theirs", "clashes"),
        [
            (asking(LATHE, ("Roof", 30), KITCHEN, GARDEN), asking(LATHE, ("Roof", 35), KITCHEN, GARDEN),
             [Clash("option", "Roof")]),
            (asking(LATHE, KITCHEN, GARDEN), asking(LATHE, ("Roof", 35), KITCHEN, GARDEN), [Clash("option", "Roof")]),
            (asking(*BASE, budget=120), asking(*BASE, budget=130), [Clash("param", "budget")]),
            (asking(*BASE, ("Bench", 5)), asking(*BASE, ("Bench", 6)),
             [Clash("whole", "The option “Bench” stands there twice.")]),
            (asking(ROOF, KITCHEN, GARDEN, budget=50), asking(LATHE, ROOF, KITCHEN, ("Garden", 60)),
             [Clash("whole", "“Garden” costs 60, more than the budget of 50: it could never be chosen.")]),
        ],
    )  # fmt: skip
    def test_what_both_touch_is_said(
        self, ours: dict[str, Any], theirs: dict[str, Any], clashes: list[Clash]
    ) -> None:
        base, one, other = map(question_checked, (asking(*BASE), ours, theirs))
        assert merged_questions(base, one, other) == (None, clashes)
        assert all(clash.name in clash_told(clash) for clash in clashes)


def propose(world: World, motion: Motion, asks: Any, number: int = 2, **changes: Any) -> Amendment:
    given = {
        "version": motion.version,
        "title": motion.title,
        "text": motion.text,
        "now": NOW + DAY,
        **changes,
    }
    return amendment_propose(motion=motion, asks=asks, by=world.person(f"delegate{number}"), **given)


@pytest.mark.django_db
class TestServices:
    def test_adopted_it_is_what_the_vote_asks_and_others_follow_or_are_told_why_not(
        self, world: World
    ) -> None:
        motion = motion_on(world, "equal_shares")
        first = propose(world, motion, asking(LATHE, ("Roof", 30), KITCHEN, GARDEN))
        follows = propose(world, motion, asking(*BASE, ("Bench", 5)), 3)
        clashes = propose(world, motion, asking(LATHE, ("Roof of glass", 40), KITCHEN, GARDEN), 4)
        words = propose(world, motion, None, 5, text="Other words.")
        assert words.asks == motion.asks
        voted(world, first, "yes")
        motion.refresh_from_db()
        assert motion.question == question_checked(asking(LATHE, ("Roof", 30), KITCHEN, GARDEN))
        assert [version.asks for version in motion.versions.order_by("number")] == [words.asks, motion.asks]
        for one in (follows, clashes, words):
            one.refresh_from_db()
        assert (follows.state, follows.base) == ("proposed", 2)
        assert follows.question == question_checked(
            asking(LATHE, ("Roof", 30), KITCHEN, GARDEN, ("Bench", 5))
        )
        assert (clashes.state, clashes.clashes) == ("lapsed", [["option", "Roof"]])
        assert Entry.objects.get(kind="amendment.overtaken").body["clashes"] == [["option", "Roof"]]
        assert (words.asks, words.text) == (motion.asks, "Other words.")
        mover = world.person("delegate1")
        for one in (follows, words):
            one.refresh_from_db()
            motion.refresh_from_db()
            amendment_accept(amendment=one, version=motion.version, by=mover, now=NOW + DAY)
        motion.refresh_from_db()
        ballot = ballot_open(motion=motion, by=world.person("carla"), now=NOW + DAY)
        assert list(ballot.options.values_list("label", flat=True)) == [
            "Lathe",
            "Roof",
            "Kitchen",
            "Garden",
            "Bench",
        ]
        assert ballot.params["costs"]["o2"] == 30
        assert ballot.wording == motion.wording
        ballot_close(ballot=ballot, by=None, now=LATER + DAY)
        assert audit() == []

    @pytest.mark.parametrize(
        ("asks", "why"),
        [
            ({**asking(*BASE), "rule": "greedy"}, "cannot change how a question is counted"),
            (asking(("Lathe", 200), ROOF), "could never be chosen"),
            (asking(*BASE), "These are the words as they stand"),
        ],
    )
    def test_what_is_refused(self, world: World, asks: dict[str, Any], why: str) -> None:
        with pytest.raises(Invalid) as refusal:
            propose(world, motion_on(world, "equal_shares"), asks)
        assert why in f"{refusal.value} {refusal.value.fields}"
        assert not Amendment.objects.exists()

    def test_a_motion_for_yes_or_no_stays_one(self, world: World) -> None:
        with pytest.raises(Invalid, match="asks for yes or no"):
            propose(world, world.motion(), asking(*BASE))

    def test_sent_again_it_is_the_same_and_the_audit_holds_versions_against_the_record(
        self, world: World
    ) -> None:
        motion = motion_on(world, "equal_shares")
        first = propose(world, motion, asking(LATHE, ROOF))
        assert propose(world, motion, asking(LATHE, ROOF)) == first
        amendment_accept(amendment=first, version=1, by=world.person("delegate1"), now=NOW + DAY)
        assert audit() == []
        with unguarded(MotionVersion):
            MotionVersion.objects.filter(number=1).update(asks="")
        assert [finding for finding in audit() if "do not read as they were moved" in finding]


@pytest.mark.django_db
class TestGuards:
    def test_options_change_by_a_decided_amendment_and_not_once_the_vote_is_open(self, world: World) -> None:
        motion = motion_on(world, "equal_shares")
        other = question_checked(asking(LATHE, ROOF)).written
        amendment = propose(world, motion, asking(LATHE, ROOF))
        change = "UPDATE councils_motion SET asks = %s, version = 2"
        refused("motion_keeps_its_words", change, other)
        Amendment.objects.update(state="accepted", decided_at=NOW + DAY)
        refused("motion_keeps_its_words", change, question_checked(asking(LATHE, GARDEN)).written)
        with connection.cursor() as cursor:
            cursor.execute(change, [other])
        assert MotionVersion.objects.get(number=2).asks == other
        motion.refresh_from_db()
        ballot_open(motion=motion, by=world.person("carla"), now=NOW + DAY)
        refused("motion_keeps_its_words", "UPDATE councils_motion SET asks = ''")
        refused("amendment_keeps_its_words", "UPDATE councils_amendment SET asks = %s", amendment.motion.asks)

    def test_an_amendment_keeps_rule_and_words_and_says_clashes_only_when_overtaken(
        self, world: World
    ) -> None:
        motion = motion_on(world, "equal_shares")
        propose(world, motion, asking(LATHE, ROOF))
        for asks in (question_checked(QUESTIONS["greedy"]).written, ""):
            refused("amendment_asks_alike", "UPDATE councils_amendment SET asks = %s, base = 2", asks)
        refused("amendment_keeps_its_words", "UPDATE councils_amendment SET asks = %s", motion.asks)
        reached = "UPDATE councils_amendment SET state = 'accepted', decided_at = proposed_at, clashes = '[[\"text\", \"\"]]'"
        refused("amendment_clashes_when_overtaken", reached)

    def test_its_vote_opens_on_its_options(self, world: World) -> None:
        motion = motion_on(world, "equal_shares")
        ballot = amendment_open(
            amendment=propose(world, motion, asking(LATHE, ROOF)), by=world.person("carla"), now=NOW + DAY
        )
        assert ballot.wording == ballot.amendment.wording != motion.wording
        assert ballot.rule == "majority_of_cast"

    def test_what_was_there_before_asks_as_its_motion(self, world: World) -> None:
        motion = motion_on(world, "equal_shares")
        propose(world, motion, None, text="Other words.")
        with unguarded(MotionVersion), unguarded(Amendment):
            MotionVersion.objects.update(asks="")
            Amendment.objects.update(asks="")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(import_module("councils.migrations.0039_amended_questions").FILLED)
        assert MotionVersion.objects.get().asks == Amendment.objects.get().asks == motion.asks


@pytest.mark.django_db
class TestPages:
    def test_the_form_is_filled_in_and_the_page_shows_old_and_new(self, world: World) -> None:
        motion = motion_on(world, "equal_shares", now=timezone.now())
        client = signed_in(world, "delegate2")
        form = client.get(url("amendment_new", motion))
        assert not faults(form.content.decode())
        assert "Lathe; 60\nRoof; 40\nKitchen; 40\nGarden; 20</textarea>" in form.content.decode()
        assert 'name="places"' not in text(form)
        sent = {
            "version": "1", "title": motion.title, "text": motion.text, "rule": "equal_shares", "budget": "120",
            "completion": "1pct", "unit": "h", "options": "Lathe; 60\nRoof of glass; 45\nKitchen; 40\nGarden; 20",
        }  # fmt: skip
        wrong = client.post(url("amendment_new", motion), {**sent, "budget": "50"})
        assert (wrong.status_code, "“Lathe” costs 60, more than the budget of 50" in text(wrong)) == (
            422,
            True,
        )
        assert "Roof of glass; 45" in text(wrong)
        page = client.post(url("amendment_new", motion), sent, follow=True)
        assert not faults(page.content.decode())
        told = text(page)
        assert '<ins><span class="hidden-text">[new: </span> of glass<' in told
        assert '<th scope="row">Roof of glass</th>' in told
        assert 'data-label="Difference">20<' in told
        other = propose(world, motion, asking(LATHE, ("Roof", 50), KITCHEN, GARDEN), 3, now=timezone.now())
        assert "With amendment 1: both change the option “Roof”." in text(client.get(url("amendment", other)))
        mine = Amendment.objects.get(number=1)
        amendment_accept(amendment=mine, version=1, by=world.person("delegate1"), now=timezone.now())
        overtaken = text(client.get(url("amendment", other)))
        assert "Why it was overtaken" in overtaken
        stale = client.post(url("amendment_new", motion), {**sent, "options": "Lathe; 60\nGarden; 20"})
        assert (stale.status_code, 'id="stale"' in text(stale), "Roof of glass" in text(stale)) == (
            409,
            True,
            True,
        )

    def test_by_program(self, world: World) -> None:
        motion = motion_on(world, "median", now=timezone.now())
        second = session(world, "delegate2")
        path, given = f"motions/{motion.public_id}/amendments/", QUESTIONS["median"]["params"]
        body = {
            "version": 1, "title": motion.title, "text": motion.text,
            "asks": {"rule": "median", "params": {**given, "most": "44"}},
        }  # fmt: skip
        wrong = {**body, "asks": {"rule": "median", "params": {**given, "most": "10"}}}
        assert ask(second, path, wrong, 422)["errors"][0]["pointer"] == "/most"
        made = ask(second, path, body, 201, key="once")
        assert made["asks"]["params"]["most"] == "44"
        assert made["figures"] == [{"around": "the most", "before": "48", "after": "44", "difference": "-4"}]
        assert made["clashes"] == []
        assert ask(second, path, {**body, "title": "x"}, 422, key="once")["code"] == "idempotency-key-reused"
        told = second.get(f"/api/v1/motions/{motion.public_id}/").json()
        assert json.dumps(told["versions"][0]["asks"]["params"]["most"]) == '"48"'
