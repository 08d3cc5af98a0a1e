"""The ledger: accounts with their balances, one account with its postings; open to everybody who is signed in."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from planning.models import Account
from planning.models.ledger import MINOR
from planning.selectors import ledger as selectors
from planning.views.common import listing, page
from planning.wording.investment import ledger_title, left_over
from workplaces.models import Scenario
from workplaces.tables_out import csv_response


def currency_now() -> str:
    """Return the currency of the newest baseline: that in which its prices are stated."""
    newest = Scenario.objects.filter(kind=Scenario.Kind.BASELINE).order_by("-number").first()
    return newest.currency if newest else ""


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Show all accounts; as CSV all accounts, or with ``table=postings`` all postings."""
    if request.GET.get("format") == "csv":
        if request.GET.get("table") == "postings":
            return _postings_csv(None)
        return _accounts_csv()
    found = selectors.accounts()
    pages = listing(request, found)
    faults = selectors.unbalanced()
    context: dict[str, Any] = {
        **pages,
        "title": ledger_title(len(faults)),
        "faults": faults,
        "left_over": [left_over(year, sum_, currency_now()) for year, sum_ in selectors.left_over().items()],
        "total": pages["page_obj"].paginator.count,
        "currency": currency_now(),
        "crumb_items": [(_("Cycles"), reverse("planning:cycles")), (_("Ledger"), "")],
    }
    return page(request, "planning/ledger.html", context)


@login_required
@require_GET
def account_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show one account with every posting, the latest first."""
    account = get_object_or_404(selectors.accounts(), public_id=public_id)
    if request.GET.get("format") == "csv":
        return _postings_csv(account)
    found = selectors.postings(account)
    pages = listing(request, found)
    causes = selectors.causes([posting.entry for posting in pages["page_obj"]])
    context = {
        **pages,
        "rows": [(posting, causes.get(posting.entry.subject)) for posting in pages["page_obj"]],
        "account": account,
        "total": found.count(),
        "currency": currency_now(),
        "crumb_items": [(_("Ledger"), reverse("planning:ledger")), (str(account), "")],
    }
    return page(request, "planning/account.html", context)


def _accounts_csv() -> HttpResponseBase:
    return csv_response(
        filename="accounts",
        header=["id", "kind", "account", "year", "balance", "currency"],
        rows=(
            [str(a.public_id), a.kind, str(a), a.cycle.year if a.cycle else None, a.balance / MINOR, currency_now()]
            for a in selectors.accounts()
        ),
    )  # fmt: skip


def _postings_csv(account: Account | None) -> HttpResponseBase:
    return csv_response(
        filename="postings",
        header=["entry", "at", "cause", "subject", "account", "account_id", "amount", "currency"],
        rows=(
            [
                str(p.entry.public_id), p.entry.at, p.entry.cause, str(p.entry.subject), str(p.account),
                str(p.account.public_id), p.amount / MINOR, currency_now(),
            ]
            for p in selectors.postings(account)
        ),
    )  # fmt: skip
