"""What was made is reported on a phone, without JavaScript, in both themes; everybody reads it beside the plan."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import OutputReport, Plan
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.browser.pages import assert_fits, assert_page_ok
from tests.planning.federation import NOW, Federation, add_cake, make_federation
from tests.planning.reports.world import reported
from tests.planning.test_settlement import put_in_force

SignIn = Callable[..., None]


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    made = make_federation()
    add_cake(made)
    return made


@pytest.fixture
def plan(federation: Federation) -> Plan:
    """A plan in force of which the bakery has reported, and corrected, its bread."""
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    found = put_in_force(cycle_begin_proposals(cycle=cycle, by=by, now=NOW), federation, bread=95.0)
    reported(found.cycle, federation, "bread", 70.0)
    reported(found.cycle, federation, "bread", 76.0, "inputs", "No flour came in May, and the mill says why.")
    return found


def report_page(federation: Federation) -> str:
    return reverse("planning:report", args=[2027, federation.workplaces["bread"].public_id])


@pytest.mark.parametrize(("width", "dark"), [(360, True), (360, False), (1280, True)])
def test_both_pages_fit_and_hold(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: SignIn, federation: Federation, plan: Plan,
    width: int, dark: bool,
) -> None:  # fmt: skip
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["bread_delegate"])
    for url in (report_page(federation), reverse("planning:made", args=[2027])):
        page.goto(live_server.url + url)
        assert_page_ok(page)
        assert_fits(page)


def test_reported_on_a_phone_without_javascript(
    page_without_script: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, plan: Plan
) -> None:
    page = page_without_script
    sign_in(page, federation.people["bread_delegate"])
    page.goto(live_server.url + reverse("planning:duties"))
    page.get_by_role("link", name="Report: What did Bread works make in 2027?").click()
    expect(page.locator("h1")).to_have_text("What did Bread works make in 2027? 1 line is not reported")
    page.get_by_label("What was made (t): Cake").fill("19.5")
    page.get_by_role("button", name="Report these figures").click()
    expect(page.locator("h1")).to_have_text("Bread works has reported all that it made in 2027")
    assert OutputReport.objects.filter(line=federation.lines["cake"]).get().output == 19.5
