"""Walking the site as several people, with nothing but links: every page keeps the rules, no link is dead."""

from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from planning.models import Cycle
from planning.services.rounds import round_open
from planning.services.runs import run_start
from tests.access.world import ROLES, World, make_world
from tests.nojs.page import Page
from tests.nojs.rules import faults, policy_faults
from tests.planning.federation import NOW

SAMPLES = 3  # pages of one kind
WALKS = {
    "preparation": ("registrar",),
    "proposals": ("own", "community"),
    "rounds": ("anonymous", "own", "community", "coordinator"),
    "in force": ("coordinator", "member", "superuser"),
}
START = (
    "/",
    "/duties/",
    "/rounds/",
    "/plan/",
    "/cycles/",
    "/workplaces/",
    "/councils/",
    "/record/",
    "/tokens/",
    "/api/",
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", WALKS)
def test_every_page_on_the_way_keeps_the_rules(phase: str) -> None:
    world = make_world(phase)
    found: list[str] = []
    for role in WALKS[phase]:
        walk = Walk(world, role)
        walk.all()
        assert sum(walk.kinds.values()) >= (8 if role == "anonymous" else 30), "the walk ended early"
        found += [f"{role} {fault}" for fault in walk.faults]
    assert not found, "\n" + "\n".join(found[:60])


class Walk:
    """Follows links, a few pages of each kind."""

    def __init__(self, world: World, role: str) -> None:
        """Stand at the beginning."""
        self.client = Client(raise_request_exception=False)
        if ROLES[role] is not None:
            self.client.force_login(world.federation.people[str(ROLES[role])])
        self.waiting = [(path, "start") for path in START]
        self.seen: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.faults: list[str] = []

    def all(self) -> None:
        """Walk until nothing new is left."""
        while self.waiting:
            path, source = self.waiting.pop(0)
            kind = self._kind(path, source)
            if path in self.seen or self.kinds[kind] >= SAMPLES:
                continue
            self.seen.add(path)
            self.kinds[kind] += 1
            self._visit(path, source)

    def _kind(self, path: str, source: str) -> str:
        parts = urlsplit(path)
        try:
            match = resolve(parts.path)
        except Resolver404:
            self.faults.append(f"{source} links to {path}, which is no address")
            return "none"
        return f"{match.view_name}?{sorted(set(parts.query.replace('=', '&').split('&')[::2]))}"

    def _visit(self, path: str, source: str) -> None:
        response = self.client.get(path)
        self._check(path, source, response)
        if 300 <= response.status_code < 400:
            self._follow(path, response["Location"])
        elif response["Content-Type"].startswith("text/html"):
            page = Page(response.content.decode())
            self.faults += [f"{path}: {fault}" for fault in faults(response.content.decode())]
            for link in page.every("a"):
                self._follow(path, link.get("href"))
            self._refreshed(path, page)

    def _check(self, path: str, source: str, response: Any) -> None:
        if response.status_code >= 400:
            self.faults.append(f"{source} links to {path}, which answers {response.status_code}")
        header = response.headers.get("Content-Security-Policy", "")
        self.faults += [f"{path}: {fault}" for fault in policy_faults(header)]

    def _follow(self, path: str, link: str) -> None:
        parts = urlsplit(urljoin(path, link))
        if link and not link.startswith("#") and not parts.netloc and not parts.path.startswith("/static/"):
            self.waiting.append((parts.path + (f"?{parts.query}" if parts.query else ""), path))

    def _refreshed(self, path: str, page: Page) -> None:
        """What is fetched again and again is asked for as htmx does; it brings no form."""
        for element in page.every():
            if "hx-get" in element.attributes:
                where = urljoin(path, element.get("hx-get"))
                answer = self.client.get(where, headers={"HX-Request": "true"})
                self._check(where, path, answer)
                polled = "every" in element.get("hx-trigger")
                if polled and Page(answer.content.decode()).every("textarea", "select"):
                    self.faults.append(f"{where}: a refresh brings a form")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nothing/", "/api/v1/nothing/", "/healthz", "/api/v1/openapi.json", "/record/verify.py"]
)
def test_every_kind_of_answer_carries_the_policy(path: str) -> None:
    response = Client().get(path)
    assert not list(policy_faults(response["Content-Security-Policy"]))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nothing/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]
)
def test_pages_for_nobody_in_particular_keep_the_rules(path: str) -> None:
    assert faults(Client().get(path).content.decode()) == []


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_page() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert faults(answer.content.decode()) == []


@pytest.mark.django_db
def test_what_is_refreshed_while_a_run_works_holds_no_form() -> None:
    """The page of a run that waits is fetched again every second; without a script it is simply reloaded."""
    federation = make_world("proposals").federation
    by = federation.people["coordinator"]
    round = round_open(cycle=Cycle.objects.get(), by=by, now=NOW)
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    client = Client()
    client.force_login(by)
    for where in (f"/runs/{run.public_id}/", f"/cycles/2027/rounds/{round.number}/"):
        html = client.get(where).content.decode()
        assert faults(html) == []
        polled = [e for e in Page(html).every() if "every" in e.get("hx-trigger")]
        assert polled, f"{where} does not follow the run"
        fragment = client.get(polled[0].get("hx-get"), headers={"HX-Request": "true"}).content.decode()
        assert Page(fragment).every("form") == []
        assert Page(fragment).every()[0].get("id") == polled[0].get("id"), (
            "the fragment replaces what it came for"
        )
