"""What drops out is found by code or name; what makes no sense is said in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from planning.runner.stress.drops import Drop, parse, shock_of
from planning.runner.stress.subjects import Subject, from_economy
from tests.planning.stress.test_economy import small
from workplaces.errors import Invalid
from workplaces.tables import build_economy


@pytest.fixture(scope="module")
def brazil() -> Subject:
    return from_economy(build_economy("brazil-2021", workplaces=300, seed=3))


@pytest.mark.parametrize(
    ("text", "drop"),
    [
        ("region:NE=20%", Drop("region", "NE", 0.2)),
        (" product-import:19911 = 30 %", Drop("product-import", "19911", 0.3)),
        ("workplace:Farm 1, South=100", Drop("workplace", "Farm 1, South", 1.0)),
        ("workplace:A=B=0.5%", Drop("workplace", "A=B", 0.005)),
    ],
)
def test_reading(text: str, drop: Drop) -> None:
    assert parse(text) == drop


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("NE", "write KIND:CODE=SHARE%"),
        ("region:NE", "write KIND:CODE=SHARE%"),
        ("mars:NE=20%", "mars cannot drop; what can is region, workplace, product"),
        ("region:NE=a lot", "“a lot” is not a percentage"),
        ("region:NE=", "“” is not a percentage"),
        ("region:NE=0%", "above 0% and at most 100%"),
        ("region:NE=101%", "above 0% and at most 100%"),
        ("region:NE=-5%", "above 0% and at most 100%"),
        ("region:NE=nan%", "above 0% and at most 100%"),
    ],
)
def test_what_cannot_be_read(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        parse(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("region:XX=5%", r"no region “XX” here. There are N \(North\), NE \(Northeast\)"),
        ("workplace:Farm 1, Sout=5%", r"no workplace .* among them W\d+ \(Farm 1, South\)"),
        ("product:99999=5%", "no product “99999”"),
        ("product-import:00000=5%", "no product “00000”"),
        ("resource:CO2=5%", "this economy has no resource at all"),
    ],
)
def test_what_is_not_there(brazil: Subject, text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        shock_of(brazil, [parse(text)])


def test_what_is_not_imported_cannot_drop(brazil: Subject) -> None:
    imported = set(brazil.state.trade["product_id"][brazil.state.trade["world_price"] > 0].tolist())
    home = next(label for entity, label in brazil.products.items() if entity not in imported)
    with pytest.raises(Invalid, match="is not imported in this plan"):
        shock_of(brazil, [Drop("product-import", home.code, 0.3)])


def test_a_region_is_its_workplaces(brazil: Subject) -> None:
    shock = shock_of(brazil, [parse("region:ne=20%")])
    lines = brazil.state.lines
    north_east = [entity for entity, label in brazil.regions.items() if label.code == "NE"]
    inside = np.isin(lines["region_id"], north_east)
    assert inside.any()
    np.testing.assert_allclose(shock.columns[: len(inside)], np.where(inside, 0.2, 0.0))
    assert not shock.columns[len(inside) :].any()
    assert not shock.rows.any()


def test_one_import_is_one_column(brazil: Subject) -> None:
    trade = brazil.state.trade
    product = int(trade["product_id"][trade["world_price"] > 0][0])
    shock = shock_of(brazil, [Drop("product-import", brazil.products[product].code, 0.5)])
    hit = np.flatnonzero(shock.columns)
    first = int((brazil.layout.column_kind < 2).sum())
    assert trade["product_id"][hit - first].tolist() == [product]
    assert trade["world_price"][hit - first] > 0


def test_what_is_hit_twice_keeps_the_product_of_what_is_left(brazil: Subject) -> None:
    code = brazil.workplaces[int(brazil.state.lines["workplace_id"][0])].code
    shock = shock_of(brazil, [parse(f"workplace:{code}=50%"), parse(f"workplace:{code}=20%")])
    assert shock.columns.max() == pytest.approx(1 - 0.5 * 0.8)


def test_a_resource_is_a_row(tmp_path: Path) -> None:
    subject = from_economy(small(tmp_path))
    shock = shock_of(subject, [parse("resource:CO2=10%")])
    assert shock.rows[np.flatnonzero(shock.rows)].tolist() == pytest.approx([0.1])
    assert not shock.columns.any()


def test_several_of_one_name_are_told_apart_by_code(tmp_path: Path) -> None:
    subject = from_economy(small(tmp_path))
    first, second = list(subject.workplaces)[:2]
    subject.workplaces[second] = subject.workplaces[first].__class__("W2", subject.workplaces[first].name)
    with pytest.raises(Invalid, match=r"several are called so; say which by its code: W.*, W2"):
        shock_of(subject, [Drop("workplace", subject.workplaces[first].name, 0.1)])
