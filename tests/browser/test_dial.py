"""The equality dial in a real browser: what it does is shown as it moves, and what is moved is what is shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import Envelope, SharingOut
from tests.browser.pages import assert_fits, assert_page_ok, shifted, watch_shifts
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.sharing_world import asking

SignIn = Callable[..., None]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return make_federation()


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    return asking(federation)[1]


@pytest.fixture
def address(live_server: LiveServer, envelope: Envelope) -> str:
    return f"{live_server.url}/envelopes/{envelope.public_id}/"


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_dial_by_keyboard(
    open_tab: Callable[..., Page],
    sign_in: SignIn,
    federation: Federation,
    address: str,
    width: int,
    dark: bool,
) -> None:
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["neighbour"])
    page.goto(address)
    assert_page_ok(page)
    page.get_by_label("Equality dial").focus()
    watch_shifts(page)
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name="Move α = 0.5")).to_be_visible()
    expect(page.locator("#dial-figure")).to_have_text("α = 0.5")
    expect(page.get_by_role("columnheader", name="α = 0.5")).to_have_count(1)
    expect(page.get_by_label("Equality dial")).to_be_focused()
    assert shifted(page) == 0.0
    assert_page_ok(page)
    assert_fits(page, 320, 768, 1600)


def test_what_is_moved_is_what_is_shown(
    page: Page, sign_in: SignIn, federation: Federation, address: str
) -> None:
    sign_in(page, federation.people["neighbour"])
    page.goto(address)
    page.get_by_text("Exact figure and social criteria").click()
    page.get_by_label("α as a figure").fill("3.25")
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("button", name="Move α = 3.25")).to_be_visible()
    page.get_by_label("Why like this?").fill("The weak first.")
    page.get_by_label("Equality dial").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Move α = 8")).to_be_visible()
    expect(page.get_by_label("α as a figure")).to_have_value("")
    expect(page.get_by_label("Why like this?")).to_have_value("The weak first.")
    page.get_by_role("button", name="Move α = 8").click()
    expect(page).to_have_url(re.compile("/motions/"))
    assert SharingOut.objects.get().alpha == 8.0


def test_without_script(
    page_without_script: Page, sign_in: SignIn, federation: Federation, address: str
) -> None:
    page: Any = page_without_script
    sign_in(page, federation.people["neighbour"])
    page.goto(address)
    page.get_by_label("Equality dial").fill("0.5")
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("button", name="Move α = 0.5")).to_be_visible()
