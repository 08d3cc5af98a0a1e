"""Behind Python's back: a surplus becomes collective goods and bonuses by the members' vote, and nothing else by anybody."""

import uuid
from collections.abc import Sequence

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import Account, JournalEntry, Plan, SurplusDivision
from planning.selectors.divisions import Asked, Good
from planning.selectors.ledger import unbalanced
from planning.services import divisions as service
from planning.services.ledger import account
from tests.planning.division.world import KEPT, balances, carried, holding, move
from tests.planning.federation import Federation
from tests.planning.investment.test_ledger_causes import entry, refused, run

pytestmark = pytest.mark.django_db(transaction=True)
FITS, BEHIND = "posting_fits_its_cause", "entry_divides_a_surplus"
type Moves = Sequence[tuple[Account, int]]


class Accounts:
    """The accounts that somebody could think of."""

    def __init__(self, federation: Federation, plan: Plan) -> None:
        own = {"workplace_id": federation.workplaces["bread"].pk}
        self.surplus, self.collective, self.bonuses, self.investment = (
            account(kind, **own) for kind in ("surplus", "collective", "bonuses", "investment")
        )
        self.mills = account("collective", workplace_id=federation.workplaces["flour"].pk)
        self.world, self.output = account("world"), account("output", cycle=plan.cycle)
        self.board = account("board", cycle=plan.cycle)


def test_a_surplus_is_never_invested(federation: Federation, plan: Plan) -> None:
    """By no cause, over no other account, behind no vote."""
    at, cycle = Accounts(federation, plan), plan.cycle
    division = move(federation)
    carried(federation, division)
    for source in (at.surplus, at.collective, at.bonuses):
        for into in (at.investment, at.board, at.world, at.output):
            for cause in ("division", "grant", "purchase", "fund", "surplus", "unspent", "return"):
                with pytest.raises(DatabaseError):
                    run(entry(cycle, cause, uuid.uuid4(), [(source, -100), (into, 100)]))
    refused(FITS, entry(cycle, "division", uuid.uuid4(), [(at.surplus, -100), (at.world, 100)]))
    refused(FITS, entry(cycle, "division", uuid.uuid4(), [(at.output, -100), (at.collective, 100)]))
    refused(
        "posting_of_surplus",
        entry(cycle, "division", uuid.uuid4(), [(at.collective, -100), (at.surplus, 100)]),
    )
    refused(
        "posting_invests_by_grant",
        entry(cycle, "division", uuid.uuid4(), [(at.surplus, -100), (at.investment, 100)]),
    )
    assert balances() == {
        "surplus": KEPT - 8001, "collective": 5000, "bonuses": 3001, "investment": 0,
    }  # fmt: skip


