"""Planning's pages in a real browser: on a phone, in both themes, without JavaScript, in Portuguese."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import Response, Round, Run
from planning.runner.execute import run_execute
from planning.services.answers import consumption_set, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.rounds import round_open, round_publish
from planning.services.runs import run_start
from tests.browser.pages import assert_fits, assert_page_ok
from tests.planning.federation import Federation, make_federation
from tests.planning.views.test_pages import pages
from tests.unguarded import unguarded

SignIn = Callable[..., None]


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return make_federation()


@pytest.fixture
def opened(federation: Federation) -> Round:
    """A round whose bakery offers a tenth less, and whose village wants a tenth more, than last year."""
    now, people = timezone.now() - timedelta(hours=1), federation.people
    by = people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=now)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=now)
    bread = federation.lines["bread"], federation.demand["bread"]
    proposal_set(cycle=cycle, line=bread[0], output=90.0, by=people["bread_delegate"], now=now)
    consumption_set(cycle=cycle, demand_line=bread[1], quantity=110.0, by=people["villager"], now=now)
    return round_open(cycle=cycle, by=by, now=now)


@pytest.fixture
def answering(federation: Federation, opened: Round) -> Round:
    by = federation.people["coordinator"]
    run = run_start(round=opened, by=by, now=timezone.now(), hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    return round_publish(round=opened, run=run, by=by, now=timezone.now())


def addresses(federation: Federation, round: Round) -> list[str]:
    line = federation.lines["bread"].public_id
    return [
        *pages(federation, round),
        reverse("planning:run", args=[round.published_run.public_id]),
        reverse("planning:line_firm", args=[2027, 1, line]),
    ]


@pytest.mark.parametrize("who", ["coordinator", "bread_delegate", "villager"])
def test_every_page_on_a_phone(
    page: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
    who: str,
) -> None:
    sign_in(page, federation.people[who])
    for address in addresses(federation, answering):
        page.goto(live_server.url + address)
        assert page.locator("h1").count() == 1
        assert_page_ok(page)


def test_pages_fit_any_width_in_the_dark(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
) -> None:
    page = open_tab(width=1280, dark=True)
    sign_in(page, federation.people["bread_delegate"])
    for address in (
        reverse("planning:duties"),
        reverse("planning:round", args=[2027, 1]),
        reverse("planning:line_review", args=[2027, 1, federation.lines["bread"].public_id]),
    ):
        page.goto(live_server.url + address)
        assert_page_ok(page)
        assert_fits(page, 320, 500, 768, 1024, 1600)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_countering_without_script(
    page_without_script: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
) -> None:
    page = page_without_script
    sign_in(page, federation.people["bread_delegate"])
    page.goto(live_server.url + reverse("planning:duties"))
    page.get_by_role("link", name=re.compile("^Answer")).first.click()
    page.get_by_text("Propose…").click()
    page.locator("#id_counter-figure").fill("a lot")
    page.locator("#id_counter-reason").fill("The oven is old")
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_text("is not a number")).to_be_visible()
    expect(page.locator("#id_counter-reason")).to_have_value("The oven is old")
    page.locator("#id_counter-figure").fill("95,5")
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_text("Countered by")).to_be_visible()
    assert Response.objects.get().figure == 95.5


def test_what_firmness_costs_comes_into_the_page(
    page: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, answering: Round
) -> None:
    sign_in(page, federation.people["bread_delegate"])
    url = reverse("planning:line_review", args=[2027, 1, federation.lines["bread"].public_id])
    page.goto(live_server.url + url)
    page.locator("#id_counter-reason").evaluate("node => node.value = 'half a sentence'")
    page.get_by_text("What does it mean for others").click()
    expect(page.locator("#firmness")).to_contain_text("holds firm")
    assert page.url.endswith(url)  # nothing else was loaded
    expect(page.locator("#id_counter-reason")).to_have_value("half a sentence")
    assert_page_ok(page)


def test_progress_turns_into_the_result_by_itself(
    page: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, opened: Round
) -> None:
    by = federation.people["coordinator"]
    run = run_start(round=opened, by=by, now=timezone.now(), hand_over=lambda _run: None)
    sign_in(page, by)
    page.goto(live_server.url + reverse("planning:round", args=[2027, 1]))
    expect(page.locator("h1")).to_contain_text("waiting for a worker")
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.FINISHED
    expect(page.locator("h1")).to_contain_text("short", timeout=10_000)
    expect(page.get_by_role("button", name="Publish suggestions")).to_be_visible()


def test_a_coordinator_without_script(
    page_without_script: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
) -> None:
    page = page_without_script
    with unguarded(Round):  # the promised time is over
        Round.objects.update(answers_close_at=timezone.now())
    sign_in(page, federation.people["coordinator"])
    page.goto(live_server.url + reverse("planning:round", args=[2027, 1]))
    page.get_by_role("button", name="Only close round 1").click()
    page.get_by_role("button", name="Open it without computing").click()
    expect(page.locator("h1")).to_contain_text("Round 2")
    page.get_by_role("button", name="Start the iteration").click()
    expect(page.locator("h1")).to_contain_text("waiting for a worker")
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Cancel the iteration").click()
    expect(page.locator("h1")).to_contain_text("was cancelled")
