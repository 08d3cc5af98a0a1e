"""The ledger, read: accounts with their balances, postings with their causes, whether everything balances."""

from django.db import connection
from django.db.models import QuerySet

from planning.models import Account, Posting

OFF = """SELECT 'account ' || a.public_id FROM planning_account a
    LEFT JOIN (SELECT account_id, sum(amount) AS moved FROM planning_posting GROUP BY account_id) p ON p.account_id = a.id
   WHERE a.balance <> coalesce(p.moved, 0)
  UNION ALL
  SELECT 'entry ' || j.public_id FROM planning_journalentry j
    LEFT JOIN planning_posting p ON p.entry_id = j.id
   GROUP BY j.id HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) <> j.postings_count"""


def accounts() -> QuerySet[Account]:
    """Return all accounts, the newest year first, with what their names need."""
    return Account.objects.select_related("cycle", "sector", "region", "workplace").order_by(
        "-cycle__year", "pk"
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


def unbalanced() -> list[str]:
    """Name the accounts whose balance is not that of their postings, and the entries that do not add up: none."""
    with connection.cursor() as cursor:
        cursor.execute(OFF)
        return [name for (name,) in cursor.fetchall()]
