"""What addresses of investment name: an account, envelopes, requests, grants."""

from typing import Any

from planning.models import Cycle
from planning.services.ledger import account
from tests.planning.federation import Federation


def things(federation: Federation, cycle: Cycle) -> dict[str, dict[str, Any]]:
    """Return the parts of each route."""
    levy = {"public_id": account("levy").public_id}
    return dict.fromkeys(("planning:account", "api:account", "api:postings"), levy)
