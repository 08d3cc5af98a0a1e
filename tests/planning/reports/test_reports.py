"""Workplaces report what they made: who may, when, of which lines; every version stays; money and baseline rest on it."""

import math
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from planning.models import Cycle, OutputReport, Plan
from planning.policies_reports import can_report
from planning.selectors.reports import covered, due_of, lines_made, sectors_compared, workplaces_compared
from planning.services.reports import NOTE_LIMIT, Made, outputs_report
from planning.services.revising import cycle_revise
from planning.services.settlement import cycle_close, cycle_settle
from tests.planning.federation import NOW, Federation
from tests.planning.investment.surplus_world import parts, priced_plan, rows, settled
from tests.planning.reports.world import reported, versions
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Line
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def told(plan: Plan, federation: Federation, **said: Made) -> int:
    """The bakery's delegate reports on several lines at once."""
    made = {federation.lines[name].entity_id: one for name, one in said.items()}
    return outputs_report(
        cycle=plan.cycle, workplace=federation.workplaces["bread"], made=made,
        by=federation.people["bread_delegate"], now=NOW,
    )  # fmt: skip


class TestSaid:
    def test_a_table_at_once_with_one_entry(self, federation: Federation, plan: Plan) -> None:
        assert told(plan, federation, bread=Made(90.0, "inputs", " No flour in May. "), cake=Made(20.0)) == 2
        assert versions(federation, "bread") == [(90.0, "inputs", "No flour in May.")]
        entry = Entry.objects.get(kind="output.reported")
        assert entry.actor == federation.people["bread_delegate"]
        assert entry.subject == f"workplace:{federation.workplaces['bread'].public_id}"
        assert (entry.body["year"], entry.body["count"]) == (2027, 2)
        assert entry.body["lines"][0] == {
            "line": str(federation.lines["bread"].public_id), "product": "bread", "unit": "t", "planned": "95.0",
            "output": "90.0", "version": 1, "cause": "inputs", "note": "No flour in May.",
        }  # fmt: skip

    def test_corrected_and_taken_back_every_version_stays(self, federation: Federation, plan: Plan) -> None:
        for output in (90.0, 91.0, None, 92.0):
            assert reported(plan.cycle, federation, "bread", output) == 1
        assert [output for output, _cause, _note in versions(federation, "bread")] == [90.0, 91.0, None, 92.0]
        assert covered(plan.cycle, plan).reported == 1
        bread = next(
            r
            for r in lines_made(plan.cycle, plan, [federation.workplaces["bread"].entity_id])
            if r.code == "bread"
        )
        assert (bread.planned, bread.made, bread.version) == (95.0, 92.0, 4)

    def test_what_stands_is_not_said_anew(self, federation: Federation, plan: Plan) -> None:
        assert reported(plan.cycle, federation, "bread", None) == 0
        assert reported(plan.cycle, federation, "bread", 90.0, "people") == 1
        assert reported(plan.cycle, federation, "bread", 90.0, "people") == 0
        assert reported(plan.cycle, federation, "bread", 90.0, "equipment") == 1
        assert Entry.objects.filter(kind="output.reported").count() == 2

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            (Made(-1.0), "nothing can be made less than nothing"),
            (Made(math.nan), "not a finite number"),
            (Made(math.inf), "not a finite number"),
            (Made(1e12), "cannot be meant"),
            (Made(90.0, "weather"), "“weather” is none of: inputs"),
            (Made(None, "people"), "A cause belongs to an output"),
            (Made(90.0, "", "x" * (NOTE_LIMIT + 1)), "2001 characters; 2000 are the limit"),
        ],
    )
    def test_what_cannot_be_taken_says_why_and_nothing_is(
        self, federation: Federation, plan: Plan, said: Made, sentence: str
    ) -> None:
        with pytest.raises(Invalid, match=sentence) as caught:
            told(plan, federation, bread=said, cake=Made(20.0))
        assert list(caught.value.fields) == [f"line:{federation.lines['bread'].entity_id}"]
        assert not OutputReport.objects.exists()

    def test_nothing_made_is_a_report(self, federation: Federation, plan: Plan) -> None:
        reported(plan.cycle, federation, "cake", 0.0, "demand")
        assert covered(plan.cycle, plan).reported == 1

    def test_a_line_of_another_workplace_is_refused(self, federation: Federation, plan: Plan) -> None:
        with pytest.raises(Invalid, match="Bread works has no such line in the plan for 2027"):
            told(plan, federation, flour=Made(60.0))

    @pytest.mark.parametrize(
        "who", ["flour_delegate", "coordinator", "registrar", "boardmember", "stranger", "root"]
    )
    def test_only_its_delegates_report(self, federation: Federation, plan: Plan, who: str) -> None:
        with pytest.raises(Forbidden, match="Only a delegate of this workplace can report what it made"):
            outputs_report(
                cycle=plan.cycle, workplace=federation.workplaces["bread"], made={}, by=federation.people[who], now=NOW
            )  # fmt: skip


