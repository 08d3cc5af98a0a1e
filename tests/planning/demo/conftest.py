"""One small demo for a whole module of tests; it is rolled back at the end."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from planning.demo.load import Order, demo_load

NOW = dt.datetime.now(dt.UTC)
ORDER = Order("brazil-2021", 350, 3)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Row counts of a demo that is there for the tests of a module, all of them marked django_db.

    Without that mark there would be no test database, and this would be the one that people work in.
    """
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with django_db_blocker.unblock(), transaction.atomic():
        counts = demo_load(order=ORDER, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # nobody else learns of what an open transaction has made
        yield counts
        transaction.set_rollback(True)
