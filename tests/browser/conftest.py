"""A real Chromium for the tests of pages: the one on this machine's PATH, with a profile of its own."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import watch

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the test process. Playwright's loop runs in this thread, so the ORM must be told it may."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(f"None of {', '.join(NAMES)} is on the PATH. On Debian: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a tab: ``open_tab(width=1280, dark=True, script=False, lang="pt-BR")``."""
    contexts = []

    def opened(*, width: int = 360, dark: bool = False, script: bool = True, lang: str = "en") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 740 if width < 600 else 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale=lang,
            reduced_motion="reduce",
        )
        contexts.append(context)
        return watch(context.new_page(), script=script)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_tab: Callable[..., Page]) -> Page:
    """A tab at phone width."""
    return open_tab()


@pytest.fixture
def page_without_script(open_tab: Callable[..., Page]) -> Page:
    """A tab at phone width in which no JavaScript runs."""
    return open_tab(script=False)


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, object], None]:
    """``sign_in(page, person)``: the session of a person who has signed in, put into the tab."""

    def signed_in(page: Page, person: object) -> None:
        client = Client()
        client.force_login(person)  # type: ignore[arg-type]
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return signed_in
