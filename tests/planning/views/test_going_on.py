"""Two buttons that do what belongs together: pressed twice or from an old page, nothing happens twice."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, Round, Run
from planning.services import going_on
from planning.services.rounds import round_close, round_open
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_community_table import at
from tests.planning.views.test_next_step import answer_all
from workplaces.errors import TooLate
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def open_and_start(client: Client, number: object = 1) -> HttpResponse:
    return client.post(at("round_open_start", 2027), {"number": number}, follow=True)


def close_and_next(client: Client, number: int = 1) -> HttpResponse:
    return client.post(at("round_close_next", 2027, number), follow=True)


def told() -> list[str]:
    return list(
        Entry.objects.filter(kind__regex="^(round|run|cycle)[.]").order_by("number").values_list("kind", flat=True)
    )  # fmt: skip


def counted() -> tuple[int, int]:
    return Round.objects.count(), Run.objects.count()


def test_one_press_opens_the_round_and_starts_its_iteration(proposing: Cycle, sign_in: SignIn) -> None:
    client, before = sign_in("coordinator"), len(told())
    page = client.get(at("cycle", 2027)).content.decode()
    assert "Open round 1 and start the iteration" in page
    assert f'action="{at("round_open", 2027)}"' in page, "the single step is still there"
    answer = open_and_start(client)
    assert answer.redirect_chain == [(at("round", 2027, 1), 302)]
    assert "Round 1 is open, and its iteration is under way." in answer.content.decode()
    assert (Round.objects.get().state, Run.objects.get().state) == ("open", "queued")
    assert told()[before:] == ["cycle.open_rounds", "round.opened", "run.queued"]


def test_a_second_press_leads_to_the_round_and_does_nothing(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    open_and_start(client)
    before = told()
    answer = open_and_start(client)
    assert answer.redirect_chain == [(at("round", 2027, 1), 302)]
    assert "nothing was done twice" in answer.content.decode()
    assert (counted(), told()) == ((1, 1), before)


def test_an_old_page_opens_no_later_round(federation: Federation, answering: Round, sign_in: SignIn) -> None:
    answer_all(answering, federation)
    round_close(round=answering, by=federation.people["coordinator"], now=timezone.now())
    client, before = sign_in("coordinator"), counted()
    assert "nothing was done twice" in open_and_start(client, 1).content.decode()
    assert open_and_start(client, 7).status_code == 409
    assert counted() == before
    assert "Round 2 is open" in open_and_start(client, 2).content.decode()


@pytest.mark.parametrize("number", ["", "two", "-1", "1" * 5000, "٢"])
def test_a_form_without_a_rounds_number_opens_nothing(proposing: Cycle, sign_in: SignIn, number: str) -> None:
    answer = open_and_start(sign_in("coordinator"), number)
    assert answer.status_code == 422
    assert "Load the page again" in answer.content.decode()
    assert counted() == (0, 0)


def test_where_the_start_is_refused_the_round_stays_open_and_the_page_says_so(
    proposing: Cycle, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: object) -> None:
        raise TooLate("The workers are away.")

    with monkeypatch.context() as patch:
        patch.setattr(going_on, "run_start", refuse)
        page = open_and_start(sign_in("coordinator")).content.decode()
    assert "Round 1 is open, but its iteration did not start: The workers are away." in page
    assert "Start the iteration" in page
    assert (Round.objects.get().state, Run.objects.count()) == ("open", 0)


def test_one_press_closes_the_round_and_computes_the_next(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    answer_all(answering, federation)
    page = client.get(at("round", 2027, 1)).content.decode()
    assert (
        "nobody&#x27;s figure is decided by silence" in page
        or "nobody's figure is decided by silence" in page
    )
    assert "Only close round 1" in page
    before = len(told())
    answer = close_and_next(client)
    assert answer.redirect_chain == [(at("round", 2027, 2), 302)]
    assert told()[before:] == ["round.closed", "round.opened", "run.queued"]
    again = close_and_next(client)
    assert "Round 2 had been opened already" in again.content.decode()
    assert len(told()) == before + 3


def test_it_waits_for_answers_as_the_single_step_does(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    answer = close_and_next(client)
    assert answer.status_code == 409
    assert "have not answered yet" in answer.content.decode()
    assert (Round.objects.get().state, counted()) == ("answering", (1, 1))


def test_a_round_closed_by_somebody_else_is_not_followed_over_their_head(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    answer_all(answering, federation)
    by = federation.people["coordinator"]
    cycle = round_close(round=answering, by=by, now=timezone.now()).cycle
    assert close_and_next(sign_in("coordinator")).status_code == 409
    assert Round.objects.count() == 1
    round_open(cycle=cycle, by=by, now=timezone.now())
    assert "Round 2 had been opened already" in close_and_next(sign_in("coordinator")).content.decode()


@pytest.mark.parametrize("who", ["bread_delegate", "registrar", "stranger", "root"])
def test_nobody_else_presses_them(answering: Round, sign_in: SignIn, who: str) -> None:
    client, before = sign_in(who), counted()
    assert open_and_start(client, 2).status_code == 403
    assert open_and_start(client, "x").status_code == 403
    assert close_and_next(client).status_code == 403
    assert counted() == before
