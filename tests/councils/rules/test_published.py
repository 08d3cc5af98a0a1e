"""Every result in the published files is reproduced, from the file to the winners."""

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from councils.rules.files import read_election
from councils.rules.published import Choice, count_election
from tests.councils.rules.elections import expected, published

CHOICES = {
    "greedy_cost": ("greedy", Choice()),
    "greedy_card": ("greedy", Choice(utility="cardinality")),
    "greedy_points": ("greedy", Choice(utility="points")),
    "greedy_borda": ("greedy", Choice(utility="borda")),
    "mes_cost": ("equal-shares", Choice()),
    "mes_card": ("equal-shares", Choice(utility="cardinality")),
    "mes_points": ("equal-shares", Choice(utility="points")),
    "mes_borda": ("equal-shares", Choice(utility="borda")),
    "mes_cost_1pct": ("equal-shares", Choice(completion="1pct")),
    "mes_card_1pct": ("equal-shares", Choice(utility="cardinality", completion="1pct")),
    "mes_cost_add1": ("equal-shares", Choice(completion="add1")),
    "mes_card_add1": ("equal-shares", Choice(utility="cardinality", completion="add1")),
    "mes_cost_add1_until_overspend": ("equal-shares", Choice(completion="add1-until-overspend")),
    "mes_cost_1pct_until_overspend": ("equal-shares", Choice(completion="1pct-until-overspend")),
    "phragmen": ("phragmen", Choice()),
    "maxwelfare_cost": ("max-welfare", Choice()),
}
LARGE = ("France_Toulouse_2022.pb", "netherlands_amsterdam_252_.pb", "poland_warszawa_2020_ursynow.pb")


def pabulib_cases() -> Iterator[Any]:
    files = expected("pabulib", "expected.json")
    for file, about in files.items():
        for rule in about["rules"]:
            is_long = file in LARGE and rule.endswith(("1pct", "add1", "until_overspend"))
            marks = [pytest.mark.long] if is_long else []
            yield pytest.param(file, rule, id=f"{file.removesuffix('.pb')}-{rule}", marks=marks)
    if not files:
        yield pytest.param("expected.json", "", id="absent")


@pytest.mark.parametrize(("file", "rule"), list(pabulib_cases()))
def test_pabulib(file: str, rule: str) -> None:
    path = published("pabulib", file)
    known = expected("pabulib", "expected.json")[file]["rules"][rule]
    count = count_election(read_election(path), *CHOICES[rule])
    if rule == "maxwelfare_cost":
        assert count.facts["optimum"] == known["optimum_value"]
        assert count.facts["cost"] <= count.facts["budget"]
        return
    assert sorted(count.winners) == sorted(known["winners"])
    assert float(count.facts["cost"]) == known["cost"]


def ranked_cases() -> Iterator[Any]:
    files = expected("preflib", "expected_stv.json")
    for file, about in files.items():
        for seats in about["stv"]:
            yield pytest.param(file, int(seats), id=f"{file}-{seats}")
    if not files:
        yield pytest.param("expected_stv.json", 0, id="absent")


@pytest.mark.parametrize(("file", "seats"), list(ranked_cases()))
@pytest.mark.parametrize(("transfer", "column"), [("weighted", "wigm"), ("per-paper", "pyrankvote")])
def test_single_transferable_vote(file: str, seats: int, transfer: str, column: str) -> None:
    path = published("preflib", file)
    known = expected("preflib", "expected_stv.json")[file]["stv"][str(seats)][column]
    count = count_election(read_election(path), "stv", Choice(seats=seats, transfer=transfer))
    assert sorted(map(int, count.winners)) == known


@pytest.mark.parametrize("file", list(expected("preflib", "expected_stv.json")) or ["expected_stv.json"])
def test_schulze_and_condorcet(file: str) -> None:
    path = published("preflib", file)
    known = expected("preflib", "expected_stv.json")[file]
    election = read_election(path)
    count = count_election(election, "schulze", Choice())
    condorcet = count.facts["condorcet_winner"]
    assert [int(winner) for winner in count.winners] == known["schulze"]
    assert ([int(condorcet)] if condorcet else []) == known["condorcet_winner"]
    if condorcet:
        assert count_election(election, "ranked-pairs", Choice()).winners == (condorcet,)


def test_the_official_result_of_wieliczka() -> None:
    """Wieliczka's town council counted by equal shares in 2023; the file says which projects were selected."""
    path = published("pabulib", "poland_wieliczka_2023_green-budget.pb")
    lines = path.read_text(encoding="utf-8").split("PROJECTS\n")[1].split("VOTES\n")[0].splitlines()
    rows = csv.DictReader(lines, delimiter=";")
    selected = {row["project_id"] for row in rows if row["selected"] == "1"}
    count = count_election(read_election(path), "equal-shares", Choice(completion="add1-until-overspend"))
    assert len(selected) == 30
    assert set(count.winners) == selected
