"""Life cycles of planning: no state is a trap, none out of reach; tables, models and the docs say the same."""

import subprocess
import sys

import pytest

from councils.transitions import ends, reachable
from planning.models import Cycle, Plan, Round, Run
from planning.transitions import CYCLE, PLAN, ROUND, RUN, Table, after, before
from tests.architecture.files import ROOT
from workplaces.errors import TooLate

TABLES = {"cycle": CYCLE, "round": ROUND, "run": RUN, "plan": PLAN}
STATES = {"cycle": Cycle.Phase, "round": Round.State, "run": Run.State, "plan": Plan.State}


@pytest.mark.parametrize("name", TABLES)
class TestEveryTable:
    def test_every_event_leads_to_a_state_of_the_table(self, name: str) -> None:
        table = TABLES[name]
        assert {target for events in table.values() for target in events.values()} <= set(table)

    def test_no_state_is_a_trap(self, name: str) -> None:
        over = ends(TABLES[name])
        assert over
        assert all(reachable(TABLES[name], state) & over for state in TABLES[name])

    def test_no_state_is_out_of_reach(self, name: str) -> None:
        table = TABLES[name]
        assert reachable(table, next(iter(table))) == set(table)

    def test_the_model_has_the_same_states(self, name: str) -> None:
        assert list(STATES[name].values) == list(TABLES[name])

    def test_before_and_after_agree(self, name: str) -> None:
        for state, events in TABLES[name].items():
            for event, target in events.items():
                assert state in before(TABLES[name], event)
                assert after(TABLES[name], state, event) == target


def test_a_trap_would_be_found() -> None:
    trap: Table = {"a": {"go": "b", "end": "c"}, "b": {"stay": "b"}, "c": {}}
    assert not reachable(trap, "b") & ends(trap)


def test_what_cannot_happen_is_refused_in_a_sentence() -> None:
    with pytest.raises(TooLate, match="not possible"):
        after(PLAN, "expired", "ratify")


def test_the_published_diagrams_are_current() -> None:
    command = [sys.executable, "docs/life_cycles.py", "--check"]
    assert subprocess.run(command, cwd=ROOT).returncode == 0, "run: python docs/life_cycles.py"
