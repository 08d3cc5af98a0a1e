"""A surplus divided on a phone: tried out without JavaScript, moved, read by members and by others."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from planning.models import Cycle, SurplusDivision
from planning.selectors.divisions import Asked, Good
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.browser.pages import assert_fits, assert_page_ok
from tests.planning.division.world import carried, holding, move, with_surplus
from tests.planning.federation import NOW, Federation, make_federation


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    by = federation.people["coordinator"]
    opened = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    return cycle_begin_proposals(cycle=opened, by=by, now=NOW)


@pytest.fixture
def federation(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Federation:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_federation()


def test_tried_out_without_javascript_and_read_on_a_phone(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    federation: Federation,
    request: pytest.FixtureRequest,
) -> None:
    with_surplus(federation, request)
    bakery = federation.workplaces["bread"].public_id
    page = open_tab(script=False, dark=True)
    sign_in(page, federation.people["ada"])
    page.goto(live_server.url + reverse("planning:surplus", args=[bakery]))
    assert_fits(page, 320, 360, 768, 1280)
    page.get_by_role("link", name="Divide it").click()
    assert_fits(page, 320, 360, 768, 1280)
    page.get_by_label("What is it?").first.fill("Kindergarten")
    page.get_by_label("How much?", exact=True).first.fill("50")
    page.get_by_label("How much in bonuses?").fill("10")
    page.get_by_label("Divided how?").select_option("effort")
    for name, post in (("Ada", 1), ("Ben", 1), ("Cleo", 2), ("Dan", 3)):
        page.get_by_label(name).select_option(index=post)
    page.get_by_label("Why like this?").fill("The children first.")
    page.get_by_role("button", name="Look at it first").click()
    assert page.get_by_text("60.00 would be divided").is_visible()
    assert_fits(page, 320, 360, 768, 1280)
    assert not SurplusDivision.objects.exists()
    page.get_by_role("button", name="Put it to the assembly").click()
    assert page.get_by_text("Nothing of a surplus can be invested").is_visible()
    division = SurplusDivision.objects.get()
    assert sorted(division.bonuses.values_list("amount", flat=True)) == [120, 160, 360, 360]


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_every_page_holds_what_a_page_must(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: Callable[..., None],
    federation: Federation,
    request: pytest.FixtureRequest,
    *,
    width: int,
    dark: bool,
) -> None:
    with_surplus(federation, request)
    bakery = federation.workplaces["bread"].public_id
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["ada"])
    page.goto(live_server.url + reverse("planning:division_new", args=[bakery]))
    assert_page_ok(page)
    asked = Asked([Good("Kindergarten " + "x" * 60, "childcare", 5000)], 1000, "effort", holding(federation))
    division = move(federation, asked)
    carried(federation, division)
    for address in (
        reverse("planning:surplus", args=[bakery]),
        reverse("planning:division", args=[division.public_id]),
        reverse("planning:bonuses"),
    ):
        page.goto(live_server.url + address)
        assert_page_ok(page)
        assert_fits(page, 320, 360, 768, 1280)
        page.set_viewport_size({"width": width, "height": 740})
