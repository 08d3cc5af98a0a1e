"""The ledger: double entry, nothing rewritten, no investment but by a grant; also behind Python's back."""

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
from tests.planning.investment.world import investing, settled
from tests.unguarded import unguarded
from workplaces.errors import Refused

pytestmark = pytest.mark.django_db
CAUSE = JournalEntry.Cause


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A year whose envelopes the board has settled, and which is over: what is left can go back to its output."""
    made = investing(federation)
    settled(federation, made)
    with unguarded(Cycle):
        Cycle.objects.filter(pk=made.pk).update(phase=Cycle.Phase.ABANDONED)
    return Cycle.objects.get(pk=made.pk)


@pytest.fixture
def held(federation: Federation, cycle: Cycle) -> dict[str, Account]:
    """The year's output, the board's empty fund, an envelope with 600 in it, a workplace's accounts."""
    bread = federation.workplaces["bread"]
    found = {
        "output": account("output", cycle=cycle),
        "board": account("board", cycle=cycle),
        "sector": account("sector", cycle=cycle, sector_id=bread.main_sector_id),
        "investment": account("investment", workplace_id=bread.pk),
        "surplus": account("surplus", workplace_id=bread.pk),
        "levy": account("levy", cycle=cycle),
    }
    execute("SELECT 1")  # what is checked at the end of a transaction is checked now
    return found


def post(cycle: Cycle, cause: str, amounts: dict[Account, int]) -> JournalEntry:
    return journal_post(cause=cause, subject=cycle.public_id, cycle=cycle, amounts=amounts, by=None, now=NOW)


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
        "SELECT gen_random_uuid(), %s, public_id, id, %s, now() FROM planning_cycle WHERE id = %s; "
        "INSERT INTO planning_posting (entry_id, account_id, amount) "
        f"SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), a, m FROM (VALUES {values}) v(a, m)",
        cause, len(amounts), cycle.pk,
    )  # fmt: skip


def test_money_moves_and_balances_follow(cycle: Cycle, held: dict[str, Account]) -> None:
    post(cycle, CAUSE.UNSPENT, {held["sector"]: -400, held["output"]: 400})
    assert {name: balance(one) for name, one in held.items()} == {
        "output": -1200, "board": 0, "sector": 200, "investment": 0, "surplus": 0, "levy": 0,
    }  # fmt: skip


def test_what_does_not_add_up_or_overdraws_is_refused_in_a_sentence(
    cycle: Cycle, held: dict[str, Account]
) -> None:
    with pytest.raises(Refused, match="add up to -1"):
        post(cycle, CAUSE.UNSPENT, {held["sector"]: -2, held["output"]: 1})
    with pytest.raises(Refused, match="not enough money in: envelope of a sector: Bread sector, 2027"):
        post(cycle, CAUSE.UNSPENT, {held["sector"]: -601, held["output"]: 601})
    with pytest.raises(Refused, match="move something"):
        post(cycle, CAUSE.UNSPENT, {held["sector"]: 0, held["output"]: 0})
    assert JournalEntry.objects.count() == 2  # the fund and its envelopes


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(-500, 500), min_size=1, max_size=6))
def test_whatever_is_tried_nothing_is_made_or_lost(
    cycle: Cycle, held: dict[str, Account], amounts: list[int]
) -> None:
    before = dict(Account.objects.values_list("pk", "balance"))
    done, refused = 0, 0
    for amount in amounts:
        try:
            with transaction.atomic():
                post(cycle, CAUSE.UNSPENT, {held["sector"]: -amount, held["output"]: amount})
            done += amount
        except (
            Refused,
            IntegrityError,
        ):  # overdrawn, or nothing moves; out of the output there is no such way
            refused += 1
    after = dict(Account.objects.values_list("pk", "balance"))
    assert after[held["output"].pk] - before[held["output"].pk] == done
    assert after[held["sector"].pk] - before[held["sector"].pk] == -done
    assert after[held["sector"].pk] >= 0
    assert refused >= sum(amount <= 0 for amount in amounts)
    assert unbalanced() == []


@pytest.mark.parametrize(
    ("cause", "amounts", "refusal"),
    [
        ("unspent", {"sector": -10, "output": 9}, "journalentry_balances"),
        ("unspent", {"sector": -601, "output": 601}, "account_not_overdrawn"),
        ("envelope", {"output": -10, "investment": 10}, "grant out of an envelope only"),
        ("settlement", {"output": -10, "investment": 10}, "grant out of an envelope only"),
        ("grant", {"output": -10, "investment": 10}, "comes out of an envelope"),
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
    assert balance(held["sector"]) == 600


def test_plain_sql_that_keeps_the_rules_is_taken(cycle: Cycle, held: dict[str, Account]) -> None:
    """The control of the refusals above: the same statement, in order."""
    raw_entry(cycle, "unspent", {held["sector"]: -10, held["output"]: 10})
    assert (balance(held["output"]), balance(held["sector"])) == (-1590, 590)


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
    assert balance(held["sector"]) == 600


def test_an_old_entry_gets_no_more_postings(cycle: Cycle, held: dict[str, Account]) -> None:
    entry = post(cycle, CAUSE.UNSPENT, {held["sector"]: -5, held["output"]: 5})
    with pytest.raises(IntegrityError, match="4 of 2"):
        execute(
            "INSERT INTO planning_posting (entry_id, account_id, amount) VALUES (%s, %s, -5), (%s, %s, 5)",
            entry.pk, held["sector"].pk, entry.pk, held["output"].pk,
        )  # fmt: skip


def test_an_imbalance_would_be_found(cycle: Cycle, held: dict[str, Account]) -> None:
    """The control of the check that runs after every test here."""
    with unguarded(Account), unguarded(Posting), transaction.atomic():
        Account.objects.filter(pk=held["sector"].pk).update(balance=599)
        assert unbalanced() == [f"account {held['sector'].public_id}"]
        transaction.set_rollback(True)
    assert unbalanced() == []


def test_an_account_is_made_once(cycle: Cycle) -> None:
    first = account("levy")
    assert account("levy") == first
    with pytest.raises(IntegrityError, match="account_once"), transaction.atomic():
        Account.objects.create(kind="levy")
    with pytest.raises(IntegrityError, match="account_owner_fits_kind"), transaction.atomic():
        Account.objects.create(kind="board")
