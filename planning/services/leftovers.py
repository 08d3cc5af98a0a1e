"""What nobody was granted goes back to where it came from: the output of its year."""

from datetime import datetime

from django.db import transaction

from planning import policies_investment as policies
from planning.models import Account, Cycle, Grant, JournalEntry
from planning.selectors.grants import standing_grants
from planning.services.ledger import account, journal_post
from workplaces.models import Person
from workplaces.record.services import entry_append, lock_chain

Kind, Cause = Account.Kind, JournalEntry.Cause


@transaction.atomic
def unspent_return(*, cycle: Cycle, by: Person | None, now: datetime) -> int:
    """Give what stands in a year's envelopes and in the board's fund back to the year's output; return how much.

    The fund was set aside out of that output, and no council can grant of it any more. Called again it moves what came
    back since, and where that is nothing it posts nothing.
    """
    return _empty(cycle, Cause.UNSPENT, by, now)


@transaction.atomic
def unspent_again(*, cycle: Cycle, by: Person | None, now: datetime) -> int:
    """Give back to the year's output what came back into an envelope after its year was settled."""
    phase = Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk)
    return unspent_return(cycle=cycle, by=by, now=now) if phase in policies.OVER else 0


@transaction.atomic
def abandoned_return(*, cycle: Cycle, by: Person | None, now: datetime) -> int:
    """Give all of an abandoned year's fund back to its output, grants included: there is no plan that buys their goods."""
    lock_chain()
    output = account(Kind.OUTPUT, cycle=cycle)
    given = 0
    for grant in standing_grants(cycle):
        own = account(Kind.INVESTMENT, workplace_id=grant.request.workplace_id)
        journal_post(
            cause=Cause.ABANDONED, subject=grant.public_id, cycle=cycle, by=by, now=now,
            amounts={own: -grant.amount, output: grant.amount},
        )  # fmt: skip
        _record(grant, by, now)
        given += grant.amount
    return given + _empty(cycle, Cause.ABANDONED, by, now)


def _record(grant: Grant, by: Person | None, now: datetime) -> None:
    body = {"workplace_name": grant.request.workplace.name, "amount": grant.amount}
    entry_append(kind="grant.abandoned", by=by, subject=f"grant:{grant.public_id}", now=now, body=body)


def _empty(cycle: Cycle, cause: str, by: Person | None, now: datetime) -> int:
    lock_chain()
    held = Account.objects.select_for_update(of=("self",)).filter(
        cycle=cycle, kind__in=[Kind.BOARD, Kind.SECTOR, Kind.REGION], balance__gt=0
    )
    left = {one: -one.balance for one in held.order_by("pk")}
    total = -sum(left.values())
    if total:
        output = account(Kind.OUTPUT, cycle=cycle)
        journal_post(
            cause=cause, subject=cycle.public_id, cycle=cycle, amounts={**left, output: total}, by=by, now=now
        )
        body = {"year": cycle.year, "amount": total, "accounts": len(left)}
        entry_append(
            kind=f"investment.{cause}", by=by, subject=f"cycle:{cycle.public_id}", now=now, body=body
        )
    return total
