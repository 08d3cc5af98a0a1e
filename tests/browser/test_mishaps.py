"""What goes wrong between a person and the server: nothing typed is lost, nothing happens twice, and they are told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from councils.models import Comment, Motion
from councils.services import comment_add, motion_move
from tests.browser.pages import LOG, assert_fits, assert_page_ok
from tests.councils.world import NOW, World, build
from workplaces.models import Session

SignIn = Callable[..., None]
TEXT = "We buy one lathe.\nBoth workplaces use it."
ARABIC, LONG = "ورشة الخبز‎ في الحي القديم", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def writing(page: Page, live_server: LiveServer, sign_in: SignIn, world: World) -> Page:
    """A phone on which a delegate has written a motion and not sent it yet."""
    sign_in(page, world.person("delegate1"))
    return written(page, live_server, world)


def written(page: Page, live_server: LiveServer, world: World) -> Page:
    page.goto(live_server.url + reverse("councils:motion_new", args=[world.metal.public_id]))
    page.locator("[name=title]").fill("A lathe")
    page.locator("[name=text]").fill(TEXT)
    return page


def send(page: Page) -> None:
    page.locator("main form button.primary").first.click()


def assert_one(text: str = TEXT) -> None:
    motion = Motion.objects.get()
    assert motion.text.replace("\r\n", "\n") == text


@pytest.mark.parametrize("script", [True, False])
def test_signed_out_while_writing(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: SignIn, world: World, script: bool
) -> None:
    page = open_tab(script=script)
    person = world.person("delegate1")
    person.set_password("a-long-enough-passphrase")
    person.save()
    sign_in(page, person)
    written(page, live_server, world)
    Session.objects.all().delete()
    send(page)
    expect(page.locator("h1")).to_have_text("Not sent yet: nothing that you wrote is lost")
    assert page.locator(".written").all_inner_texts() == ["A lathe", TEXT]
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    other = opened.value
    other.locator("#id_login").fill("delegate1")
    other.locator("#id_password").fill("a-long-enough-passphrase")
    other.locator("main form button").first.click()
    other.wait_for_url(lambda url: "login" not in url)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_role("button", name="Send it now").click()  # signing in made this page's token old
    expect(page.locator("h1")).to_contain_text("A lathe")
    assert_one()


def test_the_page_that_holds_it_ready_is_a_page_like_any_other(writing: Page) -> None:
    Session.objects.all().delete()
    send(writing)
    expect(writing.locator("h1")).to_contain_text("Not sent yet")
    noted = LOG[writing]
    assert [line for line in noted if "403" not in line] == [], (
        "the browser notes the status and nothing else"
    )
    noted.clear()
    assert_page_ok(writing)


def test_a_double_click(writing: Page) -> None:
    writing.locator("main form button.primary").first.dblclick()
    expect(writing.locator("h1")).to_contain_text("A lathe")
    assert_one()


def test_the_answer_is_lost_on_the_way(writing: Page, live_server: LiveServer) -> None:
    """The server has done it, the browser never hears and sends it once more."""

    def lost(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    writing.route("**/*", lost)
    send(writing)
    writing.wait_for_function(
        "() => !document.querySelector('main')"
    )  # the browser's own page: no connection
    writing.unroute("**/*")
    assert_one()
    writing.reload()
    expect(writing.locator("h1")).to_contain_text("A lathe")
    assert "You sent the same a moment ago" in writing.locator("main").inner_text()
    assert_one()


def test_back_and_once_more(writing: Page) -> None:
    send(writing)
    expect(writing.locator("h1")).to_contain_text("A lathe")
    writing.go_back()
    send(writing)
    expect(writing.locator("h1")).to_contain_text("A lathe")
    assert_one()


def test_two_tabs_after_signing_in_anew(writing: Page, live_server: LiveServer) -> None:
    """Signing in in another tab makes the tokens of open pages old; the page says so and holds everything ready."""
    name = next(one["name"] for one in writing.context.cookies() if one["name"].startswith("csrf"))
    writing.context.add_cookies([{"name": name, "value": "y" * 32, "url": live_server.url}])
    send(writing)
    expect(writing.locator("h1")).to_contain_text("Not sent yet")
    writing.get_by_role("button", name="Send it now").click()
    expect(writing.locator("h1")).to_contain_text("A lathe")
    assert_one()


def test_more_than_a_form_may_hold(
    page: Page, live_server: LiveServer, sign_in: SignIn, world: World, settings: Any
) -> None:
    """Ten megabytes are refused, as are two when one is the limit; a browser needs a minute to draw ten."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    sign_in(page, world.person("delegate1"))
    written(page, live_server, world)
    page.locator("[name=text]").evaluate("""field => {
      field.removeAttribute("maxlength");
      field.value = "ü\\n".repeat(100000);  // 12 bytes each on the way
    }""")
    send(page)
    expect(page.locator("h1")).to_contain_text("too large")
    expect(page.locator(".lead")).to_contain_text("A form may hold 1 MB.")
    assert not Motion.objects.exists()
    page.go_back()
    assert page.locator("[name=title]").input_value() == "A lathe"


def test_names_that_are_long_or_run_from_right_to_left(
    page: Page, live_server: LiveServer, sign_in: SignIn, world: World
) -> None:
    first, metal, said = world.workplaces[0], world.metal, world.person("delegate1")
    for thing, name in ((first, LONG), (metal, ARABIC), (said, LONG)):
        type(thing)._default_manager.filter(pk=thing.pk).update(name=name)
    motion = motion_move(council=metal, title=ARABIC, text=LONG, by=world.person("delegate1"), now=NOW)
    comment_add(motion=motion, text=ARABIC + " " + LONG, by=said, now=NOW)
    assert Comment.objects.exists()
    sign_in(page, world.person("delegate1"))
    for address in (
        reverse("councils:list"),
        reverse("councils:council", args=[metal.public_id]),
        reverse("councils:motion", args=[motion.public_id]),
        reverse("councils:person", args=[said.public_id]),
        reverse("record:record"),
    ):
        page.goto(live_server.url + address)
        assert_page_ok(page)
        assert_fits(page, 320, 360, 1280)
