"""A country with an owner of social property and an open baseline."""

from collections.abc import Iterator

import pytest
from django.db import connection

from workplaces.models import PublicBody, Region, Scenario


def truncation(word: str) -> None:
    """Let the test runner empty the public record, which refuses that to everybody else."""
    with connection.cursor() as cursor:
        for table in ("entry", "root"):
            cursor.execute(f"ALTER TABLE workplaces_{table} {word} TRIGGER {table}_is_append_only")


@pytest.fixture
def flushable(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the tables are emptied afterwards."""
    truncation("ENABLE")
    yield
    truncation("DISABLE")


@pytest.fixture
def country(db: None) -> Region:
    """The country that everything lies in."""
    return Region.objects.create(code="XX", name="Examplia", kind=Region.Kind.COUNTRY)


@pytest.fixture
def owner(country: Region) -> PublicBody:
    """The public owner of every workplace."""
    return PublicBody.objects.create(code="XX", name="Nation", level="national", region=country)


@pytest.fixture
def baseline(db: None) -> Scenario:
    """An open baseline."""
    return Scenario.objects.create(name="Baseline 1", kind=Scenario.Kind.BASELINE, number=1)
