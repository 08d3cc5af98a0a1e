"""What PostgreSQL itself refuses, whoever writes and by whatever means: each test goes behind Python's back."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from councils.models import Ballot, Charter, Council, Mandate, NamedVote, RollEntry, VoteVersion
from councils.services import ballot_close, ballot_open, ballot_void, comment_add, vote_cast
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.models import Person

pytestmark = pytest.mark.django_db


def refused(by: str, statement: str, *parameters: Any) -> None:
    """Run SQL that the constraint or trigger named ``by`` must refuse, its deferred checks included."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stumbles over pending checks first
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    diagnosis = getattr(error.value.__cause__, "diag", None)
    assert diagnosis is not None
    assert diagnosis.constraint_name == by, f"refused by {diagnosis.constraint_name}: {error.value}"


@pytest.fixture
def ballot(world: World) -> Ballot:
    """An open ballot of the metal council in which its first delegate has voted yes."""
    opened = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    cast(world, opened, 1, "yes")
    return opened


def cast(world: World, ballot: Ballot, number: int, option: str) -> None:
    vote_cast(
        ballot=ballot,
        right=world.seat(number).right,
        option=option,
        by=world.person(f"delegate{number}"),
        idempotency_key=f"{number}{option}",
        now=NOW + DAY,
    )


def vote(ballot: Ballot, number: int, **changes: Any) -> NamedVote:
    entry = ballot.roll.get(number=number)
    given = {
        "roll_entry": entry,
        "option": ballot.options.get(code="no"),
        "cast_by": entry.person,
        "cast_at": NOW + DAY,
        "idempotency_key": "behind",
        "content_digest": "0" * 64,
        "receipt": "R" * 32,
    }
    return NamedVote(**{**given, **changes})


def refused_vote(by: str, ballot: Ballot, number: int = 2, **changes: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        vote(ballot, number, **changes).save(force_insert=True)
    assert getattr(error.value.__cause__, "diag").constraint_name == by  # noqa: B009


def test_a_proper_vote_is_taken_so_the_refusals_below_mean_something(ballot: Ballot) -> None:
    vote(ballot, 2).save(force_insert=True)
    assert NamedVote.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE councils_rollentry SET weight = 9 WHERE number = 1",
        "UPDATE councils_rollentry SET person_id = person_id",
        "DELETE FROM councils_rollentry WHERE number = 5",
        "UPDATE councils_option SET effect = 'yes' WHERE code = 'no'",
        "DELETE FROM councils_option WHERE code = 'abstain'",
        (
            "INSERT INTO councils_option (ballot_id, number, code, label, effect) "
            "SELECT id, 9, 'x', 'x', 'yes' FROM councils_ballot"
        ),
        (
            'INSERT INTO councils_rollentry (ballot_id, number, "right", person_id, name, represents, weight) '
            "SELECT ballot_id, 99, 'seat:x', person_id, name, '', 1 FROM councils_rollentry LIMIT 1"
        ),
    ],
)
def test_roll_and_options_freeze_at_opening(ballot: Ballot, change: str) -> None:
    refused("ballot_roll_is_frozen", change)


@pytest.mark.parametrize("state", ["open", "closed", "void"])
@pytest.mark.parametrize(
    "change",
    [
        "rule = 'majority_of_eligible'",
        "quorum = '1/2'",
        "params = '{}'",
        "question = 'x'",
        "closes_at = closes_at + interval '1 day'",
        "roll_size = 4",
        "roll_digest = repeat('0', 64)",
        "tie_break = 'x'",
        "secrecy = 'secret'",
        "motion_id = NULL",
        "weighted = true",
        "council_id = (SELECT id FROM councils_council WHERE kind = 'general')",
        "public_id = gen_random_uuid()",
        "opened_at = opened_at - interval '1 day'",
        "state = 'draft'",
    ],
)
def test_rules_freeze_at_opening(world: World, ballot: Ballot, state: str, change: str) -> None:
    if state == "closed":
        ballot_close(ballot=ballot, by=None, now=LATER)
    elif state == "void":
        ballot_void(ballot=ballot, reason="x", by=world.person("carla"), now=NOW)
    refused("ballot_stays_as_opened", f"UPDATE councils_ballot SET {change}")


