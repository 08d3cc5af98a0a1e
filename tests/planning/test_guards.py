"""What PostgreSQL itself refuses in planning's history: each test goes behind Python's back."""

import math
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from planning.models import AccountingPrice, Cycle, Plan, Round, Run, RunLine, RunRow
from planning.services.answers import Answer, line_answer
from planning.services.plans import plan_propose
from planning.services.rounds import round_close, round_open, round_publish
from planning.transitions import CYCLE, PLAN, ROUND, RUN
from tests.councils.test_guards import refused
from tests.planning.federation import NOW, Federation
from tests.planning.test_cycle import AFTER
from tests.planning.test_ratification import carry, iterated
from tests.planning.test_settlement import put_in_force
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db
TABLES = {"cycle": CYCLE, "round": ROUND, "run": RUN, "plan": PLAN}
COLUMNS = {"cycle": "phase", "round": "state", "run": "state", "plan": "state"}
MODELS: dict[str, type[models.Model]] = {"cycle": Cycle, "round": Round, "run": Run, "plan": Plan}


@pytest.fixture
def rounds(federation: Federation, cycle: Cycle) -> tuple[Round, Round]:
    """A closed round in which the bakery answered, and the next one, whose suggestions are out."""
    by, bread = federation.people["coordinator"], federation.lines["bread"]
    first = round_open(cycle=cycle, by=by, now=NOW)
    first = round_publish(round=first, run=iterated(first, federation), by=by, now=NOW)
    answer = Answer("counter", 85.0, "one oven rests")
    line_answer(round=first, line=bread, answer=answer, by=federation.people["bread_delegate"], now=NOW)
    first = round_close(round=first, by=by, now=AFTER)
    second = round_open(cycle=cycle, by=by, now=NOW)
    return first, round_publish(round=second, run=iterated(second, federation), by=by, now=NOW)


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """A plan that is put to the councils."""
    by = federation.people["coordinator"]
    round = round_open(cycle=cycle, by=by, now=NOW)
    iterated(round, federation)
    return plan_propose(round=round, by=by, now=NOW)


def test_the_database_has_the_same_table_of_transitions() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT life, state, following FROM planning_transitions()")
        found = set(cursor.fetchall())
    assert found == {
        (life, state, following)
        for life, table in TABLES.items()
        for state, events in table.items()
        for following in events.values()
    }


@pytest.mark.parametrize("life", TABLES)
def test_every_other_change_of_state_is_refused(plan: Plan, life: str) -> None:
    """From every state to every state: what the table does not list is refused by name."""
    model, column, table = MODELS[life], COLUMNS[life], TABLES[life]
    row = model._default_manager.order_by("pk").last()
    assert row is not None
    needed = {
        "cycle": {"next_baseline": plan.cycle.baseline},
        "round": {"published_run": plan.run},
        "run": {"error": "x"},
    }
    for state in table:
        with unguarded(model):
            fields = {column: state, **needed.get(life, {})}
            model._default_manager.filter(pk=row.pk).update(**fields)
        for following in set(table) - set(table[state].values()):
            change = f"UPDATE planning_{life} SET {column} = %s WHERE id = %s"
            refused(f"{life}_moves_on", change, following, row.pk)


@pytest.mark.parametrize(
    ("life", "change"),
    [
        ("cycle", "rules = rules || '{\"tolerance\": 0.9}'"),
        ("cycle", "year = 2050"),
        ("round", "published_run_id = NULL"),
        ("round", "answers_close_at = now()"),
        ("round", "scenario_id = (SELECT max(id) FROM workplaces_scenario), state = 'closed'"),
        ("round", "answers_close_at = now(), state = 'closed'"),
        ("run", "summary = '{\"worst_before\": 0}'"),
        ("run", "certificate = '{}'"),
        ("run", "token = NULL"),
    ],
)
def test_what_was_agreed_or_found_stays(rounds: tuple[Round, Round], life: str, change: str) -> None:
    refused(f"{life}_moves_on", f"UPDATE planning_{life} SET {change}")


@pytest.mark.parametrize(
    "change",
    ["conflicts = '[1]', state = 'abandoned'", "in_force_at = now()", "number = 7, state = 'abandoned'"],
)
def test_a_plan_keeps_its_figures(plan: Plan, change: str) -> None:
    refused("plan_moves_on", f"UPDATE planning_plan SET {change}")


def test_a_plan_is_ratified_by_councils_only(federation: Federation, plan: Plan) -> None:
    ratify = "UPDATE planning_plan SET state = 'ratified'"
    refused("plan_ratified_by_councils", ratify)
    assert carry(plan, federation).state == Plan.State.RATIFIED


