"""A run that was taken from its worker while it solved: what the worker found is not written."""

from typing import Any

import pytest
from django.utils import timezone

from planning.models import Cycle, Run, RunLine, RunRow
from planning.runner import execute
from planning.runner.execute import run_execute
from planning.services.rounds import round_give_back, round_open
from planning.services.runs import run_start
from tests.planning.federation import NOW, Federation
from workplaces.record.models import Entry


@pytest.mark.django_db
def test_what_a_cancelled_run_found_is_not_written(
    federation: Federation, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, solve = federation.people["coordinator"], execute._solved
    round = round_open(cycle=cycle, by=by, now=NOW)
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)

    def solve_and_lose(*arguments: Any) -> Any:
        result = solve(*arguments)
        round_give_back(round=round, reason="A slip.", by=by, now=NOW)
        return result

    monkeypatch.setattr(execute, "_solved", solve_and_lose)
    assert run_execute(run.public_id, clock=timezone.now) == Run.State.CANCELLED
    run.refresh_from_db()
    assert (run.state, run.summary) == (Run.State.CANCELLED, {})
    assert not RunRow.objects.exists()
    assert not RunLine.objects.exists()
    assert not Entry.objects.filter(kind="run.finished").exists()
