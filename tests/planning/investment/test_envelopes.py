"""Envelopes: two streams, legal minima first, referred back once, settled into the ledger by the board's motion."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from councils.models import Motion
from councils.services import motion_withdraw
from planning.models import Account, Cycle, EnvelopeDraft, EnvelopeReferral, JournalEntry
from planning.selectors.envelopes import fund
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.envelopes import check_amounts, envelopes_refer_back
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import AMOUNTS, draft, investing, motion_on, settled, vote
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


SMALLER = """INSERT INTO planning_envelope (public_id, draft_id, sector_id, amount, least)
  SELECT gen_random_uuid(), draft_id, (SELECT max(id) + 1 FROM workplaces_sector), 0, 1 FROM planning_envelope LIMIT 1"""
REFERRED = """INSERT INTO planning_envelopereferral (cycle_id, draft_id, council_id, motion, reasons, at)
  SELECT d.cycle_id, d.id, c.id, m.public_id, 'x', now()
    FROM planning_envelopedraft d, councils_council c, councils_motion m LIMIT 1"""
WHOLE = """INSERT INTO planning_envelopedraft (public_id, cycle_id, number, sector_total, region_total, reason, digest,
    proposed_by_id, proposed_at) VALUES (gen_random_uuid(), %s, 1, 10, 0, 'x', 'x', %s, now());
  INSERT INTO planning_envelope (public_id, draft_id, sector_id, amount, least)
    SELECT gen_random_uuid(), max(id), %s, 9, 0 FROM planning_envelopedraft;
  SET CONSTRAINTS ALL IMMEDIATE"""


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A year in the phase of envelopes."""
    return investing(federation)


def test_the_fund_is_a_share_of_value_added_in_two_streams(federation: Federation, cycle: Cycle) -> None:
    """Value added is what is used in the end: 100 bread, 50 energy, 10 flour at the price 1."""
    assert cycle.phase == "envelopes"
    found = fund(cycle)
    assert found.value_added == pytest.approx(160.0)
    assert (found.total, found.sectors, found.regions) == (1600, 1120, 480)
    least = {part.key: part.least for part in found.parts}
    assert least == {"sector-bread": 74, "sector-energy": 74, "sector-flour": 74, "region-valley": 96}
    by_value = {part.code: part.suggested - part.least for part in found.stream("sector")}
    assert sum(by_value.values()) == 1120 - 3 * 74
    assert by_value == {"bread": 168, "flour": 303, "energy": 427}  # 898 by 30, 54, 76 of 160
    assert sum(part.suggested for part in found.stream("region")) == 480


def test_a_carried_motion_settles_and_moves_the_money(federation: Federation, cycle: Cycle) -> None:
    made = draft(federation, cycle)
    assert not Account.objects.exists()
    motion = motion_on(made)
    assert (motion.council.kind, motion.mechanism) == ("board", "administration")
    assert made.digest in motion.text
    vote(federation, motion)
    made.refresh_from_db()
    assert made.settled_at == NOW
    assert {str(a): a.balance for a in Account.objects.all()} == {
        "output of the year, 2027": -1600,
        "investment fund of the board, 2027": 0,
        "envelope of a sector: Bread sector, 2027": 600,
        "envelope of a sector: Energy sector, 2027": 200,
        "envelope of a sector: Flour sector, 2027": 320,
        "envelope of a region: Valley, 2027": 480,
    }
    assert list(JournalEntry.objects.values_list("cause", "subject")) == [
        ("fund", made.public_id),
        ("envelope", made.public_id),
    ]
    assert Entry.objects.get(kind="envelopes.settled").body["digest"] == made.digest


def test_proposals_begin_once_the_envelopes_are_settled(federation: Federation, cycle: Cycle) -> None:
    by = federation.people["coordinator"]
    with pytest.raises(TooLate, match="not settled the envelopes of 2027 yet"):
        cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    settled(federation, cycle)
    assert cycle_begin_proposals(cycle=cycle, by=by, now=NOW).phase == "proposals"


def test_without_a_share_the_phases_pass_as_before(federation: Federation) -> None:
    by = federation.people["coordinator"]
    opened = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW)
    assert opened.rules["investment_share"] == 0.0
    assert cycle_begin_proposals(cycle=opened, by=by, now=NOW).phase == "proposals"
    with pytest.raises(TooLate, match="Nothing is set aside"):
        draft(federation, opened)


