"""Tables from the command line: checked without a database, taken in whole or not at all."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from planning.services.cycles import cycle_open
from tests.planning.federation import make_federation
from tests.workplaces.tables.samples import SMALL
from workplaces.models import Product, Region, Scenario, Workplace
from workplaces.record.models import Entry
from workplaces.tables import build_economy, check, read_folder

ROOT = Path(__file__).resolve().parents[3]
KEYS = {
    "sectors", "products", "row_balance", "column_balance", "largest_column_sum", "spectral_radius",
    "leontief_residual", "repairs",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "small"
    made.mkdir()
    for name, text in SMALL.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def bare(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run ``manage.py`` where nothing at all is set up."""
    command = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *arguments]
    nothing = {"PATH": os.defpath, "HOME": "/nonexistent"}
    return subprocess.run(command, env=nothing, capture_output=True, text=True, check=False, cwd="/")


def test_a_table_is_checked_without_any_environment(folder: Path) -> None:
    done = bare("check_table", str(folder), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    checked = json.loads(done.stdout)
    assert checked.keys() >= KEYS
    assert "output_multipliers" not in checked
    assert checked["largest_column_sum"] < 1


def test_multipliers_come_on_request(folder: Path) -> None:
    out = StringIO()
    call_command("check_table", str(folder), json=True, multipliers=True, stdout=out)
    multipliers = json.loads(out.getvalue())["output_multipliers"]
    assert all(figure >= 1 for figure in multipliers.values())


def test_a_fault_is_one_sentence_and_exit_code_1(folder: Path) -> None:
    (folder / "x.csv").unlink()
    done = bare("check_table", str(folder), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["file"] == "x.csv"
    assert done.stderr.startswith("CommandError: x.csv")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.django_db
def test_a_table_becomes_the_next_baseline(folder: Path) -> None:
    for number in (1, 2):
        out = StringIO()
        call_command(
            "import_table", str(folder), workplaces=12, yes=number == 2, stdout=out, skip_checks=True
        )
        assert f"Baseline {number}, " in out.getvalue()
    first, second = Scenario.objects.order_by("number")
    assert (
        Workplace.objects.filter(scenario=first).count()
        == Workplace.objects.filter(scenario=second).count()
        == 12
    )
    assert first.synthetic_note.startswith("Synthetic")
    assert Region.objects.get(kind="country").code == "small"


@pytest.mark.django_db
def test_a_living_federation_is_not_hidden_unasked(folder: Path) -> None:
    """Workplaces that are there are named; a cycle in planning is not hidden even if asked."""
    federation = make_federation()
    with pytest.raises(CommandError, match=r"“Baseline 1” holds 3 workplaces.*--yes"):
        call_command("import_table", str(folder), workplaces=9, stdout=StringIO(), skip_checks=True)
    by, now = federation.people["coordinator"], timezone.now()
    cycle_open(year=2027, baseline=federation.baseline, by=by, now=now)
    with pytest.raises(CommandError, match=r"Cycle 2027 is still being planned.*finish the cycle"):
        call_command("import_table", str(folder), workplaces=9, yes=True, stdout=StringIO(), skip_checks=True)
    assert Scenario.objects.get() == federation.baseline


def test_imports_without_products_of_their_own_are_announced(folder: Path) -> None:
    """A table whose imports are one primary input gets one product more in an import, and the check says so."""
    plain, out = json.loads(bare("check_table", str(folder), "--json").stdout), StringIO()
    assert plain["imports_product"] == 0
    spoil(folder / "VA.csv", "surplus", "imports")
    table = read_folder(folder)
    assert check(table)["imports_product"] == 1
    assert len(build_economy(table, workplaces=9, seed=1).products.codes) == len(table.codes) + 1
    call_command("check_table", str(folder), stdout=out)
    assert "further product for imports" in out.getvalue()


@pytest.mark.django_db
def test_the_baseline_takes_the_name_given(folder: Path) -> None:
    call_command(
        "import_table", str(folder), name="Our table", workplaces=9, stdout=StringIO(), skip_checks=True
    )
    assert Scenario.objects.get().name == "Our table"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("Z.csv", ",", ",x", "Z.csv, row 1"),
        ("x.csv", "\n", "\nQ,1\n", "x.csv"),
        ("sectors.csv", "name", "nom", "sectors.csv, row 1"),
    ],
)
def test_a_spoilt_table_leaves_nothing(folder: Path, file: str, old: str, new: str, place: str) -> None:
    spoil(folder / file, old, new)
    with pytest.raises(CommandError) as refused:
        call_command("import_table", str(folder), stdout=StringIO(), skip_checks=True)
    assert str(refused.value).startswith(place)
    assert not Scenario.objects.exists()
    assert not Region.objects.exists()


@pytest.mark.django_db
def test_what_the_database_refuses_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_given: object) -> None:
        raise CommandError("The disk is full.")

    monkeypatch.setattr("workplaces.loading.economy.entry_append", fail)
    with pytest.raises(CommandError, match="disk is full"):
        call_command("import_table", str(folder), workplaces=9, stdout=StringIO(), skip_checks=True)
    assert not Scenario.objects.exists()
    assert not Product.objects.exists()
    assert not Entry.objects.exists()


def test_senseless_numbers_are_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="at least one is needed"):
        call_command("import_table", str(folder), workplaces=0, skip_checks=True)
