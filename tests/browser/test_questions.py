"""Papers with options, amended options, petitions and agendas with options: in a real browser, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_fits, assert_page_ok
from tests.councils.choosing.asked import QUESTIONS, motion_on
from tests.councils.motions.test_amended_questions import GARDEN, KITCHEN, LATHE, asking, propose
from tests.councils.paper import MEMBERS, VOTED, numbers, read
from tests.councils.test_paper_sheets import asking as asked_on_paper
from tests.councils.test_paper_sheets import sheets
from tests.councils.test_petitions import initiative
from tests.councils.world import World, build


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_they_fit_and_can_be_read(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    *,
    width: int,
    dark: bool,
) -> None:
    amendment = propose(
        world,
        motion_on(world, "equal_shares"),
        asking(LATHE, ("Roof of glass", 45), KITCHEN, GARDEN, ("Bench", 5)),
    )
    ballot = asked_on_paper(world, "instant_runoff", "secret")
    marks = numbers(ballot, *MEMBERS[:5])
    read(world, ballot, "rita", marks=marks, sheets=sheets([["o1"], ["o2"], [], [], "torn"]))
    read(world, ballot, "mia", marks=marks, sheets=sheets([["o1"], ["o3"], [], [], []]))
    petition = initiative(world, ballot.council, asks=QUESTIONS["equal_shares"], now=VOTED)
    monkeypatch.setattr(timezone, "now", lambda: VOTED)
    page = open_tab(width=width, dark=dark)
    sign_in(page, world.person("mia"))
    for address in (
        reverse("councils:paper_counts", args=[ballot.public_id]),
        reverse("councils:amendment", args=[amendment.public_id]),
        reverse("councils:amendment_new", args=[amendment.motion.public_id]),
        reverse("councils:petition", args=[petition.public_id]),
        reverse("councils:initiative_new", args=[ballot.council.public_id]),
    ):
        page.goto(live_server.url + address)
        assert_page_ok(page)
        assert_fits(page, 320, 360, 768, 1280)