def test_a_lost_motion_settles_nothing_and_another_draft_can_be_made(
    federation: Federation, cycle: Cycle
) -> None:
    first = draft(federation, cycle)
    with pytest.raises(TooLate, match="Draft 1 is before the board"):
        draft(federation, cycle)
    vote(federation, motion_on(first), "no")
    first.refresh_from_db()
    assert first.settled_at is None
    assert not JournalEntry.objects.exists()
    assert draft(federation, cycle).number == 2


@pytest.mark.parametrize(
    ("changed", "sentence", "field"),
    [
        (
            {"sector-bread": 601},
            "add up to R\\$\u202f11.21, which is R\\$\u202f0.01 more than the R\\$\u202f11.20",
            "",
        ),
        ({"region-valley": 479}, "regions' envelopes add up to .* less than", ""),
        ({"sector-energy": 73, "sector-bread": 727}, "cannot be divided", "sector-energy"),
        ({"sector-energy": -1}, "cannot be divided", "sector-energy"),
        ({"sector-steel": 5}, "cannot be divided", "sector-steel"),
        ({"sector-energy": None}, "cannot be divided", "sector-energy"),
    ],
    ids=["a cent too much", "a cent too little", "below the legal minimum", "negative", "nobody", "left out"],
)
def test_what_cannot_be_divided_is_refused_in_a_sentence(
    federation: Federation, cycle: Cycle, changed: Mapping[str, Any], sentence: str, field: str
) -> None:
    amounts = {key: value for key, value in {**AMOUNTS, **changed}.items() if value is not None}
    with pytest.raises(Invalid, match=sentence) as refused:
        draft(federation, cycle, amounts)
    assert not field or set(refused.value.fields) == {field}
    assert not EnvelopeDraft.objects.exists()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(-50, 1200), min_size=4, max_size=4))
def test_only_what_adds_up_above_the_minima_passes(
    federation: Federation, cycle: Cycle, parts: list[int]
) -> None:
    found = fund(cycle)
    amounts = dict(zip([part.key for part in found.parts], parts, strict=True))
    good = (
        all(amounts[part.key] >= part.least for part in found.parts)
        and sum(parts[:3]) == found.sectors
        and parts[3] == found.regions
    )
    try:
        check_amounts(found, amounts, "Why", "R$")
    except Invalid:
        assert not good
    else:
        assert good


def test_a_draft_needs_a_reason_and_a_seat_on_the_board(federation: Federation, cycle: Cycle) -> None:
    found = fund(cycle)
    with pytest.raises(Invalid) as refused:
        check_amounts(found, AMOUNTS, "  ", "R$")
    assert set(refused.value.fields) == {"reason"}
    federation.people["boardmember"] = federation.people["bread_delegate"]
    with pytest.raises(Forbidden):
        draft(federation, cycle)
    assert not EnvelopeDraft.objects.exists()


def refer(federation: Federation, made: EnvelopeDraft, name: str = "bread") -> Motion:
    return envelopes_refer_back(
        draft=made, council=federation.councils[f"{name} sector"], reasons="The ovens are older than we are.",
        by=federation.people[f"{name}_delegate"], now=NOW,
    )  # fmt: skip


