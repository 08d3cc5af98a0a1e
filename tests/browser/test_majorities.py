"""A vote with two majorities, closed: its pages in a real browser, on a phone and on a desk, light and dark."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from councils.models import Ballot
from councils.services import ballot_close
from tests.browser.pages import assert_fits, assert_page_ok
from tests.councils.majorities.divided import ROW, cast, chartered, opened, settled
from tests.councils.world import LATER, World, build
from workplaces.models import Entry


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def ballot(world: World) -> Ballot:
    settled(world)
    chartered(ROW)
    ballot = opened(world)
    cast(ballot, {"north": "yyyyy", "south": "yy-", "east": "nn", "west": "yn", "isle": "-"})
    return ballot_close(ballot=ballot, by=None, now=LATER)


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_it_is_calm(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    ballot: Ballot,
    *,
    width: int,
    dark: bool,
) -> None:
    page = open_tab(width=width, dark=dark)
    sign_in(page, world.person("pia"))
    assert ballot.motion is not None
    for address in (
        reverse("councils:motion", args=[ballot.motion.public_id]),
        reverse("councils:roll", args=[ballot.public_id]),
        reverse("councils:council", args=[ballot.council.public_id]),
        reverse("councils:charter"),
        reverse("record:entry", args=[Entry.objects.get(kind="ballot.opened").number]),
        reverse("record:entry", args=[Entry.objects.get(kind="ballot.closed").number]),
    ):
        page.goto(live_server.url + address)
        assert page.locator("h1").count() == 1
        assert_page_ok(page)
        assert_fits(page, 320, 360, 768, 1280)
