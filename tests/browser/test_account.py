"""Signing in and securing an account: the pages of the account in a browser, without and with a mandate to be safe."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_page_ok

ENTRANCE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
INSIDE = ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/", "/accounts/logout/"]
PASSWORD = "a long enough password"


@pytest.fixture
def person(transactional_db: None) -> object:
    return get_user_model().objects.create_user(username="ana", email="ana@example.org", password=PASSWORD)


@pytest.mark.parametrize("path", ENTRANCE)
def test_entrance_is_calm_on_a_phone(page: Page, live_server: LiveServer, path: str) -> None:
    page.goto(live_server.url + path)
    assert_page_ok(page)
    assert page.locator("h1").count() == 1


def test_signing_in_works_without_script(
    page_without_script: Page, live_server: LiveServer, person: object
) -> None:
    page = page_without_script
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("E-mail or user name").fill("ana")
    page.get_by_label("Password", exact=True).fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    assert page.locator(".notice.error, .error").count() == 1
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert "/accounts/login/" not in page.url


@pytest.mark.parametrize("path", INSIDE)
def test_inside_is_calm_in_the_dark(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[[Page, object], None],
    person: object,
    path: str,
) -> None:
    page = open_tab(dark=True)
    sign_in(page, person)
    page.goto(live_server.url + path)
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button").filter(has_text="Confirm").click()
        page.wait_for_url(f"**{path}")
    assert_page_ok(page)


def test_the_square_for_the_phone_is_drawn(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, object], None], person: object
) -> None:
    """The content security policy allows no data: picture, so the square must be part of the page."""
    sign_in(page, person)
    page.goto(f"{live_server.url}/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button").filter(has_text="Confirm").click()
    square = page.locator(".qr svg path")
    assert len(square.get_attribute("d") or "") > 1000
    box = square.bounding_box()
    assert box is not None
    assert box["width"] > 150
