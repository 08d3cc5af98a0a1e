"""The ledger: reading. It is written by what is decided, never by a program."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.operations import listing, reading
from planning.api.serializers.ledger import AccountSerializer, PostingSerializer
from planning.api.views.base import Endpoint, found, listed
from planning.selectors import ledger


class Accounts(Endpoint):
    """All accounts."""

    @listing(
        "listAccounts", "List the ledger's accounts with their balances", "investment", AccountSerializer
    )
    def get(self, request: Request) -> Response:
        """List the accounts."""
        return listed(request, ledger.accounts().order_by(), AccountSerializer, "pk")


class AccountDetail(Endpoint):
    """One account."""

    @reading("getAccount", "Read an account", "investment", AccountSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read an account."""
        return detail(request, AccountSerializer(found(ledger.accounts(), public_id=public_id)).data)


class AccountPostings(Endpoint):
    """The postings of an account."""

    @listing("listPostings", "List the postings of an account", "investment", PostingSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the postings."""
        account = found(ledger.accounts(), public_id=public_id)
        return listed(request, ledger.postings(account).order_by(), PostingSerializer, "pk")