class TestReferringBack:
    def test_a_draft_referred_back_is_not_settled(self, federation: Federation, cycle: Cycle) -> None:
        made = draft(federation, cycle)
        vote(federation, refer(federation, made))
        assert EnvelopeReferral.objects.get().reasons == "The ovens are older than we are."
        vote(federation, motion_on_board(made))
        made.refresh_from_db()
        assert made.settled_at is None
        assert not JournalEntry.objects.exists()
        assert Entry.objects.get(kind="envelopes.not_settled").body["referred_by"] == ["Bread Sector"]

    def test_a_motion_that_is_lost_refers_nothing(self, federation: Federation, cycle: Cycle) -> None:
        made = draft(federation, cycle)
        vote(federation, refer(federation, made), "no")
        vote(federation, motion_on_board(made))
        made.refresh_from_db()
        assert made.settled_at == NOW

    def test_it_counts_once_a_year(self, federation: Federation, cycle: Cycle) -> None:
        first = draft(federation, cycle)
        vote(federation, refer(federation, first))
        vote(federation, motion_on_board(first), "no")
        second = draft(federation, cycle, AMOUNTS | {"sector-bread": 620, "sector-flour": 300})
        with pytest.raises(TooLate, match="once"):
            refer(federation, second)
        assert motion_on_board(second).subject_kind == "envelopes"

    def test_unchanged_it_needs_the_greater_majority(self, federation: Federation, cycle: Cycle) -> None:
        first = draft(federation, cycle)
        vote(federation, refer(federation, first))
        vote(federation, motion_on_board(first), "no")
        again = draft(federation, cycle)
        motion = vote(federation, motion_on_board(again))
        assert motion.subject_kind == "envelopes-again"
        ballot = motion.ballots.get()
        assert (ballot.params["threshold"], ballot.params["strict"]) == ("3/5", False)
        again.refresh_from_db()
        assert again.settled_at == NOW

    def test_of_a_draft_that_the_board_refused_it_is_too_late(
        self, federation: Federation, cycle: Cycle
    ) -> None:
        made = draft(federation, cycle)
        late = refer(federation, made)
        vote(federation, motion_on_board(made), "no")
        vote(federation, late)
        assert not EnvelopeReferral.objects.exists()
        assert Entry.objects.filter(kind="envelopes.not_referred").exists()

    def test_a_faster_board_does_not_outrun_it(self, federation: Federation, cycle: Cycle) -> None:
        made = draft(federation, cycle)
        moved, also = refer(federation, made), refer(federation, made, "flour")
        vote(federation, motion_on_board(made))
        made.refresh_from_db()
        assert made.settled_at is None
        assert Entry.objects.get(kind="envelopes.waits").body["waits_for"] == ["Bread Sector", "Flour Sector"]
        with pytest.raises(TooLate, match="waits for Bread Sector, Flour Sector to vote"):
            draft(federation, cycle)
        with pytest.raises(TooLate, match="has decided on this draft"):
            refer(federation, made, "energy")
        vote(federation, also, "no")
        vote(federation, moved)
        made.refresh_from_db()
        assert made.settled_at is None
        assert EnvelopeReferral.objects.get().council == moved.council
        assert Entry.objects.get(kind="envelopes.not_settled").body["referred_by"] == ["Bread Sector"]
        assert draft(federation, cycle).number == 2

    @pytest.mark.parametrize("end", ["lost", "withdrawn"])
    def test_what_waited_is_settled_when_nobody_refers_it_back(
        self, federation: Federation, cycle: Cycle, end: str
    ) -> None:
        made = draft(federation, cycle)
        moved = refer(federation, made)
        vote(federation, motion_on_board(made))
        if end == "lost":
            vote(federation, moved, "no")
        else:
            motion_withdraw(motion=moved, by=moved.moved_by, now=NOW)
        made.refresh_from_db()
        assert made.settled_at == NOW
        assert JournalEntry.objects.count() == 2

    def test_only_who_gets_an_envelope_can(self, federation: Federation, cycle: Cycle) -> None:
        made = draft(federation, cycle)
        with pytest.raises(Invalid, match="no part in these"):
            envelopes_refer_back(
                draft=made, council=federation.councils["village"], reasons="No.", now=NOW,
                by=federation.people["villager"],
            )  # fmt: skip
        with pytest.raises(Forbidden):
            envelopes_refer_back(
                draft=made, council=federation.councils["bread sector"], reasons="No.", now=NOW,
                by=federation.people["flour_delegate"],
            )  # fmt: skip


def motion_on_board(made: EnvelopeDraft) -> Motion:
    return Motion.objects.filter(subject_id=made.public_id, council__kind="board").latest("pk")


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE planning_envelopedraft SET settled_at = now()", "carried motion of the board"),
        ("UPDATE planning_envelopedraft SET sector_total = 5", "frozen"),
        ("DELETE FROM planning_envelopedraft", "refused"),
        ("TRUNCATE planning_envelopedraft CASCADE", "refused"),
        ("UPDATE planning_envelope SET amount = amount + 1", "refused"),
        ("DELETE FROM planning_envelope", "refused"),
        ("TRUNCATE planning_envelope CASCADE", "refused"),
        (SMALLER, "envelope_holds_its_least"),
        (REFERRED, "motion that it carried"),
    ],
)
def test_the_database_keeps_drafts_as_they_were(
    federation: Federation, cycle: Cycle, statement: str, refusal: str
) -> None:
    draft(federation, cycle)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_envelopes_that_do_not_add_up_are_refused_by_the_database(
    federation: Federation, cycle: Cycle
) -> None:
    person, bread = federation.people["boardmember"], federation.workplaces["bread"].main_sector_id
    with pytest.raises(IntegrityError, match="add up"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WHOLE, [cycle.pk, person.pk, bread])
