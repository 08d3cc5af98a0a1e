"""An economy comes out of the database as it went in, and nothing of a refused one stays."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from workplaces.loading.economy import Loaded, load_economy
from workplaces.loading.places import Country
from workplaces.models import (
    DemandLine,
    LabourPool,
    Line,
    Occupation,
    Product,
    PublicBody,
    Region,
    Scenario,
    SectorMembership,
    Technology,
    TradeLine,
    Workplace,
)
from workplaces.record.models import Entry
from workplaces.selectors import labour_of
from workplaces.services.scenarios import scenario_close
from workplaces.tables import build_economy
from workplaces.tables.arrays import Economy

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2022, 1, 3, 8, tzinfo=dt.UTC)
# What is left of each product when all that was made and came in has been used up as the table says.
BALANCE = """
WITH l AS (SELECT l.*, t.input_product AS inputs, t.input_coefficient, t.input_group
             FROM workplaces_line l JOIN workplaces_technology t ON t.id = l.technology_id WHERE l.scenario_id = %(s)s),
used AS (SELECT u.product, sum(l.last_output * u.coefficient * l.factors[u.grp + 1]) AS amount
           FROM l CROSS JOIN unnest(l.inputs, l.input_coefficient, l.input_group) u(product, coefficient, grp) GROUP BY 1)
