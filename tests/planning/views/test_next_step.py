"""What “my duties” asks a coordinator next, without waiting for time that nobody needs."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning import policies
from planning.models import Cycle, Plan, Response, Round, Run, RunLine
from planning.models.answers import Source
from planning.runner.execute import run_execute
from planning.services.rounds import round_open
from planning.services.runs import run_cancel, run_start
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db


def asked(client: Client) -> str:
    return str(client.get(reverse("planning:duties")).content.decode())


def answer_all(round: Round, federation: Federation) -> None:
    for line in RunLine.objects.filter(run=round.published_run, asked=True):
        keys = {"line_id" if line.kind == RunLine.Kind.PRODUCTION else "demand_line_id": line.entity}
        Response.objects.create(
            round=round, kind=Response.Kind.ACCEPT, figure=line.suggested, by=federation.people["bread_delegate"],
            at=timezone.now(), source=Source.PERSON, **keys,
        )  # fmt: skip


def test_a_round_can_close_once_all_have_answered(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    assert policies.unanswered(answering) > 0
    assert "Shall round 1 close?" not in asked(client)
    answer_all(answering, federation)
    page = asked(client)
    assert "Shall round 1 close?" in page
    assert "All who were asked have answered." in page


def test_what_adds_up_goes_to_the_councils_without_another_round(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    """Everybody proposes last year's figures, which balance."""
    by = federation.people["coordinator"]
    first = round_open(cycle=proposing, by=by, now=timezone.now())
    run = run_start(round=first, by=by, now=timezone.now())
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    client = sign_in("coordinator")
    assert "Shall the plan for 2027 go to the councils?" in asked(client)
    page = client.get(reverse("planning:round", args=[2027, 1])).content.decode()
    assert '<button class="button primary">Put to the councils as a plan' in page
    assert '<button class="button">Publish suggestions' in page


def test_the_last_round_leads_to_the_councils_and_says_why(plan: Plan, sign_in: SignIn) -> None:
    last = plan.run.round
    with unguarded(Round), unguarded(Cycle), unguarded(Plan):
        Round.objects.update(state="open", closed_at=None, closed_by=None)
        Cycle.objects.update(phase="rounds")
        Plan.objects.update(state="abandoned")
    page = asked(sign_in("coordinator"))
    assert policies.is_last(last)
    assert "Shall the plan for 2027 go to the councils?" in page
    assert "the last round that the charter allows" in page
    assert "Publish the suggestions" not in page


def test_while_it_computes_nobody_is_asked_to_start(
    federation: Federation, opened: Round, sign_in: SignIn
) -> None:
    client, by = sign_in("coordinator"), federation.people["coordinator"]
    assert "Start the iteration of round 1?" in asked(client)
    run = run_start(round=opened, by=by, now=timezone.now())
    page = asked(client)
    assert "Round 1 is being computed" in page
    assert "Start the iteration" not in page
    run_cancel(run=run, by=by, now=timezone.now())
    page = asked(client)
    assert "Start the iteration of round 1?" in page
    assert "did not come to an end" in page


def test_the_last_line_without_a_proposal_is_one_tap_away(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    line = reverse("planning:line", args=[2027, federation.lines["bread"].public_id])
    client = sign_in("bread_delegate")
    assert f'href="{line}"' in asked(client)
    page = client.post(line, {"output": "95"}, follow=True).content.decode()
    assert "Back to my duties" in page
    assert "The next line to propose" not in page


def test_what_does_not_add_up_is_published(computed: Run, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    assert "Publish the suggestions of round 1?" in asked(client)
    page = client.get(reverse("planning:round", args=[2027, 1])).content.decode()
    assert '<button class="button primary">Publish suggestions' in page
