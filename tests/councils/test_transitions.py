"""Life cycles: no state is a trap, none unreachable; the models, the database and the docs say the same."""

from pathlib import Path

import pytest

from councils import transitions
from councils.models import AgendaItem, Ballot, Election, Meeting, Motion, PaperCount
from councils.transitions import Table

DOCS = Path(__file__).parents[2] / "docs" / "voting.md"


@pytest.mark.parametrize("table", transitions.TABLES.values(), ids=transitions.TABLES)
class TestEveryTable:
    def test_every_event_leads_to_a_state_of_the_table(self, table: Table) -> None:
        assert {target for events in table.values() for target in events.values()} <= set(table)

    def test_no_state_is_a_trap(self, table: Table) -> None:
        ends = transitions.ends(table)
        assert ends
        for state in table:
            assert transitions.reachable(table, state) & ends

    def test_no_state_is_out_of_reach(self, table: Table) -> None:
        assert transitions.reachable(table, next(iter(table))) == set(table)

    def test_the_published_diagram_is_this_one(self, table: Table) -> None:
        assert transitions.diagram(table) in DOCS.read_text(encoding="utf-8")


def test_a_trap_would_be_found() -> None:
    trap: Table = {"a": {"go": "b"}, "b": {"stay": "b"}, "c": {}}
    assert not transitions.reachable(trap, "a") & transitions.ends(trap)


def test_models_have_the_same_states() -> None:
    assert set(Motion.State.values) == set(transitions.MOTION)
    assert set(Ballot.State.values) == set(transitions.BALLOT)
    assert set(Election.State.values) == set(transitions.ELECTION)
    assert set(Meeting.State.values) == set(transitions.MEETING)
    assert set(AgendaItem.State.values) == set(transitions.AGENDA_ITEM)
    assert set(PaperCount.State.values) == set(transitions.PAPER_COUNT)


def test_what_cannot_happen_raises() -> None:
    with pytest.raises(KeyError):
        transitions.after(transitions.BALLOT, "closed", "voided")
    assert not transitions.can(transitions.BALLOT, "closed", "voided")
