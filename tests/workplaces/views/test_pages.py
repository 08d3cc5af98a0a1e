"""Lists and rows: who sees them, what they say, and that every table comes out as CSV."""

import csv
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.federation import NOW, Federation
from tests.workplaces.views.conftest import Browse
from workplaces.models import Product, Scenario
from workplaces.services.scenarios import scenario_close, scenario_open

ROLES = ["registrar", "coordinator", "bread_delegate", "villager", "stranger", "root"]
LISTS = ["workplaces", "products", "sectors", "regions", "labour_pools", "resources", "counterparties", "agreements",
         "scenarios", "imports"]  # fmt: skip


def read_csv(response: object) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("who", ROLES)
def test_everybody_signed_in_sees_every_page(who: str, browse: Browse, addresses: dict[str, str]) -> None:
    client = browse(who)
    assert {name: client.get(url).status_code for name, url in addresses.items()} == dict.fromkeys(
        addresses, 200
    )


def test_nobody_else_does(addresses: dict[str, str]) -> None:
    for url in addresses.values():
        response = Client().get(url)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", LISTS)
def test_every_list_comes_out_as_csv(name: str, browse: Browse, addresses: dict[str, str]) -> None:
    response = browse("stranger").get(addresses[name], {"format": "csv"})
    assert response["Content-Type"].startswith("text/csv")
    rows = read_csv(response)
    if name != "imports":  # the only import is of people, which is not for everybody
        assert rows


def test_a_csv_holds_figures_as_figures(browse: Browse, addresses: dict[str, str]) -> None:
    rows = read_csv(browse("stranger").get(addresses["agreements"], {"format": "csv"}))
    assert rows == [
        {
            "product": "Energy", "supplier": "Energy works", "client": "Bread works", "quantity": "30.0", "unit": "t",
            "from": "2027-01-01", "until": "2028-01-01", "state": "offered",
        }
    ]  # fmt: skip


def test_search_order_and_pages(browse: Browse, federation: Federation, addresses: dict[str, str]) -> None:
    for n in range(120):
        Product.objects.create(scenario=federation.baseline, code=f"p{n}", name=f"Product {n:03}", unit="t")
    client, url = browse("stranger"), addresses["products"]
    page = client.get(url, {"sort": "-name"})
    assert page.context["page"].object_list[0].name == "Product 119"
    assert "123 products are planned" in page.content.decode()
    assert "page=2" in page.content.decode()
    found = client.get(url, {"q": "product 07"})
    assert found.context["page"].paginator.count == 12
    assert "12 of 123 match" in found.content.decode()
    assert client.get(url, {"q": "nothing like it"}).context["rows"] == []
    assert client.get(url, {"sort": "password"}).status_code == 404
    assert len(read_csv(client.get(url, {"q": "product 07", "format": "csv"}))) == 12


def test_titles_are_sentences(browse: Browse, addresses: dict[str, str]) -> None:
    client = browse("stranger")
    titles = {name: client.get(url).context["title"] for name, url in addresses.items()}
    assert titles["workplaces"] == "3 workplaces plan here"
    assert titles["workplace"] == "Bread works makes Bread"
    assert titles["product"] == "Bread: 100 t made last".replace(" t", "\u202ft")
    assert titles["scenario"] == "Baseline 1 is open: its figures can still be typed in"
    assert titles["agreement"] == "Offered: Energy works supplies Bread works with 30.0 t of Energy".replace(
        "30.0 t", "30\u202ft"
    )


def test_rows_tables_come_out_as_csv_too(browse: Browse, addresses: dict[str, str]) -> None:
    client = browse("stranger")
    rows = read_csv(client.get(addresses["product"], {"format": "csv", "table": "makers"}))
    assert rows == [{"workplace": "Bread works", "product": "Bread", "last": "100.0", "capacity": "120.0"}]
    users = read_csv(client.get(addresses["product"], {"format": "csv", "table": "users"}))
    assert users == []
    assert client.get(addresses["product"], {"format": "csv", "table": "secrets"}).status_code == 404