def test_what_is_divided_is_what_the_members_carried(
    federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another sum, another workplace's goods, less than carried, before the vote, twice; the control goes through."""
    at, cycle = Accounts(federation, plan), plan.cycle
    right: Moves = [(at.surplus, -8001), (at.collective, 5000), (at.bonuses, 3001)]
    monkeypatch.setattr(service, "division_follow", lambda *_given: None)
    division = move(federation)
    refused(BEHIND, entry(cycle, "division", division.public_id, right))  # nobody carried it
    monkeypatch.setattr("councils.services.consequences.follow", lambda *_given: None)
    carried(federation, division)
    settle = f"UPDATE planning_surplusdivision SET settled_at = now() WHERE id = {division.pk}; "
    wrong: list[tuple[str, Moves]] = [
        (BEHIND, [(at.surplus, -8001), (at.collective, 3001), (at.bonuses, 5000)]),
        (BEHIND, [(at.surplus, -8000), (at.collective, 5000), (at.bonuses, 3000)]),
        (BEHIND, [(at.surplus, -8001), (at.mills, 5000), (at.bonuses, 3001)]),
        (BEHIND, [(at.surplus, -8001), (at.collective, 8001)]),
    ]
    for constraint, moves in wrong:
        refused(constraint, settle + entry(cycle, "division", division.public_id, moves))
    refused("division_is_carried_out", settle)
    run(settle + entry(cycle, "division", division.public_id, right))
    assert balances()["surplus"] == KEPT - 8001
    refused("journalentry_divided_once", entry(cycle, "division", division.public_id, right))


def test_the_account_is_not_overdrawn(
    federation: Federation, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Accounts(federation, plan)
    monkeypatch.setattr("councils.services.consequences.follow", lambda *_given: None)
    whole = Asked([Good("Hall", "culture", KEPT)])
    first = move(federation, whole)
    carried(federation, first)
    second = move(federation, whole)
    carried(federation, second)
    for division in (first, second):
        statement = (
            f"UPDATE planning_surplusdivision SET settled_at = now() WHERE id = {division.pk}; "
            + entry(plan.cycle, "division", division.public_id, [(at.surplus, -KEPT), (at.collective, KEPT)])
        )
        if division == first:
            run(statement)
        else:
            refused("account_not_overdrawn", statement)


ROW = """INSERT INTO planning_surplusdivision (public_id, workplace_id, cycle_id, number, key, held, amount, for_goods,
    for_bonuses, members, reason, digest, proposed_by_id, proposed_at, settled_at)
  SELECT gen_random_uuid(), workplace_id, cycle_id, {number}, '{key}', {held}, {amount}, {goods}, {bonuses}, 4, 'x', '',
    proposed_by_id, now(), {settled} FROM planning_surplusdivision"""
NEW = "currval(pg_get_serial_sequence('planning_surplusdivision', 'id'))"
GIVEN = {"number": 2, "key": "", "held": 500, "amount": 500, "goods": 500, "bonuses": 0, "settled": "NULL"}


def row(**changed: object) -> str:
    return ROW.format(**GIVEN | changed)


def test_a_division_is_frozen_and_adds_up(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    own = f"(SELECT id FROM planning_surplusdivision WHERE id = {division.pk})"
    bonus = (
        "INSERT INTO planning_bonus (public_id, division_id, person_id, weight, amount) "
        "SELECT gen_random_uuid(), {0}, {1}, 1, 5"
    )
    good = "INSERT INTO planning_collectivegood (division_id, title, category, amount) VALUES ({0}, 'Oven', '{1}', {2})"
    statements = {
        "UPDATE planning_surplusdivision SET amount = 1": "surplusdivision_stays",
        "UPDATE planning_surplusdivision SET reason = 'other'": "surplusdivision_stays",
        "UPDATE planning_surplusdivision SET settled_at = now()": "division_settled_by_its_assembly",
        row(settled="now()"): "surplusdivision_stays",
        row(number=1): "surplusdivision_number_once",
        row(amount=501): "surplusdivision_of_what_is_there",
        row(held=499): "surplusdivision_of_what_is_there",
        row(key="equal", goods=-100, bonuses=600): "surplusdivision_not_negative",
        row(goods=400, bonuses=100): "surplusdivision_key_if_bonuses",
        row(key="equal"): "surplusdivision_key_if_bonuses",
        row(): "division_adds_up",  # no goods, and 5.00 for them
        row(key="equal", goods=0, bonuses=500): "division_adds_up",
        bonus.format(own, federation.people["stranger"].pk): "divided_before_the_motion",
        good.format(own, "meals", 5): "divided_before_the_motion",
        row() + "; " + good.format(NEW, "machine", 500): "collectivegood_is_for_use",
        row() + "; " + good.format(NEW, "meals", 0): "collectivegood_of_something",
        row() + "; " + good.format(NEW, "meals", 499): "division_adds_up",
    }
    for statement, constraint in statements.items():
        refused(constraint, statement)
    for table in ("surplusdivision", "collectivegood", "bonus"):
        changes = [f"DELETE FROM planning_{table}", f"TRUNCATE planning_{table} CASCADE"]
        changes += [] if table == "surplusdivision" else [f"UPDATE planning_{table} SET amount = amount + 1"]
        for statement in changes:
            with pytest.raises(DatabaseError):
                run(statement)
    assert SurplusDivision.objects.count() == 1


def test_another_assemblys_vote_settles_nothing(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    with pytest.raises(DatabaseError) as refusal:
        run(
            f"UPDATE councils_motion SET council_id = {federation.councils['flour assembly'].pk}, state = 'carried', "
            f"decided_at = now() WHERE subject_id = '{division.public_id}'; "
            f"UPDATE planning_surplusdivision SET settled_at = now() WHERE id = {division.pk}"
        )
    assert isinstance(refusal.value.__cause__, psycopg.Error)
    assert SurplusDivision.objects.get().settled_at is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), key=st.sampled_from(["equal", "hours", "effort"]))
def test_every_cent_arrives(federation: Federation, plan: Plan, data: st.DataObject, key: str) -> None:
    """Whatever is asked out of the account: the parts add up to it, nobody's is negative, and the ledger has the same."""
    goods = data.draw(st.lists(st.integers(1, 2000), max_size=4))
    paid = data.draw(st.integers(1, KEPT - sum(goods)))
    with transaction.atomic():
        asked = Asked(
            [Good(f"No {n}", "other", sum_) for n, sum_ in enumerate(goods)], paid, key, holding(federation)
        )
        division = move(federation, asked)
        parts = list(division.bonuses.values_list("weight", "amount"))
        assert sum(amount for _weight, amount in parts) == paid
        total = sum(weight for weight, _amount in parts)
        assert all(abs(amount - paid * weight / total) < 1 for weight, amount in parts), (
            "Hamilton stays inside a unit"
        )
        carried(federation, division)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert unbalanced() == []
        kept = {"surplus": KEPT - paid - sum(goods), "bonuses": paid}
        assert balances() == kept | ({"collective": sum(goods)} if goods else {})
        assert JournalEntry.objects.filter(cause="division").count() == 1
        transaction.set_rollback(True)
