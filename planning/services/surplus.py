"""Settling what workplaces made of a year: their surplus, computed, and the levy on it."""

from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from planning.models import Account, Cycle, JournalEntry, Plan, Posting, SurplusLevy
from planning.models.ledger import MINOR
from planning.rules import rule
from planning.runner.surplus import charged_of, years_of
from planning.services.ledger import account, accounts_of
from workplaces.loading import analyze, copy_rows
from workplaces.models import Person, Workplace
from workplaces.record.services import entry_append

type Whole = NDArray[np.int64]
Kind, Cause = Account.Kind, JournalEntry.Cause


@transaction.atomic
def surplus_post(*, cycle: Cycle, plan: Plan, by: Person, now: datetime) -> tuple[int, int]:
    """Post every workplace's surplus of the year out of its output, the levy apart; return the sums (surplus, levy).

    ``surplus_w = output_w − inputs_w − pay_w − charges_w``, each part rounded to minor units, with the resource charges as
    they were posted before; ``levy_w = round(rate · max(0, surplus_w))`` with the rate of the year's charter. One entry for
    each workplace that has a surplus; a deficit is written down and posts nothing. Equation: docs/investment.md, "Levy on
    surplus". Whole columns are written at once.
    """
    years = years_of(cycle, plan)
    output, inputs, pay = (_minor(part) for part in (years.output, years.inputs, years.pay))
    charges = charged_of(cycle, years.workplace)
    surplus, rate = output - inputs - pay - charges, rule(cycle.rules, "surplus_levy")
    levy = np.floor(rate * np.maximum(surplus, 0) + 0.5).astype(np.int64)
    any_, own = (output > 0) | (inputs + pay + charges > 0), surplus > 0
    if not any_.any():
        return 0, 0
    entries = np.ma.masked_all(len(surplus), dtype=np.int64)
    entries[own], postings = _entries(cycle, years.workplace[own], surplus[own], levy[own], by, now)
    unreported = np.minimum(_minor(years.unreported), output)
    written = {
        "workplace_id": years.workplace, "entry_id": entries, "output": output, "inputs": inputs, "pay": pay,
        "charges": charges, "unreported": unreported, "surplus": surplus, "levy": levy,
    }  # fmt: skip
    rows = {name: column[any_] for name, column in written.items()}
    copy_rows(SurplusLevy, {"cycle_id": cycle.pk, "rate": rate, **rows}, count=int(any_.sum()))
    copy_rows(Posting, postings, count=len(postings["amount"]))
    analyze(JournalEntry, Posting, SurplusLevy)  # or what is checked at the end is looked for row by row
    sums = int(surplus[own].sum()), int(levy.sum())
    body = {
        "year": cycle.year, "rate": rate, "surplus": sums[0], "levy": sums[1], "workplaces": int(own.sum()),
        "deficits": int((surplus < 0).sum()), "deficit": -int(surplus[surplus < 0].sum()),
        "unreported": int((unreported > 0).sum()),
    }  # fmt: skip
    entry_append(kind="surplus.posted", by=by, subject=f"cycle:{cycle.public_id}", now=now, body=body)
    return sums


def _minor(amounts: NDArray[np.float64]) -> Whole:
    return np.floor(amounts * MINOR + 0.5).astype(np.int64)


def _entries(
    cycle: Cycle, workplaces: Whole, surplus: Whole, levy: Whole, by: Person, now: datetime
) -> tuple[Whole, dict[str, Whole]]:
    """Write an entry for each workplace (entity id); return them, and the postings that go with them: out of the year's
    output into the levy and into the workplace's own account.
    """
    names = dict(Workplace.objects.filter(pk__in=workplaces.tolist()).values_list("pk", "public_id"))
    into = [
        np.full(len(workplaces), account(Kind.OUTPUT, cycle=cycle).pk),
        np.full(len(workplaces), account(Kind.LEVY, cycle=cycle).pk),
        accounts_of(Kind.SURPLUS, workplaces),
    ]
    amounts = np.stack([-surplus, levy, surplus - levy], axis=1)
    moved = amounts != 0
    entries = copy_rows(
        JournalEntry,
        {
            "cause": Cause.SURPLUS.value, "subject": [names[one] for one in workplaces.tolist()], "cycle_id": cycle.pk,
            "postings_count": moved.sum(axis=1), "by_id": by.pk, "at": now,
        },
        count=len(workplaces),
    )  # fmt: skip
    columns = {
        "entry_id": np.repeat(entries[:, None], 3, axis=1)[moved],
        "account_id": np.stack(into, axis=1)[moved],
        "amount": amounts[moved],
    }
    return entries, columns
