"""What communities do on the screen: propose and answer in one table."""

import pytest
from django.urls import reverse

from planning.models import ConsumptionProposal, Cycle, Response, Round
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn

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
