"""One click signs in as a made-up person, in demo mode; nothing signs in as anybody else, or anywhere else."""

import importlib
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings

from config import environment
from planning.demo import urls
from planning.demo.views import demo_sign_in
from workplaces.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.planning.demo.urls")]
URL = "/demo/sign-in/"
ROUTES = """
import django; django.setup()
from django.urls import Resolver404, resolve
try:
    resolve("/demo/sign-in/"); print("registered")
except Resolver404:
    print("unknown")
"""


@pytest.fixture(autouse=True)
def demo_mode(settings: Settings) -> None:
    settings.DEMO = True
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["testserver"]


def person(**fields: object) -> Person:
    return Person.objects.create(username="rosa", **{"name": "Rosa", "synthetic": True} | fields)


def refused(**posted: str) -> bool:
    request = RequestFactory().post(URL, posted)
    try:
        demo_sign_in(request)
    except Http404:
        return True
    return False


def test_one_click_signs_in_and_goes_on(client: Client) -> None:
    answer = client.post(URL, {"person": str(person().public_id), "next": "/?from=there"})
    assert (answer.status_code, answer["Location"]) == (302, "/?from=there")
    assert client.get("/").content == b"Rosa"


@pytest.mark.parametrize("there", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_it_never_leads_away(client: Client, there: str) -> None:
    answer = client.post(URL, {"person": str(person().public_id), "next": there})
    assert answer["Location"] == "/"


def test_the_session_key_is_a_new_one(client: Client) -> None:
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.post(URL, {"person": str(person().public_id)})
    assert client.session.session_key != before


def test_asking_is_not_signing_in(client: Client) -> None:
    assert client.get(URL, {"person": str(person().public_id)}).status_code == 405


def test_a_forged_form_is_refused(settings: Settings) -> None:
    answer = Client(enforce_csrf_checks=True).post(URL, {"person": str(person().public_id)})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "fields", [{"synthetic": False}, {"is_superuser": True}, {"is_staff": True}, {"is_active": False}]
)
def test_real_privileged_and_closed_accounts_are_unknown(fields: dict[str, bool]) -> None:
    assert refused(person=str(person(**fields).public_id))


@pytest.mark.parametrize("posted", ["", "1", "rosa", "00000000-0000-7000-8000-000000000000", "\x00"])
def test_what_is_no_persons_id_is_unknown(posted: str) -> None:
    person()
    assert refused(person=posted)


def test_outside_demo_mode_the_view_knows_nobody(settings: Settings) -> None:
    settings.DEMO = False
    assert refused(person=str(person().public_id))


@pytest.mark.parametrize(("demo", "routes"), [(True, 6), (False, 0)])
def test_the_addresses_exist_in_demo_mode_only(settings: Settings, demo: bool, routes: int) -> None:
    settings.DEMO = demo
    try:
        assert len(importlib.reload(urls).urlpatterns) == routes
    finally:
        settings.DEMO = environment.flag("COMMONPLAN_DEMO")
        importlib.reload(urls)


@pytest.mark.parametrize(("demo", "said"), [("1", "registered"), ("0", "unknown"), ("", "unknown")])
def test_the_site_routes_it_in_demo_mode_only(demo: str, said: str) -> None:
    given = {**os.environ, "COMMONPLAN_DEMO": demo, "ALLOWED_HOSTS": "localhost"}
    given["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run(
        [sys.executable, "-c", ROUTES], env=given, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == said


@pytest.mark.parametrize("hosts", ["plan.example.org", "localhost,plan.example.org", "*", "0.0.0.0"])
def test_demo_mode_is_refused_on_any_other_host(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("COMMONPLAN_DEMO", "1")
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    with pytest.raises(ImproperlyConfigured, match="runs on loopback only"):
        environment.site()
