"""What is reported while the year is settled, and by two delegates at once: it counts, or is told that it comes too late."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error

from planning.models import Cycle, OutputReport, Plan
from planning.services import reports
from planning.services.reports import Made, outputs_report
from planning.services.settlement import cycle_settle
from tests.concurrency.conftest import Race
from tests.concurrency.meeting import meet
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.reports.world import versions
from tests.planning.test_settlement import put_in_force
from workplaces.errors import TooLate
from workplaces.models import Line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def federation(own_connections: None) -> Federation:
    """The small federation, committed."""
    return make_federation()


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """A plan in force."""
    return put_in_force(cycle, federation, bread=95.0)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A cycle in the phase of proposals."""
    from planning.services.cycles import cycle_begin_proposals, cycle_open

    by = federation.people["coordinator"]
    return cycle_begin_proposals(
        cycle=cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW), by=by, now=NOW
    )


def says(federation: Federation, plan: Plan, output: float) -> Callable[[], Any]:
    return lambda: outputs_report(
        cycle=plan.cycle, workplace=federation.workplaces["bread"], now=NOW,
        by=federation.people["bread_delegate"], made={federation.lines["bread"].entity_id: Made(output)},
    )  # fmt: skip


@pytest.mark.parametrize("_time", range(3))
def test_against_settling_it_counts_or_comes_too_late(
    race: Race, federation: Federation, plan: Plan, _time: int
) -> None:
    by = federation.people["coordinator"]
    race.run([says(federation, plan, 77.0), lambda: cycle_settle(cycle=plan.cycle, by=by, now=NOW)])
    cycle = Cycle.objects.get(pk=plan.cycle_id)
    assert cycle.next_baseline is not None
    line = Line.objects.in_scenario(cycle.next_baseline).get(entity_id=federation.lines["bread"].entity_id)
    came_too_late = [type(error) for error in race.raised] == [TooLate]
    assert came_too_late or race.raised == []
    assert line.last_output == (95.0 if came_too_late else 77.0)
    assert OutputReport.objects.count() == int(not came_too_late)


def test_two_delegates_at_once_make_two_versions(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, reports, "lines_made")
    race.run([says(federation, plan, 77.0), says(federation, plan, 78.0)])
    assert race.raised == []
    assert sorted(output or 0.0 for output, _cause, _note in versions(federation, "bread")) == [77.0, 78.0]


def test_without_the_lock_only_the_database_stands_in_between(
    race: Race, federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(monkeypatch, reports, "lines_made")
    monkeypatch.setattr(reports, "lock_chain", lambda: None)
    race.run([says(federation, plan, 77.0), says(federation, plan, 78.0)])
    assert len(race.raised) == 1
    assert isinstance(race.raised[0], Error)
    assert len(versions(federation, "bread")) == 1
