"""Price-guided rounds on an economy's own proposals: by hand, against the least change, and as a command."""

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from planning.engine.problem import PlanProblem, RowKind
from planning.engine.rounds.councils import Question
from planning.engine.rounds.mechanism import run
from planning.engine.rounds.newton import Newton
from planning.engine.solve import solve
from planning.models import Cycle
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.guided import PROCEDURES, compare, priced_lines
from planning.runner.stress.economy import state_of
from planning.services.answers import proposal_set
from tests.planning.engine.examples import single_row
from tests.planning.federation import NOW, Federation
from workplaces.errors import Invalid
from workplaces.models import Entry
from workplaces.tables import build_economy


def layout_of(problem: PlanProblem, price: float = 1.0) -> Layout:
    """Makers first, one user last."""
    return Layout(
        row_kind=problem.row_kind, row_entity=np.arange(problem.m), row_price=np.full(problem.m, price),
        column_kind=np.where(np.arange(problem.n) < problem.n - 1, 0, 1).astype(np.int8),
        column_entity=np.arange(problem.n), room=np.zeros(problem.n), clipped=0,
    )  # fmt: skip


def bread() -> PlanProblem:
    """10 offered, 12 wanted; 3 more a unit of price, 1 less."""
    return single_row([-1, 1], proposal=[10, 12], flexibility=[3, 1], band=[1, 1], kappa=[5, 5])


def test_people_answer_in_proportion_to_the_price() -> None:
    """At 1.2: 10 + 3·0.2 = 10.6 offered, 12 − 0.2 = 11.8 wanted; mandates play no part."""
    problem = bread()
    answers = priced_lines(problem, layout_of(problem)).answer(Question(np.array([1.2])), slopes=True)
    assert answers.supply == pytest.approx([10.6])
    assert answers.use == pytest.approx([11.8])
    assert answers.slopes is not None
    assert answers.slopes.supply.tolist() == [[pytest.approx(3 * 1.2)]]
    assert answers.slopes.use.tolist() == [[pytest.approx(-1.2)]]


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_balancing_price_by_hand(name: str) -> None:
    """10 + 3(p − 1) = 12 − (p − 1): p = 1.5."""
    problem = bread()
    lines = priced_lines(problem, layout_of(problem))
    course = run(PROCEDURES[name](), lines, lines.base, tolerance=0.002, limit=200)
    assert course.prices[-1] == pytest.approx([1.5], abs=0.01)
    assert course.rounds_to(0.002) is not None


@pytest.fixture(scope="module")
def table() -> tuple[Any, PlanProblem, Layout]:
    state = state_of(build_economy("brazil-2021", workplaces=150, seed=3), band=0.05)
    demand = state.demand | {"proposed": 1.03 * state.demand["proposed"]}
    state = replace(state, demand=demand)
    return state, *build_problem(state, Rules())


def test_what_is_drawn_and_made_is_what_the_iteration_counts(table: Any) -> None:
    _, problem, layout = table
    lines, result = priced_lines(problem, layout), solve(problem)
    rows = problem.row_kind == RowKind.PRODUCT
    net = (lines.uses - lines.supplies) @ problem.proposal
    expected = (result.use_before - result.supply_before)[rows]
    np.testing.assert_allclose(net[rows], expected, atol=1e-9 * result.use_before.max())


def test_reported_elasticities_are_the_differences_of_answers(table: Any) -> None:
    _, problem, layout = table
    lines = priced_lines(problem, layout)
    price = lines.base * np.exp(np.random.default_rng(1).normal(0, 0.002, lines.goods))
    found, step = lines.answer(Question(price), slopes=True).slopes, 1e-7
    assert found is not None
    for good in (0, 40, 100):
        ahead, back = (
            lines.answer(Question(price * np.exp(sign * step * np.eye(lines.goods)[good])))
            for sign in (1, -1)
        )
        for slope, more, less in (
            (found.supply, ahead.supply, back.supply),
            (found.use, ahead.use, back.use),
        ):
            assert np.median(np.abs(slope[:, good] - (more - less) / (2 * step))) < 1e-3 * np.abs(slope).max()
            assert slope[good, good] == pytest.approx((more - less)[good] / (2 * step), rel=0.05)


