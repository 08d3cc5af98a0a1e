"""Reasons read for one line agree with the iteration that solved for all of them."""

import numpy as np
import pytest
from django.urls import reverse

from planning.engine.solve import solve
from planning.engine.whatif import Change, what_if
from planning.models import Round, Run, RunLine
from planning.runner.build import Rules, build_problem
from planning.runner.explain import line_terms
from planning.runner.firmness import estimated, firmness, solved
from planning.runner.read import read_state
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from workplaces.models import DemandLine, Occupation

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
    assert {round_(t.use) for t in terms} == {
        -1.0,
        0.75,
        0.2,
        1.0,
    }  # output, 60/80 flour, energy as ever, an hour
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
    assert found.asked == len(expected.newly_asked)


def test_the_next_line_of_a_run_is_answered_without_reading_it_again(
    federation: Federation, computed: Run, django_assert_num_queries: object
) -> None:
    solved.cache_clear()
    product = federation.products["bread"].entity_id
    first = firmness(computed, suggestion(computed, federation, "bread"), product)
    line = suggestion(computed, federation, "flour")
    with django_assert_num_queries(1):  # how many lines the run has
        second = firmness(computed, line, product)
    assert first.withheld != second.withheld
    solved.cache_clear()
    assert firmness(computed, line, product) == second


@pytest.fixture
def guaranteed(federation: Federation) -> None:
    """The village is guaranteed 105 t of bread."""
    DemandLine.objects.filter(pk=federation.demand["bread"].pk).update(floor=105.0)


@pytest.mark.usefixtures("guaranteed", "answering")
def test_what_nobody_can_make_up_for_is_told(federation: Federation, sign_in: SignIn) -> None:
    """Nobody else bakes: if the bakery stays at 90 t, 15 t of the guaranteed bread are missing."""
    line = federation.lines["bread"]
    firm = reverse("planning:line_firm", args=[2027, 1, line.public_id])
    said = sign_in("bread_delegate").get(firm).content.decode()
    assert "bread falls short by 15.0 t, which nobody can make up for" in said.replace("\u202f", " ")


def test_the_estimate_shares_what_is_withheld_by_flexibility(
    federation: Federation, answering: Round
) -> None:
    run = answering.published_run
    line = suggestion(run, federation, "bread")
    found = estimated(run, line, federation.products["bread"].entity_id)
    assert not found.exact
    assert found.lines == []  # nobody else makes bread


@pytest.fixture
def in_thousands(federation: Federation) -> None:
    """The federation counts its labour in thousands of hours."""
    Occupation.objects.update(unit="thousand hours")


@pytest.mark.usefixtures("in_thousands")
def test_the_card_counts_hours_in_the_unit_of_the_data(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    """A tonne of bread takes a thousand hours here: one unit of the occupation."""
    run = Run.objects.get()
    line = suggestion(run, federation, "bread")
    url = reverse("planning:line_review", args=[2027, 1, federation.lines["bread"].public_id])
    text = sign_in("bread_delegate").get(url).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    hours = 1000 * (line.suggested - line.proposed)
    assert hours > 5000
    assert f"About {float(f'{hours:.2g}'):,.0f} hours more work in the year" in text
    assert f"as much as {hours / 1840:.0f} people do" in text