class TestWhen:
    def test_not_before_the_plan_is_in_force(self, federation: Federation, cycle: Cycle) -> None:
        with pytest.raises(TooLate, match="reported once its plan is in force"):
            reported(cycle, federation, "bread", 90.0)

    def test_while_the_plan_is_revised_and_not_after_settling(
        self, federation: Federation, plan: Plan
    ) -> None:
        by = federation.people["coordinator"]
        reported(plan.cycle, federation, "bread", 90.0)
        cycle_revise(cycle=plan.cycle, reason="A frost.", by=by, now=NOW)
        cycle = Cycle.objects.get(pk=plan.cycle_id)
        assert cycle.phase == Cycle.Phase.ROUNDS
        assert can_report(cycle)
        assert reported(cycle, federation, "bread", 80.0) == 1

    def test_not_once_the_year_is_settled_or_closed(self, federation: Federation, plan: Plan) -> None:
        by = federation.people["coordinator"]
        cycle_settle(cycle=plan.cycle, by=by, now=NOW)
        for _phase in range(2):
            with pytest.raises(TooLate, match="is settled; what it rested on stays"):
                reported(plan.cycle, federation, "bread", 90.0)
            if Cycle.objects.get(pk=plan.cycle_id).phase == Cycle.Phase.SETTLEMENT:
                cycle_close(cycle=plan.cycle, by=by, now=NOW)
        assert not can_report(Cycle.objects.get(pk=plan.cycle_id))


INSERT = """INSERT INTO planning_outputreport (public_id, cycle_id, line_id, version, output, cause, note, by_id, at)
  SELECT gen_random_uuid(), c.id, {line}, {version}, {output}, {cause}, '', p.id, now()
    FROM planning_cycle c, workplaces_person p WHERE p.username = 'bread_delegate'"""


