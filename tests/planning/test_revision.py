"""A plan in force is revised: a small cycle of the same kind, with rounds and votes of its own, or it is kept."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from planning.models import AccountingPrice, Cycle, Plan, Proposal, Revision, Round
from planning.policies import can_abandon, is_last
from planning.services.abandoning import cycle_abandon
from planning.services.answers import proposal_set
from planning.services.cycles import cycle_open, standing
from planning.services.plans import plan_propose, plan_put_in_force
from planning.services.revising import cycle_keep, cycle_revise
from planning.services.rounds import round_open
from planning.services.settlement import cycle_settle
from tests.planning.federation import NOW, Federation
from tests.planning.test_cycle import iterate, ratify
from tests.planning.test_settlement import put_in_force, shown
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Line, Person, Scenario
from workplaces.record.models import Entry
from workplaces.services.scenarios import scenario_open

pytestmark = pytest.mark.django_db(transaction=True)
FROST = "A frost took a third of the wheat."
INSERTED = """INSERT INTO planning_revision
  (public_id, cycle_id, number, plan_id, reason, first_round, opened_by_id, opened_at, outcome, end_reason)
  SELECT gen_random_uuid(), cycle_id, 2, plan_id, 'x', 9, opened_by_id, now(), '', '' FROM planning_revision"""


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """A plan in force, with 95 t of bread."""
    return put_in_force(cycle, federation, bread=95.0)


def coordinator(federation: Federation) -> Person:
    return federation.people["coordinator"]


def revise(plan: Plan, federation: Federation, reason: str = FROST) -> Revision:
    return cycle_revise(cycle=plan.cycle, reason=reason, by=coordinator(federation), now=NOW)


def year(plan: Plan) -> Cycle:
    return Cycle.objects.select_related("baseline").get(pk=plan.cycle_id)


def negotiated(plan: Plan, federation: Federation, bread: float = 92.0) -> Plan:
    """Propose other figures in the revision, and put them to the councils as a plan."""
    by = coordinator(federation)
    line, delegate = federation.lines["bread"], federation.people["bread_delegate"]
    proposal_set(cycle=year(plan), line=line, output=bread, by=delegate, now=NOW)
    opened = round_open(cycle=year(plan), by=by, now=NOW)
    iterate(opened, federation)
    return plan_propose(round=opened, by=by, now=NOW)


def test_a_revision_starts_from_the_plan_and_its_votes_replace_it(federation: Federation, plan: Plan) -> None:
    revision = revise(plan, federation)
    cycle = year(plan)
    assert cycle.phase == Cycle.Phase.ROUNDS
    proposals = standing(cycle)
    assert proposals is not None
    assert proposals.parent == plan.scenario
    assert shown(Proposal, proposals, "output", plan_line(proposals, federation)) == 95.0
    new = negotiated(plan, federation)
    plan.refresh_from_db()
    assert (plan.state, new.number, new.state) == ("in_force", 2, "proposed")
    new = plan_put_in_force(plan=ratify(new, federation), by=coordinator(federation), now=NOW)
    plan.refresh_from_db()
    revision.refresh_from_db()
    assert (plan.state, new.state) == ("expired", "in_force")
    assert (revision.outcome, revision.replaced_by) == ("replaced", new)
    assert year(plan).phase == Cycle.Phase.IN_FORCE
    assert (
        AccountingPrice.objects.filter(plan=new).count()
        == AccountingPrice.objects.filter(plan=plan).count()
        > 0
    )
    told = Entry.objects.get(kind="revision.opened").body
    assert (told["plan"], told["reason"]) == (1, FROST)
    assert Entry.objects.get(kind="revision.replaced").body == {"plan": 1, "by": 2}
    baseline = cycle_settle(cycle=year(plan), by=coordinator(federation), now=NOW)
    assert shown(Line, baseline, "last_output", federation.lines["bread"]) == 92.0


def plan_line(scenario: Scenario, federation: Federation) -> Proposal:
    return Proposal.objects.in_scenario(scenario).get(line=federation.lines["bread"])


@pytest.mark.parametrize("when", ["proposing", "in a round", "before the councils"])
def test_the_plan_can_be_kept_as_long_as_no_other_is_in_force(
    federation: Federation, plan: Plan, when: str
) -> None:
    by = coordinator(federation)
    revise(plan, federation)
    if when == "in a round":
        iterate(round_open(cycle=year(plan), by=by, now=NOW), federation)
    new = negotiated(plan, federation) if when == "before the councils" else None
    revision = cycle_keep(cycle=year(plan), reason="The frost was mild.", by=by, now=NOW)
    assert (revision.outcome, revision.end_reason) == ("kept", "The frost was mild.")
    cycle = year(plan)
    assert (cycle.phase, standing(cycle)) == (Cycle.Phase.IN_FORCE, None)
    assert not cycle.rounds.exclude(state=Round.State.CLOSED).exists()
    plan.refresh_from_db()
    assert plan.state == "in_force"
    if new is not None:
        new.refresh_from_db()
        assert new.state == "abandoned"
    again = revise(plan, federation, "A second frost.")
    assert (again.number, again.plan) == (2, plan)
    proposals = standing(year(plan))
    assert proposals is not None
    assert (
        plan_line(proposals, federation).output == 95.0
    )  # the plan's own figure, not what the first revision left
    assert (
        plan_put_in_force(plan=ratify(negotiated(plan, federation, 93.0), federation), by=by, now=NOW).number
        >= 2
    )
    baseline = cycle_settle(cycle=year(plan), by=by, now=NOW)
    assert shown(Line, baseline, "last_output", federation.lines["bread"]) == 93.0


def test_a_revision_has_the_charters_rounds_of_its_own(federation: Federation, plan: Plan) -> None:
    with unguarded(Cycle):
        Cycle.objects.filter(pk=plan.cycle_id).update(rules=year(plan).rules | {"round_limit": 2})
    by = coordinator(federation)
    assert plan.cycle.rounds.count() == 1
    revise(plan, federation)
    assert not is_last(round_open(cycle=year(plan), by=by, now=NOW))


def test_who_may_when_and_why(federation: Federation, plan: Plan) -> None:
    by = coordinator(federation)
    with pytest.raises(Forbidden):
        cycle_revise(cycle=plan.cycle, reason=FROST, by=federation.people["bread_delegate"], now=NOW)
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(Invalid):
            revise(plan, federation, reason)
    with pytest.raises(TooLate, match="nothing to end"):
        cycle_keep(cycle=plan.cycle, reason="why not", by=by, now=NOW)
    assert not Revision.objects.exists()
    revise(plan, federation)
    with pytest.raises(TooLate, match="revised while it is in force"):
        revise(plan, federation)
    with pytest.raises(TooLate, match="stays in force while it is revised"):
        cycle_abandon(cycle=year(plan), reason="no way on", by=by, now=NOW)
    assert not can_abandon(year(plan))
    with pytest.raises(TooLate, match="settled once, while its plan is in force"):
        cycle_settle(cycle=year(plan), by=by, now=NOW)
    with pytest.raises(Forbidden):
        cycle_keep(cycle=year(plan), reason="x", by=federation.people["bread_delegate"], now=NOW)
    with pytest.raises(Invalid):
        cycle_keep(cycle=year(plan), reason=" ", by=by, now=NOW)


def test_two_years_are_not_negotiated_at_once(federation: Federation, plan: Plan) -> None:
    by = coordinator(federation)
    other = scenario_open(kind=Scenario.Kind.BASELINE, parent=None, name="Next", by=by, now=NOW)
    cycle_open(year=2028, baseline=other, by=by, now=NOW)
    with pytest.raises(TooLate, match="Cycle 2028 is being planned"):
        revise(plan, federation)


def test_behind_python_a_plan_in_force_is_not_set_aside(federation: Federation, plan: Plan) -> None:
    refused_by_database("UPDATE planning_cycle SET phase = 'rounds'", "cycle_revised_on_record")
    revise(plan, federation)
    for bad, why in (
        ("UPDATE planning_cycle SET phase = 'in_force'", "cycle_in_force_has_a_plan"),
        ("UPDATE planning_cycle SET phase = 'abandoned'", "cycle_in_force_is_not_abandoned"),
        ("UPDATE planning_revision SET reason = 'none'", "revision_ends_once"),
        (
            "UPDATE planning_revision SET outcome = 'replaced', replaced_by_id = plan_id, ended_at = now()",
            "revision_replaced_by_a_plan_in_force",
        ),
        ("UPDATE planning_revision SET outcome = 'kept', ended_at = now()", "revision_ends_one_way"),
        ("DELETE FROM planning_revision", "planning_history_stays"),
        ("TRUNCATE planning_revision", "planning_history_stays"),
        (INSERTED, "revision_of_a_plan_in_force"),
    ):
        refused_by_database(bad, why)
    cycle_keep(cycle=year(plan), reason="The frost was mild.", by=coordinator(federation), now=NOW)
    refused_by_database("UPDATE planning_revision SET end_reason = 'other'", "revision_ends_once")


def refused_by_database(statement: str, constraint: str) -> None:
    """Run a statement as the tables' owner and expect the refusal of this name."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint, statement
