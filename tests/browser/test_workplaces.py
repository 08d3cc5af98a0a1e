"""The economy's pages in a real browser: on a phone, and a file taken in and a line stated without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.federation.founding import Wishes, federation_setup, registrar_install
from tests.browser.pages import assert_fits, assert_page_ok
from workplaces.models import (
    Agreement,
    ImportBatch,
    LabourPool,
    Line,
    Person,
    Product,
    Region,
    Scenario,
    Sector,
    Workplace,
)
from workplaces.services.imports import import_apply

SignIn = Callable[[Page, object], None]
FILES = {
    "products": "code;name;unit;price\nsteel;Steel;t;800\npower;Power;MWh;70,5\n",
    "workplaces": "code;name;region;sector\nfoundry;Foundry;community-1;production\nplant;Plant;community-1;production\n",
    "counterparties": "code,name\ngrid,Grid company\n",
    "occupations": "code,name\nwelder,Welders\n",
    "labour_pools": "region,occupation,hours,wage\ncommunity-1,welder,60000,24\n",
    "techniques": "workplace,product,output,input,quantity,source\n"
    "foundry,steel,400,power,30,plant\nfoundry,steel,,power,60,grid\n",
    "members": "name,email,workplace,community\nAna,ana@example.org,foundry,community-1\n",
}


@pytest.fixture
def registrar(transactional_db: None) -> Person:
    """The registrar of a federation with two workplaces."""
    now = timezone.now()
    person = registrar_install(email="rosa@example.org", name="Rosa", now=now)
    federation_setup(wishes=Wishes("Vale", "cooperatives"), registrar=person, by=None, now=now)
    for kind, text in FILES.items():
        import_apply(
            kind=kind,
            scenario=Scenario.objects.get(),
            file_name=f"{kind}.csv",
            content=text.encode(),
            by=person,
            now=now,
        )
    return person


def addresses() -> list[str]:
    rows = {
        "workplace": Workplace, "product": Product, "sector": Sector, "labour_pool": LabourPool, "line": Line,
        "line_edit": Line, "line_new": Workplace, "agreement_new": Workplace, "agreement": Agreement,
        "scenario": Scenario, "import": ImportBatch, "region": Region,
    }  # fmt: skip
    lists = ("workplaces", "products", "agreements", "scenarios", "resources", "imports")
    return [
        *(reverse(f"workplaces:{name}") for name in lists),
        *(
            reverse(f"workplaces:{name}", args=[table.objects.order_by("-pk").first().public_id])
            for name, table in rows.items()
        ),
        reverse("workplaces:import_new", args=["techniques"]),
        reverse("workplaces:row_new", args=["members"]),
        reverse("federation:setup"),
        reverse("federation:delegates"),
    ]


def test_every_page_on_a_phone(
    page: Page, live_server: LiveServer, sign_in: SignIn, registrar: Person
) -> None:
    sign_in(page, registrar)
    for address in addresses():
        page.goto(f"{live_server.url}{address}")
        assert_page_ok(page)


def test_wide_and_narrow(page: Page, live_server: LiveServer, sign_in: SignIn, registrar: Person) -> None:
    sign_in(page, registrar)
    foundry = Workplace.objects.get(code="foundry")
    for address in (
        reverse("workplaces:agreements"),
        reverse("workplaces:line_new", args=[foundry.public_id]),
    ):
        page.goto(f"{live_server.url}{address}")
        assert_fits(page, 320, 360, 768, 1280)


def test_a_file_without_javascript(
    page_without_script: Page, live_server: LiveServer, sign_in: SignIn, registrar: Person, tmp_path: Path
) -> None:
    page, file = page_without_script, tmp_path / "sand.csv"
    sign_in(page, registrar)
    page.goto(f"{live_server.url}{reverse('workplaces:import_new', args=['products'])}")
    file.write_text("code;name;unit;price\nsand;Sand;t;-2,5\n")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.locator("h1")).to_have_text("1 fault keeps “sand.csv” out")
    assert_fits(page, 360, 1280)
    file.write_text("code;name;unit;price\nsand;Sand;t;2,5\n")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.locator("h1")).to_have_text("“sand.csv” would make 1 row")
    assert_fits(page, 360, 1280)
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("h1")).to_have_text("“sand.csv” was taken in")
    assert Product.objects.get(code="sand").price == 2.5
    page.get_by_role("button", name="Undo this import").click()
    expect(page.locator("h1")).to_have_text("“sand.csv” was undone")
    assert not Product.objects.filter(code="sand").exists()


def test_a_line_without_javascript(
    page_without_script: Page, live_server: LiveServer, sign_in: SignIn, registrar: Person
) -> None:
    page = page_without_script
    sign_in(page, registrar)
    plant = Workplace.objects.get(code="plant")
    page.goto(f"{live_server.url}{reverse('workplaces:line_new', args=[plant.public_id])}")
    page.fill("#id_product", "power")
    page.fill("#id_output", "lots")
    page.fill("#id_needs-0-product", "steel")
    page.fill("#id_needs-0-quantity", "2")
    page.fill("#id_needs-0-source", "foundry")
    page.get_by_role("button", name="More rows").click()
    expect(page.locator("#id_output")).to_have_value("lots")
    expect(page.locator("#id_needs-7-product")).to_be_visible()
    page.get_by_role("button", name="State it").click()
    expect(page.locator("#id_output_error")).to_contain_text("not a number")
    expect(page.locator("#id_needs-0-source")).to_have_value("foundry")
    page.fill("#id_output", "2000")
    page.get_by_role("button", name="State it").click()
    expect(page.locator("h1")).to_contain_text("Plant made")
    assert Line.objects.get(workplace=plant).own_input_coefficient == [0.001]