def test_a_round_publishes_a_run_of_its_own(federation: Federation, rounds: tuple[Round, Round]) -> None:
    first, second = rounds
    with unguarded(Round):
        Round.objects.filter(pk=second.pk).update(state="open", published_run=None)
    publish = "UPDATE planning_round SET state = 'answering', published_run_id = %s WHERE id = %s"
    refused("round_publishes_its_own_run", publish, first.published_run_id, second.pk)
    with connection.cursor() as cursor:
        cursor.execute(publish, [second.published_run_id, second.pk])


@pytest.mark.parametrize(
    ("life", "change"),
    [
        ("cycle", {"phase": "in_force", "year": 2050}),
        ("round", {"number": 9, "state": "closed"}),
        ("run", {"state": "finished"}),
        ("plan", {"number": 9, "state": "in_force"}),
        ("plan", {"number": 9, "state": "proposed", "run": None}),
    ],
)
def test_nothing_begins_in_the_middle(
    federation: Federation, plan: Plan, life: str, change: dict[str, Any]
) -> None:
    """The same row, written anew, begins somewhere else."""
    row: Any = MODELS[life]._default_manager.order_by("pk").last()
    if "run" in change:  # a run of figures that are not the plan's
        row.scenario = federation.baseline
        change = {"number": 9}
    row.pk, row.public_id = None, type(row)._meta.get_field("public_id").get_default()
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    assert getattr(refusal.value.__cause__, "diag").constraint_name == f"{life}_moves_on"  # noqa: B009


@pytest.mark.parametrize("life", TABLES)
def test_nothing_of_it_is_deleted(plan: Plan, life: str) -> None:
    refused("planning_history_stays", f"DELETE FROM planning_{life}")


@pytest.mark.parametrize(
    "table",
    ["cycle", "round", "run", "runrow", "runline", "plan", "response", "proposal", "consumptionproposal", "accountingprice"],
)  # fmt: skip
def test_nothing_of_it_is_truncated(db: None, table: str) -> None:
    refused("planning_history_stays", f"TRUNCATE planning_{table} CASCADE")


def test_an_answer_does_not_move_to_a_round_in_which_it_could_be_changed(rounds: tuple[Round, Round]) -> None:
    move = (
        "UPDATE planning_response SET round_id = %s, figure = 1, revision = revision + 1 WHERE round_id = %s"
    )
    refused("response_stays_where_given", move, rounds[1].pk, rounds[0].pk)


@pytest.mark.parametrize(
    "change", ["figure = 1", "figure = 1, revision = revision + 2", "revision = revision"]
)
def test_an_answer_is_changed_by_its_next_revision_only(
    federation: Federation, rounds: tuple[Round, Round], change: str
) -> None:
    flour, delegate = federation.lines["flour"], federation.people["flour_delegate"]
    for revision, figure in ((1, 59.0), (2, 58.0)):
        answer = Answer("counter", figure, "a mill rests")
        given = line_answer(round=rounds[1], line=flour, answer=answer, by=delegate, now=NOW)
        assert given.revision == revision
    refused("response_stays_where_given", f"UPDATE planning_response SET {change} WHERE id = %s", given.pk)


@pytest.mark.parametrize("table", ["runrow", "runline"])
def test_figures_do_not_leave_a_finished_run(rounds: tuple[Round, Round], table: str) -> None:
    finished = rounds[0].published_run
    with unguarded(Run):
        queued = Run.objects.create(
            round=rounds[1], scenario=rounds[1].scenario, requested_at=NOW, state="failed", error="x"
        )
    move = f"UPDATE planning_{table} SET run_id = %s WHERE run_id = %s"
    refused("run_finished_is_immutable", move, queued.pk, finished.pk)


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("model", [RunRow, RunLine])
def test_a_run_finds_finite_figures(
    rounds: tuple[Round, Round], model: type[RunRow | RunLine], figure: float
) -> None:
    fields = [field.name for field in model._meta.fields if isinstance(field, models.FloatField)]
    row: Any = model.objects.first()
    row.pk, row.entity = None, 999_999
    with unguarded(model):
        for name in fields:
            before = getattr(row, name)
            setattr(row, name, figure)
            constraint = f"{model._meta.model_name}_figures_finite"
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                row.save(force_insert=True)
            setattr(row, name, before)
        row.save(force_insert=True)


def test_accounting_prices_are_written_all_at_once(federation: Federation, cycle: Cycle) -> None:
    plan = put_in_force(cycle, federation)
    one = AccountingPrice.objects.filter(plan=plan).first()
    more = "INSERT INTO planning_accountingprice (plan_id, product, cost, premium, price) VALUES (%s, %s, 1, 0, 1)"
    assert one is not None
    refused("accountingprice_all_at_once", more, plan.pk, 999_999)


def test_a_plan_that_is_only_proposed_has_no_prices(plan: Plan) -> None:
    more = "INSERT INTO planning_accountingprice (plan_id, product, cost, premium, price) VALUES (%s, %s, 1, 0, 1)"
    refused("accountingprice_all_at_once", more, plan.pk, 1)
