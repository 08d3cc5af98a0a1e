"""Requests that compete for an envelope, on a phone: put to the council without JavaScript, voted on, the outcome read."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from planning.models import Envelope, SharingOut
from tests.browser.pages import assert_fits, assert_page_ok
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.investment.projects_world import competing, decided, propose
from tests.planning.investment.test_projects import request_of

WIDTHS = (320, 360, 768, 1280)


@pytest.fixture
def federation(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Federation:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_federation()


@pytest.fixture
def valley(federation: Federation) -> Envelope:
    return competing(federation)[1]


def test_a_delegate_without_javascript_lets_two_of_three_compete(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: Callable[..., None],
    federation: Federation, valley: Envelope,
) -> None:  # fmt: skip
    page = open_tab(script=False, dark=True)
    sign_in(page, federation.people["neighbour"])
    page.goto(live_server.url + reverse("planning:sharing", args=[valley.public_id]))
    assert_fits(page, *WIDTHS)
    page.locator(f"a[href='{reverse('planning:projects', args=[valley.public_id])}']").first.click()
    assert_fits(page, *WIDTHS)
    page.get_by_role("checkbox", name="Bread works").uncheck()
    page.get_by_label("Why do they compete?").fill("Half a mill grinds nothing.")
    page.get_by_role("button", name="Move that these compete").click()
    assert page.get_by_text("2 requests for").is_visible()
    shares = SharingOut.objects.get().shares.values_list("request__workplace__code", flat=True)
    assert sorted(shares) == ["energy-works", "flour-works"]


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_outcome_says_who_was_chosen_and_why(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: Callable[..., None],
    federation: Federation, valley: Envelope, *, width: int, dark: bool,
) -> None:  # fmt: skip
    sharing = propose(federation, valley)
    motion = decided(federation, sharing)
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["bread_delegate"])
    for name, args in (
        ("councils:motion", [motion.public_id]),
        ("planning:projects_vote", [sharing.public_id]),
        ("planning:request", [2027, request_of("bread").public_id]),
    ):
        page.goto(live_server.url + reverse(name, args=args))
        assert_page_ok(page)
        assert_fits(page, *WIDTHS)
        page.set_viewport_size({"width": width, "height": 740})
