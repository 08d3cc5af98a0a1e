"""What addresses of investment name: an account, envelopes, requests, grants, a workplace's surplus."""

import uuid
from typing import Any

from planning.models import Cycle, Envelope, Grant, InvestmentRequest, SharingOut
from planning.services.cycles import cycle_begin_proposals
from planning.services.ledger import account
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import carried, propose
from tests.planning.investment.world import AMOUNTS, RULES, ask, settled
from workplaces.ids import uuid7

NOWHERE = uuid.UUID(int=0)
__all__ = ["RULES", "begin", "document", "form", "things"]


def begin(federation: Federation, cycle: Cycle) -> Cycle:
    """Go from preparation to proposals, over the board's vote on the envelopes."""
    by = federation.people["coordinator"]
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    settled(federation, cycle)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    ask(federation, cycle)
    valley = Envelope.objects.select_related("draft__cycle__baseline", "region").get(region__code="valley")
    ask(federation, cycle, "flour", of="region-valley")
    carried(federation, propose(federation, valley))
    rival(InvestmentRequest.objects.get(sector__code="bread"), federation)
    return cycle


def rival(asked: InvestmentRequest, federation: Federation) -> None:
    """Let the mill ask the bakeries' sector too, as if it belonged to it: a vote chooses among two at least."""
    goods = list(asked.goods.all())
    asked.pk, asked.public_id = None, uuid7()
    asked.workplace, asked.line = federation.workplaces["flour"], federation.lines["flour"]
    asked.save(force_insert=True)
    for good in goods:
        good.pk, good.request = None, asked
        good.save(force_insert=True)


def things(federation: Federation, cycle: Cycle) -> dict[str, dict[str, Any]]:
    """Return the parts of each route."""
    levy = {"public_id": account("levy").public_id}
    named = dict.fromkeys(("planning:account", "api:account", "api:postings"), levy)
    asked = {"public_id": getattr(InvestmentRequest.objects.first(), "public_id", NOWHERE)}
    for space in ("planning", "api"):
        named |= dict.fromkeys((f"{space}:request", f"{space}:request_withdraw"), asked)
    grant = Grant.objects.filter(request__workplace__code="flour-works").first()
    for name in ("planning:grant", "planning:grant_report", "api:grant", "api:grant_report"):
        named[name] = {"public_id": getattr(grant, "public_id", NOWHERE)}
    appealed = {"public_id": getattr(getattr(grant, "request", None), "public_id", NOWHERE)}
    named |= {"planning:request_appeal": appealed, "api:request_appeal": appealed}
    own = Envelope.objects.filter(sector__code="bread").first()
    bakery = {"public_id": federation.workplaces["bread"].public_id}
    for name in ("surplus", "division_new", "division_preview", "division_propose"):
        named[f"planning:{name}"] = bakery
    named |= dict.fromkeys(("api:surplus", "api:divisions"), bakery)
    named |= {key: {"public_id": NOWHERE} for key in ("planning:division", "api:division")}
    for name in ("sharing", "sharing_propose", "projects", "projects_propose"):
        named[f"planning:{name}"] = {"public_id": getattr(own, "public_id", NOWHERE)}
    for name in ("sharing", "projects"):
        named[f"api:{name}"] = {"public_id": getattr(own, "public_id", NOWHERE)}
    moved = {"public_id": getattr(SharingOut.objects.first(), "public_id", NOWHERE)}
    named |= {"planning:projects_vote": moved, "api:sharing_vote": moved}
    return named | {"planning:request_new": {"public_id": federation.lines["bread"].public_id}}


def form(route: str, federation: Federation) -> dict[str, Any]:
    """Return what a page would post."""
    council = str(federation.councils["bread sector"].public_id)
    return {
        "planning:envelopes_draft": {key: f"{amount / 100}" for key, amount in AMOUNTS.items()}
        | {"reason": "Bread."},
        "planning:sharing_propose": {"alpha": "2", "reason": "The weak first."},
        "planning:division_preview": {"bonuses": "4", "key": "equal"},
        "planning:division_propose": {"bonuses": "4", "key": "equal", "reason": "We all did it."},
        "planning:projects_propose": {
            "request": [str(one.public_id) for one in InvestmentRequest.objects.filter(sector__code="bread")],
            "reason": "Whole ones.",
        },
        "planning:grant_report": {"state": "late", "text": "The mason is ill."},
        "planning:request_appeal": {
            "rule": "level",
            "reason": "The mill was closed.",
            "sharing": str(getattr(SharingOut.objects.first(), "public_id", NOWHERE)),
        },
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
        "api:sharing": {
            "alpha": 2.0,
            "reason": "The weak first.",
            "criteria": [{"group": "new", "weight": 2.0}],
        },
        "api:divisions": {"bonuses": 400, "key": "equal", "reason": "We all did it."},
        "api:projects": {"reason": "Whole ones."},
        "api:grant_report": {"state": "late", "text": "The mason is ill."},
        "api:request_appeal": {"rule": "level", "reason": "The mill was closed."},
        "api:requests": {
            "line": str(federation.lines["bread"].public_id),
            "part": "region-valley",
            "amount": 400,
            "purpose": "An oven.",
            "goods": [{"product": "energy", "quantity": 4.0}],
        },
        "api:envelopes_refer": {"council": council, "reasons": "Old ovens."},
    }.get(route, {})
