"""What is kept of a finished run or a plan stays true: answers count at once, and a new run shows its own figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from planning.models import Round, Run
from planning.runner.execute import run_execute
from planning.selectors.matrix import matrix, matrix_kept
from planning.selectors.rounds import answer_counts
from planning.services.answers import Answer, line_answer
from planning.services.rounds import round_close, round_open
from planning.services.runs import run_start
from tests.access.world import make_world
from tests.planning.federation import NOW, Federation
from workplaces import kept as keeping
from workplaces.kept import HERE, kept
from workplaces.models import Line, Person


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def world() -> tuple[Federation, Round, Run]:
    federation = make_world("rounds").federation
    round = Round.objects.get()
    assert round.published_run is not None
    return federation, round, round.published_run


def waiting(round: Round, run: Run) -> int:
    return sum(cell.waiting for cell in matrix(round, run).cells.values())


@pytest.mark.django_db
def test_who_answers_waits_no_longer_though_the_matrix_is_kept(broker_url: str) -> None:
    federation, round, run = world()
    before, counts = waiting(round, run), answer_counts(round, run)
    asked = [
        line for line in federation.lines.values() if run.lines.filter(kind=0, entity=line.pk, asked=True)
    ]
    assert before == len(asked) >= 1
    code = next(code for code, line in federation.lines.items() if line in asked)
    line_answer(
        round=round, line=federation.lines[code], answer=Answer("accept"),
        by=federation.people[f"{code}_delegate"], now=NOW,
    )  # fmt: skip
    assert waiting(round, run) == before - 1
    after = answer_counts(round, run)
    assert after["accept"] == 1
    assert after.get("waiting", 0) == counts["waiting"] - 1
    assert sum(after.values()) == sum(counts.values()) == run.lines.filter(kind__lt=2).count()


@pytest.mark.django_db
def test_another_run_has_figures_of_its_own(broker_url: str) -> None:
    federation, round, run = world()
    assert matrix_kept(run) is matrix_kept(run)
    shown = matrix(round, run, waiting=False)
    by = federation.people["coordinator"]
    second = run_start(round=round_again(round, by), by=by, now=NOW, hand_over=lambda _run: None)
    assert matrix_kept(second).cells == {}  # it has found nothing yet, and that is not kept
    assert run_execute(second.public_id, clock=lambda: NOW) == Run.State.FINISHED
    second.refresh_from_db()
    assert second.round is not None
    new = matrix(second.round, second)
    assert {key: cell.proposed for key, cell in new.cells.items()} == {
        key: pytest.approx(cell.output) for key, cell in shown.cells.items()
    }  # all went along: what was suggested is what is proposed now
    assert new != shown
    assert matrix(round, run, waiting=False) == shown


def round_again(round: Round, by: Person) -> Round:
    """Let everybody accept and open the next round."""
    federation_answers(round)
    later = NOW + timedelta(days=10)
    round_close(round=round, by=by, now=later)
    return round_open(cycle=round.cycle, by=by, now=later)


def federation_answers(round: Round) -> None:
    """Accept for every line that is asked, as its delegate."""
    for entity in round.published_run.lines.filter(kind=0, asked=True).values_list("entity", flat=True):  # type: ignore[union-attr]
        line = Line.objects.get(pk=entity)
        by = Person.objects.get(username=f"{line.product.code}_delegate")
        line_answer(round=round, line=line, answer=Answer("accept"), by=by, now=NOW)


def test_only_so_many_values_stay_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping.cache, "get", lambda _key: None)
    monkeypatch.setattr(keeping.cache, "set", lambda *_given: None)
    made: list[int] = []

    def ask(number: int) -> Any:
        return kept(f"test:{number}", lambda: made.append(number) or [number], tuple)

    assert [ask(n) for n in range(HERE + 1)] == [(n,) for n in range(HERE + 1)]
    assert ask(HERE) == (HERE,)
    assert len(made) == HERE + 1
    assert ask(0) == (0,)
    assert made[-1] == 0
