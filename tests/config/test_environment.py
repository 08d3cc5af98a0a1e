"""What the process environment decides, and what is shared by all web processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from config import cache as counters
from config import environment

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://ana:p%40ss@mail.example.org", ("mail.example.org", 587, "ana", "p@ss", True, None)),
        ("smtps://mail.example.org:4650", ("mail.example.org", 4650, "", "", None, True)),
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "", "", None, None)),
    ],
)
def test_mail_goes_to_the_server_named(url: str, expected: tuple[object, ...]) -> None:
    options = environment.mailer(url)["OPTIONS"]
    names = ("host", "port", "username", "password", "use_tls", "use_ssl")
    assert tuple(options.get(name) for name in names) == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_a_mail_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_URL is not understood"):
        environment.mailer(url)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SECRET_KEY": "x"}, "SECRET_KEY has 1 characters"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is '-1'"),
        ({"MAIL_URL": "nonsense"}, "MAIL_URL is not understood"),
    ],
)
def test_a_site_does_not_start_on_such_settings(given: dict[str, str], sentence: str) -> None:
    environ = {**os.environ, "DEBUG": "0", "COMMONPLAN_DEMO": "0", "ALLOWED_HOSTS": "localhost", **given}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=CHECKOUT, env=environ, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode != 0
    assert sentence in done.stderr


@pytest.fixture
def absent() -> BaseCache:
    """Counters whose server is not there."""
    settings = environment.counters("redis://127.0.0.1:1/0")
    return counters.Counters("redis://127.0.0.1:1/0", {**settings, "KEY_FUNCTION": counters.key})


def test_without_their_server_counters_go_on_and_say_so(
    absent: BaseCache, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    absent.set("rate", [1.0])
    assert absent.get("rate", "nothing") == "nothing"
    assert absent.add("rate", 1) is True
    assert absent.incr("rate") == 1
    assert absent.get_many(["rate"]) == {}
    assert "Requests are not counted at present" in caplog.text


def test_counters_belong_to_one_database_and_are_forgotten_alone(db: None) -> None:
    cache.set("rate", [1.5, 2])
    server = caches["default"]._cache.get_client(None, write=True)
    name = f"counter:{connection.settings_dict['NAME']}:1:rate"
    assert server.get(name) == b"[1.5, 2]"
    server.set("queue-of-somebody-else", "kept")
    cache.clear()
    assert cache.get("rate") is None
    assert server.get("queue-of-somebody-else") == b"kept"
    server.delete("queue-of-somebody-else")


def sign_in_wrongly(address: str) -> int:
    """Try a password from behind the proxy, as somebody at that address."""
    form = {"login": f"nobody-{address}", "password": "not the one"}
    headers = {"x-forwarded-for": f"203.0.113.77, {address}"}  # whatever else callers claim themselves
    return Client().post("/accounts/login/", form, headers=headers).status_code


@pytest.mark.django_db
def test_one_address_cannot_use_up_the_attempts_of_another() -> None:
    cache.clear()
    tried = [sign_in_wrongly("198.51.100.1") for _ in range(40)]
    assert 429 in tried
    assert sign_in_wrongly("198.51.100.2") == 200
    cache.clear()


@pytest.mark.parametrize(
    ("given", "hosts", "https", "expected"),
    [
        ("https://plan.example.org/", [], True, "https://plan.example.org"),
        ("", ["plan.example.org", "other"], True, "https://plan.example.org"),
        ("", [".example.org", "*", "plan"], False, "http://plan"),
        ("", [], False, "http://localhost"),
    ],
)
def test_links_in_mail_lead_to_the_site(
    monkeypatch: pytest.MonkeyPatch, given: str, hosts: list[str], https: bool, expected: str
) -> None:
    monkeypatch.setenv("SITE_URL", given)
    assert environment.address(hosts, https=https) == expected


@pytest.mark.parametrize(
    "given", ["plan.example.org", "ftp://plan.example.org", "https://plan.example.org/a", "https://"]
)
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SITE_URL", given)
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        environment.address([], https=True)
