"""Reasons read for one line agree with the iteration that solved for all of them."""

import numpy as np
import pytest

from planning.engine.solve import solve
from planning.engine.whatif import Change, what_if
from planning.models import Round, Run, RunLine
from planning.runner.build import Rules, build_problem
from planning.runner.explain import estimated, firmness, line_terms
from planning.runner.read import read_state
from tests.planning.federation import Federation

pytestmark = pytest.mark.django_db


def suggestion(run: Run, federation: Federation, code: str) -> RunLine:
    return RunLine.objects.get(run=run, kind=0, entity=federation.lines[code].entity_id)


@pytest.mark.parametrize("code", ["bread", "flour", "energy"])
def test_terms_add_up_to_the_stored_margin(federation: Federation, computed: Run, code: str) -> None:
    terms = line_terms(computed, computed.scenario, federation.lines[code])
    margin = suggestion(computed, federation, code).margin
    assert sum(term.amount for term in terms) == pytest.approx(margin, rel=1e-12, abs=1e-14)
    assert any(term.amount for term in terms)


def test_terms_of_stated_quantities(federation: Federation, proposing: object) -> None:
    from django.utils import timezone

    from planning.runner.execute import run_execute
    from planning.services.answers import proposal_set
    from planning.services.rounds import round_open
    from planning.services.runs import run_start

    people, now = federation.people, timezone.now()
    proposal_set(
        cycle=proposing, line=federation.lines["bread"], output=80.0, by=people["bread_delegate"], now=now,
        inputs={federation.products["flour"]: 60.0},
    )  # fmt: skip
    round = round_open(cycle=proposing, by=people["coordinator"], now=now)
    run = run_start(round=round, by=people["coordinator"], now=now)
    run_execute(run.public_id, clock=timezone.now)
    terms = line_terms(run, round.scenario, federation.lines["bread"])
    assert {round_(t.use) for t in terms} == {-1.0, 0.75, 1.0}  # output, 60/80 flour, an hour of labour
    margin = suggestion(run, federation, "bread").margin
    assert sum(t.amount for t in terms) == pytest.approx(margin, rel=1e-12, abs=1e-14)


def round_(value: float) -> float:
    return float(np.round(value, 12))


def test_holding_firm_is_what_the_engine_finds(federation: Federation, computed: Run) -> None:
    line = suggestion(computed, federation, "bread")
    found = firmness(computed, line, federation.products["bread"].entity_id)
    rules = Rules.of(computed.parameters)
    problem, layout = build_problem(read_state(computed.scenario_id, band=rules.band), rules)
    column = int(np.flatnonzero((layout.column_kind == 0) & (layout.column_entity == line.entity))[0])
    expected = what_if(problem, solve(problem), Change(column, firm=True))
    assert found.exact
    assert found.withheld == pytest.approx(line.suggested - line.proposed, rel=1e-9)
    assert found.cost == pytest.approx(expected.extra_cost, rel=1e-6)
    assert found.cost > 0
    assert len(found.lines) == len(expected.columns)


def test_the_estimate_shares_what_is_withheld_by_flexibility(
    federation: Federation, answering: Round
) -> None:
    run = answering.published_run
    line = suggestion(run, federation, "bread")
    found = estimated(run, line, federation.products["bread"].entity_id)
    assert not found.exact
    assert found.lines == []  # nobody else makes bread
