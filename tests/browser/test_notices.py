"""Mail and calendar in a browser: calm at every width and in the dark, and usable without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_page_ok
from tests.planning.federation import Federation, make_federation
from workplaces.models import NoticeSettings
from workplaces.services.notices import stop_token


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return make_federation()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_the_pages_are_calm(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: Callable[[Page, object], None],
    federation: Federation, width: int, dark: bool,
) -> None:  # fmt: skip
    person = federation.people["coordinator"]
    page = open_tab(width=width, dark=dark)
    sign_in(page, person)
    for path in ("/notices/", "/notices/preview/", f"/notices/stop/{stop_token(person)}/"):
        page.goto(live_server.url + path)
        assert_page_ok(page)


def test_it_works_without_script(
    page_without_script: Page, live_server: LiveServer, sign_in: Callable[[Page, object], None],
    federation: Federation,
) -> None:  # fmt: skip
    page = page_without_script
    sign_in(page, federation.people["coordinator"])
    page.goto(f"{live_server.url}/notices/")
    page.get_by_label("never", exact=True).check()
    page.get_by_role("button", name="Keep this").click()
    assert page.get_by_label("never", exact=True).is_checked()
    assert NoticeSettings.objects.get().rhythm == "never"
    page.get_by_role("button", name="Make an address for my calendar").click()
    assert ".ics" in page.locator("code.digest").inner_text()
