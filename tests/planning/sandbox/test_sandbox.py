"""A sandbox: figures change and change back, a worker computes them, and nothing of it ever counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from planning import policies_sandbox
from planning.models import (
    ConsumptionProposal,
    Cycle,
    Plan,
    Proposal,
    Response,
    Round,
    Run,
    RunRow,
    Sandbox,
    SandboxChange,
)
from planning.runner.read import read_state
from planning.services.sandbox_changes import figure_set, figure_undo
from planning.services.sandboxes import (
    is_current,
    reference_run,
    result_of,
    sandbox_compute,
    sandbox_copy,
    sandbox_discard,
    sandbox_open,
    sandbox_share,
    sandbox_stop,
    sandbox_withdraw,
)
from tests.planning.federation import DEMAND, NOW, Federation
from tests.planning.sandbox.conftest import computed, refused
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import DemandLine, LabourPool, Line, Resource, Scenario, Technology
from workplaces.policies import check_is_open
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db
Kind = SandboxChange.Kind


def set_figure(sandbox: Sandbox, kind: str, row: Any, new: float, part: int = 0) -> SandboxChange:
    return figure_set(
        sandbox=sandbox, kind=kind, target=row.public_id, new=new, by=sandbox.owner, now=NOW, part=part
    )


def state_digest(scenario: Scenario) -> Any:
    state = read_state(scenario.pk, band=0.05)
    return [
        {name: column.tolist() for name, column in getattr(state, table).items()}
        for table in ("products", "pools", "resources", "technologies", "patterns", "own", "lines", "demand")
    ]


def targets(federation: Federation) -> list[tuple[str, Any, float, int]]:
    """One change of every kind, with the part it is of."""
    coal = Resource.objects.create(scenario=federation.baseline, code="coal", name="Coal", unit="t", cap=50.0)
    flour = federation.products["flour"].entity_id
    return [
        (Kind.FINAL, federation.products["bread"], 120.0, 0),
        (Kind.DEMAND, federation.demand["energy"], 60.0, 0),
        (Kind.OUTPUT, federation.lines["bread"], 110.0, 0),
        (Kind.CAPACITY, federation.lines["flour"], 90.0, 0),
        (Kind.INPUT, federation.lines["bread"], 44.0, flour),
        (Kind.COEFFICIENT, federation.lines["bread"].technology, 0.4, flour),
        (Kind.HOURS, federation.pool, 300.0, 0),
        (Kind.CAP, coal, 40.0, 0),
    ]


class TestFigures:
    def test_each_kind_reaches_the_worker_and_undone_one_by_one_nothing_is_left(
        self, federation: Federation
    ) -> None:
        wanted = targets(federation)
        federation.baseline.state, federation.baseline.digest = "closed", "d"
        federation.baseline.closed_at = NOW
        federation.baseline.save()
        sandbox = sandbox_open(
            parent=federation.baseline, name="All of it", by=federation.people["stranger"], now=NOW
        )
        before = state_digest(federation.baseline)
        seen = [state_digest(sandbox.scenario)]
        assert seen[0] == before
        changes = []
        for kind, row, new, part in wanted:
            changes.append(set_figure(sandbox, kind, row, new, part))
            seen.append(state_digest(sandbox.scenario))
            assert seen[-1] != seen[-2], kind
        assert state_digest(federation.baseline) == before
        assert {change.kind for change in changes} == set(Kind.values)
        assert [change.old for change in changes] == [
            100.0,
            50.0,
            100.0,
            pytest.approx(72.0),
            50.0,
            0.5,
            400.0,
            50.0,
        ]
        for change in changes:
            figure_undo(sandbox=sandbox, number=change.number, by=sandbox.owner)
        assert state_digest(sandbox.scenario) == before
        assert not any(
            model.objects.filter(scenario=sandbox.scenario).exists()
            for model in (Proposal, ConsumptionProposal, Line, DemandLine, Technology, LabourPool, Resource)
        )

    def test_one_place_goes_before_the_product_as_a_whole_whatever_came_first(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        bread = federation.demand["bread"]
        set_figure(sandbox, Kind.DEMAND, bread, 70.0)
        set_figure(sandbox, Kind.FINAL, federation.products["bread"], 200.0)
        asked = ConsumptionProposal.objects.in_scenario(sandbox.scenario).get(demand_line_id=bread.entity_id)
        assert asked.quantity == 70.0
        figure_undo(sandbox=sandbox, number=1, by=sandbox.owner)
        asked = ConsumptionProposal.objects.in_scenario(sandbox.scenario).get(demand_line_id=bread.entity_id)
        assert asked.quantity == 200.0

    def test_set_again_it_is_one_change_from_the_parents_figure(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        for new in (120.0, 90.0):
            set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], new)
        change = sandbox.changes.get()
        assert (change.old, change.new) == (DEMAND["bread"], 90.0)

    @pytest.mark.parametrize("new", [-1.0, float("nan"), float("inf"), 1e16])
    def test_impossible_figures_are_refused(
        self, federation: Federation, sandbox: Sandbox, new: float
    ) -> None:
        with pytest.raises(Invalid):
            set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], new)

    def test_output_beyond_capacity_needs_the_capacity_first(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        bread = federation.lines["bread"]
        with pytest.raises(Invalid, match="capacity first"):
            set_figure(sandbox, Kind.OUTPUT, bread, 500.0)
        set_figure(sandbox, Kind.CAPACITY, bread, 600.0)
        set_figure(sandbox, Kind.OUTPUT, bread, 500.0)

    def test_somebody_else_changes_nothing(self, federation: Federation, sandbox: Sandbox) -> None:
        other = federation.people["coordinator"]
        target = federation.demand["bread"].public_id
        with pytest.raises(Forbidden):
            figure_set(sandbox=sandbox, kind=Kind.DEMAND, target=target, new=1.0, by=other, now=NOW)

    def test_tables_and_statements_do_not_get_past_the_list_of_changes(self, sandbox: Sandbox) -> None:
        with pytest.raises(TooLate, match="on its own page"):
            check_is_open(sandbox.scenario)


class TestComputing:
    def test_the_real_run_finds_what_the_change_does_and_leaves_no_trace_in_the_record(
        self, federation: Federation, round: Round, sandbox: Sandbox
    ) -> None:
        entries = Entry.objects.count()
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        run = computed(sandbox)
        bread = federation.products["bread"].entity_id
        row = run.rows.get(kind=RunRow.Kind.PRODUCT, entity=bread)
        assert [row.use_before, row.supply_before] == pytest.approx([120.0, 100.0])
        reference = reference_run(round.scenario)
        assert reference is not None
        assert reference == round.published_run
        assert run.parameters == {**reference.parameters, "revision": 1}
        assert run.certificate["gap"] < 1e-6
        assert Entry.objects.count() == entries
        assert result_of(sandbox) == run

    def test_a_change_makes_the_result_old(self, federation: Federation, sandbox: Sandbox) -> None:
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        run = computed(sandbox)
        sandbox.refresh_from_db()
        assert is_current(sandbox, run)
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 130.0)
        sandbox.refresh_from_db()
        assert not is_current(sandbox, run)

    def test_a_baseline_nobody_computed_is_computed_along(self, federation: Federation, cycle: Cycle) -> None:
        sandbox = sandbox_open(
            parent=cycle.baseline, name="From the start", by=federation.people["stranger"], now=NOW
        )
        assert reference_run(cycle.baseline) is None
        run = computed(sandbox)
        reference = reference_run(cycle.baseline)
        assert reference is not None
        assert reference.round is None
        assert reference.input_digest == run.input_digest

    def test_while_it_is_computed_figures_stay_and_it_can_be_cancelled(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        run = sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=NOW, hand_over=lambda _run: None)
        with pytest.raises(TooLate, match="worker computes"):
            set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        sandbox_stop(sandbox=sandbox, by=sandbox.owner, now=NOW)
        run.refresh_from_db()
        assert run.state == Run.State.CANCELLED
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)


class TestLimits:
    def test_so_many_sandboxes_and_a_discarded_one_makes_room(
        self, federation: Federation, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(policies_sandbox, "SANDBOXES", 2)
        parent, by = sandbox.scenario.parent, sandbox.owner
        assert parent is not None
        sandbox_open(parent=parent, name="Second", by=by, now=NOW)
        with pytest.raises(TooLate, match="You keep 2 sandboxes"):
            sandbox_open(parent=parent, name="Third", by=by, now=NOW)
        sandbox_open(parent=parent, name="Somebody else's", by=federation.people["villager"], now=NOW)
        sandbox_discard(sandbox=sandbox, by=by, now=NOW)
        sandbox_open(parent=parent, name="Third", by=by, now=NOW)

    def test_one_computation_at_a_time_and_so_many_a_day(
        self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(policies_sandbox, "RUNS_A_DAY", 1)
        sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=NOW, hand_over=lambda _run: None)
        with pytest.raises(TooLate, match="already"):
            sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=NOW, hand_over=lambda _run: None)
        sandbox_stop(sandbox=sandbox, by=sandbox.owner, now=NOW)
        with pytest.raises(TooLate, match="24 hours"):
            sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=NOW, hand_over=lambda _run: None)
        later = NOW + timedelta(days=1, minutes=1)
        sandbox_compute(sandbox=sandbox, by=sandbox.owner, now=later, hand_over=lambda _run: None)

    def test_so_many_changes(
        self, federation: Federation, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(policies_sandbox, "CHANGES", 1)
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        with pytest.raises(TooLate, match="holds 1 changes"):
            set_figure(sandbox, Kind.DEMAND, federation.demand["energy"], 60.0)

    @pytest.mark.parametrize("name", ["", "  ", "x" * 121])
    def test_it_needs_a_name(self, sandbox: Sandbox, name: str) -> None:
        assert sandbox.scenario.parent is not None
        with pytest.raises(Invalid):
            sandbox_open(parent=sandbox.scenario.parent, name=name, by=sandbox.owner, now=NOW)

    def test_open_figures_and_another_sandbox_are_no_ground(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        standing = Scenario.objects.create(name="Next", kind="round", parent=sandbox.scenario.parent)
        for parent in (standing, sandbox.scenario):
            with pytest.raises(Refused):
                sandbox_open(parent=parent, name="No", by=sandbox.owner, now=NOW)


class TestSharing:
    def test_shared_it_is_frozen_with_its_digest_and_the_record_does_not_give_the_link_away(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        with pytest.raises(TooLate, match="Nothing differs"):
            sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        shared = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        assert shared.link is not None
        assert len(shared.scenario.digest) == 64
        entry = Entry.objects.get(kind="sandbox.shared")
        assert entry.body["digest"] == shared.scenario.digest
        assert not any(
            str(shared.link) in str(e.body) or "More bread" in str(e.body) for e in Entry.objects.all()
        )
        with pytest.raises(TooLate, match="frozen"):
            set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 130.0)
        computed(Sandbox.objects.get(pk=sandbox.pk))

    def test_withdrawn_the_link_is_gone_and_shared_anew_it_is_another(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        link = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW).link
        withdrawn = sandbox_withdraw(sandbox=sandbox, by=sandbox.owner, now=NOW)
        assert withdrawn.link is None
        again = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        assert again.link not in (None, link)
        with pytest.raises(TooLate, match="A motion rests"):
            sandbox_withdraw(sandbox=sandbox, by=sandbox.owner, now=NOW, under_motion=True)

    def test_a_copy_has_the_same_figures_and_can_change(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        villager = federation.people["villager"]
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        with pytest.raises(Forbidden):
            sandbox_copy(sandbox=sandbox, name="Mine", by=villager, now=NOW)
        shared = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        copy = sandbox_copy(sandbox=shared, name="Mine", by=villager, now=NOW)
        assert copy.scenario.parent == shared.scenario.parent
        assert state_digest(copy.scenario) == state_digest(shared.scenario)
        set_figure(copy, Kind.DEMAND, federation.demand["bread"], 130.0)


class TestBehindPythonsBack:
    """The database itself keeps what is tried out of what counts."""

    def test_it_is_no_baseline_no_round_and_no_plan(self, sandbox: Sandbox, round: Round) -> None:
        run = computed(sandbox)
        attempts = (
            ("planning_cycle", "baseline_id", round.cycle_id, sandbox.scenario_id),
            ("planning_cycle", "next_baseline_id", round.cycle_id, sandbox.scenario_id),
            ("planning_round", "scenario_id", round.pk, sandbox.scenario_id),
            ("planning_round", "published_run_id", round.pk, run.pk),
            ("planning_run", "round_id", run.pk, round.pk),
        )
        for table, column, key, value in attempts:
            with refused(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, key])

    def test_it_is_never_a_plan(self, sandbox: Sandbox, round: Round) -> None:
        run = computed(sandbox)
        with refused("sandbox_stays_outside"):
            Plan.objects.create(
                cycle=round.cycle, number=9, scenario=sandbox.scenario, run=run, proposed_at=NOW
            )

    def test_not_even_a_run_of_the_parents_figures_that_no_round_asked_for(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        sandbox = sandbox_open(parent=cycle.baseline, name="x", by=federation.people["stranger"], now=NOW)
        computed(sandbox)
        run = reference_run(cycle.baseline)
        assert run is not None
        with refused("sandbox_stays_outside"):
            Plan.objects.create(cycle=cycle, number=9, scenario=cycle.baseline, run=run, proposed_at=NOW)

    def test_its_lines_are_not_answered(self, federation: Federation, sandbox: Sandbox, round: Round) -> None:
        set_figure(sandbox, Kind.CAPACITY, federation.lines["bread"], 300.0)
        mine = Line.objects.get(scenario=sandbox.scenario)
        with refused("sandbox_stays_outside"):
            Response.objects.create(round=round, line=mine, kind="accept", figure=1.0, at=NOW)

    def test_nothing_that_counts_branches_from_it(self, federation: Federation, sandbox: Sandbox) -> None:
        set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        shared = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        with refused("sandbox_stays_outside"):
            Scenario.objects.create(name="Round 9", kind="round", parent=shared.scenario)

    def test_a_link_needs_frozen_figures_and_these_stay(
        self, federation: Federation, sandbox: Sandbox
    ) -> None:
        change = set_figure(sandbox, Kind.DEMAND, federation.demand["bread"], 120.0)
        with refused("sandbox_keeps_its_place"):
            Sandbox.objects.filter(pk=sandbox.pk).update(link=sandbox.public_id, shared_at=NOW)
        sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        with refused("sandbox_frozen_when_shared"):
            SandboxChange.objects.filter(pk=change.pk).update(new=1.0)
        with refused("sandbox_frozen_when_shared"):
            change.delete()
        with refused("sandbox_keeps_its_place"):
            Sandbox.objects.filter(pk=sandbox.pk).update(owner=federation.people["villager"])

    def test_two_computations_of_one_sandbox_do_not_wait_side_by_side(self, sandbox: Sandbox) -> None:
        made = {"round": None, "scenario": sandbox.scenario, "requested_at": NOW}
        Run.objects.create(**made)
        with pytest.raises(IntegrityError):
            Run.objects.create(**made)
