"""The ledger: double entry, nothing rewritten, no investment but by a grant; also behind Python's back."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import Account, Cycle, JournalEntry, Posting, SurplusLevy
from planning.selectors.ledger import unbalanced
from planning.services.ledger import account, journal_post
from tests.planning.federation import NOW, Federation
from tests.unguarded import unguarded
from workplaces.errors import Refused

pytestmark = pytest.mark.django_db
CAUSE = JournalEntry.Cause


@pytest.fixture
def held(federation: Federation, cycle: Cycle) -> dict[str, Account]:
    """The year's output, the board's fund with 1000 in it, an envelope, a workplace's accounts."""
    bread = federation.workplaces["bread"]
    found = {
        "output": account("output", cycle=cycle),
        "board": account("board", cycle=cycle),
        "sector": account("sector", cycle=cycle, sector_id=bread.main_sector_id),
        "investment": account("investment", workplace_id=bread.pk),
        "surplus": account("surplus", workplace_id=bread.pk),
        "levy": account("levy", cycle=cycle),
    }
    post(cycle, CAUSE.FUND, {found["output"]: -1000, found["board"]: 1000})
    execute("SELECT 1")  # what is checked at the end of a transaction is checked now
    return found


def post(cycle: Cycle, cause: str, amounts: dict[Account, int]) -> JournalEntry:
    return journal_post(cause=cause, subject=uuid.uuid4(), cycle=cycle, amounts=amounts, by=None, now=NOW)


def surplus(cycle: Cycle, held: dict[str, Account], amount: int) -> None:
    """Post a surplus of a workplace as settling a year does: the entry, what it was computed from, the postings."""
    place, levy = held["surplus"].workplace, round(0.3 * amount)
    entry = JournalEntry.objects.create(
        cause=CAUSE.SURPLUS, subject=place.public_id, cycle=cycle, postings_count=3, at=NOW
    )
    SurplusLevy.objects.create(
        cycle=cycle, workplace=place, entry=entry, output=amount, inputs=0, pay=0, charges=0, unreported=0, rate=0.3,
        surplus=amount, levy=levy,
    )  # fmt: skip
    moved = {"output": -amount, "levy": levy, "surplus": amount - levy}
    Posting.objects.bulk_create(
        Posting(entry=entry, account=held[name], amount=one) for name, one in moved.items()
    )


def balance(held: Account) -> int:
    return Account.objects.get(pk=held.pk).balance


def execute(statement: str, *parameters: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def raw_entry(cycle: Cycle, cause: str, amounts: dict[Account, int]) -> None:
    """Write an entry by plain SQL, as somebody with the database's password would."""
    values = ", ".join(f"({one.pk}, {amount})" for one, amount in amounts.items())
    execute(
        "INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at) "
        "VALUES (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, now()); "
        "INSERT INTO planning_posting (entry_id, account_id, amount) "
        f"SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), a, m FROM (VALUES {values}) v(a, m)",
        cause, cycle.pk, len(amounts),
    )  # fmt: skip


def test_money_moves_and_balances_follow(cycle: Cycle, held: dict[str, Account]) -> None:
    post(cycle, CAUSE.ENVELOPE, {held["board"]: -400, held["sector"]: 400})
    assert {name: balance(one) for name, one in held.items()} == {
        "output": -1000, "board": 600, "sector": 400, "investment": 0, "surplus": 0, "levy": 0,
    }  # fmt: skip


def test_what_does_not_add_up_or_overdraws_is_refused_in_a_sentence(
    cycle: Cycle, held: dict[str, Account]
) -> None:
    with pytest.raises(Refused, match="add up to -1"):
        post(cycle, CAUSE.ENVELOPE, {held["board"]: -2, held["sector"]: 1})
    with pytest.raises(Refused, match="not enough money in: investment fund of the board, 2027"):
        post(cycle, CAUSE.ENVELOPE, {held["board"]: -1001, held["sector"]: 1001})
    with pytest.raises(Refused, match="move something"):
        post(cycle, CAUSE.ENVELOPE, {held["board"]: 0, held["sector"]: 0})
    assert JournalEntry.objects.count() == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(-500, 500), min_size=1, max_size=6))
