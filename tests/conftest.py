"""What all tests share: a queue of one's own, and no skip that hides a missing part."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation
from kombu import pools

from tests.flushing import lift_truncate_guards
from tests.migrated import template
from tests.plain_http import serve_plainly

# Published tables of other people stand beside the checkout, not in it, and may be absent as a whole: then, and
# only then, tests that read them may be skipped even where nothing may be missing (COMMONPLAN_CI=1).
TABLES = Path(__file__).resolve().parents[2] / "shared" / "data"
ALLOWED_SKIPS = () if TABLES.is_dir() else ("the published test tables", "the published table")
SKIPPED: list[tuple[str, str]] = []

lift_truncate_guards()
# How fast a shared machine happens to be says nothing about the code.
hypothesis.settings.register_profile(
    "project", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("project")
serve_plainly()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Test databases are copies of one that was migrated once."""
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = template(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' database simulates time, as their moments are years of their own."""
    from councils.clock import time_simulate

    with django_db_blocker.unblock():
        time_simulate()


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    """Staff act with a password only, whatever mode the tests run in; tests of the second factor ask for it."""
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language that a page was last asked for in stays with the thread: the next test begins without it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def quiet_heart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run's heart beats on a connection of its own, which sees nothing of a test that rolls back: it keeps still."""
    mark = request.node.get_closest_marker("django_db")
    if mark is not None and not mark.kwargs.get("transaction"):
        monkeypatch.setattr("planning.runner.claims.BEAT", 3600.0)


@pytest.fixture(scope="session")
def broker_url(worker_id: str) -> Iterator[str]:
    """Address of an empty queue that no other test process uses; also in the environment, for workers."""
    import redis

    from config.celery import app

    number = 1 + int(worker_id.removeprefix("gw")) if worker_id != "master" else 1
    url = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    before = os.environ["REDIS_URL"], settings.CELERY_BROKER_URL
    os.environ["REDIS_URL"] = settings.CELERY_BROKER_URL = app.conf.broker_url = url
    _forget_connections(app)
    yield url
    os.environ["REDIS_URL"], settings.CELERY_BROKER_URL = before
    app.conf.broker_url = before[1]
    _forget_connections(app)
    client.flushdb()
    client.close()


def _forget_connections(app: Any) -> None:
    """Whatever was sent before went to another queue, over connections that are kept."""
    pools.reset()
    app._pool = app.amqp._producer_pool = None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note every skip; an expected failure is none."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note skips of whole modules too."""
    if report.skipped:
        _note_skip(report)


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(ALLOWED_SKIPS or "\0"):
        SKIPPED.append((report.nodeid, reason))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in which something was skipped although everything ought to be there."""
    if _strict() and SKIPPED and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the run failed although no test did."""
    if _strict() and SKIPPED:
        terminalreporter.section("skipped where nothing may be missing: the run fails", red=True)
        for name, reason in SKIPPED:
            terminalreporter.line(f"{name}: {reason}")


def _strict() -> bool:
    return os.environ.get("COMMONPLAN_CI") == "1"
