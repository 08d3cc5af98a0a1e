"""What the process environment decides: addresses of servers, secrets, demo mode."""

import os
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_LENGTH = 50
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes/no variable; anything but 1/true/yes/on and 0/false/no/off/empty is an error."""
    text = os.environ.get(name, "1" if default else "").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; set it to 1 or 0.")


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# A process that was stopped in the middle of a vote would hold its locks, and with them closing and the record, for ever.
IDLE = "-c idle_in_transaction_session_timeout=15min"


def database(url: str | None) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name?option=…`` into Django's settings.

    A socket folder is given as ``?host=/path``.  Raises ImproperlyConfigured for anything but PostgreSQL.
    """
    if not url:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set, and no instance of this checkout runs. Start one in another terminal with "
            "`make site` or `make demo`, or set DATABASE_URL, REDIS_URL and SECRET_KEY."
        )
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}; only PostgreSQL is supported."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
            "prepare_threshold": 5,
            "options": IDLE,
            **options,
        },
    }


MAIL = {"smtp": (25, {}), "smtp+tls": (587, {"use_tls": True}), "smtps": (465, {"use_ssl": True})}


def mailer(url: str | None) -> dict[str, object]:
    """Turn ``smtp+tls://user:password@host:port`` into Django's settings; without one, mail goes to the log.

    ``smtp+tls`` begins in the clear and goes over to TLS (port 587), ``smtps`` is TLS from the start (465), ``smtp``
    is neither (25).  ``log:`` says that the log is meant.  Raises ImproperlyConfigured for anything else.
    """
    if not url or url == "log:":
        return {"BACKEND": "config.mail.LogBackend"}
    parts = urlsplit(url)
    if parts.scheme not in MAIL or not parts.hostname:
        raise ImproperlyConfigured(
            "MAIL_URL is not understood. Give it smtp+tls://user:password@host:587, smtps://… or smtp://…; "
            "or log: to write mail to the log."
        )
    port, ways = MAIL[parts.scheme]
    named = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    options = {"host": parts.hostname, "port": parts.port or port, "timeout": 20, **named, **ways}
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def address(hosts: list[str], *, https: bool) -> str:
    """Return the address under which people reach the site, for links in mail: SITE_URL, else from the first host.

    Raises ImproperlyConfigured for anything but a scheme and a host.
    """
    given = os.environ.get("SITE_URL", "").strip().rstrip("/")
    if not given:
        named = [host for host in hosts if host and host[0] not in ".*"]
        return f"{'https' if https else 'http'}://{named[0] if named else 'localhost'}"
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"SITE_URL is {given!r}; give it as people type it, without a path: https://plan.example.org."
        )
    return given


def counters(url: str | None) -> dict[str, object]:
    """Where requests are counted: on the broker's server, for all processes; without one, in this process."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "config.cache.Counters", "LOCATION": url, "KEY_FUNCTION": "config.cache.key"}


def count(name: str, default: int) -> int:
    """Read a whole number from 0."""
    text = os.environ.get(name, str(default)).strip()
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}; set it to a whole number, 0 or more.")
    return int(text)


@dataclass(frozen=True)
class Site:
    """Who may reach this instance, and in which mode it runs."""

    debug: bool
    demo: bool
    secret_key: str
    hosts: list[str]


def site() -> Site:
    """Read the mode; demo mode is refused for any host that is not this machine's loopback."""
    demo = flag("COMMONPLAN_DEMO")
    hosts = words("ALLOWED_HOSTS", ",".join(LOOPBACK) if demo or flag("DEBUG") else "")
    if demo and not set(hosts) <= set(LOOPBACK):
        raise ImproperlyConfigured(
            f"COMMONPLAN_DEMO lets anyone sign in as anyone, so it runs on loopback only; "
            f"ALLOWED_HOSTS is {', '.join(hosts)}. Unset one of the two."
        )
    secret = os.environ.get("SECRET_KEY", "")
    if not secret:
        raise ImproperlyConfigured(
            f"SECRET_KEY is not set. Give it at least {SECRET_LENGTH} random characters."
        )
    if len(secret) < SECRET_LENGTH and not (demo or flag("DEBUG")):
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(secret)} characters. Give it at least {SECRET_LENGTH} random ones."
        )
    return Site(debug=flag("DEBUG"), demo=demo, secret_key=secret, hosts=hosts)
