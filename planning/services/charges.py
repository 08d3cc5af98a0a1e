"""Settling what workplaces owe of a year for the resources that they used."""

from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from planning.models import Account, Cycle, JournalEntry, Plan, Posting, ResourceCharge
from planning.models.ledger import MINOR
from planning.runner.uses import Uses, uses_of
from planning.services.ledger import account
from workplaces.loading import analyze, copy_rows
from workplaces.models import Person, Workplace
from workplaces.record.services import entry_append

type Ids = NDArray[np.int64]
Kind, Cause = Account.Kind, JournalEntry.Cause


@transaction.atomic
def charges_post(*, cycle: Cycle, plan: Plan, by: Person, now: datetime) -> int:
    """Charge every workplace for its use of resources: one entry each, out of the year's output; return the sum.

    ``amount_we = round(100 · τ_e · use_we)``, in minor units, with ``τ_e`` the plan's accounting charge and ``use_we`` the
    actual use: the technique's coefficients times what was reported made, or planned where no report covers the year.
    Equation: docs/investment.md, "Resource charges". Whole columns are written at once.
    """
    uses = uses_of(cycle, plan)
    amounts = np.floor(uses.use * uses.rate * MINOR + 0.5).astype(np.int64)
    uses, amounts = uses.where(amounts > 0), amounts[amounts > 0]
    if not len(amounts):
        return 0
    workplaces, of = np.unique(uses.workplace, return_inverse=True)
    owed = np.zeros(len(workplaces), np.int64)
    np.add.at(owed, of, amounts)
    entries = _entries(cycle, workplaces, owed, by, now)
    copy_rows(
        ResourceCharge,
        {
            "entry_id": entries[of], "workplace_id": uses.workplace, "resource_id": uses.resource, "use": uses.use,
            "unreported": uses.unreported, "rate": uses.rate, "amount": amounts,
        },
        count=len(amounts),
    )  # fmt: skip
    analyze(JournalEntry, Posting, ResourceCharge)  # or what is checked at the end is looked for row by row
    body = {
        "year": cycle.year, "amount": int(owed.sum()), "workplaces": len(workplaces),
        "unreported": _unreported(uses),
    }  # fmt: skip
    entry_append(kind="charges.posted", by=by, subject=f"cycle:{cycle.public_id}", now=now, body=body)
    return int(owed.sum())


def _unreported(uses: Uses) -> int:
    """Return how many workplaces are charged, for some of it, as planned."""
    return len(np.unique(uses.workplace[uses.unreported > 0]))


def _entries(cycle: Cycle, workplaces: Ids, owed: Ids, by: Person, now: datetime) -> Ids:
    """Write a journal entry for each workplace (entity id), out of the year's output into the account of charges."""
    names = dict(Workplace.objects.filter(pk__in=workplaces.tolist()).values_list("pk", "public_id"))
    count = len(workplaces)
    entries = copy_rows(
        JournalEntry,
        {
            "cause": Cause.CHARGE.value, "subject": [names[one] for one in workplaces.tolist()], "cycle_id": cycle.pk,
            "postings_count": 2, "by_id": by.pk, "at": now,
        },
        count=count,
    )  # fmt: skip
    sides = [account(Kind.OUTPUT, cycle=cycle).pk, account(Kind.CHARGES, cycle=cycle).pk]
    copy_rows(
        Posting,
        {
            "entry_id": np.repeat(entries, 2),
            "account_id": np.tile(np.array(sides, np.int64), count),
            "amount": np.stack([-owed, owed], axis=1).reshape(-1),
        },
        count=2 * count,
    )
    return entries