def test_whatever_is_tried_nothing_is_made_or_lost(
    cycle: Cycle, held: dict[str, Account], amounts: list[int]
) -> None:
    before = dict(Account.objects.values_list("pk", "balance"))
    done, refused = 0, 0
    for amount in amounts:
        try:
            post(cycle, CAUSE.ENVELOPE, {held["board"]: -amount, held["sector"]: amount})
            done += amount
        except Refused:
            refused += 1
    after = dict(Account.objects.values_list("pk", "balance"))
    assert after[held["sector"].pk] - before[held["sector"].pk] == done
    assert after[held["board"].pk] - before[held["board"].pk] == -done
    assert min(after[held["board"].pk], after[held["sector"].pk]) >= 0
    assert refused >= amounts.count(0)
    assert unbalanced() == []


@pytest.mark.parametrize(
    ("cause", "amounts", "refusal"),
    [
        ("envelope", {"board": -10, "sector": 9}, "journalentry_balances"),
        ("envelope", {"board": -1001, "sector": 1001}, "account_not_overdrawn"),
        ("envelope", {"board": -10, "investment": 10}, "grant out of an envelope only"),
        ("settlement", {"board": -10, "investment": 10}, "grant out of an envelope only"),
        ("grant", {"board": -10, "investment": 10}, "comes out of an envelope"),
        ("grant", {"surplus": -10, "investment": 10}, "surplus of a workplace is never invested"),
        ("settlement", {"output": -10, "surplus": 10}, "settlement of a year only"),
        ("settlement", {"output": -10, "levy": 10}, "settlement of a year only"),
        ("surplus", {"output": -10, "levy": 3, "surplus": 7}, "what is posted is what was computed"),
        ("settlement", {"surplus": -10, "board": 10}, "surplus of a workplace is never invested"),
        ("settlement", {"surplus": -10, "sector": 10}, "surplus of a workplace is never invested"),
    ],
)
def test_the_database_refuses_by_plain_sql(
    cycle: Cycle, held: dict[str, Account], cause: str, amounts: dict[str, int], refusal: str
) -> None:
    surplus(cycle, held, 50)
    names = {"journalentry_balances": "add up to zero", "account_not_overdrawn": "account_not_overdrawn"}
    with pytest.raises(IntegrityError, match=names.get(refusal, refusal)):
        raw_entry(cycle, cause, {held[name]: amount for name, amount in amounts.items()})
    assert balance(held["board"]) == 1000


def test_plain_sql_that_keeps_the_rules_is_taken(cycle: Cycle, held: dict[str, Account]) -> None:
    """The control of the refusals above: the same statement, in order."""
    raw_entry(cycle, "envelope", {held["board"]: -10, held["sector"]: 10})
    assert (balance(held["board"]), balance(held["sector"])) == (990, 10)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE planning_account SET balance = 5 WHERE kind = 'board'",
        "UPDATE planning_account SET kind = 'output'",
        "DELETE FROM planning_account",
        "TRUNCATE planning_account CASCADE",
        "UPDATE planning_posting SET amount = 5",
        "DELETE FROM planning_posting",
        "TRUNCATE planning_posting",
        "UPDATE planning_journalentry SET cause = 'grant'",
        "DELETE FROM planning_journalentry",
        "TRUNCATE planning_journalentry CASCADE",
        "INSERT INTO planning_account (public_id, kind, balance) VALUES (gen_random_uuid(), 'world', 7)",
    ],
)
def test_nothing_is_rewritten(cycle: Cycle, held: dict[str, Account], statement: str) -> None:
    with pytest.raises(Error, match=r"refused|postings"):
        execute(statement)
    assert balance(held["board"]) == 1000


def test_an_old_entry_gets_no_more_postings(cycle: Cycle, held: dict[str, Account]) -> None:
    entry = JournalEntry.objects.get()
    with pytest.raises(IntegrityError, match="4 of 2"):
        execute(
            "INSERT INTO planning_posting (entry_id, account_id, amount) VALUES (%s, %s, -5), (%s, %s, 5)",
            entry.pk, held["output"].pk, entry.pk, held["board"].pk,
        )  # fmt: skip


def test_an_imbalance_would_be_found(cycle: Cycle, held: dict[str, Account]) -> None:
    """The control of the check that runs after every test here."""
    with unguarded(Account), unguarded(Posting), transaction.atomic():
        Account.objects.filter(pk=held["board"].pk).update(balance=999)
        assert unbalanced() == [f"account {held['board'].public_id}"]
        transaction.set_rollback(True)
    assert unbalanced() == []


def test_an_account_is_made_once(cycle: Cycle) -> None:
    first = account("levy")
    assert account("levy") == first
    with pytest.raises(IntegrityError, match="account_once"), transaction.atomic():
        Account.objects.create(kind="levy")
    with pytest.raises(IntegrityError, match="account_owner_fits_kind"), transaction.atomic():
        Account.objects.create(kind="board")
