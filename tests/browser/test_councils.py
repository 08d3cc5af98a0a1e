"""Councils, a vote and the public record in a real browser, on a phone and without JavaScript."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from councils.models import Ballot, NamedVote
from councils.services import ballot_open, comment_add
from tests.browser.pages import assert_fits, assert_page_ok
from tests.councils.world import World, build
from workplaces.models import Entry


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def ballot(world: World) -> Ballot:
    motion = world.motion(
        now=timezone.now(),
        title="Buy a lathe together with Works 2",
        text="We buy one lathe.\n\nBoth use it.",
    )
    comment_add(motion=motion, text="It pays in two years.", by=world.person("mia"), now=timezone.now())
    return ballot_open(motion=motion, by=world.person("carla"), now=timezone.now())


def addresses(ballot: Ballot, world: World) -> list[str]:
    person = world.person("delegate1")
    return [
        reverse("councils:list"),
        reverse("councils:charter"),
        reverse("councils:receipt"),
        reverse("councils:council", args=[world.metal.public_id]),
        reverse("councils:motion", args=[ballot.motion.public_id]),
        reverse("councils:roll", args=[ballot.public_id]),
        reverse("councils:person", args=[person.public_id]),
        reverse("councils:motion_new", args=[world.metal.public_id]),
        reverse("record:record"),
        reverse("record:roots"),
        reverse("record:receipt"),
        *[
            reverse("record:entry", args=[number])
            for number in Entry.objects.values_list("number", flat=True)
        ],
    ]


@pytest.mark.parametrize("who", ["delegate1", "carla"])
def test_every_page_on_a_phone(
    page: Page, live_server: LiveServer, sign_in: Callable[..., None], world: World, ballot: Ballot, who: str
) -> None:
    sign_in(page, world.person(who))
    for address in addresses(ballot, world):
        page.goto(live_server.url + address)
        assert page.locator("h1").count() == 1
        assert_page_ok(page)


def test_the_vote_fits_any_width_and_the_dark(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    ballot: Ballot,
) -> None:
    page = open_tab(width=1280, dark=True)
    sign_in(page, world.person("delegate1"))
    page.goto(live_server.url + reverse("councils:motion", args=[ballot.motion.public_id]))
    assert_page_ok(page)
    assert_fits(page, 320, 500, 768, 1024, 1600)


def test_voting_without_script_in_two_steps(
    page_without_script: Page,
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    ballot: Ballot,
) -> None:
    page = page_without_script
    sign_in(page, world.person("delegate1"))
    page.goto(live_server.url + reverse("councils:list"))
    page.get_by_role("link", name="Vote", exact=True).click()
    page.get_by_role("button", name="Vote “Yes”").click()
    assert "It counts: “Yes”" in page.locator("h1").inner_text()
    receipt = NamedVote.objects.get().receipt
    assert receipt in page.locator(".digest").first.inner_text().replace(" ", "")
