"""Investment in words: the ledger, envelopes, requests, the dial, grants."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def ledger_title(faults: int) -> str:
    """Say whether the ledger balances."""
    if not faults:
        return _("The ledger balances: no money was made or lost")
    sentence = ngettext(
        "%(count)s account or entry of the ledger does not balance",
        "%(count)s accounts or entries of the ledger do not balance",
        faults,
    )
    return sentence % {"count": faults}