SELECT p.id, coalesce((SELECT sum(last_output) FROM l WHERE l.product_id = p.id), 0)
           + coalesce((SELECT sum(last) FROM workplaces_tradeline t WHERE t.product_id = p.id), 0),
       coalesce((SELECT amount FROM used WHERE used.product = p.id), 0)
           + coalesce((SELECT sum(last) FROM workplaces_demandline d WHERE d.product_id = p.id), 0)
  FROM workplaces_product p WHERE p.scenario_id = %(s)s"""


@pytest.fixture(scope="module")
def economy() -> Economy:
    return build_economy("brazil-2021", workplaces=400, seed=7)


@pytest.fixture
def loaded(economy: Economy, baseline: Scenario) -> Loaded:
    country = Country("BR", "Brazil", {"pt": "Brasil"}, {"N": 18_906_962})
    return load_economy(economy=economy, scenario=baseline, by=None, now=NOW, country=country)


def test_every_product_is_in_balance_in_the_database(loaded: Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BALANCE, {"s": loaded.scenario.pk})
        rows = np.array(cursor.fetchall())
    _ids, supply, use = rows.T
    assert len(rows) == 128
    np.testing.assert_allclose(supply, use, rtol=1e-9, atol=1e-6)


def test_techniques_lines_and_pools_are_the_economys(loaded: Loaded, economy: Economy) -> None:
    technology = Technology.objects.get(pk=loaded.technologies[17])
    entries = slice(*economy.technologies.input_ptr[17:19])
    assert technology.code == economy.technologies.code[17]
    assert technology.input_coefficient == economy.technologies.input_coef[entries].tolist()
    assert technology.input_product == loaded.products[economy.technologies.input_product[entries]].tolist()
    assert technology.output_product == [loaded.products[economy.technologies.product[17]]]
    assert (technology.groups, technology.labour_group) == (4, 3)
    lines = Line.objects.order_by("pk").values_list("factors", "last_output", "capacity", "workplace_id")
    factors, output, capacity, workplace = zip(*lines, strict=True)
    np.testing.assert_array_equal(factors, economy.lines.line_factors)
    np.testing.assert_array_equal(output, economy.lines.line_last_output)
    np.testing.assert_array_equal(capacity, economy.lines.line_capacity)
    np.testing.assert_array_equal(workplace, loaded.workplaces[economy.lines.line_workplace])
    pool = LabourPool.objects.get(region__code="BR-SE", occupation__code="craft")
    place = economy.regions.codes.index("SE"), economy.occupations.codes.index("craft")
    assert pool.hours == economy.occupations.pool_hours[place]
    assert pool.pk == loaded.pools[place]


def test_hours_keep_their_unit_and_are_the_tables_jobs(loaded: Loaded, economy: Economy) -> None:
    """The pools offer a tenth more than is worked; what is worked is the published jobs at 1,840 hours each."""
    assert set(Occupation.objects.values_list("unit", flat=True)) == {"million hours"}
    jobs = int(economy.workplaces.members.sum())
    assert jobs > 90_000_000
    offered = 1e6 * sum(LabourPool.objects.values_list("hours", flat=True))
    assert offered / 1.1 == pytest.approx(jobs * 1840, rel=1e-5)
    largest = Workplace.objects.order_by("-size").first()
    assert largest is not None
    worked = sum(use.quantity for line in largest.lines.all() for use in labour_of(line, loaded.scenario))
    assert 1e6 * worked == pytest.approx(largest.size * 1840, rel=1e-4)


def test_workplaces_are_owned_belong_to_a_sector_and_stand_in_a_region(
    loaded: Loaded, economy: Economy
) -> None:
    workplace = Workplace.objects.select_related("region", "owner", "main_sector").get(
        pk=loaded.workplaces[3]
    )
    assert workplace.name == economy.workplaces.name_en[3]
    assert workplace.names["pt"] == economy.workplaces.name_pt[3]
    assert workplace.size == economy.workplaces.members[3]
    assert workplace.owner.region == workplace.region
    assert workplace.main_sector_id == loaded.sectors[economy.workplaces.sector[3]]
    membership = SectorMembership.objects.get(workplace=workplace)
    assert (membership.share, membership.validity.lower) == (1.0, dt.date(2021, 1, 1))


def test_places_have_codes_names_and_people(loaded: Loaded) -> None:
    north = Region.objects.get(code="BR-N")
    assert (north.name, north.names, north.kind, north.population) == (
        "North",
        {"pt": "Norte"},
        "region",
        18_906_962,
    )
    assert north.parent == loaded.places.country
    assert PublicBody.objects.filter(level="regional").count() == 5


def test_exports_stand_in_the_country_and_imports_come_from_the_world(
    loaded: Loaded, economy: Economy
) -> None:
    exports = DemandLine.objects.filter(category="export")
    assert exports.exists()
    assert set(exports.values_list("region__code", flat=True)) == {"BR"}
    world = TradeLine.objects.filter(counterparty__code="world")
    assert sum(world.values_list("last", flat=True)) == pytest.approx(
        economy.imports.import_last[np.array(economy.imports.import_source) == "world"].sum()
    )


def test_the_record_says_what_came_in(loaded: Loaded) -> None:
    entry = Entry.objects.get(kind="economy.loaded")
    assert entry.body["rows"]["workplaces"] == len(loaded.workplaces) == Workplace.objects.count()
    assert entry.body["seed"] == 7


def test_another_baseline_shares_the_places(loaded: Loaded, economy: Economy) -> None:
    second = Scenario.objects.create(name="Baseline 2", kind="baseline", number=2)
    again = load_economy(economy=economy, scenario=second, by=None, now=NOW, country=Country("BR", "Brazil"))
    assert again.places == loaded.places
    assert Product.objects.filter(scenario=second).count() == 128
    assert Region.objects.count() == 6


def test_a_figure_that_is_none_refuses_the_whole(economy: Economy, baseline: Scenario) -> None:
    capacity = economy.lines.line_capacity.copy()
    capacity[-1] = np.nan
    broken = dataclasses.replace(economy, lines=dataclasses.replace(economy.lines, line_capacity=capacity))
    with pytest.raises(IntegrityError, match="line_figures_finite"), transaction.atomic():
        load_economy(economy=broken, scenario=baseline, by=None, now=NOW)
    assert not Product.objects.exists()
    assert not Region.objects.exists()
    assert not Entry.objects.exists()


def test_a_closed_scenario_takes_nothing_in(economy: Economy, baseline: Scenario) -> None:
    scenario = scenario_close(scenario=baseline, by=None, now=NOW)
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        load_economy(economy=economy, scenario=scenario, by=None, now=NOW)
    assert not Workplace.objects.exists()
