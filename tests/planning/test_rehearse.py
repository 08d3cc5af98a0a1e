"""The command that rehearses: one object on its output, a scratch database that goes away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from planning.rehearsal.scratch import prefix
from tests.planning.worker import database_url

CHECKOUT = Path(__file__).resolve().parents[2]


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "manage.py", "rehearse", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={**os.environ, "DATABASE_URL": database_url()}, timeout=400,
    )  # fmt: skip


def scratch_databases() -> set[str]:
    """The scratch databases that come from this test's own database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s",
            [prefix(connection.settings_dict["NAME"]) + "%"],
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_whole_country_in_one_object() -> None:
    before = scratch_databases()
    done = rehearse("--source", "brazil-2021", "--workplaces", "400", "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    first, last = report["rounds"][0], report["rounds"][-1]
    assert first["worst_imbalance"] > 0.05
    asked = [r["asked_to_act"] for r in report["rounds"]]
    assert asked[0] > 0  # six workplaces a sector: chance does not average out, most of them are asked
    assert asked == sorted(asked, reverse=True)
    assert last["worst_imbalance"] <= 0.01
    assert all(r["residual"] <= 1e-9 and r["minutes"] >= 0 for r in report["rounds"])
    assert report["state"] == "in_force"
    assert scratch_databases() <= before


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_two_thousand_workplaces_agree_in_three_rounds(seed: int) -> None:
    done = rehearse("--source", "brazil-2021", "--workplaces", "2000", "--seed", str(seed), "--json")
    assert done.returncode == 0, done.stderr
    rounds = json.loads(done.stdout)["rounds"]
    # What round n+1 starts from is what round n left behind.
    assert min(r["worst_imbalance"] for r in rounds[:4]) < 0.01
    assert rounds[0]["asked_to_act"] <= 0.15
    assert all(r["asked_to_act"] <= 0.01 for r in rounds[1:])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--source", "folder:/nowhere/at/all"), "nowhere"),
        (("--workplaces", "0"), "at least 1"),
        (("--source", "mars"), "mars"),
    ],
)
def test_what_cannot_be_rehearsed_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    before = scratch_databases()
    done = rehearse(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "Loading" not in done.stderr, "a database was made for it"
    assert scratch_databases() <= before
