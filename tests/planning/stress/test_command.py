"""The command: without any database on a table, read-only on a cycle's plan."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.models import Cycle
from planning.runner.stress.drops import parse
from planning.runner.stress.report import as_json, stress_test
from planning.runner.stress.subjects import from_economy
from planning.runner.stress.table import table
from planning.services.plans import plan_propose
from planning.services.rounds import round_open
from tests.planning.federation import NOW, Federation
from tests.planning.stress.test_economy import small
from tests.planning.test_cycle import iterate

ROOT = Path(__file__).resolve().parents[3]


def bare(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command where nothing at all is set up."""
    command = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "shock", *arguments]
    nothing = {"PATH": os.defpath, "HOME": "/nonexistent"}
    return subprocess.run(
        command, env=nothing, capture_output=True, text=True, check=False, cwd="/", timeout=300
    )


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("shock", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_country_without_any_database() -> None:
    arguments = ["--workplaces", "300", "--seed", "1", "--drop", "region:NE=60%", "--json"]
    done = bare(*arguments)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["breaks"]
    sizes = [broken["share_of_shock"] for broken in report["breaks"]]
    assert sizes == sorted(sizes)
    assert report["acts"]["workplaces_hit"] > 0
    assert 0 < report["output"]["lost"] < report["output"]["before"]
    assert report["certificate"]["worst_residual"] <= 1e-9
    again = json.loads(bare(*arguments).stdout)
    assert {**again, "seconds": 0} == {**report, "seconds": 0}


def test_a_fault_is_one_sentence_and_exit_code_1() -> None:
    done = bare("--drop", "region:XX=5%", "--workplaces", "100")
    assert done.returncode == 1
    assert "no region “XX”" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--drop", "region:NE=lots"], "not a percentage"),
        (["--drop", "region:NE=5%", "--workplaces", "0"], "at least 1"),
        (["--drop", "region:NE=5%", "--source", "mars"], "mars"),
        ([], "--drop"),
    ],
)
def test_faults_are_said_in_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_figures_of_a_report_agree_with_each_other(tmp_path: Path) -> None:
    """Output lost, demand given up and hours freed are those of the two plans' levels."""
    subject = from_economy(small(tmp_path))
    told = stress_test(subject, [parse("product:B=40%")])
    report = as_json(told)
    lines = told.subject.layout.column_kind == 0
    change = told.plan.x - told.found.after.x
    output = report["output"]
    assert output["lost"] == pytest.approx(change[lines].sum())
    assert output["lost"] == pytest.approx(
        output["dropped_out"] + output["others_less"] - output["others_more"]
    )
    assert output["dropped_out"] >= 0.4 * told.plan.x[told.found.hit].sum() * (1 - 1e-9)
    given = sum(row["given_up"] for row in report["demand"])
    assert given == pytest.approx(change[told.subject.layout.column_kind == 1].sum())
    pools = subject.problem.row_kind == 1
    worked = told.found.before.use_after - told.found.after.use_after
    assert report["hours"]["freed"] == pytest.approx(worked[pools].sum())
    regions = report["hours"]["regions"]
    assert sum(region["freed"] for region in regions) == pytest.approx(report["hours"]["freed"])
    helped = report["help"][0]
    assert helped["code"] == "B"
    assert helped["missing"] == pytest.approx(0.4 * (200 - 50))  # factories use 50 of their own 200
    assert helped["could_be_had"] >= helped["helpers"][0]["room"] > 0


def test_a_cap_that_drops(tmp_path: Path) -> None:
    """17 of 17.85 were used; a fifth less, 14.28, is 16 % less of everything that gives off CO2, more or less."""
    subject = from_economy(small(tmp_path))
    told = stress_test(subject, [parse("resource:co2=20%")])
    row = int(np.flatnonzero(subject.problem.row_kind == 2)[0])
    assert told.plan.use_after[row] == pytest.approx(17)
    used = told.found.after.use_after[row] - told.found.after.shortfall[row]
    assert used == pytest.approx(0.8 * 17.85)
    report = as_json(told)
    assert report["acts"]["workplaces_hit"] == 0
    assert report["output"]["dropped_out"] == 0
    assert report["output"]["lost"] > 0
    assert report["help"] == []  # nothing is missing: there is too much of what gives off CO2


def test_people_read_the_same_figures(tmp_path: Path) -> None:
    subject = from_economy(small(tmp_path))
    report = as_json(stress_test(subject, [parse("product:B=90%")]))
    text = table(report)
    assert "Three sectors: product B −90 %" in text
    assert report["breaks"][0]["sentence"] in text
    assert f"{report['acts']['workplaces_hit']} workplaces are hit" in text
    mild = table(as_json(stress_test(subject, [parse("product:B=1%")])))
    assert "nothing: no gap opens" in mild


@pytest.fixture
def planned(federation: Federation, cycle: Cycle) -> Cycle:
    """The federation's cycle with a plan before the councils."""
    by = federation.people["coordinator"]
    first = round_open(cycle=cycle, by=by, now=NOW)
    iterate(first, federation)
    plan_propose(round=first, by=by, now=NOW)
    return cycle


@pytest.mark.django_db(transaction=True)
def test_the_plan_of_a_cycle_is_tested_and_left_alone(planned: Cycle) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = json.loads(
            run("--cycle", str(planned.year), "--drop", "workplace:flour-works=50%", "--json")
        )
    assert report["subject"] == f"Plan 1 of {planned.year}"
    assert report["acts"]["workplaces_hit"] == 1
    flour = next(row for row in report["help"] if row["code"] == "flour")
    assert flour["missing"] > 0
    assert report["output"]["dropped_out"] > 0
    assert all(query["sql"].lstrip("( \n").upper().startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_a_region_takes_its_communities_with_it(planned: Cycle) -> None:
    inside = json.loads(run("--cycle", str(planned.year), "--drop", "region:valley=50%", "--json"))
    assert inside["acts"]["workplaces_hit"] == inside["workplaces"]


@pytest.mark.django_db
def test_cycles_without_a_plan_are_refused(cycle: Cycle) -> None:
    with pytest.raises(CommandError, match="The cycle 2027 has no plan yet"):
        run("--cycle", "2027", "--drop", "region:valley=5%")
    with pytest.raises(CommandError, match="There is no cycle 1999 here; there are: 2027"):
        run("--cycle", "1999", "--drop", "region:valley=5%")
    with pytest.raises(CommandError, match="not both"):
        run("--cycle", "2027", "--source", "brazil-2021", "--drop", "region:valley=5%")
