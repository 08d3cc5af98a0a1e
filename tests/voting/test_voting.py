"""Through the real web server, on a database that waits for the disk: no vote lost, none doubled, whatever is killed.

Each with its control: the same without what holds the promise goes wrong.
"""

import json
from typing import Any

import pytest

from tests.voting.instance import run_program

GOOD = {
    "lost": 0,
    "doubled": 0,
    "from_nowhere": 0,
    "wrong": 0,
    "tally_off": 0,
    "unclosable": 0,
    "findings": [],
}


def ran(program: str, *arguments: str) -> dict[str, Any]:
    """Run a program of this package; return what people were told and what was counted."""
    found: dict[str, Any] = json.loads(run_program(f"tests.voting.{program}", *arguments))
    return found


def check(found: dict[str, Any]) -> None:
    """Everything that was told is counted, once, as it was cast; and nothing else."""
    assert {name: found[name] for name in GOOD} == GOOD, found


class TestKilled:
    """``kill -9`` while people vote by name and in secret; after a failure they send again, or give up."""

    def test_a_web_worker_a_database_process_and_the_whole_server(self) -> None:
        found = ran("killing", "worker=1", "backend=1", "server=1")
        check(found)
        assert found["kills"] == 3
        assert 0 < found["told"] <= found["counted"]

    @pytest.mark.long
    def test_fifty_times(self) -> None:
        found = ran("killing", "worker=16", "backend=18", "server=16")
        check(found)
        assert found["kills"] == 50
        assert found["refusals"], "nobody noticed: the kills missed"
        assert found["refusals"].keys() <= {"0", "500"}
        assert 0 < found["told"] <= found["counted"]

    @pytest.mark.long
    def test_control_when_commits_return_before_they_are_written_votes_are_lost(self) -> None:
        assert any(ran("killing", "server=8", "--careless")["lost"] > 0 for _attempt in range(8))


class TestManyAtOnce:
    """Fifty connections; one in twenty sends the form twice at once, another one two forms that disagree."""

    @pytest.mark.long
    def test_ten_thousand_voters_on_three_questions(self) -> None:
        found = ran("crowding", "10000")
        check(found)
        assert found["told"] == found["counted"] == 30_000
        assert found["refusals"].keys() <= {"409"}, "second papers of those who sent two"

    @pytest.mark.long
    def test_control_without_locks_and_constraints_votes_are_doubled(self) -> None:
        found = ran("crowding", "400", "--unguarded")
        assert found["doubled"] + found["unclosable"] > 0


class TestTheLastTenSeconds:
    """Everybody votes in the last ten seconds, while the clock tries to close the vote all the time."""

    @pytest.mark.long
    def test_who_was_told_is_counted(self) -> None:
        found = ran("crowding", "1000", "--last-seconds")
        check(found)
        assert found["refusals"].keys() == {"409"}, "somebody must have been too late"
        assert found["told"] == found["counted"] > 0

    @pytest.mark.long
    def test_control_without_locks_somebody_was_told_in_vain(self) -> None:
        assert ran("crowding", "600", "--last-seconds", "--unguarded")["lost"] > 0
