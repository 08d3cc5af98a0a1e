"""What a round's answers, mandates and silences make of the proposals, and what the next round remembers of it."""

import numpy as np
import pytest

from planning.models import Cycle, Proposal, Round, Run, RunLine
from planning.models.answers import Source
from planning.runner.build import Rules, build_problem
from planning.runner.read import read_state
from planning.services.answers import Answer, consumption_set, line_answer
from planning.services.cycles import standing
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from planning.services.settling import ACCEPT, COUNTER, FIRM, NONE, outcome
from tests.planning.federation import NOW, Federation
from tests.planning.test_failing import iterated


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


def settled(answer: int, *, asked: bool, figure: float = 0.0) -> tuple[float, float, str]:
    """Settle a line that proposed 102, was suggested 104 and whose delegate last confirmed 100."""
    found = {
        "proposed": np.array([102.0]),
        "suggested": np.array([104.0]),
        "asked": np.array([int(asked)]),
        "answer": np.array([answer]),
        "figure": np.array([figure]),
        "confirmed": np.array([100.0]),
        "simulated": np.array([0]),
        "held": np.array([0]),
        "was_simulated": np.array([0]),
    }
    figures, confirmed, source = outcome(found)
    return float(figures[0]), float(confirmed[0]), str(source[0])


@pytest.mark.parametrize(
    ("answer", "asked", "figure", "expected"),
    [
        (NONE, False, 0.0, (104.0, 100.0, Source.MANDATE)),  # inside the band: moved, but nobody confirmed it
        (NONE, True, 0.0, (102.0, 100.0, Source.MANDATE)),  # silence beyond it: the own proposal stands
        (ACCEPT, True, 104.0, (104.0, 104.0, Source.PERSON)),
        (COUNTER, True, 103.0, (103.0, 103.0, Source.PERSON)),
        (FIRM, True, 102.0, (102.0, 102.0, Source.PERSON)),
    ],
)
def test_only_what_a_person_says_counts_as_confirmed(
    answer: int, asked: bool, figure: float, expected: tuple[float, float, str]
) -> None:
    assert settled(answer, asked=asked, figure=figure) == expected


def held(
    cycle: Cycle, federation: Federation, *, answers: dict[str, Answer] | None = None
) -> tuple[Round, Run]:
    """Hold a whole round in which only these lines answer."""
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    run = iterated(round, federation)
    round = round_publish(round=round, run=run, by=by, now=NOW)
    for code, answer in (answers or {}).items():
        delegate = federation.people[f"{code}_delegate"]
        line_answer(round=round, line=federation.lines[code], answer=answer, by=delegate, now=NOW)
    return round_close(round=round, by=by, now=round.answers_close_at), run


def ask_for_bread(federation: Federation, cycle: Cycle, quantity: float) -> None:
    villager, bread = federation.people["villager"], federation.demand["bread"]
    consumption_set(cycle=cycle, demand_line=bread, quantity=quantity, by=villager, now=NOW)


def proposal(federation: Federation, cycle: Cycle, code: str) -> Proposal:
    return Proposal.objects.in_scenario(standing(cycle)).get(line_id=federation.lines[code].entity_id)


@pytest.mark.django_db
def test_a_band_is_used_up_round_by_round(federation: Federation, cycle: Cycle) -> None:
    """The mill's band of 5 % counts from the 60 that it last confirmed, not from where its mandate took it."""
    ask_for_bread(federation, cycle, 103.0)
    held(cycle, federation)
    moved = proposal(federation, cycle, "flour")
    assert (moved.source, moved.confirmed) == (Source.MANDATE, 60.0)
    assert moved.output > 60.0
    round = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    run = iterated(round, federation)
    line = RunLine.objects.get(run=run, kind=0, entity=federation.lines["flour"].entity_id)
    assert line.band == pytest.approx(0.05 * 60.0 - (moved.output - 60.0))


@pytest.mark.django_db
def test_whom_a_round_asked_is_asked_again_only_for_more(federation: Federation, cycle: Cycle) -> None:
    ask_for_bread(federation, cycle, 118.0)
    held(cycle, federation, answers={"bread": Answer("counter", 104.0, "one more oven")})
    assert proposal(federation, cycle, "bread").answered == 1
    state = read_state(standing(cycle).pk, band=0.05)
    problem, layout = build_problem(state, Rules(kappa=0.02, ask_again=10.0))
    kappa = dict(zip(layout.column_entity[layout.column_kind == 0].tolist(), problem.kappa, strict=False))
    lines = federation.lines
    assert kappa[lines["bread"].entity_id] == pytest.approx(10.0 * kappa[lines["flour"].entity_id])
    held(cycle, federation, answers={"bread": Answer("counter", 105.0, "and a night shift")})
    assert proposal(federation, cycle, "bread").answered == 2


@pytest.mark.django_db
def test_who_holds_firm_is_not_moved_in_the_next_round_and_can_be_in_the_one_after(
    federation: Federation, cycle: Cycle
) -> None:
    ask_for_bread(federation, cycle, 118.0)
    held(cycle, federation, answers={"bread": Answer("firm", None, "the ovens are old")})
    firm = proposal(federation, cycle, "bread")
    assert (firm.firm, firm.source, firm.output) == (True, Source.PERSON, 100.0)
    _round, second = held(cycle, federation)
    line = RunLine.objects.get(run=second, kind=0, entity=federation.lines["bread"].entity_id)
    assert (line.flexibility, line.suggested, line.asked) == (0.0, 100.0, False)
    after = proposal(federation, cycle, "bread")
    # the word given stays whose it was, counts once, and no longer binds
    assert (after.firm, after.source, after.output, after.answered) == (False, Source.PERSON, 100.0, 1)
    _round, third = held(cycle, federation)
    line = RunLine.objects.get(run=third, kind=0, entity=federation.lines["bread"].entity_id)
    assert line.flexibility > 0


@pytest.mark.django_db
def test_only_the_first_round_keeps_a_reserve(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    ask_for_bread(federation, cycle, 118.0)
    _round, first = held(cycle, federation)
    second = run_start(
        round=round_open(cycle=cycle, by=by, now=NOW), by=by, now=NOW, hand_over=lambda _run: None
    )
    assert (first.parameters["reserve"], second.parameters["reserve"]) == (cycle.rules["reserve"], 0.0)
    assert cycle.rules["reserve"] > 0


@pytest.mark.django_db
def test_a_reserve_narrows_what_the_iteration_moves_freely_not_what_the_mandate_accepts(
    federation: Federation, cycle: Cycle
) -> None:
    state = read_state(standing(cycle).pk, band=0.05)
    (whole, layout), (kept, same) = (
        build_problem(state, Rules(reserve=0.0)), build_problem(state, Rules(reserve=0.3))
    )  # fmt: skip
    assert kept.band == pytest.approx(0.7 * whole.band)
    assert (whole.band > 0).any()
    assert same.room == pytest.approx(layout.room)