def test_a_line_shows_absolute_quantities_of_a_shared_technique(
    browse: Browse, addresses: dict[str, str]
) -> None:
    page = browse("stranger").get(addresses["line"])
    uses = {use.what.code: (use.quantity, use.per_unit) for use in page.context["inputs"]}
    assert uses == {"flour": (50.0, 0.5), "energy": (20.0, 0.2)}
    assert [(use.what.code, use.quantity) for use in page.context["labour"]] == [("work", 100.0)]


def test_members_see_each_other_and_others_see_how_many(browse: Browse, addresses: dict[str, str]) -> None:
    assert "Ana" in browse("registrar").get(addresses["workplace"]).content.decode()
    stranger = browse("stranger").get(addresses["workplace"]).content.decode()
    assert "Ana" not in stranger
    assert "Members on the roll" in stranger
    csv_url = {"format": "csv", "table": "members"}
    assert browse("stranger").get(addresses["workplace"], csv_url).status_code == 404


def test_what_does_not_exist(browse: Browse, addresses: dict[str, str]) -> None:
    client = browse("registrar")
    for name in ("workplace", "product", "line", "agreement", "scenario", "import", "region", "counterparty"):
        assert client.get(reverse(f"workplaces:{name}", args=[uuid.uuid4()])).status_code == 404
    assert client.get(addresses["products"], {"scenario": "no-uuid"}).status_code == 404
    assert client.get(addresses["products"], {"scenario": str(uuid.uuid4())}).status_code == 404


def test_somebody_elses_sandbox_does_not_exist(
    browse: Browse, federation: Federation, addresses: dict[str, str]
) -> None:
    mine = Scenario.objects.create(name="Mine", kind="sandbox", created_by=federation.people["villager"])
    url = reverse("workplaces:scenario", args=[mine.public_id])
    assert browse("villager").get(url).status_code == 200
    assert browse("stranger").get(url).status_code == 404
    assert browse("stranger").get(addresses["products"], {"scenario": str(mine.public_id)}).status_code == 404
    assert "Mine" not in browse("stranger").get(addresses["scenarios"]).content.decode()


def test_a_closed_baseline_says_who_closed_it(
    browse: Browse, federation: Federation, addresses: dict[str, str]
) -> None:
    closed = scenario_close(scenario=federation.baseline, by=federation.people["coordinator"], now=NOW)
    page = browse("stranger").get(addresses["scenario"])
    assert closed.digest in page.content.decode()
    assert "Coordinator" in page.content.decode()
    second = scenario_open(kind="baseline", parent=closed, by=federation.people["coordinator"], now=NOW)
    ours = federation.products["bread"]
    Product.objects.create(
        scenario=second, origin=ours, public_id=ours.public_id, code="bread", name="Rye bread", unit="t"
    )
    client = browse("stranger")
    assert "Rye bread" in client.get(addresses["product"]).content.decode()
    before = client.get(addresses["product"], {"scenario": str(closed.public_id)}).content.decode()
    assert "Rye bread" not in before
    assert "not the baseline in use now" in before


def test_synthetic_figures_are_labelled(
    browse: Browse, federation: Federation, addresses: dict[str, str]
) -> None:
    Scenario.objects.filter(pk=federation.baseline.pk).update(synthetic_note="Sizes are made up, seed 1.")
    client = browse("stranger")
    for name in ("workplaces", "workplace", "product", "scenario", "line"):
        text = client.get(addresses[name]).content.decode()
        assert "synthetic data" in text
        told = "Sizes are made up, seed 1." in text
        assert told == (name == "scenario")
        assert told or f"{addresses['scenario']}#source" in text


@pytest.mark.django_db
def test_an_instance_without_a_federation_says_so(django_user_model: type) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create(username="first"))
    for name in LISTS:
        assert "has not been set up yet" in client.get(reverse(f"workplaces:{name}")).content.decode()


def test_few_queries_for_a_page_of_many(
    browse: Browse, federation: Federation, addresses: dict[str, str], django_assert_max_num_queries: object
) -> None:
    client = browse("stranger")
    client.get(addresses["workplaces"])
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(addresses["workplaces"])
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.get(addresses["workplace"])
