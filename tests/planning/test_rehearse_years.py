"""Cycles in a row: each starts from the baseline that the settlement before it drew."""

import json

import pytest

from tests.planning.test_rehearse import rehearse


@pytest.mark.django_db(transaction=True)
def test_two_cycles_in_a_row() -> None:
    done = rehearse("--workplaces", "200", "--seed", "3", "--cycles", "2", "--json")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["cycles"]
    assert (first["baseline"], second["baseline"]) == (1, 2)
    assert second["year"] == first["year"] + 1
    assert first["state"] == second["state"] == "in_force"
    assert second["rounds"][0]["worst_imbalance"] > 0
    assert 0 <= first["price_change"] <= 0.5  # the charter's step
    assert f"{first['year']} is settled; Baseline 2 is drawn" in done.stderr


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_table_has_a_row_a_year() -> None:
    done = rehearse("--workplaces", "200", "--seed", "3", "--cycles", "2")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if line.strip().startswith("20")]
    assert [row[1] for row in rows] == ["1", "2"]


@pytest.mark.django_db(transaction=True)
def test_no_cycle_at_all_is_refused_in_a_sentence() -> None:
    done = rehearse("--cycles", "0")
    assert (done.returncode, "--cycles must be at least 1" in done.stderr) == (1, True)
