"""Stated quantities of inputs: each replaces the technique's for its own product, and no page drops any."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.models import Cycle, Proposal, Response
from planning.runner.execute import run_execute
from planning.services.answers import Answer, line_answer, proposal_set
from planning.services.cycles import standing
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from tests.planning.federation import NOW, Federation
from tests.planning.test_failing import iterated
from tests.planning.test_ratification import begun
from workplaces.models import Line, Technology

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _slow_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats on a connection of its own, which cannot see a run inside a test's transaction."""
    monkeypatch.setattr("planning.runner.claims.BEAT", 600.0)


def propose(federation: Federation, cycle: Cycle, output: float, **inputs: float) -> Proposal:
    """The bakery proposes, with quantities of some inputs."""
    return proposal_set(
        cycle=cycle, line=federation.lines["bread"], output=output, by=federation.people["bread_delegate"], now=NOW,
        inputs={federation.products[code]: quantity for code, quantity in inputs.items()},
    )  # fmt: skip


def used(federation: Federation, cycle: Cycle) -> dict[str, float]:
    """Return how much of each product the standing proposals use, as an iteration counts it."""
    round = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    rows = dict(iterated(round, federation).rows.filter(kind=0).values_list("entity", "use_before"))
    return {code: rows[product.entity_id] for code, product in federation.products.items()}


def test_a_stated_quantity_replaces_that_input_only(federation: Federation, cycle: Cycle) -> None:
    propose(federation, cycle, 100.0, energy=35.0)
    found = used(federation, cycle)
    assert found["flour"] == pytest.approx(10.0 + 50.0)  # the village's 10, half a ton a ton of bread
    assert found["energy"] == pytest.approx(50.0 + 6.0 + 7.6 / 0.9 + 35.0)


def test_none_of_an_input_is_stated_as_zero(federation: Federation, cycle: Cycle) -> None:
    propose(federation, cycle, 100.0, flour=0.0)
    assert used(federation, cycle)["flour"] == pytest.approx(10.0)


def test_factors_hold_for_what_is_not_stated(federation: Federation) -> None:
    Line.objects.filter(pk=federation.lines["bread"].pk).update(factors=[1.5, 1.0])
    cycle = begun(federation)
    propose(federation, cycle, 100.0, energy=35.0)
    assert used(federation, cycle)["flour"] == pytest.approx(10.0 + 75.0)


def test_by_products_stay_when_inputs_are_stated(federation: Federation) -> None:
    energy, bread = federation.products["energy"].entity_id, federation.products["bread"].entity_id
    Technology.objects.filter(code="bread").update(
        output_product=[bread, energy], output_coefficient=[1.0, 0.05]
    )
    cycle = begun(federation)
    propose(federation, cycle, 100.0, flour=40.0)
    round = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    supply = iterated(round, federation).rows.get(kind=0, entity=energy).supply_before
    assert supply == pytest.approx(76.0 / 0.9 + 5.0)


def at(federation: Federation) -> str:
    return reverse("planning:line", args=[2027, federation.lines["bread"].public_id])


def filled(client: Client, url: str) -> dict[str, str]:
    """Return what a browser would send back of the page as it is shown."""
    form = client.get(url).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


@pytest.fixture
def client(federation: Federation) -> Client:
    """The bakery's delegate in a browser."""
    browser = Client()
    browser.force_login(federation.people["bread_delegate"])
    return browser


def stated(cycle: Cycle, federation: Federation) -> dict[str, float]:
    """Return the quantities that stand, by product."""
    proposal = Proposal.objects.in_scenario(standing(cycle)).get(line_id=federation.lines["bread"].entity_id)
    codes = {product.entity_id: code for code, product in federation.products.items()}
    pairs = zip(proposal.input_product, proposal.input_quantity, strict=True)
    return {codes[entity]: quantity for entity, quantity in pairs}


def test_a_page_saved_as_it_was_shown_changes_no_figure(
    federation: Federation, cycle: Cycle, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planning.views.lines.INPUTS_SHOWN", 1)
    third = 100.0 / 3
    propose(federation, cycle, third, flour=third, energy=third, bread=1.0)
    assert client.post(at(federation), filled(client, at(federation))).status_code == 302
    assert stated(cycle, federation) == {"flour": third, "energy": third, "bread": 1.0}
    assert Proposal.objects.get().output == third  # to the last digit


def test_what_others_stated_meanwhile_is_kept(federation: Federation, cycle: Cycle, client: Client) -> None:
    shown = filled(client, at(federation))
    propose(federation, cycle, 100.0, bread=2.0)
    flour = f"input_{federation.products['flour'].entity_id}"
    assert client.post(at(federation), {**shown, flour: "40"}).status_code == 302
    assert stated(cycle, federation) == {"bread": 2.0, "flour": 40.0}


def test_an_emptied_field_states_nothing_any_more(
    federation: Federation, cycle: Cycle, client: Client
) -> None:
    propose(federation, cycle, 100.0, flour=40.0, energy=30.0)
    flour = f"input_{federation.products['flour'].entity_id}"
    assert client.post(at(federation), filled(client, at(federation)) | {flour: ""}).status_code == 302
    assert stated(cycle, federation) == {"energy": 30.0}


def test_stated_quantities_follow_the_output_that_a_round_arrives_at(
    federation: Federation, cycle: Cycle
) -> None:
    by, line = federation.people["coordinator"], federation.lines["bread"]
    propose(federation, cycle, 80.0, flour=60.0)
    round = round_open(cycle=cycle, by=by, now=NOW)
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    round = round_publish(round=round, run=run, by=by, now=NOW)
    answer = Answer("counter", 88.0, "one more oven")
    line_answer(round=round, line=line, answer=answer, by=federation.people["bread_delegate"], now=NOW)
    assert Response.objects.count() == 1
    round_close(round=round, by=by, now=round.answers_close_at)
    assert stated(cycle, federation) == {"flour": pytest.approx(66.0)}


def test_quantities_stated_for_no_output_are_kept_as_they_are(federation: Federation, cycle: Cycle) -> None:
    by, line = federation.people["coordinator"], federation.lines["bread"]
    propose(federation, cycle, 0.0, flour=60.0)
    round = round_open(cycle=cycle, by=by, now=NOW)
    round = round_publish(round=round, run=iterated(round, federation), by=by, now=NOW)
    answer = Answer("counter", 40.0, "the oven is mended")
    line_answer(round=round, line=line, answer=answer, by=federation.people["bread_delegate"], now=NOW)
    round_close(round=round, by=by, now=round.answers_close_at)
    assert stated(cycle, federation) == {"flour": 60.0}
