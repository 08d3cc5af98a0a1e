"""What addresses of investment name: an account, envelopes, requests, grants."""

import uuid
from typing import Any

from planning.models import Cycle, InvestmentRequest
from planning.services.cycles import cycle_begin_proposals
from planning.services.ledger import account
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import AMOUNTS, RULES, ask, settled

NOWHERE = uuid.UUID(int=0)
__all__ = ["RULES", "begin", "document", "form", "things"]


def begin(federation: Federation, cycle: Cycle) -> Cycle:
    """Go from preparation to proposals, over the board's vote on the envelopes."""
    by = federation.people["coordinator"]
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    settled(federation, cycle)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    ask(federation, cycle)
    return cycle


def things(federation: Federation, cycle: Cycle) -> dict[str, dict[str, Any]]:
    """Return the parts of each route."""
    levy = {"public_id": account("levy").public_id}
    named = dict.fromkeys(("planning:account", "api:account", "api:postings"), levy)
    asked = {"public_id": getattr(InvestmentRequest.objects.first(), "public_id", NOWHERE)}
    for space in ("planning", "api"):
        named |= dict.fromkeys((f"{space}:request", f"{space}:request_withdraw"), asked)
    return named | {"planning:request_new": {"public_id": federation.lines["bread"].public_id}}


def form(route: str, federation: Federation) -> dict[str, Any]:
    """Return what a page would post."""
    council = str(federation.councils["bread sector"].public_id)
    return {
        "planning:envelopes_draft": {key: f"{amount / 100}" for key, amount in AMOUNTS.items()}
        | {"reason": "Bread."},
        "planning:request_new": {
            "of": "region-valley",
            "purpose": "An oven.",
            "amount": "4",
            "product-1": "energy",
            "quantity-1": "4",
        },
        "planning:envelopes_refer": {"council": council, "reasons": "Old ovens."},
    }.get(route, {})


def document(route: str, federation: Federation) -> dict[str, Any]:
    """Return what a program would send."""
    council = str(federation.councils["bread sector"].public_id)
    amounts = [{"part": key, "amount": amount} for key, amount in AMOUNTS.items()]
    return {
        "api:envelopes": {"reason": "Bread.", "amounts": amounts},
        "api:requests": {
            "line": str(federation.lines["bread"].public_id),
            "part": "region-valley",
            "amount": 400,
            "purpose": "An oven.",
            "goods": [{"product": "energy", "quantity": 4.0}],
        },
        "api:envelopes_refer": {"council": council, "reasons": "Old ovens."},
    }.get(route, {})
