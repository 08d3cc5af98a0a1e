"""Guidelines: asked by the charter's rules, set by closed votes, kept from year to year, used by the year's work."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from councils.models import Ballot
from councils.services import charter_found
from planning.models import Cycle, Guideline
from planning.policies_investment import invested_share
from planning.selectors.envelopes import fund
from planning.selectors.guidelines import bounded, kept, keyed
from planning.services.abandoning import cycle_abandon
from planning.services.cycles import cycle_begin_proposals, standing
from planning.services.envelopes import check_amounts
from planning.services.guidelines import ballot_of
from planning.services.priorities import guidelines_ask
from planning.services.programme_options import said_of
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import motion_on, vote
from tests.planning.priorities.world import (
    asked,
    both,
    by_code,
    everything,
    general,
    published,
    voted,
)
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import LabourPool, Product, Resource, Scenario
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db
RULES_BY_TOPIC = {
    "investment": "median", "collective": "independent_markets", "hours": "median", "cap": "median",
    "sector": "independent_markets", "free": "schulze",
}  # fmt: skip


def go_on(federation: Federation, cycle: Cycle) -> Cycle:
    return cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)


def test_each_topic_is_asked_by_its_rule_in_secret(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    questions = asked(federation, cycle)
    assert {topic: question.rule for topic, question in questions.items()} == RULES_BY_TOPIC
    ballots = [ballot_of(question) for question in questions.values()]
    assert {(b.rule, b.secrecy, b.roll_size) for b in ballots if b} == {
        (rule, "secret", 6) for rule in RULES_BY_TOPIC.values()
    }
    hours = ballot_of(questions["hours"])
    assert hours is not None
    assert hours.params == {"least": "20", "most": "48", "status_quo": "40", "unit": "h"}
    assert hours.motion is not None
    assert "Time to Live: 30" in hours.motion.text
    assert (hours.motion.layer, hours.motion.mechanism) == ("everyone", "vote")
    sectors = ballot_of(questions["sector"])
    assert sectors is not None
    assert sectors.params["least"] == dict.fromkeys(("o1", "o2", "o3"), 66)
    free = ballot_of(questions["free"])
    assert free is not None
    assert [o.label for o in free.options.all()] == ["as it is today: nothing", "Time to Live: Bread"]
    with pytest.raises(TooLate, match="put to the vote already"):
        asked(federation, cycle)


def test_each_paper_says_what_holds_today(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    told = {
        topic: ballot_of(question).motion.text.splitlines()[-1]  # type: ignore[union-attr]
        for topic, question in asked(federation, cycle).items()
    }
    assert told["hours"] == "What holds today: 40\u202fh"
    assert told["sector"] == "Today no guideline holds: the envelopes are suggested by size."
    assert told["free"] == "Today no good is free by a guideline."
    there = bounded(cycle)
    bread, flour = (part.entity for part in there.sectors[:2])
    kept_shares = {("sector", bread): 600.0, ("sector", flour): 400.0}
    lines = said_of(there, [], "sector", None, kept_shares).splitlines()
    names = [part.label for part in there.sectors[:2]]
    assert lines[-1] == f"What holds today: {names[0]} 600\u202f‰, {names[1]} 400\u202f‰"


def test_the_votes_become_the_guidelines(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    questions = asked(federation, cycle)
    with pytest.raises(TooLate, match="6 of the votes on the guidelines of 2027 have not closed"):
        go_on(federation, cycle)
    everything(federation, questions)
    cycle = go_on(federation, cycle)
    assert cycle.phase == "envelopes"
    set_now = keyed(Guideline.objects.filter(cycle=cycle))
    sectors = {code: w.main_sector_id for code, w in federation.workplaces.items()}
    carbon = Resource.objects.get().entity_id
    assert set_now == {
        ("hours", None): 32.0, ("investment", None): 20.0, ("collective", None): 30.0, ("cap", carbon): 180.0,
        ("sector", sectors["bread"]): 150.0, ("sector", sectors["energy"]): 700.0, ("sector", sectors["flour"]): 150.0,
        ("free", federation.products["bread"].entity_id): 1.0,
    }  # fmt: skip
    assert set(Guideline.objects.values_list("source", flat=True)) == {"ballot"}
    assert len(Entry.objects.get(kind="guidelines.settled").body["guidelines"]) == 8


def test_the_fund_and_its_parts_follow_the_guidelines(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    everything(federation, asked(federation, cycle))
    cycle = go_on(federation, cycle)
    assert invested_share(cycle) == pytest.approx(0.2)
    found = fund(cycle)
    assert (found.total, found.sectors) == (3200, 2240)
    parts = {part.code: part for part in found.stream("sector")}
    # minimum 149 each; the rest, 1793, by what the shares exceed the minimum of 66 2/3
    assert {code: part.suggested for code, part in parts.items()} == {
        "bread": 336,
        "energy": 1568,
        "flour": 336,
    }
    assert (parts["energy"].low, parts["energy"].high) == (1254, 1882)
    assert fund(cycle).stream("region")[0].low is None
    off = {"sector-bread": 700, "sector-energy": 1204, "sector-flour": 336, "region-valley": 960}
    with pytest.raises(Invalid) as refused:
        check_amounts(found, off, "Bread first.", "R$")
    assert set(refused.value.fields) == {"sector-bread", "sector-energy"}
    assert "guideline" in refused.value.fields["sector-bread"]
    check_amounts(found, {part.key: part.suggested for part in found.parts}, "As voted.", "R$")


def test_the_years_work_begins_with_the_guidelines(federation: Federation, cycle: Cycle) -> None:
    published(federation, cycle)
    questions = asked(federation, cycle)
    for topic, number in {"hours": "32", "investment": "0", "cap": "180"}.items():
        voted(federation, questions[topic], *[{"number": number}] * 2)
    voted(federation, questions["free"], ["o2", "o1"])
    cycle = go_on(federation, cycle)
    assert cycle.phase == "proposals"
    work = standing(cycle)
    assert work is not None
    assert Resource.objects.in_scenario(work).get().cap == 180.0
    assert LabourPool.objects.in_scenario(work).get().hours == pytest.approx(400 * 32 / 40)
    status = {p.code: p.price_status for p in Product.objects.in_scenario(work)}
    assert status == {"bread": "free", "energy": "priced", "flour": "priced"}
    assert Resource.objects.in_scenario(cycle.baseline).get().cap == 200.0
    assert LabourPool.objects.in_scenario(cycle.baseline).get().hours == 400.0


def test_what_nobody_votes_on_stays_for_another_year(federation: Federation, cycle: Cycle) -> None:
    published(federation, cycle)
    questions = asked(federation, cycle)
    voted(federation, questions["hours"], {"number": "32"})
    for topic in ("investment", "cap", "free"):
        voted(federation, questions[topic])  # nobody takes part: what holds stays
    cycle = go_on(federation, cycle)
    assert keyed(Guideline.objects.all()) == {("hours", None): 32.0}
    by = federation.people["coordinator"]
    cycle_abandon(cycle=cycle, reason="A frost.", by=by, now=NOW)
    again = opened_next(federation)
    assert kept(again) == []  # a year that was abandoned leaves nothing
    elsewhere = Scenario.objects.create(name="Old", kind="baseline", number=7)
    with unguarded(Cycle):  # as if the year had run its course
        closed = {"phase": "closed", "baseline": elsewhere, "next_baseline": federation.baseline}
        Cycle.objects.filter(year=2027).update(**closed)
    again = go_on(federation, again)
    row = Guideline.objects.get(cycle=again)
    assert (row.topic, row.value, row.source, row.decided_in) == ("hours", 32.0, "last", cycle)
    assert LabourPool.objects.in_scenario(standing(again)).get().hours == pytest.approx(320.0)  # type: ignore[arg-type]


def opened_next(federation: Federation) -> Cycle:
    from planning.services.cycles import cycle_open

    by = federation.people["coordinator"]
    return cycle_open(year=2028, baseline=federation.baseline, by=by, now=NOW)


def test_without_programmes_the_charter_holds(federation: Federation, cycle: Cycle) -> None:
    with pytest.raises(TooLate, match="No programme was published"):
        asked(federation, cycle)
    cycle = go_on(federation, cycle)
    assert (cycle.phase, Guideline.objects.count(), invested_share(cycle)) == ("proposals", 0, 0.0)
    note = Entry.objects.get(kind="cycle.settle_priorities").body["note"]
    assert note == "No programme was published; last year's guidelines stay."


def test_only_a_coordinator_asks_and_only_where_there_is_a_general_vote(
    federation: Federation, cycle: Cycle
) -> None:
    published(federation, cycle)
    with pytest.raises(TooLate, match="put the guidelines to the vote first"):
        go_on(federation, cycle)
    with pytest.raises(Forbidden):
        guidelines_ask(cycle=cycle, by=federation.people["citizen0"], now=NOW)
    council = general()
    council.dissolved_on = NOW.date()
    council.save()
    with pytest.raises(TooLate, match="no general vote"):
        asked(federation, cycle)


def test_the_charter_can_have_programmes_ranked_instead(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    ranked = {"planning.guideline_numbers": "instant_runoff", "planning.guideline_shares": "ranked_pairs"}
    charter_found(values=ranked, by=None, now=NOW)
    questions = asked(federation, cycle)
    assert questions["hours"].rule == "instant_runoff"
    assert [one["figures"] for one in questions["hours"].options] == [[[None, 40.0]], [[None, 30.0]]]
    assert questions["sector"].rule == "ranked_pairs"
    voted(federation, questions["hours"], ["o2"], ["o2", "o1"], ["o1"])
    voted(federation, questions["sector"], ["o2"])
    for topic in ("investment", "collective", "cap", "free"):
        voted(federation, questions[topic])
    cycle = go_on(federation, cycle)
    found = keyed(Guideline.objects.filter(cycle=cycle))
    assert found[("hours", None)] == 30.0
    assert found[("sector", federation.workplaces["energy"].main_sector_id)] == 600.0


GUIDELINE = """INSERT INTO planning_guideline (cycle_id, topic, value, source, question_id, decided_in_id, settled_at)
  SELECT q.cycle_id, 'hours', {}, 'ballot', q.id, q.cycle_id, now() FROM planning_guidelinequestion q WHERE topic = 'hours'"""
KEPT = """INSERT INTO planning_guideline (cycle_id, topic, value, source, decided_in_id, settled_at)
  SELECT id, 'hours', 25, 'last', id, now() FROM planning_cycle"""


def test_the_database_takes_guidelines_from_closed_votes_only(federation: Federation, cycle: Cycle) -> None:
    published(federation, cycle)
    questions = asked(federation, cycle)

    def refused(statement: str, sentence: str) -> None:
        with pytest.raises(Error, match=sentence), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    refused(GUIDELINE.format(32), "closed general vote")
    voted(federation, questions["hours"], {"number": "32"})
    refused(GUIDELINE.format(31), "The vote said 32, not 31")
    refused(KEPT, "No earlier year")
    for topic in ("investment", "cap", "free"):
        voted(federation, questions[topic])
    go_on(federation, cycle)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("guideline", "guidelinequestion"):
        refused(f"UPDATE planning_{table} SET topic = topic", "refused")
        refused(f"DELETE FROM planning_{table}", "refused")
        refused(f"TRUNCATE planning_{table} CASCADE", "refused")
    refused("INSERT INTO planning_guideline SELECT * FROM planning_guideline", "phase of priorities")


def test_an_abandoned_years_votes_are_void(federation: Federation, cycle: Cycle) -> None:
    published(federation, cycle)
    asked(federation, cycle)
    cycle_abandon(cycle=cycle, reason="A frost.", by=federation.people["coordinator"], now=NOW)
    assert set(Ballot.objects.values_list("state", flat=True)) == {"void"}


def test_a_board_decides_inside_the_guidelines(federation: Federation, cycle: Cycle) -> None:
    """From the programmes over everybody's vote to the envelopes that the board carries."""
    from planning.services.envelopes import envelopes_draft

    both(federation, cycle)
    questions = asked(federation, cycle)
    everything(federation, questions)
    cycle = go_on(federation, cycle)
    amounts = {part.key: part.suggested for part in fund(cycle).parts}
    made = envelopes_draft(
        cycle=cycle, amounts=amounts, reason="As voted.", by=federation.people["boardmember"], now=NOW
    )
    vote(federation, motion_on(made))
    assert go_on(federation, cycle).phase == "proposals"
    assert by_code(federation, questions["sector"])["energy"] in {"o1", "o2", "o3"}


def test_opening_waits_for_preparation(federation: Federation, cycle: Cycle) -> None:
    from planning.services.priorities import priorities_open

    with pytest.raises(TooLate, match="opened from the phase “preparation”"):
        priorities_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
