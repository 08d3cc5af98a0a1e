"""Every page of councils, of investment and of sandboxes that has an address of its own, on a phone, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.access.routes import routes
from tests.access.test_matrix import listed
from tests.access.world import ROLES, make_world
from tests.browser.pages import assert_page_ok

PHASE = "in force"
FILES = {"councils:minutes_pdf"}
INVESTMENT = (
    "ledger",
    "account",
    "envelopes",
    "requests",
    "request",
    "request_new",
    "sharing",
    "grants",
    "grant",
)
TRYING = ("compare", "matrix", "tour", "tour_step")
PARTS = {
    "councils": lambda name: name.startswith("councils:") and name not in FILES,
    "investment": {f"planning:{name}" for name in INVESTMENT}.__contains__,
    "sandboxes": lambda name: (
        name.startswith("planning:sandbox") or name in {f"planning:{n}" for n in TRYING}
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "dark"), [("coordinator", False), ("own", True)])
@pytest.mark.parametrize("part", PARTS)
def test_every_page(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    settings: Any,
    broker_url: str,
    part: str,
    role: str,
    dark: bool,
) -> None:
    world, page, faults, seen = make_world(PHASE), open_tab(dark=dark), [], 0
    sign_in(page, world.federation.people[ROLES[role]])
    table = listed()
    for route in routes():
        row = table.get((route.name, "GET"), {}).get(PHASE, {})
        if not PARTS[part](route.name) or row.get(role) != "200":
            continue
        seen += 1
        address = live_server.url + route.path(world.parts(route.name))
        page.goto(address)
        try:
            assert page.locator("h1").count() == 1, f"{address}: not one heading"
            assert_page_ok(page)
        except AssertionError as fault:
            faults.append(str(fault))
    assert not faults, "\n".join(faults)
    assert seen >= min(len(INVESTMENT), len(TRYING))