def test_a_result_stays(ballot: Ballot) -> None:
    ballot_close(ballot=ballot, by=None, now=LATER)
    refused(
        "ballot_stays_as_opened", 'UPDATE councils_ballot SET result = \'{"outcome": "lost", "votes": 1}\''
    )
    refused(
        "ballot_stays_as_opened",
        "UPDATE councils_ballot SET state = 'void', voided_at = now(), void_reason = 'x'",
    )
    refused("ballot_stays_as_opened", "DELETE FROM councils_ballot")


def test_a_tally_that_leaves_out_a_vote(ballot: Ballot) -> None:
    result = '{"votes": 0, "outcome": "lost"}'
    refused(
        "ballot_counts_every_vote",
        "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s",
        LATER,
        result,
    )


def test_an_early_close(ballot: Ballot) -> None:
    result = '{"votes": 1, "outcome": "carried"}'
    refused(
        "ballot_not_closed_early",
        "UPDATE councils_ballot SET state = 'closed', closed_at = %s, result = %s",
        NOW + DAY,
        result,
    )


def test_a_ballot_begins_as_draft_and_opens_with_its_whole_roll(world: World, ballot: Ballot) -> None:
    copied = "council_id, question, rule, params, secrecy, quorum, tie_break, weighted, closes_at, void_reason, created_at"
    insert = (
        f"INSERT INTO councils_ballot (public_id, state, roll_size, roll_digest, opened_at, {copied}) "
        f"SELECT gen_random_uuid(), %s, 5, repeat('a', 64), %s, {copied} FROM councils_ballot LIMIT 1"
    )
    refused("ballot_begins_as_draft", insert, "open", NOW)
    with connection.cursor() as cursor:
        cursor.execute(insert, ["draft", NOW])
    refused("ballot_roll_is_whole", "UPDATE councils_ballot SET state = 'open' WHERE state = 'draft'")
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO councils_rollentry (ballot_id, number, "right", person_id, name, represents, weight) '
            "SELECT (SELECT id FROM councils_ballot WHERE state = 'draft'), number, \"right\", person_id, name, '', 1 "
            "FROM councils_rollentry"
        )
    refused("ballot_offers_both_answers", "UPDATE councils_ballot SET state = 'open' WHERE state = 'draft'")


def test_votes_of_others_late_foreign_or_out_of_order(world: World, ballot: Ballot) -> None:
    other = ballot_open(motion=world.motion(title="Other"), by=world.person("carla"), now=NOW)
    refused_vote("vote_by_its_holder_only", ballot, cast_by=world.person("delegate3"))
    refused_vote("vote_while_open_only", ballot, cast_at=LATER)
    refused_vote("vote_while_open_only", ballot, cast_at=NOW - DAY)
    refused_vote("vote_for_an_option_of_the_ballot", ballot, option=other.options.get(code="yes"))
    refused_vote("vote_revisions_follow_on", ballot, revision=2)
    refused_vote("namedvote_has_a_key", ballot, idempotency_key="")


def test_the_superuser_holds_no_mandate_and_casts_no_vote(world: World, ballot: Ballot) -> None:
    Person.objects.filter(username="delegate2").update(is_superuser=True)
    refused_vote("vote_by_its_holder_only", ballot, 2)
    root = Person.objects.create(username="root", is_superuser=True)
    refused(
        "mandate_not_for_site_operators",
        "INSERT INTO councils_mandate (public_id, council_id, person_id, role, term, held, obtained, created_at) "
        "SELECT gen_random_uuid(), council_id, %s, role, term, held, obtained, created_at FROM councils_mandate LIMIT 1",
        root.pk,
    )


def test_one_vote_per_right(ballot: Ballot) -> None:
    with pytest.raises(IntegrityError, match="roll_entry_id"), transaction.atomic():
        vote(ballot, 1).save(force_insert=True)