def test_prices_and_premiums_end_at_the_same_plan(table: Any) -> None:
    """Where hours and exchange do not bind and nobody has a mandate, premiums are the balancing prices less the base."""
    _, problem, layout = table
    scarce = problem.row_kind != RowKind.PRODUCT
    free = replace(
        problem, band=np.full(problem.n, np.inf), target=np.where(scarce, 1e9, problem.target),
    )  # fmt: skip
    lines = priced_lines(free, layout)
    course = run(Newton(), lines, lines.base, tolerance=1e-10, limit=40)
    assert course.worst[-1] < 1e-9
    np.testing.assert_allclose(course.answers.output, solve(free).x, rtol=1e-6, atol=1e-6)


def test_all_procedures_stand_in_one_table(table: Any) -> None:
    found = compare(*table)
    least, *priced = found.outcomes
    assert [each.name for each in priced] == list(PROCEDURES)
    assert least.rounds_to(0.01) == 2
    assert least.asked[1] < 1.0
    assert all(set(each.asked) == {1.0} for each in priced)
    rounds = {each.name: each.rounds_to(0.03) for each in priced}
    assert rounds["Newton, elasticities reported"] is not None
    assert rounds["Newton, elasticities reported"] <= 5
    assert (found.goods, found.left_out) == (128, 0)


def test_a_product_that_nobody_makes_is_left_out_and_counted() -> None:
    use = np.array([[-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    problem = PlanProblem.own(
        use, row_kind=[0, 0], target=[0, 0], short_price=[9, 9], glut_price=[9, 9], proposal=[1, 2, 3], lower=[0] * 3,
        upper=[9] * 3, flexibility=[1] * 3, band=[0] * 3, kappa=[0] * 3,
    )  # fmt: skip
    assert priced_lines(problem, layout_of(problem)).rows.tolist() == [0]
    with pytest.raises(Invalid, match="here are 0"):
        priced_lines(replace(problem, flexibility=np.zeros(3), proposal=np.zeros(3)), layout_of(problem))


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("price_rounds", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_needs_no_database_for_a_table() -> None:
    text = printed("--workplaces", "400", "--seed", "2")
    assert "Brazil 2021, proposals by seed 2: 400 workplaces, 128 products" in text
    for name in PROCEDURES:
        assert name in text
    assert "Hours and caps have no price here" in text


@pytest.mark.django_db
def test_the_command_reads_a_cycles_proposals_and_writes_nothing(
    federation: Federation, cycle: Cycle
) -> None:
    by = federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=federation.lines["bread"], output=90.0, by=by, now=NOW)
    before = Entry.objects.count()
    found = json.loads(printed("--cycle", "2027", "--json"))
    assert found["subject"] == "Proposals of 2027"
    assert (found["goods"], found["workplaces"]) == (3, 3)
    # bread: 90 offered, 100 wanted: 2·10/190; flour: 60 offered, 45 + 10 used: 2·5/115
    assert found["outcomes"][0]["worst"][0] == pytest.approx(20 / 190)
    assert Entry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cycle", "1999"], "no cycle 1999"),
        (["--workplaces", "0"], "at least 1"),
        (["--scatter", "nan"], "scatter"),
        (["--growth", "nan"], "growth"),
        (["--growth", "-5"], "growth"),
        (["--source", "folder:/nonexistent"], "nonexistent"),
    ],
)
def test_what_cannot_be_compared_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        printed(*arguments)


@pytest.mark.parametrize(
    ("option", "figure"),
    [("--scatter", "nan"), ("--scatter", "1"), ("--growth", "nan"), ("--growth", "-1"), ("--rounds", "0")]
)  # fmt: skip
def test_a_rehearsal_says_what_cannot_be_meant_before_it_begins(option: str, figure: str) -> None:
    with pytest.raises(CommandError, match=option):
        call_command("rehearse", option, figure)
