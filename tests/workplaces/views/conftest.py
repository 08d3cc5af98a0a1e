"""A small federation, seen by the people in it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.federation import NOW, Federation, make_federation
from workplaces.models import Agreement, Counterparty, DemandLine, LabourPool, Resource, TradeLine
from workplaces.services.imports import import_apply

Browse = Callable[[str], Client]
YEAR = ("2027-01-01", "2028-01-01")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view asks the clock in one place."""
    for module in ("common", "imports"):
        monkeypatch.setattr(f"workplaces.views.{module}.moment", lambda: NOW)
    monkeypatch.setattr("planning.views.duties.moment", lambda: NOW)


@pytest.fixture
def federation(db: None) -> Federation:
    """A mill, a bakery and a power station, with trade and an agreement."""
    made = make_federation()
    grid = Counterparty.objects.create(scenario=made.baseline, code="grid", name="Grid company")
    TradeLine.objects.create(
        scenario=made.baseline,
        counterparty=grid,
        product=made.products["energy"],
        direction="import",
        last=60.0,
    )
    Resource.objects.create(scenario=made.baseline, code="co2", name="Carbon", unit="t", cap=90.0)
    Agreement.objects.create(
        scenario=made.baseline, supplier=made.workplaces["energy"], client=made.workplaces["bread"],
        product=made.products["energy"], quantity=30.0, period=YEAR, offered_by=made.people["bread_delegate"],
        offered_for=made.workplaces["bread"],
    )  # fmt: skip
    import_apply(
        kind="members", scenario=made.baseline, file_name="members.csv",
        content=b"name,email,workplace,community\nAna,ana@example.org,bread-works,village\n",
        by=made.people["registrar"], now=NOW,
    )  # fmt: skip
    return made


@pytest.fixture
def browse(federation: Federation) -> Browse:
    """Sign somebody in."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(federation.people[who])
        return client

    return sign_in


@pytest.fixture
def addresses(federation: Federation) -> dict[str, str]:
    """Every page that everybody who is signed in can see."""
    rows = {
        "workplace": federation.workplaces["bread"],
        "product": federation.products["bread"],
        "sector": federation.workplaces["bread"].main_sector,
        "region": federation.community,
        "labour_pool": LabourPool.objects.get(),
        "resource": Resource.objects.get(),
        "counterparty": Counterparty.objects.get(),
        "agreement": Agreement.objects.get(),
        "scenario": federation.baseline,
        "line": federation.lines["bread"],
    }
    assert DemandLine.objects.exists()
    lists = (
        "workplaces", "products", "sectors", "regions", "labour_pools", "resources", "counterparties", "agreements",
        "scenarios", "imports",
    )  # fmt: skip
    return {
        **{name: reverse(f"workplaces:{name}") for name in lists},
        **{name: reverse(f"workplaces:{name}", args=[row.public_id]) for name, row in rows.items()},
    }
