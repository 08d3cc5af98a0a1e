"""The small federation in a year in which a tenth of last year's value added, 16.00, is set aside for investment."""

import uuid
from collections.abc import Mapping
from typing import Any

from councils.models import Ballot, Motion
from councils.services import ballot_close, ballot_open, vote_cast
from planning.models import Cycle, EnvelopeDraft, InvestmentRequest
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.envelopes import envelopes_draft
from planning.services.requests import investment_ask
from tests.planning.federation import NOW, Federation

RULES: dict[str, Any] = {"investment_share": 0.1, "region_stream": 0.3, "envelope_least": 0.2}
AMOUNTS = {"sector-bread": 600, "sector-flour": 320, "sector-energy": 200, "region-valley": 480}


def investing(federation: Federation, **rules: Any) -> Cycle:
    """Open a year and take it to the phase of envelopes."""
    by = federation.people["coordinator"]
    opened = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES | rules)
    return cycle_begin_proposals(cycle=opened, by=by, now=NOW)


def draft(federation: Federation, cycle: Cycle, amounts: Mapping[str, int] = AMOUNTS) -> EnvelopeDraft:
    """Let the board's member draft envelopes."""
    return envelopes_draft(
        cycle=cycle, amounts=amounts, reason="Bread first.", by=federation.people["boardmember"], now=NOW
    )


def motion_on(subject: Any) -> Motion:
    """Return the latest motion on something."""
    return Motion.objects.filter(subject_id=subject.public_id).latest("pk")


def vote(federation: Federation, motion: Motion, option: str = "yes") -> Motion:
    """Open the vote on a motion, let everybody vote, close it."""
    by = federation.people["coordinator"]
    ballot: Ballot = ballot_open(motion=motion, by=by, now=NOW)
    for entry in ballot.roll.select_related("person"):
        vote_cast(
            ballot=ballot, right=entry.right, option=option, by=entry.person, idempotency_key=str(uuid.uuid4()), now=NOW
        )  # fmt: skip
    ballot_close(ballot=ballot, by=by, now=NOW)
    motion.refresh_from_db()
    return motion


def settled(federation: Federation, cycle: Cycle) -> EnvelopeDraft:
    """Let the board settle AMOUNTS."""
    made = draft(federation, cycle)
    vote(federation, motion_on(made))
    made.refresh_from_db()
    return made


def ask(federation: Federation, cycle: Cycle, name: str = "bread", **changed: Any) -> InvestmentRequest:
    """Let a workplace's delegate ask its sector for 4.00: ovens are made of four tonnes of energy, as it were."""
    given: dict[str, Any] = {
        "of": f"sector-{name}", "amount": 400, "purpose": "A new oven.", "expected": "Hotter.",
        "goods": {federation.products["energy"]: 4.0}, "by": federation.people[f"{name}_delegate"],
    }  # fmt: skip
    return investment_ask(cycle=cycle, line=federation.lines[name], now=NOW, **(given | changed))
