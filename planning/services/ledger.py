"""Moving money: every movement is a journal entry whose postings add up to zero."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from planning.models import Account, Cycle, JournalEntry, Posting
from workplaces.errors import Refused
from workplaces.loading import copy_rows
from workplaces.models import Person


def account(kind: str, **owner: Any) -> Account:
    """Return the account of that kind and owner (``cycle``, ``sector_id``, ``region_id``, ``workplace_id``), made once."""
    return Account.objects.get_or_create(kind=kind, **owner)[0]


def accounts_of(kind: str, workplaces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ids of these workplaces' accounts (entity ids, in order) of that kind; those that miss one get it."""
    missing = set(workplaces.tolist()) - set(
        Account.objects.filter(kind=kind, cycle=None).values_list("workplace_id", flat=True)
    )
    copy_rows(
        Account,
        {
            "kind": str(kind),
            "workplace_id": sorted(missing),
            "cycle_id": None,
            "sector_id": None,
            "region_id": None,
            "balance": 0,
        },
        count=len(missing),
    )
    known = dict(Account.objects.filter(kind=kind, cycle=None).values_list("workplace_id", "pk"))
    return np.array([known[one] for one in workplaces.tolist()], np.int64)


@transaction.atomic
def journal_post(
    *,
    cause: str,
    subject: UUID,
    cycle: Cycle,
    amounts: Mapping[Account, int],
    by: Person | None,
    now: datetime,
) -> JournalEntry:
    """Write one journal entry: ``amounts`` into (positive) and out of (negative) accounts, in minor units.

    What is nothing is left out. Raises Refused where the amounts do not add up to zero, where nothing moves, or where an
    account would be overdrawn; whatever else the database refuses (see the migration ``ledger_guards``) goes through.
    """
    moved = {held: amount for held, amount in amounts.items() if amount}
    total: int = sum(list(moved.values()))
    if len(moved) < 2 or total:
        message = _("The postings of “%(cause)s” add up to %(sum)s; they add up to zero, and move something.")
        raise Refused(message % {"cause": JournalEntry.Cause(cause).label, "sum": total})
    entry = JournalEntry.objects.create(
        cause=cause, subject=subject, cycle=cycle, postings_count=len(moved), by=by, at=now
    )
    try:
        with transaction.atomic():
            Posting.objects.bulk_create(
                [Posting(entry=entry, account=held, amount=amount) for held, amount in moved.items()]
            )
    except IntegrityError as error:
        if "account_not_overdrawn" not in str(error):
            raise
        short = ", ".join(str(held) for held, amount in moved.items() if amount < 0)
        raise Refused(_("There is not enough money in: %(accounts)s.") % {"accounts": short}) from error
    return entry