def test_one_entry_per_right(world: World) -> None:
    motion = world.motion()
    empty = Ballot.objects.create(
        council=motion.council, question="x", rule="majority_of_cast", tie_break="status_quo",
        closes_at=LATER, created_at=NOW,
    )  # fmt: skip
    same = {"ballot": empty, "right": "seat:1", "person": world.person("mia"), "name": "Mia"}
    RollEntry.objects.create(number=1, **same)
    with pytest.raises(IntegrityError, match="rollentry_right_once"), transaction.atomic():
        RollEntry.objects.create(number=2, **same)


def test_votes_change_only_forwards_and_while_open(world: World, ballot: Ballot) -> None:
    refused("vote_revisions_follow_on", "UPDATE councils_namedvote SET revision = 1")
    refused("vote_revisions_follow_on", "UPDATE councils_namedvote SET revision = 3, idempotency_key = 'x'")
    refused("councils_history_stays", "DELETE FROM councils_namedvote")
    ballot_close(ballot=ballot, by=None, now=LATER)
    refused(
        "vote_while_open_only",
        "UPDATE councils_namedvote SET revision = 2, idempotency_key = 'x', receipt = 'x', "
        "option_id = (SELECT id FROM councils_option WHERE code = 'no')",
    )
    refused_vote("vote_while_open_only", ballot, 2)


def test_a_change_behind_pythons_back_stands_in_the_journal(ballot: Ballot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE councils_namedvote SET revision = 2, idempotency_key = 'x', receipt = 'x', "
            "option_id = (SELECT id FROM councils_option WHERE code = 'no')"
        )
    assert list(VoteVersion.objects.order_by("revision").values_list("option__code", flat=True)) == [
        "yes",
        "no",
    ]


def test_the_journal_is_written_by_votes_only(ballot: Ballot) -> None:
    columns = "roll_entry_id, option_id, cast_by_id, cast_at, idempotency_key, content_digest"
    refused(
        "journal_is_written_by_votes",
        f"INSERT INTO councils_voteversion ({columns}, revision, receipt) SELECT {columns}, 7, 'x' FROM councils_namedvote",
    )
    refused("councils_history_stays", "UPDATE councils_voteversion SET receipt = 'x'")
    refused("councils_history_stays", "DELETE FROM councils_voteversion")


def test_a_motion_keeps_its_words_and_is_decided_by_ballot(world: World, ballot: Ballot) -> None:
    refused("motion_keeps_its_words", "UPDATE councils_motion SET text = 'x'")
    refused("motion_keeps_its_words", "UPDATE councils_motion SET state = 'withdrawn', decided_at = now()")
    refused("motion_decided_by_ballot", "UPDATE councils_motion SET state = 'carried', decided_at = now()")
    ballot_close(ballot=ballot, by=None, now=LATER)
    refused("motion_keeps_its_words", "UPDATE councils_motion SET state = 'lost'")
    refused("councils_history_stays", "DELETE FROM councils_motion")


def test_what_was_said_stays(world: World) -> None:
    comment_add(motion=world.motion(), text="No!", by=world.person("mia"), now=NOW)
    refused("councils_history_stays", "UPDATE councils_comment SET text = 'Yes!'")
    refused("councils_history_stays", "DELETE FROM councils_comment")


@pytest.mark.parametrize(
    "change",
    ["person_id = (SELECT max(id) FROM workplaces_person)", "role = 'member'", "held = '[2026-01-01,2029-01-01)'",
     "obtained = 'lot'", "term = '[2026-01-01,2030-01-01)'"],
)  # fmt: skip
def test_a_mandate_can_only_end(world: World, change: str) -> None:
    world.person("zoe")
    refused("mandate_can_only_end", f"UPDATE councils_mandate SET {change}")


def test_a_mandate_is_never_deleted(world: World) -> None:
    refused("councils_history_stays", "DELETE FROM councils_mandate")


def test_one_holder_per_seat_at_a_time(world: World) -> None:
    copied = "council_id, role, term, obtained, created_at, seat_id"
    refused(
        "mandate_one_holder_per_seat",
        f"INSERT INTO councils_mandate (public_id, person_id, held, {copied}) SELECT gen_random_uuid(), %s, "
        f"'[2027-12-31,2028-01-01)', {copied} FROM councils_mandate WHERE seat_id IS NOT NULL LIMIT 1",
        world.person("mia").pk,
    )


