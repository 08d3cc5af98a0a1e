"""A country with an owner of social property and an open baseline."""

import pytest

from workplaces.models import PublicBody, Region, Scenario


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