class TestTheDatabase:
    """By plain SQL, behind the application's back."""

    def refused(self, refusal: str, statement: str) -> None:
        with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def inserted(self, federation: Federation, **given: Any) -> str:
        return INSERT.format(
            **{"line": federation.lines["bread"].entity_id, "version": 1, "output": "90", "cause": "''"}
            | given
        )

    def test_takes_one_that_is_as_it_should_be(self, federation: Federation, plan: Plan) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.inserted(federation))
        assert covered(plan.cycle, plan).reported == 1

    def test_none_before_a_plan_is_in_force(self, federation: Federation, cycle: Cycle) -> None:
        assert cycle.phase == Cycle.Phase.PROPOSALS
        self.refused("report_while_in_force|while a plan is in force", self.inserted(federation))

    def test_none_after_settling(self, federation: Federation, plan: Plan) -> None:
        cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
        self.refused("while a plan is in force", self.inserted(federation))

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"output": "-1"}, "outputreport_output_finite"),
            ({"output": "'Infinity'"}, "outputreport_output_finite"),
            ({"output": "'NaN'"}, "outputreport_output_finite"),
            ({"output": "NULL"}, "outputreport_of_something"),
            ({"version": 2}, "does not follow"),
            ({"version": 0}, "does not follow"),
        ],
    )
    def test_none_that_is_no_amount_or_out_of_order(
        self, federation: Federation, plan: Plan, given: dict[str, Any], refusal: str
    ) -> None:
        self.refused(refusal, self.inserted(federation, **given))

    def test_none_twice_and_none_without_a_cause_to_explain(self, federation: Federation, plan: Plan) -> None:
        reported(plan.cycle, federation, "bread", 90.0)
        self.refused("does not follow", self.inserted(federation))
        taken_back = {"version": 2, "output": "NULL", "cause": "'people'"}
        self.refused("outputreport_of_something", self.inserted(federation, **taken_back))

    def test_none_of_a_line_that_the_plan_has_not(self, federation: Federation, plan: Plan) -> None:
        """A line of a later scenario, and a version of one of the plan's own: references point at the first."""
        bread = federation.lines["bread"]
        with unguarded(Line):
            bread.pk, bread.origin_id = None, None
            bread.public_id = plan.cycle.public_id
            bread._state.adding = True
            bread.save(force_insert=True)
        self.refused("is not in the plan of its year", self.inserted(federation, line=bread.pk))

    @pytest.mark.parametrize(
        "statement",
        ["UPDATE {} SET output = 1", "DELETE FROM {}", "TRUNCATE {}"],
    )  # fmt: skip
    def test_what_was_said_stays(self, federation: Federation, plan: Plan, statement: str) -> None:
        reported(plan.cycle, federation, "bread", 90.0)
        self.refused("the history of planning stays as it was", statement.format("planning_outputreport"))


class TestCompared:
    def test_by_hand(self, federation: Federation, plan: Plan) -> None:
        """The bakery planned 95 t of bread and 20 t of cake; it says 76 of bread, a fifth less, and of cake nothing."""
        reported(plan.cycle, federation, "bread", 76.0)
        places = {name: place.entity_id for name, place in federation.workplaces.items()}
        assert (covered(plan.cycle, plan).lines, covered(plan.cycle, plan).planned) == (4, 3)
        due = due_of(plan.cycle, plan, list(places.values()))
        assert (due[places["bread"]].lines, due[places["bread"]].reported) == (2, 1)
        assert (due[places["flour"]].lines, due[places["flour"]].reported) == (1, 0)
        price = plan.prices.get(product=federation.products["bread"].entity_id).price
        for found in (
            workplaces_compared(plan.cycle, plan, [places["bread"]])[places["bread"]],
            sectors_compared(plan.cycle, plan)[federation.workplaces["bread"].main_sector.entity_id],
        ):
            assert (found.lines, found.reported) == (2, 1)
            assert (found.planned, found.made) == (pytest.approx(95.0 * price), pytest.approx(76.0 * price))
            assert found.deviation == pytest.approx(-0.2)
        flour = sectors_compared(plan.cycle, plan)[federation.workplaces["flour"].main_sector.entity_id]
        assert (flour.reported, flour.planned, flour.deviation) == (0, 0.0, None)


def test_a_report_changes_charge_surplus_levy_and_baseline(
    federation: Federation, request: pytest.FixtureRequest
) -> None:
    """The power station says 50 units, at 1.50 each: 75.00 made, of which a tenth goes in again, 7.50; 50 hours at 1.20 are
    60.00; 100 t of carbon at 0.123 are 12.30. That leaves −4.80: no levy. As planned it would be charged for more.
    """
    plan = priced_plan(federation, request)
    reported(plan.cycle, federation, "energy", 50.0)
    cycle = settled(plan, federation)
    energy = rows()["energy"]
    assert parts(energy) == (7500, 750, 6000, 1230, -480, 0, 0)
    assert cycle.next_baseline is not None
    line = Line.objects.in_scenario(cycle.next_baseline).get(entity_id=federation.lines["energy"].entity_id)
    assert line.last_output == 50.0
    assert rows()["flour"].unreported == rows()["flour"].output > 0
