"""The wiring: look, hats, second factor, refusals as pages, health, figures for operators."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone

from config.context import _nav, version
from config.hats import worn
from config.middleware.refusals import RefusalMiddleware
from tests.planning.federation import NOW, Federation, make_federation, mandate
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def federation(db: None) -> Federation:
    return make_federation()


def signed_in(federation: Federation, name: str) -> Client:
    client = Client()
    client.force_login(federation.people[name])
    return client


def enrol(person: Person) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})


@pytest.mark.parametrize(
    ("given", "there"), [("/record/?a=1", "/record/?a=1"), ("//evil.example/", "/"), ("", "/")]
)
def test_the_look_is_remembered_and_leads_back_to_pages_of_ours_only(given: str, there: str) -> None:
    client = Client()
    answer = client.post("/theme/", {"theme": "dark", "next": given})
    assert (answer.status_code, answer["Location"]) == (302, there)
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "system"})
    assert "data-theme" not in client.get("/").content.decode()
    assert client.post("/theme/", {"theme": "neon"}).status_code == 404


def test_more_contrast_is_remembered_beside_the_colours() -> None:
    client = Client()
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"contrast": "more"})
    shown = client.get("/").content.decode()
    assert 'data-theme="dark" data-contrast="more"' in shown
    assert 'name="contrast" value="system" aria-pressed="true"' in shown
    client.post("/theme/", {"contrast": "system"})
    shown = client.get("/").content.decode()
    assert "data-contrast" not in shown
    assert 'data-theme="dark"' in shown
    assert client.post("/theme/", {"contrast": "dark"}).status_code == 404
    assert client.post("/theme/", {}).status_code == 404


@pytest.mark.parametrize(
    ("path", "label", "mark"),
    [
        ("/duties/", "My duties", "page"),
        ("/cycles/", "Rounds", "true"),
        ("/cycles/2027/plan/", "The plan", "true"),
        ("/regions/", "Workplaces", "true"),
        ("/sandboxes/", "Sandboxes", "page"),
        ("/compare/", "Sandboxes", "true"),
        ("/record/", "Public record", "page"),
        ("/help/", "Help", "page"),
        ("/tour/", "Help", "true"),
        ("/notices/", "", ""),
    ],
)
def test_the_navigation_says_where_one_is(federation: Federation, path: str, label: str, mark: str) -> None:
    """One place at most is marked: as the page itself, or as the part of the site to which the page belongs."""
    request = RequestFactory().get(path)
    request.user = federation.people["bread_delegate"]
    assert [(i["label"], i["current"]) for i in _nav(request) if i["current"]] == (
        [(label, mark)] if label else []
    )


def test_help_leads_to_pages_that_exist(federation: Federation) -> None:
    client = signed_in(federation, "bread_delegate")
    shown = client.get("/help/").content.decode().split("<main")[1].split("</main")[0]
    links = set(re.findall(r'href="([^"]+)"', shown))
    assert len(links) >= 12
    assert {client.get(link, follow=True).status_code for link in links} == {200}
    assert Client().get("/help/").status_code == 200


def test_the_language_is_remembered() -> None:
    client = Client()
    client.post("/language/", {"language": "pt-br", "next": "/"})
    assert '<html lang="pt-br"' in client.get("/").content.decode()


def test_one_puts_on_one_of_ones_own_hats(federation: Federation) -> None:
    client = signed_in(federation, "bread_delegate")
    own = str(federation.people["bread_delegate"].mandates.get().public_id)
    foreign = str(federation.people["flour_delegate"].mandates.get().public_id)
    assert client.post("/hat/", {"hat": foreign}).status_code == 404
    assert client.post("/hat/", {"hat": "no uuid"}).status_code == 404
    assert client.post("/hat/", {"hat": own, "next": "/record/"})["Location"] == "/record/"
    page = client.get("/record/")
    assert str(page.context["hat"])
    assert [hat["current"] for hat in page.context["hats"]] == [True]
    client.post("/hat/", {"hat": ""})
    assert client.get("/record/").context["hat"] == ""


def test_hats_of_one_name_are_told_apart_by_their_council(federation: Federation) -> None:
    """A workplace's delegate speaks in the assembly and in the sector's council."""
    ana = federation.people["bread_delegate"]
    mandate(federation.councils["bread assembly"], ana, "delegate")
    client = signed_in(federation, "bread_delegate")
    labels = [hat["label"] for hat in client.get("/record/").context["hats"]]
    assert len(labels) == len(set(labels)) == 2, labels
    sector = federation.councils["bread sector"].label
    assert [label.endswith(f", in {sector}") for label in sorted(labels, key=len)] == [False, True]


def test_a_hat_whose_mandate_is_over_is_off(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(federation, "bread_delegate")
    mandate = federation.people["bread_delegate"].mandates.get()
    client.post("/hat/", {"hat": str(mandate.public_id)})
    request = RequestFactory().get("/")
    request.user, request.session = federation.people["bread_delegate"], client.session
    assert worn(request) is not None
    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(year=NOW.year + 5))
    request = RequestFactory().get("/")
    request.user, request.session = federation.people["bread_delegate"], client.session
    assert worn(request) is None


class TestSecondFactor:
    def test_staff_without_one_are_led_to_set_it_up(self, federation: Federation, settings: Any) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        for name in ("coordinator", "registrar"):
            client = signed_in(federation, name)
            assert client.get("/record/").status_code == 200
            assert 'id="second-factor"' in client.get("/record/").content.decode()
            answer = client.post("/tokens/", {"name": "x", "scopes": ["read"], "expires": "30"})
            assert answer.status_code == 403
            assert "/accounts/2fa/totp/activate/" in answer.content.decode()
            assert not federation.people[name].api_tokens.exists()
            assert client.post("/theme/", {"theme": "dark"})["Location"] == "/"
            assert client.get("/accounts/2fa/").status_code == 200

    def test_a_form_leads_there_before_it_is_filled_in_and_back_afterwards(
        self, federation: Federation, settings: Any
    ) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        client = signed_in(federation, "registrar")
        for form in ("/imports/new/products/", "/imports/row/products/", "/setup/delegates/"):
            answer = client.get(form)
            assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/"), form
        assert client.get("/imports/").status_code == 200
        led_to = client.get("/accounts/2fa/").content.decode()
        assert 'id="why-second-factor"' in led_to
        assert 'id="go-on"' not in led_to
        enrol(federation.people["registrar"])
        there = client.get("/accounts/2fa/").content.decode()
        assert re.search(r'id="go-on".*href="/setup/delegates/"', there)
        assert client.get("/imports/new/products/").status_code == 200
        assert 'id="go-on"' not in client.get("/accounts/2fa/").content.decode()

    def test_an_upload_that_came_before_goes_through_when_it_is_sent_again(
        self, federation: Federation, settings: Any
    ) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        client = signed_in(federation, "registrar")

        def send() -> Any:
            file = SimpleUploadedFile("products.csv", b"code,name,unit\nsalt,Salt,t\n")
            return client.post("/imports/new/products/", {"file": file})

        held = send()
        assert (held.status_code, "What you sent is not lost" in held.content.decode()) == (403, True)
        enrol(federation.people["registrar"])
        assert "would make 1 row" in send().content.decode()

    def test_programs_are_told_so(self, federation: Federation, settings: Any) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        answer = signed_in(federation, "coordinator").post("/api/v1/cycles/2027/open-round/")
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed")

    def test_with_one_they_act(self, federation: Federation, settings: Any) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        enrol(federation.people["coordinator"])
        answer = signed_in(federation, "coordinator").post("/cycles/2027/begin/")
        assert answer.status_code == 404, "the request arrived: there is no such cycle"

    def test_nobody_else_is_asked(self, federation: Federation, settings: Any) -> None:
        settings.STAFF_NEED_SECOND_FACTOR = True
        for name in ("bread_delegate", "stranger", "root"):
            answer = signed_in(federation, name).post(
                "/tokens/", {"name": "x", "scopes": ["read"], "expires": "30"}
            )
            assert answer.status_code == 201


def test_a_refusal_that_a_view_let_through_is_a_page_with_its_status(federation: Federation) -> None:
    request = RequestFactory().post("/x/")
    request.user, request.session = federation.people["stranger"], {}
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    late = middleware.process_exception(request, TooLate("The round is closed."))
    assert late is not None
    assert late.status_code == 409
    assert "The round is closed." in late.content.decode()
    wrong = middleware.process_exception(request, Invalid("No.", fields={"output": "Too much <b>."}))
    assert wrong is not None
    assert wrong.status_code == 422
    assert "Too much &lt;b&gt;." in wrong.content.decode()
    assert middleware.process_exception(request, ValueError("not mine")) is None


def test_health_is_told_of_database_broker_and_clock(
    settings: Any, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (Client().get("/healthz").status_code, Client().get("/healthz").json()) == (
        200,
        {"database": "ok", "broker": "ok", "clock": "ok", "mail": "ok"},
    )
    monkeypatch.setattr("config.views.CLOCKS_APART", timedelta(seconds=-1))
    apart = Client().get("/healthz")
    assert (apart.status_code, apart.json()["clock"]) == (503, "differs")
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    sick = Client().get("/healthz")
    assert (sick.status_code, sick.json()["broker"]) == (503, "no answer")


@pytest.mark.parametrize(
    ("caller", "header", "status"),
    [
        ("127.0.0.1", "", 200),
        ("::1", "", 200),
        ("192.0.2.7", "", 404),
        ("127.0.0.1", "198.51.100.3", 404),
        ("", "", 404),
    ],
)
def test_figures_are_for_direct_callers_from_listed_networks(caller: str, header: str, status: int) -> None:
    headers = {"X-Forwarded-For": header} if header else {}
    answer = Client(REMOTE_ADDR=caller).get("/metrics", headers=headers)
    assert answer.status_code == status
    assert (b"django_http_requests" in answer.content) is (status == 200)


def test_the_first_page_leads_people_to_their_duties(federation: Federation) -> None:
    assert Client().get("/").status_code == 200
    assert signed_in(federation, "stranger").get("/")["Location"] == "/duties/"


class TestTokensPage:
    def test_the_secret_is_shown_once(self, federation: Federation) -> None:
        client = signed_in(federation, "bread_delegate")
        made = client.post("/tokens/", {"name": "ERP", "scopes": ["read", "propose"], "expires": "90"})
        assert (made.status_code, made["Cache-Control"].count("no-store")) == (201, 1)
        secret = made.context["secret"]
        assert secret in made.content.decode()
        assert secret not in client.get("/tokens/").content.decode()
        answer = Client().get("/api/v1/products/", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200

    def test_what_was_typed_stays_when_it_is_refused(self, federation: Federation) -> None:
        client = signed_in(federation, "bread_delegate")
        refused = client.post("/tokens/", {"name": "My ERP", "expires": "90"})
        assert refused.status_code == 422
        assert "My ERP" in refused.content.decode()

    def test_only_ones_own_token_can_be_revoked(self, federation: Federation) -> None:
        client = signed_in(federation, "bread_delegate")
        client.post("/tokens/", {"name": "ERP", "scopes": ["read"], "expires": "30"})
        token = federation.people["bread_delegate"].api_tokens.get()
        where = f"/tokens/{token.public_id}/revoke/"
        assert signed_in(federation, "flour_delegate").post(where).status_code == 404
        assert client.post(where).status_code == 302
        token.refresh_from_db()
        assert token.revoked_at == NOW


def test_what_only_a_demonstration_offers_is_not_there_otherwise() -> None:
    """A process of its own, because addresses are made at start-up; the same process in demo mode is the control."""
    code = (
        "import django; django.setup(); from tests.access.routes import DEMO_ONLY, routes;"
        "print(sum(r.name.startswith(DEMO_ONLY) for r in routes()))"
    )
    shown = {}
    for demo in ("0", "1"):
        environment = {**os.environ, "COMMONPLAN_DEMO": demo, "DEBUG": "0", "ALLOWED_HOSTS": "localhost"}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        shown[demo] = int(done.stdout)
    assert shown["0"] == 0
    assert shown["1"] >= 2


def test_who_sets_the_federation_up_reaches_its_page_from_every_page(federation: Federation) -> None:
    for name, reaches in (("registrar", True), ("coordinator", True), ("bread_delegate", False)):
        page = signed_in(federation, name).get("/record/").content.decode()
        assert ('href="/setup/"' in page) is reaches, name


def test_tokens_are_reached_from_the_menu_and_from_the_account(federation: Federation) -> None:
    client = signed_in(federation, "bread_delegate")
    for page in ("/duties/", "/accounts/2fa/"):
        assert 'href="/tokens/"' in client.get(page).content.decode()


def test_the_foot_says_which_release_it_is_whatever_versions_a_page_shows(federation: Federation) -> None:
    request = RequestFactory().get("/")
    request.user, request.session = federation.people["stranger"], {}  # type: ignore[assignment]
    page = render_to_string("help.html", {"version": "Our programme"}, request=request)
    assert f"Commonplan {version()}" in page
    assert "Commonplan Our programme" not in page
