"""What COPY writes is what was given, for every type the tables have, and the constraints hold."""

import datetime as dt
import uuid

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import DateRange

from workplaces.loading import Ragged, copy_rows, reserve_ids
from workplaces.loading.copy import uuid7_array
from workplaces.models import (
    Agreement,
    Line,
    Person,
    Product,
    PublicBody,
    Region,
    Scenario,
    Sector,
    SectorMembership,
    Technology,
    Workplace,
)

pytestmark = pytest.mark.django_db
SINCE_2021 = DateRange(dt.date(2021, 1, 1), None)


def two_sectors(scenario: Scenario) -> np.ndarray:
    return copy_rows(
        Sector,
        {
            "scenario_id": scenario.pk,
            "code": ["a", "b"],
            "name": ["Aço", "日本"],
            "names": [{"pt": "Aço"}, {}],
        },
        count=2,
    )


def workplaces(scenario: Scenario, owner: PublicBody, sector: int, count: int) -> np.ndarray:
    columns = {
        "scenario_id": scenario.pk,
        "code": [f"w{i}" for i in range(count)],
        "name": "Works",
        "region_id": owner.region_id,
        "owner_id": owner.pk,
        "main_sector_id": sector,
        "size": np.arange(1, count + 1),
        "band": np.ma.masked_equal(np.linspace(0, 1, count), 0),
    }
    return copy_rows(Workplace, columns, count=count)


def test_numbers_texts_json_nulls_and_defaults_come_back(baseline: Scenario, owner: PublicBody) -> None:
    ids = two_sectors(baseline)
    assert list(Sector.objects.order_by("pk").values_list("pk", "name", "names")) == [
        (ids[0], "Aço", {"pt": "Aço"}),
        (ids[1], "日本", {}),
    ]
    places = workplaces(baseline, owner, ids[0], 3)
    first, _second, third = Workplace.objects.order_by("pk")
    assert [first.pk, third.pk] == [places[0], places[2]]
    assert (first.band, third.band, third.size, third.form) == (None, 1.0, 3, "collective")
    assert third.entity_id == third.pk
    assert not third.removed
    assert third.public_id.version == 7


def test_arrays_of_one_length_of_many_and_empty_come_back(baseline: Scenario) -> None:
    sector = two_sectors(baseline)[0]
    ragged = Ragged(np.array([0.1, np.pi, 1e-300]), np.array([0, 2, 2, 3]))
    columns = {
        "scenario_id": baseline.pk,
        "code": ["x", "y", "z"],
        "name": "Technique",
        "sector_id": sector,
        "output_product": np.array([[7], [8], [9]]),
        "output_coefficient": [[1.0], [1.0], [1.0]],
        "input_product": Ragged(np.array([7, 8, 9]), np.array([0, 2, 2, 3])),
        "input_coefficient": ragged,
        "input_group": Ragged(np.array([0, 1, 2]), np.array([0, 2, 2, 3])),
        "groups": 3,
    }
    copy_rows(Technology, columns, count=3)
    read = Technology.objects.order_by("pk").values_list("input_coefficient", "input_group", "output_product")
    assert list(read) == [([0.1, np.pi], [0, 1], [7]), ([], [], [8]), ([1e-300], [2], [9])]


def test_dates_ranges_moments_and_uuids_come_back(db: None) -> None:
    joined = dt.datetime(2021, 5, 1, 12, 30, 0, 123456, tzinfo=dt.UTC)
    known = uuid.uuid4()
    people = {
        "username": ["a", "b"],
        "password": "!",
        "date_joined": joined,
        "last_login": [None, joined - dt.timedelta(days=12_000)],
        "public_id": [known, uuid.uuid4()],
        "synthetic": [True, False],
    }
    copy_rows(Person, people, count=2)
    first, second = Person.objects.order_by("pk")
    assert (first.date_joined, first.last_login, first.public_id) == (joined, None, known)
    assert second.last_login == joined - dt.timedelta(days=12_000)
    assert (first.synthetic, second.synthetic, first.email) == (True, False, "")