def test_a_seat_in_another_council(world: World) -> None:
    seat = world.seat(1, world.council("regional", "North"))
    copied = "council_id, role, term, obtained, created_at, held"
    refused(
        "mandate_seat_of_its_council",
        f"INSERT INTO councils_mandate (public_id, person_id, seat_id, {copied}) SELECT gen_random_uuid(), %s, "
        f"%s, {copied} FROM councils_mandate WHERE seat_id IS NOT NULL LIMIT 1",
        world.person("mia").pk,
        seat.pk,
    )


def test_a_charter_version_is_final(world: World) -> None:
    refused("charter_version_is_final", 'UPDATE councils_charter SET values = \'{"councils.quorum": "1/2"}\'')
    refused("councils_history_stays", "DELETE FROM councils_charter")
    with pytest.raises(IntegrityError, match="charter_one_at_a_time"), transaction.atomic():
        Charter.objects.create(
            version=1000, validity=Charter.objects.get().validity, motion=world.motion(), created_at=NOW
        )
    with pytest.raises(IntegrityError, match="charter_changed_by_motion_only"), transaction.atomic():
        Charter.objects.create(version=1001, validity=Charter.objects.get().validity, created_at=NOW)


@pytest.mark.parametrize(
    "table",
    ["ballot", "option", "rollentry", "namedvote", "voteversion", "motion", "comment", "charter", "mandate"],
)
def test_nothing_of_this_is_truncated(world: World, table: str) -> None:
    refused("councils_history_stays", f"TRUNCATE councils_{table} CASCADE")


def test_a_council_has_the_target_of_its_kind(world: World) -> None:
    port, north = world.regions["port"], world.regions["north"]
    with pytest.raises(IntegrityError, match="council_target_fits_kind"), transaction.atomic():
        Council.objects.create(kind="board", name="x", region=north, created_at=NOW)
    with pytest.raises(IntegrityError, match="council_one_per_region"), transaction.atomic():
        Council.objects.create(kind="community", name="x", region=port, created_at=NOW)
    with pytest.raises(IntegrityError, match="council_one_board_one_general"), transaction.atomic():
        Council.objects.create(kind="board", name="x", created_at=NOW)
    refused(
        "council_region_fits_kind",
        "UPDATE councils_council SET kind = 'regional' WHERE region_id = %s",
        port.pk,
    )


def test_a_council_names_the_first_version(world: World) -> None:
    from workplaces.models import Scenario, Workplace

    first = world.workplaces[0]
    closed = world.scenario
    closed.state, closed.digest, closed.closed_at = "closed", "d" * 64, NOW
    closed.save()
    later = Scenario.objects.create(name="Round 1", kind="round", parent=closed)
    version = Workplace.objects.create(
        scenario=later, origin=first, code="w1b", name="Works 1", region=first.region, owner=first.owner,
        main_sector=first.main_sector,
    )  # fmt: skip
    refused(
        "council_names_first_version",
        "UPDATE councils_council SET workplace_id = %s WHERE workplace_id = %s",
        version.pk,
        first.pk,
    )


def test_a_recalled_mandate_frees_its_seat_at_once(world: World) -> None:
    from councils.services import MandateDraft, mandate_resign, mandates_give
    from tests.councils.world import SINCE, UNTIL

    mandate = Mandate.objects.get(seat=world.seat(1))
    mandate_resign(mandate=mandate, by=world.person("delegate1"), now=NOW)
    successor = MandateDraft(
        person=world.person("mia"), council=world.metal, role="delegate", since=NOW.date(), until=UNTIL,
        obtained="elected", seat=world.seat(1),
    )  # fmt: skip
    given = mandates_give(drafts=[successor], by=world.person("rosa"), now=NOW)
    mandate.refresh_from_db()
    assert (mandate.held.lower, mandate.held.upper) == (SINCE, NOW.date())
    assert mandate.state_on(NOW.date()) == "resigned"
    assert given[0].held.lower == NOW.date()
