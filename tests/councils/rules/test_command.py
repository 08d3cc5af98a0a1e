"""``manage.py tally`` as an operator meets it: no database, winners as JSON, one sentence when something is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.architecture.files import ROOT
from tests.councils.rules.test_files import POINTS, PROJECTS, RANKINGS, write


def tally(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("tally", *arguments)
    return capsys.readouterr().out


def test_it_needs_no_database(tmp_path: Path) -> None:
    path = write(tmp_path, PROJECTS)
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SECRET_KEY")
    }
    command = [sys.executable, "manage.py", "tally", str(path), "--rule", "equal-shares", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["winners"] == ["p1"]
    assert answer["explanation"]["steps"][0]["rho"] == "1/2"


@pytest.mark.parametrize(
    ("arguments", "winners"),
    [
        (["--rule", "equal-shares", "--completion", "add1"], ["p1"]),
        (["--rule", "equal-shares", "--utility", "cardinality"], ["p2"]),
        (["--rule", "greedy"], ["p1", "p3"]),
        (["--rule", "greedy", "--lot", "p2,p1,p3"], ["p2", "p3"]),
        (["--rule", "phragmen"], ["p2"]),
        (["--rule", "phragmen", "--seats", "2"], ["p1", "p2"]),
        (["--rule", "max-welfare"], ["p1"]),
        (["--rule", "approval", "--seats", "2"], ["p1", "p2"]),
        (["--rule", "sequential-pav", "--seats", "1"], ["p1"]),
        (["--rule", "schulze"], ["p1"]),
        (["--rule", "ranked-pairs", "--seats", "3"], ["p1", "p2", "p3"]),
    ],
)
def test_rules_about_projects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], winners: list[str]
) -> None:
    """p1 (600) and p2 (400.25) have two votes each, together they exceed 1000.50 by nothing but leave p3 out."""
    content = PROJECTS.replace("budget;1000.50", "budget;900")
    answer = json.loads(tally(str(write(tmp_path, content)), *arguments, "--json", capsys=capsys))
    assert answer["winners"] == winners


def test_points_and_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write(tmp_path, POINTS))
    answer = json.loads(tally(path, "--rule", "score", "--json", capsys=capsys))
    assert (answer["winners"], answer["explanation"]["steps"][0]["points"]) == (["p1"], 8)
    shares = json.loads(tally(path, "--rule", "independent-markets", "--json", capsys=capsys))
    assert shares["winners"] == ["p1", "p2"]
    assert shares["explanation"]["shares"] == {"p1": "3/5", "p2": "2/5", "p3": 0}


@pytest.mark.parametrize(
    ("rule", "winner"), [("stv", "1"), ("irv", "1"), ("schulze", "1"), ("ranked-pairs", "1"), ("median", "1")]
)
def test_rankings(tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, winner: str) -> None:
    content = RANKINGS.replace("{2,3}", "2,3").replace("Ada", "10").replace("Ben", "20").replace("Cleo", "30")
    path = str(write(tmp_path, content, "small.toi"))
    assert json.loads(tally(path, "--rule", rule, "--json", capsys=capsys))["winners"] == [winner]


def test_the_sheet_names_winners_steps_and_ties(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = PROJECTS.replace("budget;1000.50", "budget;900")
    sheet = tally(str(write(tmp_path, content)), "--rule", "greedy", capsys=capsys)
    assert "Winners (2):\n  p1 (Benches; and trees)\n  p3 (Sign)" in sheet
    assert "1. project p1 (Benches; and trees); utility 1200" in sheet
    assert "between p1 (Benches; and trees), p2 (Lamps): p1 (Benches; and trees), by identifier" in sheet


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rule", "dictator"], "dictator is no rule; choose among equal-shares"),
        (["--rule", "greedy", "--utility", "joy"], "joy is no utility"),
        (["--rule", "greedy", "--utility", "points"], "give no points; take cardinality"),
        (["--rule", "greedy", "--utility", "borda"], "holds no rankings"),
        (["--rule", "equal-shares", "--completion", "x"], "x is no completion"),
        (["--rule", "greedy", "--completion", "add1"], "greedy knows no completion"),
        (["--rule", "approval", "--seats", "9"], "9 seats cannot be filled from 3 options; ask for fewer"),
        (["--rule", "irv", "--seats", "2"], "irv knows no seats"),
        (["--rule", "greedy", "--lot", "p1"], "The lot does not name the option p2"),
        (["--rule", "irv"], "several options in one place"),
        (["--rule", "median"], "names several options first"),
    ],
)
def test_one_sentence_when_the_choice_is_wrong(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("tally", str(write(tmp_path, PROJECTS)), *arguments)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("greedy", "needs costs and a budget"),
        ("approval", "needs approvals"),
        ("median", "not named by numbers"),
    ],
)
def test_rankings_are_no_approvals(tmp_path: Path, rule: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("tally", str(write(tmp_path, RANKINGS, "small.toi")), "--rule", rule)


def test_a_fault_in_the_file_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, PROJECTS.replace("v3;p2", "v3;p9"))
    with pytest.raises(CommandError, match=r"small\.pb, line 18, field vote"):
        call_command("tally", str(path), "--rule", "greedy", "--json")
    fault = json.loads(capsys.readouterr().out)["error"]
    assert (fault["file"], fault["line"], fault["field"]) == ("small.pb", 18, "vote")
