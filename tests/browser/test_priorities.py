"""The pages of programmes and guidelines in a browser: on a phone and a desk, light and dark."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import Cycle, Programme
from planning.runner.keeping import baseline_keep
from planning.services.cycles import cycle_begin_proposals
from tests.browser.pages import LOG, assert_page_ok
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.priorities.world import asked, both, everything, nothing_kept, opened, peopled

SignIn = Callable[..., None]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return peopled(make_federation())


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_every_page_of_the_phase(
    open_tab: Callable[..., Page],
    sign_in: SignIn,
    live_server: LiveServer,
    federation: Federation,
    width: int,
    dark: bool,
) -> None:
    cycle: Cycle = opened(federation)
    programme: Programme = both(federation, cycle)[0]
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["citizen0"])
    at = live_server.url
    form = f"{at}/cycles/2027/programmes/new/?association={programme.association.public_id}"
    for address in (
        f"{at}/cycles/2027/programmes/",
        f"{at}/programmes/{programme.public_id}/",
        f"{at}/associations/",
    ):
        page.goto(address)
        assert_page_ok(page)
    page.goto(f"{at}/programmes/{programme.public_id}/")
    page.get_by_text("Say something").click()
    page.get_by_label("What do you think of it?").fill("Who pays? " + "Wer" * 60)
    page.get_by_role("button", name="Publish the comment").click()
    expect(page.get_by_text("author", exact=True)).to_be_visible()
    assert_page_ok(page)
    page.goto(form)
    page.get_by_label("Working hours a week").fill("169")
    page.get_by_role("button", name="Write this version").click()
    expect(page.get_by_text("A week has 168 hours.").first).to_be_visible()
    LOG[page].clear()  # the refusal itself, which the browser notes as an error
    assert_page_ok(page)
    everything(federation, asked(federation, cycle))
    cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    for address in (f"{at}/cycles/2027/guidelines/", f"{at}/cycles/2027/programmes/"):
        page.goto(address)
        assert_page_ok(page)
    expect(page.get_by_role("row", name="Working hours a week")).to_be_visible()


def test_what_takes_long_comes_by_itself(
    open_tab: Callable[..., Page],
    sign_in: SignIn,
    live_server: LiveServer,
    federation: Federation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cycle = opened(federation)
    both(federation, cycle)
    nothing_kept(monkeypatch)
    page = open_tab(width=360, dark=True)
    sign_in(page, federation.people["citizen0"])
    page.goto(f"{live_server.url}/cycles/2027/programmes/")
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    assert_page_ok(page)
    baseline_keep(cycle)
    page.get_by_role("link", name="Done: see it").click(timeout=15_000)
    expect(page.get_by_role("row", name="Individual consumption")).to_be_visible()
    expect(page.get_by_role("link", name="Look again")).to_have_count(0)
    assert_page_ok(page)
