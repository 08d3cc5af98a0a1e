"""Every component in every state, in a real browser: accessibility, and the checks' own teeth."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_fits, assert_page_ok

pytestmark = pytest.mark.urls("tests.browser.urls")
Tab = Callable[..., Page]


@pytest.fixture
def gallery(live_server: LiveServer) -> str:
    return f"{live_server.url}/gallery-of-tests/"


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1280, False), (1280, True)])
def test_gallery_holds_on_phone_and_desk_in_both_themes(
    open_tab: Tab, gallery: str, width: int, dark: bool
) -> None:
    page = open_tab(width=width, dark=dark)
    page.goto(gallery)
    assert_page_ok(page)


def test_gallery_fits_every_width(page: Page, gallery: str) -> None:
    page.goto(gallery)
    assert_fits(page, 320, 360, 390, 500, 640, 641, 700, 800, 895, 896, 1024, 1280, 1920)


def test_gallery_in_portuguese(open_tab: Tab, gallery: str) -> None:
    page = open_tab(lang="pt-BR")
    page.goto(gallery)
    assert_page_ok(page)
    assert page.locator("html").get_attribute("lang", timeout=1000) != "en"
    assert "31,2\u202fMt" in page.inner_text("main")


def test_the_own_font_is_used(page: Page, gallery: str) -> None:
    page.goto(gallery)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('600 15px Inter'))")
    assert page.evaluate("[...document.fonts].every((font) => font.status === 'loaded')")


def test_figures_of_a_column_are_equally_wide(page: Page, gallery: str) -> None:
    page.goto(gallery)
    widths = page.evaluate(
        """() => ["1111", "0808"].map((text) => {
          const span = Object.assign(document.createElement("span"), {textContent: text});
          document.querySelector("table td.num").append(span);
          return span.getBoundingClientRect().width;
        })"""
    )
    assert widths[0] == pytest.approx(widths[1], abs=0.01)


def test_choices_open_without_script(page_without_script: Page, gallery: str) -> None:
    page = page_without_script
    page.goto(gallery)
    assert not page.locator("#id_answer-reason").first.is_visible()
    page.get_by_text("Hold firm…").click()
    assert page.locator("#id_answer-reason").first.is_visible()


def test_the_keyboard_reaches_the_content_first(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_paper_is_light_and_carries_no_buttons(open_tab: Tab, gallery: str) -> None:
    page = open_tab(width=1280, dark=True)
    page.goto(gallery)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(24, 33, 43)"
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert not page.get_by_role("button", name="Publish suggestions").is_visible()


def test_the_check_finds_what_it_is_for(page: Page, gallery: str) -> None:
    """The negative control: a picture without words and an inline style do not pass."""
    page.goto(gallery)
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML(
          "beforeend", "<img src='/static/favicon.svg'><b style='color:red'>a</b>")"""
    )
    with pytest.raises(AssertionError) as caught:
        assert_page_ok(page)
    assert "image-alt" in str(caught.value)
    assert "Content Security Policy" in str(caught.value)


def test_the_check_finds_sideways_scrolling(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.evaluate(
        "document.querySelector('main').append(Object.assign(document.createElement('canvas'), {width: 900}))"
    )
    with pytest.raises(AssertionError, match="px too wide: <canvas"):
        assert_fits(page, 360)
