"""An objection with its reason: in a real browser, on a phone and on a desk, with and without JavaScript."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from councils.models import NamedVote
from councils.services import ballot_close, ballot_open
from tests.browser.pages import assert_fits, assert_page_ok
from tests.councils.world import LATER, NOW, World, build


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_it_is_raised_and_read(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    *,
    width: int,
    dark: bool,
) -> None:
    ballot = ballot_open(motion=world.motion(by_consent=True), by=world.person("carla"), now=NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    page = open_tab(width=width, dark=dark)
    sign_in(page, world.person("delegate1"))
    address = live_server.url + reverse("councils:motion", args=[ballot.motion.public_id])  # type: ignore[union-attr]
    page.goto(address)
    assert_page_ok(page)
    assert_fits(page, 320, 360, 768, 1280)
    page.get_by_label("What harm do you see?").fill("Noise at night. " + "x" * 60)
    page.get_by_role("button", name="Vote “Objection”").click()
    assert_page_ok(page)
    assert NamedVote.objects.get().reason.startswith("Noise at night.")
    ballot_close(ballot=ballot, by=None, now=LATER)
    page.goto(address)
    assert page.get_by_text("Objected: Delegate1").is_visible()
    assert_page_ok(page)
    assert_fits(page, 320, 360, 768, 1280)


def test_without_javascript_a_reason_is_asked_for_and_kept(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ballot = ballot_open(motion=world.motion(by_consent=True), by=world.person("carla"), now=NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    page = open_tab(script=False)
    sign_in(page, world.person("delegate1"))
    page.goto(live_server.url + reverse("councils:motion", args=[ballot.motion.public_id]))  # type: ignore[union-attr]
    page.get_by_label("What harm do you see?").fill("  ")
    page.get_by_role("button", name="Vote “Objection”").click()
    assert page.get_by_text("An objection needs a reason").first.is_visible()
    assert NamedVote.objects.count() == 0
    page.get_by_label("What harm do you see?").fill("Noise at night.")
    page.get_by_role("button", name="Vote “Objection”").click()
    assert NamedVote.objects.get().reason == "Noise at night."