@pytest.mark.parametrize(
    "validity",
    [
        SINCE_2021,
        DateRange(None, dt.date(1999, 12, 31)),
        DateRange(dt.date(1960, 2, 29), dt.date(2030, 1, 1)),
    ],
)
def test_ranges_come_back(baseline: Scenario, owner: PublicBody, validity: DateRange) -> None:
    sector = two_sectors(baseline)[0]
    place = workplaces(baseline, owner, sector, 1)
    row = {
        "scenario_id": baseline.pk,
        "workplace_id": place,
        "sector_id": sector,
        "share": 1.0,
        "validity": validity,
    }
    copy_rows(SectorMembership, row, count=1)
    read = SectorMembership.objects.get().validity
    assert (read.lower, read.upper) == (validity.lower, validity.upper)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=0), min_size=1, max_size=20),
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)),
)
def test_any_figure_and_any_name_survive(figures: list[float], names: list[str]) -> None:
    count = min(len(figures), len(names))
    scenario = Scenario.objects.create(name="s", kind="sandbox")
    columns = {
        "scenario_id": scenario.pk,
        "code": [str(i) for i in range(count)],
        "name": names[:count],
        "unit": "t",
        "price": figures[:count],
    }
    copy_rows(Product, columns, count=count)
    read = Product.objects.filter(scenario=scenario).order_by("pk").values_list("price", "name")
    assert list(read) == list(zip(figures[:count], names[:count], strict=True))


