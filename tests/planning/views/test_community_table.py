"""What communities do on the screen: propose and answer in one table."""

from html import unescape

import pytest
from django.urls import reverse

from planning.models import ConsumptionProposal, Cycle, Response, Round
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from workplaces.models import DemandLine, Product

pytestmark = pytest.mark.django_db


def at(name: str, *arguments: object) -> str:
    return reverse(f"planning:{name}", args=arguments)


def demand_key(federation: Federation, code: str, field: str) -> str:
    return f"d{federation.demand[code].entity_id}-{field}"


def test_a_community_writes_its_table(federation: Federation, proposing: Cycle, sign_in: SignIn) -> None:
    url = at("consumption", 2027, "village")
    given = {
        demand_key(federation, "bread", "quantity"): "110",
        demand_key(federation, "energy", "quantity"): "50",
        demand_key(federation, "flour", "quantity"): "10",
    }
    assert sign_in("villager").post(url, given).status_code == 302
    written = ConsumptionProposal.objects.get()  # only what was changed
    assert (written.demand_line_id, written.quantity) == (federation.demand["bread"].entity_id, 110.0)


def test_a_bad_row_says_so_and_the_others_stand(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    given = {
        demand_key(federation, "bread", "quantity"): "110",
        demand_key(federation, "energy", "quantity"): "minus two",
        demand_key(federation, "flour", "quantity"): "-1",
    }
    response = sign_in("villager").post(at("consumption", 2027, "village"), given)
    page = response.content.decode()
    assert response.status_code == 422
    assert "2 figures were not taken" in page
    assert "1 other was written" in page
    assert 'value="minus two"' in page
    assert "below the least possible" in page
    assert ConsumptionProposal.objects.get().quantity == 110.0


def test_strangers_do_not_write_a_communitys_table(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    given = {demand_key(federation, "bread", "quantity"): "110"}
    response = sign_in("bread_delegate").post(at("consumption", 2027, "village"), given)
    assert response.status_code == 403
    assert not ConsumptionProposal.objects.exists()


def test_a_community_answers_in_one_table(federation: Federation, answering: Round, sign_in: SignIn) -> None:
    url = at("consumption_review", 2027, 1, "village")
    given = {
        demand_key(federation, "bread", "kind"): "counter",
        demand_key(federation, "bread", "figure"): "104",
        demand_key(federation, "bread", "reason"): "The feast",
        demand_key(federation, "energy", "kind"): "firm",
    }
    response = sign_in("villager").post(url, given)
    assert response.status_code == 422
    assert "Give a reason" in response.content.decode() or "A reason is needed" in response.content.decode()
    assert Response.objects.get().figure == 104.0
    given[demand_key(federation, "energy", "reason")] = "Winter"
    assert sign_in("villager").post(url, given).status_code == 302
    assert Response.objects.count() == 2
    assert Response.objects.get(kind="counter").revision == 1  # unchanged rows are not sent again
    assert (
        sign_in("bread_delegate")
        .post(url, given | {demand_key(federation, "energy", "kind"): "accept"})
        .status_code
        == 403
    )


def test_searching_keeps_what_was_typed_and_writes_nothing(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    given = {
        demand_key(federation, "bread", "quantity"): "112.5",
        demand_key(federation, "energy", "quantity"): "50",
        "note": "A feast",
        "q": "ener",
        "do": "look",
    }
    response = sign_in("villager").post(at("consumption", 2027, "village"), given)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="112.5"' in page  # typed into: stays in sight
    assert demand_key(federation, "energy", "quantity") in page  # sought
    assert demand_key(federation, "flour", "quantity") not in page
    assert "A feast" in page
    assert not ConsumptionProposal.objects.exists()


def test_the_sum_of_what_is_wanted_stands_below(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    client, url = sign_in("villager"), at("consumption", 2027, "village")
    page = unescape(client.get(url).content.decode())
    assert "All 3 uses together, at last year's prices" in page
    assert "160" in page
    given = {demand_key(federation, "bread", "quantity"): "116", "do": "look"}
    page = unescape(client.post(url, given).content.decode())
    assert "176" in page
    assert "+10\u202f%" in page


def test_limits_and_reasons_stand_at_the_figures(
    federation: Federation, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    DemandLine.objects.filter(pk=federation.demand["bread"].pk).update(ceiling=133.33333333, floor=20.0)
    request.getfixturevalue("proposing")
    client, url = sign_in("villager"), at("consumption", 2027, "village")
    page = client.get(url).content.decode()
    assert "20 to 133.33\u202ft" in page
    given = {demand_key(federation, "bread", "quantity"): "120", "note": "A feast"}
    assert client.post(url, given).status_code == 302
    assert ConsumptionProposal.objects.get().note == "A feast"
    assert "A feast" in client.get(url).content.decode()


def test_a_long_table_shows_the_largest_uses_first_and_all_on_demand(
    federation: Federation, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    for number in range(30):
        product = Product.objects.create(
            scenario=federation.baseline, code=f"p{number:02}", name=f"Thing {number:02}", unit="t", price=1.0
        )
        DemandLine.objects.create(
            scenario=federation.baseline,
            region=federation.community,
            product=product,
            category="household",
            last=float(number + 1),
        )
    request.getfixturevalue("proposing")
    client, url = sign_in("villager"), at("consumption", 2027, "village")
    page = client.get(url).content.decode()
    assert page.count('<input type="text"') == 20
    assert "Thing 29" in page
    assert "Thing 00" not in page
    assert "Show all 33" in page
    given = {demand_key(federation, "flour", "quantity"): "11", "do": "all"}
    page = client.post(url, given).content.decode()
    assert "Thing 00" in page
    assert 'value="11"' in page
    assert not ConsumptionProposal.objects.exists()


def test_all_that_is_left_can_be_accepted_at_once(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    url = at("consumption_review", 2027, 1, "village")
    client = sign_in("villager")
    page = client.get(url).content.decode()
    assert 'name="rest" value="accept"' in page
    assert "premium" in page  # why it is asked for less
    given = {
        demand_key(federation, "energy", "kind"): "firm",
        demand_key(federation, "energy", "reason"): "Winter",
        demand_key(federation, "bread", "kind"): "",
        "rest": "accept",
    }
    assert client.post(url, given).status_code == 302
    answers = {r.demand_line_id: r for r in Response.objects.all()}
    assert answers[federation.demand["energy"].entity_id].kind == "firm"
    taken = [r for r in answers.values() if r.kind == "accept"]
    suggested = {line.entity: line for line in answering.published_run.lines.filter(kind=1)}
    assert taken
    assert all(suggested[r.demand_line_id].asked for r in taken)
    assert all(r.figure == suggested[r.demand_line_id].suggested for r in taken)
    assert 'name="rest"' not in client.get(url).content.decode()
