"""Figures that are probably slips: asked back once, with what was typed kept."""

from html import unescape

import pytest
from django.test import Client

from planning.models import ConsumptionProposal, Cycle, Proposal, Response, Round
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_community_table import at, demand_key

pytestmark = pytest.mark.django_db


def line_url(federation: Federation, code: str = "bread") -> str:
    return at("line", 2027, federation.lines[code].public_id)


def posted(client: Client, url: str, given: dict[str, str], status: int) -> str:
    response = client.post(url, given)
    assert response.status_code == status
    return unescape(response.content.decode())


@pytest.mark.parametrize(("output", "figure"), [("0", 0.0), ("9,5", 9.5)])
def test_a_line_that_nearly_stops_is_asked_back_once(
    federation: Federation, proposing: Cycle, sign_in: SignIn, output: str, figure: float
) -> None:
    client, given = sign_in("bread_delegate"), {"output": output, "note": "The oven broke"}
    page = posted(client, line_url(federation), given, 422)
    assert "last year it was 100\u202ft" in page
    assert f'value="{output}"' in page
    assert "The oven broke" in page
    assert f'name="output-sure" value="{figure}"' in page
    assert not Proposal.objects.exists()
    posted(client, line_url(federation), given | {"output-sure": str(figure)}, 302)
    assert Proposal.objects.get().output == figure


def test_the_answer_to_one_figure_is_no_answer_to_another(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client = sign_in("bread_delegate")
    page = posted(client, line_url(federation), {"output": "1", "output-sure": "0.0"}, 422)
    assert "100 times as much" in page
    assert not Proposal.objects.exists()


def test_what_stands_is_not_asked_about_again(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client = sign_in("bread_delegate")
    posted(client, line_url(federation), {"output": "0", "output-sure": "0.0"}, 302)
    posted(client, line_url(federation), {"output": "0", "note": "As said"}, 302)
    assert Proposal.objects.get().note == "As said"


def test_thousands_of_another_language_are_asked_about(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    page = posted(sign_in("bread_delegate"), line_url(federation), {"output": "98.000"}, 422)
    assert "“98.000” can be read as 98 or as 98,000: type 98 or 98000." in page
    assert 'value="98.000"' in page
    assert not Proposal.objects.exists()


def test_the_capacity_that_a_refusal_shows_is_accepted(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client, url = sign_in("energy_delegate"), line_url(federation, "energy")  # capacity 101.33333…
    page = posted(client, url, {"output": "101.33334"}, 422)
    assert "101.33334 is more than the capacity or ceiling of 101.33\u202ft." in page
    assert "At most 101.33\u202ft." in page
    posted(client, url, {"output": "101.33"}, 302)


def test_a_counter_far_from_last_years_is_asked_back(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("bread_delegate")
    url = at("line_review", 2027, 1, federation.lines["bread"].public_id)
    given = {"kind": "counter", "counter-figure": "0", "counter-reason": "We stop baking"}
    page = posted(client, url, given, 422)
    assert "You state 0\u202ft" in page
    assert "We stop baking" in page
    assert not Response.objects.exists()
    posted(client, url, given | {"counter-figure-sure": "0.0"}, 302)
    assert Response.objects.get().figure == 0.0


def test_a_row_of_a_communitys_table_is_asked_back_and_the_others_stand(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client, url = sign_in("villager"), at("consumption", 2027, "village")
    given = {
        demand_key(federation, "bread", "quantity"): "1100",
        demand_key(federation, "energy", "quantity"): "55",
    }
    page = posted(client, url, given, 422)
    sure = demand_key(federation, "bread", "quantity-sure")
    assert "You state 1,100\u202ft, 11 times last year's 100\u202ft. Is that meant?" in page
    assert 'value="1100"' in page
    assert f'<input type="checkbox" name="{sure}" value="1100.0">' in page
    assert "1 figure is far from last year's" in page
    assert "1 other was written" in page
    assert ConsumptionProposal.objects.get().quantity == 55.0
    posted(client, url, given | {sure: "1100.0"}, 302)
    assert set(ConsumptionProposal.objects.values_list("quantity", flat=True)) == {55.0, 1100.0}


def test_a_counter_of_a_community_is_asked_back(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("villager"), at("consumption_review", 2027, 1, "village")
    given = {
        demand_key(federation, "bread", "kind"): "counter",
        demand_key(federation, "bread", "figure"): "0",
        demand_key(federation, "bread", "reason"): "We fast",
    }
    page = posted(client, url, given, 422)
    assert "You state 0\u202ft; last year it was 100\u202ft. Is that meant?" in page
    assert not Response.objects.exists()
    posted(client, url, given | {demand_key(federation, "bread", "figure-sure"): "0.0"}, 302)
    assert Response.objects.get().figure == 0.0


def test_others_are_refused_and_not_asked(federation: Federation, proposing: Cycle, sign_in: SignIn) -> None:
    posted(sign_in("flour_delegate"), line_url(federation), {"output": "0"}, 403)
    given = {demand_key(federation, "bread", "quantity"): "0"}
    posted(sign_in("bread_delegate"), at("consumption", 2027, "village"), given, 403)
