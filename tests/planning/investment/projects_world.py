"""A year in which three requests compete for the valley's envelope of 4.80, before a council of four.

By hand (Peters, Pierczyński and Skowron 2021, § 3, utilities = costs). Each of the four votes has 4.80 / 4 = 1.20. Flour
costs 2.00 and has three votes: 1/3 of its cost each. Bread costs 2.40 and has two: 1/2. Energy costs 1.50 and has two: 1/2.

1. Flour is bought first, for 0.66 2/3 each; anna, bert and cleo keep 0.53 1/3 each, dora 1.20.
2. Energy: cleo and dora have 1.73 1/3 together. Cleo pays all she has, dora the other 0.96 2/3.
3. Bread: anna and bert have 1.06 2/3 of its 2.40; 1.33 1/3 is missing. Nobody else's money is taken for it.

3.50 are spent. Of the 1.30 that are left bread cannot be had, so no completion changes anything. The most votes first would
buy flour, and then bread and energy are equal.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from councils.models import Ballot, Motion
from councils.services import ballot_close, ballot_open, vote_cast
from planning.models import Cycle, Envelope, InvestmentRequest, SharingOut
from planning.services.cycles import cycle_begin_proposals
from planning.services.projects import projects_propose
from tests.planning.federation import NOW, Federation, mandate, person
from tests.planning.investment.world import ask, investing, motion_on, settled

COSTS = {"bread": 240, "flour": 200, "energy": 150}
VOTES = {
    "anna": ["bread", "flour"],
    "bert": ["bread", "flour"],
    "cleo": ["flour", "energy"],
    "dora": ["energy"],
}


def competing(
    federation: Federation, costs: Mapping[str, int] = COSTS, **rules: Any
) -> tuple[Cycle, Envelope]:
    """Take a year to its proposals; each workplace asks the valley for its cost. Four more sit in the valley's council."""
    cycle = investing(federation, **rules)
    made = settled(federation, cycle)
    cycle = cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    for name, cost in costs.items():
        ask(federation, cycle, name, of="region-valley", amount=cost, purpose=f"A new {name} machine.")
    for name in VOTES:
        mandate(federation.councils["valley"], person(federation, name), "delegate")
    return cycle, made.envelopes.select_related("draft__cycle__baseline", "region", "sector").get(
        region__code="valley"
    )


def propose(federation: Federation, envelope: Envelope, *names: str, **changed: Any) -> SharingOut:
    """Let the valley's delegate move that the requests compete: those named, else all that can."""
    asked = {one.workplace.code.removesuffix("-works"): one.public_id
             for one in InvestmentRequest.objects.select_related("workplace").filter(region=envelope.region)}  # fmt: skip
    given: dict[str, Any] = {
        "requests": [asked[name] for name in names] if names else None, "budget": None,
        "reason": "Half an oven bakes nothing.", "by": federation.people["neighbour"], "now": NOW,
    } | changed  # fmt: skip
    return projects_propose(envelope=envelope, **given)


def codes(sharing: SharingOut) -> dict[str, str]:
    """Return the ballot's codes by workplace."""
    shares = sharing.shares.select_related("request__workplace")
    return {share.request.workplace.code.removesuffix("-works"): share.code for share in shares}


def opened(federation: Federation, sharing: SharingOut) -> Ballot:
    """Open the vote."""
    return ballot_open(motion=motion_on(sharing), by=federation.people["coordinator"], now=NOW)


def cast(ballot: Ballot, sharing: SharingOut, votes: Mapping[str, Sequence[str]]) -> None:
    """Let each approve the requests of the workplaces named; the others do not vote."""
    named = codes(sharing)
    for entry in ballot.roll.select_related("person").filter(person__username__in=votes):
        assert entry.person is not None
        vote_cast(
            ballot=ballot, right=entry.right, choice=[named[name] for name in votes[entry.person.username]], by=entry.person,
            idempotency_key=str(uuid.uuid4()), now=NOW,
        )  # fmt: skip


def decided(
    federation: Federation, sharing: SharingOut, votes: Mapping[str, Sequence[str]] = VOTES
) -> Motion:
    """Hold the vote; the neighbour, who moved it, casts a blank one where nothing else is said."""
    ballot = opened(federation, sharing)
    cast(ballot, sharing, {"neighbour": [], **votes})
    everybody = {entry.person.username for entry in ballot.roll.select_related("person") if entry.person}
    cast(ballot, sharing, {name: [] for name in everybody - set(votes) - {"neighbour"}})
    ballot.refresh_from_db()
    ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)
    motion = motion_on(sharing)
    sharing.refresh_from_db()
    return motion
