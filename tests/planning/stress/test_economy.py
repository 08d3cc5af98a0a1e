"""An economy put into arrays at once is the very problem that the database gives back."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from planning.engine.solve import solve
from planning.runner.build import Rules, build_problem
from planning.runner.read import read_state
from planning.runner.stress.economy import state_of
from planning.runner.stress.subjects import from_economy
from tests.workplaces.tables.samples import SMALL
from workplaces.loading.economy import load_economy
from workplaces.models import Scenario
from workplaces.services.scenarios import scenario_open
from workplaces.tables import build_economy, read_folder
from workplaces.tables.arrays import Economy

NOW = dt.datetime(2022, 1, 3, 8, tzinfo=dt.UTC)


def small(folder: Path, workplaces: int = 30) -> Economy:
    """Three sectors by hand, with one resource, CO2, and no imports."""
    for name, text in SMALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    return build_economy(read_folder(folder), workplaces=workplaces, seed=1)


@pytest.fixture(scope="module")
def brazil() -> Economy:
    return build_economy("brazil-2021", workplaces=300, seed=3)


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["brazil", "small"])
def test_the_same_problem_bit_by_bit(which: str, brazil: Economy, tmp_path: Path) -> None:
    economy = brazil if which == "brazil" else small(tmp_path)
    scenario = scenario_open(kind=Scenario.Kind.BASELINE, by=None, now=NOW)
    load_economy(economy=economy, scenario=scenario, by=None, now=NOW)
    rules = Rules()
    stored, layout = build_problem(read_state(scenario.pk, band=rules.band), rules)
    direct, other = build_problem(state_of(economy, band=rules.band), rules)
    for name in stored.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(direct, name), getattr(stored, name), err_msg=name)
    assert direct.digest() == stored.digest()
    np.testing.assert_array_equal(other.row_kind, layout.row_kind)
    np.testing.assert_array_equal(other.column_kind, layout.column_kind)


def test_last_years_figures_add_up_and_nobody_is_asked(brazil: Economy) -> None:
    subject = from_economy(brazil)
    plan = solve(subject.problem)
    np.testing.assert_allclose(plan.x, subject.problem.proposal, rtol=1e-8, atol=1e-8)
    assert not plan.asked.any()
    assert plan.certificate.short_rows == 0
    assert len(subject.workplaces) == len(brazil.workplaces)
    assert len(subject.category) == len(brazil.demand)
