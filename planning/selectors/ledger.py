"""The ledger, read: accounts with their balances, postings with their causes, whether everything balances."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, QuerySet, Sum, When
from django.urls import reverse

from planning.models import (
    Account,
    Cycle,
    Envelope,
    EnvelopeDraft,
    Grant,
    JournalEntry,
    Posting,
    SurplusDivision,
)
from workplaces.models import Workplace

OF_ALL = (
    Account.Kind.OUTPUT, Account.Kind.BOARD, Account.Kind.LEVY, Account.Kind.CHARGES, Account.Kind.WORLD,
)  # fmt: skip
OF_WORKPLACES = (JournalEntry.Cause.CHARGE, JournalEntry.Cause.SURPLUS)
LEFT_OVER = (JournalEntry.Cause.UNSPENT, JournalEntry.Cause.ABANDONED)
OFF = """SELECT 'account ' || a.public_id FROM planning_account a
    LEFT JOIN (SELECT account_id, sum(amount) AS moved FROM planning_posting GROUP BY account_id) p ON p.account_id = a.id
   WHERE a.balance <> coalesce(p.moved, 0)
  UNION ALL
  SELECT 'entry ' || j.public_id FROM planning_journalentry j
    LEFT JOIN planning_posting p ON p.entry_id = j.id
   GROUP BY j.id HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) <> j.postings_count"""


def accounts() -> QuerySet[Account]:
    """Return all accounts, the newest year first and in it what is everybody's first, with what their names need."""
    of_all = [When(kind=kind, then=place) for place, kind in enumerate(OF_ALL)]
    return Account.objects.select_related("cycle", "sector", "region", "workplace").order_by(
        F("cycle__year").desc(nulls_last=True), Case(*of_all, default=len(OF_ALL)), "kind", "pk"
    )


def postings(account: Account | None = None) -> QuerySet[Posting]:
    """Return the postings of an account, or all, the latest first."""
    related = (
        "entry__cycle",
        "entry__by",
        "account__cycle",
        "account__sector",
        "account__region",
        "account__workplace",
    )
    found = Posting.objects.select_related(*related).order_by("-pk")
    return found.filter(account=account) if account else found


def causes(entries: Collection[JournalEntry]) -> dict[UUID, tuple[str, str]]:
    """Return by subject what caused entries: what it is called, and where it is shown; one query a kind."""
    subjects = {entry.subject for entry in entries}
    grants = Grant.objects.filter(public_id__in=subjects).select_related(
        "request__workplace", "envelope__sector", "envelope__region"
    )
    found = {one.public_id: (str(one), reverse("planning:grant", args=[one.public_id])) for one in grants}
    drafts = EnvelopeDraft.objects.filter(public_id__in=subjects - found.keys()).select_related("cycle")
    for draft in drafts:
        found[draft.public_id] = (str(draft), reverse("planning:envelopes", args=[draft.cycle.year]))
    for cycle in Cycle.objects.filter(public_id__in=subjects - found.keys()):
        found[cycle.public_id] = (str(cycle), reverse("planning:cycle", args=[cycle.year]))
    for one in SurplusDivision.objects.filter(public_id__in=subjects - found.keys()).select_related(
        "workplace"
    ):
        found[one.public_id] = (str(one), reverse("planning:division", args=[one.public_id]))
    return found | _of_workplaces(entries)


def _of_workplaces(entries: Collection[JournalEntry]) -> dict[UUID, tuple[str, str]]:
    years = {entry.subject: entry.cycle.year for entry in entries if entry.cause in OF_WORKPLACES}
    named = Workplace.objects.filter(public_id__in=years).order_by("public_id", "pk").distinct("public_id")
    return {
        one.public_id: (one.label, reverse("planning:workplace", args=[years[one.public_id], one.public_id]))
        for one in (named if years else ())
    }


def left_over(cycle: Cycle | None = None) -> dict[int, int]:
    """Return by year what nobody was granted and went back to the year's output, in minor units; the newest year first."""
    found = Posting.objects.filter(
        entry__cause__in=LEFT_OVER, amount__gt=0, account__kind=Account.Kind.OUTPUT
    )
    found = found.filter(entry__cycle=cycle) if cycle else found
    sums = (
        found.values_list("entry__cycle__year").annotate(moved=Sum("amount")).order_by("-entry__cycle__year")
    )
    return {year: int(moved) for year, moved in sums}


def left_over_of(envelope: Envelope) -> int:
    """Return what of an envelope nobody was granted and went back, in minor units."""
    own = {"account__sector": envelope.sector_id, "account__region": envelope.region_id}
    found = Posting.objects.filter(entry__cause__in=LEFT_OVER, account__cycle=envelope.draft.cycle_id, **own)
    found = found.filter(account__kind__in=[Account.Kind.SECTOR, Account.Kind.REGION])
    return -int(found.aggregate(moved=Sum("amount"))["moved"] or 0)


def unbalanced() -> list[str]:
    """Name the accounts whose balance is not that of their postings, and the entries that do not add up: none."""
    with connection.cursor() as cursor:
        cursor.execute(OFF)
        return [name for (name,) in cursor.fetchall()]
