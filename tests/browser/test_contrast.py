"""High contrast, asked for by the device or by choice, and the system's own colours: the five screens that decide."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.access.routes import routes
from tests.access.test_matrix import listed
from tests.access.world import ROLES, World, make_world
from tests.browser.pages import assert_page_ok, watch

MODES: dict[str, dict[str, Any]] = {
    "high": {"contrast": "more"},
    "high-dark": {"contrast": "more", "color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "forced-dark": {"forced_colors": "active", "color_scheme": "dark"},
}
SCREENS = {
    "rounds": ("planning:duties", "planning:line_review", "planning:round"),
    "in force": ("councils:motion", "planning:plan"),
}


@pytest.fixture
def open_mode(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def opened(mode: str) -> Page:
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, reduced_motion="reduce", locale="en", **MODES[mode]
        )
        contexts.append(context)
        return watch(context.new_page())

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.urls("tests.browser.urls")
@pytest.mark.parametrize("mode", MODES)
def test_every_part_holds(open_mode: Callable[[str], Page], live_server: LiveServer, mode: str) -> None:
    page = open_mode(mode)
    page.goto(f"{live_server.url}/gallery-of-tests/")
    # The system's own colours are the person's choice; ours must leave them alone and stay readable beside them.
    assert_page_ok(page, contrast=4.5 if mode.startswith("forced") else 7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", SCREENS)
def test_the_screens_that_decide_hold(
    open_mode: Callable[[str], Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    broker_url: str,
    phase: str,
) -> None:
    world = make_world(phase)
    addresses = [live_server.url + path for path in paths(world, phase)]
    for mode in ("high", "high-dark"):
        page = open_mode(mode)
        sign_in(page, world.federation.people[ROLES["own"]])
        for address in addresses:
            page.goto(address)
            assert_page_ok(page, contrast=7)


def paths(world: World, phase: str) -> list[str]:
    """Where the screens of a phase are that the delegate may see."""
    table = listed()
    known = {route.name: route for route in routes()}
    for name in SCREENS[phase]:
        assert table[(name, "GET")][phase]["own"] == "200", name
    return [known[name].path(world.parts(name)) for name in SCREENS[phase]]


@pytest.mark.urls("tests.browser.urls")
def test_a_choice_wins_over_the_device(open_mode: Callable[[str], Page], live_server: LiveServer) -> None:
    page = open_mode("high")
    ground = "getComputedStyle(document.body).backgroundColor"
    page.goto(f"{live_server.url}/gallery-of-tests/")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.context.add_cookies([{"name": "contrast", "value": "less", "url": live_server.url}])
    page.reload()
    assert page.evaluate(ground) == "rgb(247, 246, 242)"


@pytest.mark.urls("tests.browser.urls")
def test_ordinary_colours_do_not_pass_for_high_contrast(page: Page, live_server: LiveServer) -> None:
    """The negative control: what is measured is the mode and not the page."""
    page.goto(f"{live_server.url}/gallery-of-tests/")
    with pytest.raises(AssertionError, match="color-contrast-enhanced"):
        assert_page_ok(page, contrast=7)


@pytest.mark.urls("tests.browser.urls")
def test_the_button_turns_it_on_and_off(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="High contrast").click()
    assert page.locator("html").get_attribute("data-contrast") == "more"
    assert_page_ok(page, contrast=7)
    page.get_by_role("button", name="High contrast", pressed=True).click()
    assert page.locator("html").get_attribute("data-contrast", timeout=1000) is None
