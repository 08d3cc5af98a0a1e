"""A year with settled envelopes in which three workplaces ask the valley."""

from typing import Any

from councils.models import Motion
from planning.models import Cycle, Envelope, Grant, InvestmentRequest, SharingOut
from planning.selectors.sharing import Criteria, shared
from planning.services.cycles import cycle_begin_proposals
from planning.services.sharing import sharing_propose
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import ask, investing, motion_on, settled, vote
from tests.unguarded import unguarded


def asking(federation: Federation, **rules: Any) -> tuple[Cycle, Envelope]:
    """Take a year to its proposals; each workplace asks the valley, which holds 4.80, for 4.00."""
    cycle = investing(federation, **rules)
    made = settled(federation, cycle)
    cycle = cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    for name in ("bread", "flour", "energy"):
        ask(federation, cycle, name, of="region-valley")
    return cycle, made.envelopes.select_related("draft__cycle__baseline", "region", "sector").get(
        region__code="valley"
    )


def propose(
    federation: Federation,
    envelope: Envelope,
    alpha: float = 2.0,
    criteria: Criteria | None = None,
    **changed: Any,
) -> SharingOut:
    """Let the valley's delegate move a sharing-out."""
    given: dict[str, Any] = {
        "reason": "The weak first.",
        "by": federation.people["neighbour"],
        "now": NOW,
    } | changed
    return sharing_propose(envelope=envelope, alpha=alpha, criteria=criteria or Criteria(), **given)


def carried(federation: Federation, sharing: SharingOut) -> Motion:
    """Let the valley carry it."""
    return vote(federation, motion_on(sharing))


def granted(federation: Federation, envelope: Envelope, alpha: float = 2.0) -> dict[str, Grant]:
    """Share the envelope out; return the grants by workplace."""
    carried(federation, propose(federation, envelope, alpha))
    found = Grant.objects.select_related("request__workplace", "request__line", "envelope__draft__cycle")
    return {grant.request.workplace.code.removesuffix("-works"): grant for grant in found}


def brings(envelope: Envelope, **returns: float) -> None:
    """As if finished grants had brought that much a year per unit of money."""
    with unguarded(InvestmentRequest):
        for name, each in returns.items():
            InvestmentRequest.objects.filter(workplace__code=f"{name}-works").update(returns=each)


def parts(envelope: Envelope, alpha: float, criteria: Criteria | None = None) -> dict[str, int]:
    """Return what each would get at a dial."""
    found = shared(envelope, alpha, criteria or Criteria())
    codes = [row.workplace.code.removesuffix("-works") for row in found.asked.rows]
    return dict(zip(codes, found.sharing.grants.tolist(), strict=True))