def test_more_rows_than_a_block(baseline: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workplaces.loading.copy.BLOCK", 7)
    columns = {
        "scenario_id": baseline.pk,
        "code": [f"p{i:03}" for i in range(50)],
        "name": "P",
        "unit": "t",
        "price": np.arange(50) / 7,
    }
    ids = copy_rows(Product, columns, count=50)
    read = list(Product.objects.order_by("code").values_list("pk", "price"))
    assert read == list(zip(ids.tolist(), (np.arange(50) / 7).tolist(), strict=True))


def test_a_refused_row_leaves_none_of_the_others(baseline: Scenario) -> None:
    columns = {
        "scenario_id": baseline.pk,
        "code": ["a", "b"],
        "name": "P",
        "unit": "t",
        "price": [1.0, np.nan],
    }
    with pytest.raises(IntegrityError, match="product_figures_finite"):
        copy_rows(Product, columns, count=2)


def test_arrays_with_what_is_not_finite_are_refused(baseline: Scenario, owner: PublicBody) -> None:
    sector = two_sectors(baseline)[0]
    place = workplaces(baseline, owner, sector, 1)
    product = copy_rows(
        Product, {"scenario_id": baseline.pk, "code": ["a"], "name": "P", "unit": "t"}, count=1
    )
    row = {
        "scenario_id": baseline.pk,
        "workplace_id": place,
        "product_id": product,
        "capacity": 1.0,
        "factors": np.array([[1.0, np.inf]]),
    }
    with pytest.raises(IntegrityError, match="line_factors_finite"):
        copy_rows(Line, row, count=1)


def test_misspelt_missing_and_short_columns_are_named(baseline: Scenario) -> None:
    with pytest.raises(ValueError, match="Sector has no column scenario"):
        copy_rows(Sector, {"scenario": baseline.pk}, count=1)
    with pytest.raises(ValueError, match=r"Agreement\.quantity has no default"):
        copy_rows(Agreement, {"scenario_id": baseline.pk, "product_id": 1}, count=1)
    with pytest.raises(ValueError, match=r"Sector\.code: 1 values for 2 rows"):
        copy_rows(Sector, {"scenario_id": baseline.pk, "code": ["a"], "name": "S"}, count=2)


def test_reserved_ids_are_nobody_elses(country: Region) -> None:
    first, second = reserve_ids(Region, 5), reserve_ids(Region, 3)
    assert len({*first.tolist(), *second.tolist(), country.pk}) == 9
    assert (
        Region.objects.create(code="YY", name="Y", kind="country").pk not in first.tolist() + second.tolist()
    )
    assert len(reserve_ids(Region, 0)) == 0


def test_uuids_are_version_7_of_now_ascending_and_different() -> None:
    made = [uuid.UUID(bytes=row.tobytes()) for row in uuid7_array(1000)]
    assert len(set(made)) == 1000
    assert made == sorted(made)
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    age = dt.datetime.now(dt.UTC).timestamp() * 1000 - (made[0].int >> 80)
    assert 0 <= age < 60_000


def shares(scenario: Scenario, place: int, sectors: list[int], parts: list[float], since: int = 2021) -> None:
    columns = {
        "scenario_id": scenario.pk,
        "workplace_id": int(place),
        "sector_id": sectors,
        "share": parts,
        "validity": DateRange(dt.date(since, 1, 1), None),
    }
    copy_rows(SectorMembership, columns, count=len(parts))


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS sector_shares_add_up IMMEDIATE")
        cursor.execute("SET CONSTRAINTS sector_shares_add_up DEFERRED")


def test_shares_that_do_not_add_up_are_refused_at_the_end(baseline: Scenario, owner: PublicBody) -> None:
    sectors = two_sectors(baseline).tolist()
    good, bad = workplaces(baseline, owner, sectors[0], 2)
    shares(baseline, good, sectors, [0.25, 0.75])
    check_now()
    shares(baseline, bad, sectors, [0.25, 0.5])
    with pytest.raises(IntegrityError, match=f"shares of workplace {bad} add up to 0.75"):
        check_now()


def test_shares_may_be_changed_in_two_steps(baseline: Scenario, owner: PublicBody) -> None:
    sectors = two_sectors(baseline).tolist()
    (place,) = workplaces(baseline, owner, sectors[0], 1)
    shares(baseline, place, sectors[:1], [1.0])
    SectorMembership.objects.update(validity=DateRange(dt.date(2021, 1, 1), dt.date(2022, 1, 1)))
    shares(baseline, place, sectors, [0.5, 0.5], since=2022)
    check_now()


def test_an_added_share_is_one_too_many(baseline: Scenario, owner: PublicBody) -> None:
    sectors = two_sectors(baseline).tolist()
    (place,) = workplaces(baseline, owner, sectors[0], 1)
    shares(baseline, place, sectors[:1], [1.0])
    shares(baseline, place, sectors[1:], [0.5], since=2022)
    with pytest.raises(IntegrityError, match=r"add up to 1\.5 on 2022-01-01"):
        check_now()


def test_a_share_that_ends_alone_is_refused(baseline: Scenario, owner: PublicBody) -> None:
    sectors = two_sectors(baseline).tolist()
    (place,) = workplaces(baseline, owner, sectors[0], 1)
    shares(baseline, place, sectors, [0.5, 0.5])
    SectorMembership.objects.filter(sector=sectors[0]).update(
        validity=DateRange(dt.date(2021, 1, 1), dt.date(2022, 1, 1))
    )
    with pytest.raises(IntegrityError, match=r"add up to 0\.5 on 2022-01-01"):
        check_now()


def test_shares_of_an_overlay_count_with_its_parents(baseline: Scenario, owner: PublicBody) -> None:
    sectors = two_sectors(baseline).tolist()
    (place,) = workplaces(baseline, owner, sectors[0], 1)
    shares(baseline, place, sectors, [0.5, 0.5])
    Scenario.objects.filter(pk=baseline.pk).update(
        state="closed", digest="0" * 64, closed_at=dt.datetime.now(dt.UTC)
    )
    sandbox = Scenario.objects.create(name="What if", kind="sandbox", parent=baseline)
    first, second = SectorMembership.objects.order_by("pk")
    overlay = {"scenario": sandbox, "workplace_id": place, "validity": first.validity}
    SectorMembership.objects.create(origin=first, sector_id=first.sector_id, share=0.3, **overlay)
    with pytest.raises(IntegrityError, match=r"add up to 0\.8"), transaction.atomic():
        check_now()
    SectorMembership.objects.create(origin=second, sector_id=second.sector_id, share=0.7, **overlay)
    check_now()
