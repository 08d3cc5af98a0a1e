"""Behind Python's back: every cause joins its own accounts, moves its own amount, and something stands behind it."""

import uuid
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from planning.models import Account, Cycle, Grant, JournalEntry, SharingOut
from planning.services import sharing as sharing_service
from planning.services.ledger import account
from tests.planning.federation import Federation
from tests.planning.investment.sharing_world import asking, carried, granted, propose

pytestmark = pytest.mark.django_db
type Moves = Sequence[tuple[Account, int]]


def run(statement: str, *parameters: Any) -> None:
    """Run a statement, and what is checked at the end of its transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def entry(cycle: Cycle, cause: str, subject: uuid.UUID, moves: Moves) -> str:
    """Return the statement that writes an entry with its postings."""
    values = ", ".join(f"({one.pk}, {amount})" for one, amount in moves)
    return (
        "INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at) "
        f"VALUES (gen_random_uuid(), '{cause}', '{subject}', {cycle.pk}, {len(moves)}, now()); "
        "INSERT INTO planning_posting (entry_id, account_id, amount) "
        f"SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), a, m FROM (VALUES {values}) v(a, m);"
    )


def refused(constraint: str, statement: str) -> None:
    """Expect the database's refusal of this name."""
    with pytest.raises(DatabaseError) as refusal:
        run(statement)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint, cause


class Granted:
    """A year in which bread got 4.00 and flour 0.80 of the valley's envelope; its accounts."""

    def __init__(self, federation: Federation) -> None:
        self.cycle, envelope = asking(federation)
        self.grants: dict[str, Grant] = granted(federation, envelope)
        places = federation.workplaces
        self.own = {name: account("investment", workplace_id=place.pk) for name, place in places.items()}
        self.surplus = {name: account("surplus", workplace_id=place.pk) for name, place in places.items()}
        self.sector = {
            name: Account.objects.get(kind="sector", cycle=self.cycle, sector_id=place.main_sector_id)
            for name, place in places.items()
        }
        self.output, self.board = account("output", cycle=self.cycle), account("board", cycle=self.cycle)
        self.world, self.levy = account("world"), account("levy")
        self.valley = Account.objects.get(kind="region", cycle=self.cycle)


FITS, BEHIND = "posting_fits_its_cause", "entry_has_what_stands_behind_it"


def test_money_moves_only_between_the_accounts_of_its_cause(federation: Federation) -> None:
    at = Granted(federation)
    for cause, moves in {
        "return": [(at.own["bread"], -400), (at.output, 400)],
        "purchase": [(at.own["bread"], -400), (at.output, 400)],
        "fund": [(at.world, -50), (at.board, 50)],
        "envelope": [(at.output, -5), (at.sector["bread"], 5)],
        "charge": [(at.output, -5), (at.world, 5)],
        "unspent": [(at.sector["bread"], -5), (at.world, 5)],
        "settlement": [(at.own["bread"], -5), (at.world, 5)],
    }.items():
        refused(FITS, entry(at.cycle, cause, at.grants["bread"].public_id, moves))


def test_what_a_grant_moves_is_moved_by_nothing_else(federation: Federation) -> None:
    at = Granted(federation)
    bread = at.grants["bread"]
    whole = [(at.own["bread"], -bread.amount), (at.world, bread.amount)]
    refused(BEHIND, entry(at.cycle, "purchase", bread.public_id, whole))  # nobody reported it done
    refused(BEHIND, entry(at.cycle, "purchase", uuid.uuid4(), whole))
    back = [(at.own["bread"], -bread.amount), (at.valley, bread.amount)]
    refused(BEHIND, entry(at.cycle, "reversal", bread.public_id, back))  # its motion stands
    refused(BEHIND, entry(at.cycle, "return", bread.public_id, back))  # nobody reported it diverted
    refused(
        BEHIND, entry(at.cycle, "abandoned", bread.public_id, [(at.own["bread"], -400), (at.output, 400)])
    )
    refused(
        BEHIND, entry(at.cycle, "unspent", at.cycle.public_id, [(at.sector["bread"], -5), (at.output, 5)])
    )


def test_what_is_set_aside_and_divided_is_what_the_board_settled(federation: Federation) -> None:
    at = Granted(federation)
    draft = at.cycle.envelope_drafts.get()
    refused(BEHIND, entry(at.cycle, "fund", uuid.uuid4(), [(at.output, -(10**12)), (at.board, 10**12)]))
    refused(BEHIND, entry(at.cycle, "fund", draft.public_id, [(at.output, -1600), (at.board, 1600)]))  # once
    assert JournalEntry.objects.filter(cause="fund").count() == 1
    assert at.board.balance == 0


@pytest.fixture
def before_granting(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> tuple[Cycle, SharingOut]:
    """A carried sharing-out whose grants nobody has written yet."""
    cycle, envelope = asking(federation)
    monkeypatch.setattr(sharing_service, "shares_grant", lambda *_given: [])
    sharing = propose(federation, envelope)
    carried(federation, sharing)
    run("SELECT 1")
    return cycle, sharing


def by_hand(federation: Federation, sharing: SharingOut, cycle: Cycle, moves: Moves) -> str:
    """Return the statements that grant bread its share and post these moves for it."""
    share = sharing.shares.get(request__workplace=federation.workplaces["bread"])
    name = uuid.uuid4()
    return (
        "INSERT INTO planning_grant (public_id, share_id, request_id, envelope_id, amount, granted_at) "
        f"VALUES ('{name}', {share.pk}, {share.request_id}, {sharing.envelope_id}, {share.amount}, now()); "
        + entry(cycle, "grant", name, moves)
    )


def test_an_investment_account_is_credited_by_its_own_grant_only(
    federation: Federation, before_granting: tuple[Cycle, SharingOut]
) -> None:
    cycle, sharing = before_granting
    places = federation.workplaces
    own = {name: account("investment", workplace_id=places[name].pk) for name in ("bread", "energy")}
    valley = Account.objects.get(kind="region", cycle=cycle)
    flour = Account.objects.get(kind="sector", cycle=cycle, sector_id=places["flour"].main_sector_id)
    amount = sharing.shares.get(request__workplace=places["bread"]).amount
    right = [(valley, -amount), (own["bread"], amount)]
    for moves in (
        [*right, (flour, -77), (own["energy"], 77)],  # and something for another workplace
        [(valley, -amount), (own["energy"], amount)],
        [(flour, -amount), (own["bread"], amount)],  # out of an envelope that the grant does not name
        [(valley, -amount - 1), (own["bread"], amount + 1)],
    ):
        with pytest.raises(DatabaseError):
            run(by_hand(federation, sharing, cycle, moves))
        assert not Grant.objects.exists()
    run(
        by_hand(federation, sharing, cycle, right)
    )  # the control: the same statements, with the right accounts
    assert Account.objects.get(pk=own["bread"].pk).balance == amount
