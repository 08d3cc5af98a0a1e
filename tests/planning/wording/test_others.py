"""Duties, cycles, consumption, plans and runs in words."""

from datetime import date

import pytest

from planning.wording import cycles, demand, duties, plans, runs
from planning.wording.duties import Duty
from planning.wording.minutes import DUTY, LINE_REVIEW


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def duty(minutes: float) -> Duty:
    return Duty("?", "as delegate", "", "", "/", "Answer", minutes)


def test_duties_are_counted_in_words() -> None:
    assert duties.title([]) == "Nothing needs you today"
    assert duties.title([duty(4)]) == "One thing needs you, about 4 minutes"
    assert duties.title([duty(3), duty(4), duty(2)]) == "Three things need you, about 9 minutes"
    assert plain(duties.title([duty(10)] * 12)) == "12 things need you, about 2 h"
    assert duty(0.1).about == "About 1 minute."


def test_the_lead_of_duties() -> None:
    assert "hold no mandate" in duties.lead([], 0, 0)
    assert duties.lead([duty(1)], 0, 1) == "Nothing else does."
    assert duties.lead([duty(1)], 3, 1).startswith("Nothing else does. Everything you pre-approved")
    assert duties.lead([], 3, 1) == "Everything you pre-approved was settled without you."
    assert "settled without you" in duties.lead([], 3, 1)


def test_settled_by_mandate() -> None:
    assert plain(duties.settled_text(11, 0.03)) == "11 lines moved by less than your assembly's ±3 %."
    assert duties.settled_text(1, None).startswith("1 line moved inside the band")


@pytest.mark.parametrize("phase", [*cycles.PHASES, "closed"])
def test_every_phase_has_a_title_a_rule_and_a_place(phase: str) -> None:
    assert "2027" in cycles.title(2027, phase, rounds=2)
    assert cycles.lead(phase)
    found = cycles.steps(phase=phase, dates={}, rounds=2, limit=4, proposals="", today=date(2026, 3, 2))
    assert [s.state for s in found].count("now") == (0 if phase == "closed" else 1)
    passed = {s.label for s in found if s.state == "skipped"}
    assert passed == (
        {"Priorities", "Envelopes"} & {s.label for s in found if s.state not in {"now", "later"}}
    )


def test_steps_say_dates_and_counts() -> None:
    dates = {
        "proposals": (date(2026, 3, 1), date(2026, 3, 20)),
        "ratification": (date(2026, 5, 20), None),
        "priorities": (date(2026, 1, 1), date(2026, 3, 1)),
    }
    given = {"dates": dates, "limit": 4, "today": date(2026, 3, 2)}
    steps = {s.label: s.note for s in cycles.steps(phase="proposals", rounds=0, proposals="3 of 9", **given)}
    assert steps["Proposals"] == "3 of 9"
    assert steps["Ratification"] == "from 20 May"
    assert steps["Priorities"] == "ended 1 Mar"
    assert steps["Envelopes"] == "skipped"
    rounds = {s.label: s.note for s in cycles.steps(phase="rounds", rounds=2, proposals="", **given)}
    assert rounds["Rounds"] == "2 of at most 4"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("tolerance", 0.01, "1 %"), ("gap_price", 10.0, "10 times"), ("answer_days", 3, "3 days"), ("round_limit", 4, "4")],
)  # fmt: skip
def test_rules_have_readable_values(key: str, value: float, said: str) -> None:
    assert plain(cycles.rule_value(key, value)) == said


def test_consumption() -> None:
    assert demand.consumption_title("Sul", 2027, proposing=True) == "What does Sul want to use in 2027?"
    assert demand.review_title("Sul", 0, 0, published=False) == "Sul: nothing is suggested yet"
    assert "nobody has to answer" in demand.review_title("Sul", 0, 0, published=True)
    assert (
        demand.review_title("Sul", 3, 2, published=True) == "Sul is asked to change 2 things it wants to use"
    )
    assert (
        demand.review_title("Sul", 3, 0, published=True) == "Sul has answered all 3 changes it was asked for"
    )


@pytest.mark.parametrize("state", ["", "proposed", "ratified", "referred_back", "in_force", "expired"])
def test_every_state_of_a_plan_is_a_sentence(state: str) -> None:
    assert "2027" in plans.title(2027, state, 0)
    assert plans.lead(state, 1)


def test_conflicts_stand_in_the_title() -> None:
    assert "with 2 conflicts for them to settle" in plans.title(2027, "proposed", 2)


def test_stages() -> None:
    assert plans.stage_text(carried=0, lost=0, total=0, asked=0) == "there is no such council here; skipped"
    assert "fill a seat first" in plans.stage_text(carried=0, lost=0, total=0, asked=0, empty=2)
    assert plans.stage_text(carried=0, lost=0, total=3, asked=0) == "not asked yet"
    assert plans.stage_text(carried=2, lost=0, total=3, asked=3) == "2 of 3 carried"
    assert plans.stage_text(carried=1999, lost=0, total=2088, asked=3) == "1,999 of 2,088 carried"
    assert plans.stage_text(carried=3, lost=0, total=3, asked=3) == "all 3 carried"
    assert plans.stage_text(carried=2, lost=1, total=3, asked=3) == "2 of 3 carried, 1 refused"


@pytest.mark.parametrize("state", ["queued", "running", "finished", "failed", "cancelled"])
def test_every_state_of_a_run_is_a_sentence(state: str) -> None:
    assert "round 2" in runs.title(2, state)


def test_a_review_costs_more_than_its_entry() -> None:
    assert LINE_REVIEW.words > DUTY.words
