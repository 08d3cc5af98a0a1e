"""Requests that compete as whole projects: who can, for how much, what a vote chose, how each fared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from councils.charter import charter_value
from councils.counting import projects_of
from councils.models import Ballot, Motion
from councils.portfolios import Bid
from councils.questions import EQUAL_SHARES, LABEL_LENGTH
from planning import policies_projects as policies
from planning.models import Cycle, Envelope, Grant, InvestmentRequest, Share, SharingOut
from planning.policies_projects import Limits
from planning.rules import PROJECTS_REST, PROJECTS_RULE
from planning.selectors.appeals import motion_of
from planning.selectors.grants import standing_grants
from planning.selectors.requests import need_of
from planning.selectors.sharing import Criteria, asked_of
from workplaces.errors import Refused


@dataclass(frozen=True)
class Entrant:
    """A request that waits in an envelope: why it cannot compete as a whole (nothing where it can), and the level that it
    would reach if it were granted in full."""

    request: InvestmentRequest
    why_not: str
    after: float


@dataclass(frozen=True)
class Fared:
    """A request in a vote among projects: its ``share``, whether it was chosen, and how it fared once votes are counted."""

    share: Share
    is_chosen: bool
    bid: Bid | None


def entrants(envelope: Envelope, budget: int) -> list[Entrant]:
    """Return every request that waits in the envelope, in the order of their making, with what keeps it out of a vote on
    ``budget`` minor units."""
    asked = asked_of(envelope, Criteria())
    prefetch_related_objects(asked.rows, "goods__product")
    currency = envelope.draft.cycle.baseline.currency
    found = []
    for row, most in zip(asked.rows, asked.requests.most.tolist(), strict=True):
        why_not = ""
        try:
            policies.check_competes(row, Limits(budget, need_of(row), most), currency)
        except Refused as problem:
            why_not = str(problem)
        found.append(Entrant(row, why_not, row.level + row.effect * row.amount / row.size))
    return found


def labels_of(requests: Iterable[InvestmentRequest]) -> list[str]:
    """Return how the ballot calls requests: workplace and purpose, in one line; its code too where two would be alike."""
    found: list[str] = []
    for request in requests:
        label = _label(request.workplace.label, request.purpose)
        if label.casefold() in {known.casefold() for known in found}:
            label = _label(f"{request.workplace.label} ({request.workplace.code})", request.purpose)
        found.append(label)
    return found


def _label(name: str, purpose: str) -> str:
    text = " ".join(f"{name}: {purpose}".split()).rstrip(".")
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"


def rule_on(on: date) -> tuple[str, dict[str, Any]]:
    """Return by which rule the charter lets requests compete on that day, and what the rule needs to know."""
    rule = str(charter_value(PROJECTS_RULE, on=on))
    return rule, {"completion": str(charter_value(PROJECTS_REST, on=on))} if rule == EQUAL_SHARES else {}


def ballot_of(motion: Motion | None) -> Ballot | None:
    """Return the latest vote on a motion that was closed."""
    if motion is None:
        return None
    return motion.ballots.filter(state=Ballot.State.CLOSED).order_by("-pk").first()


def chosen_in(motion: Motion | None) -> list[str]:
    """Return the codes that the vote which carried a motion chose, in the order in which they were; none before."""
    ballot = ballot_of(motion) if motion and motion.state == Motion.State.CARRIED else None
    return list(ballot.result.get("winners", [])) if ballot and ballot.result else []


def unchosen(cycle: Cycle) -> list[Grant]:
    """Return a year's standing grants that the vote which now carries their motion does not choose: it was held again."""
    granted = standing_grants(cycle).filter(share__sharing__method=SharingOut.Method.PROJECTS)
    motions: dict[int, Motion | None] = {}
    found = []
    for grant in granted:
        sharing = grant.share.sharing
        if sharing.pk not in motions:
            motions[sharing.pk] = motion_of(sharing)
        motion = motions[sharing.pk]
        if motion and motion.state == Motion.State.CARRIED and grant.share.code not in chosen_in(motion):
            found.append(grant)
    return found


def fared_in(sharing: SharingOut, motion: Motion | None) -> list[Fared]:
    """Return how each request fared in the latest closed vote: the chosen first, in their order, then the others.

    Below the quorum nothing is counted, and before the close nothing is known: then there are no bids.
    """
    ballot = ballot_of(motion)
    result = ballot.result if ballot and ballot.result else {}
    is_counted = all(step["met"] for step in result.get("steps", []) if step["step"] == "quorum")
    bids = projects_of(ballot) if ballot and is_counted else {}
    won = list(result.get("winners", []))
    shares = sharing.shares.select_related("request__workplace", "request__cycle__baseline", "sharing")
    rows = [Fared(share, share.code in won, bids.get(share.code)) for share in shares.order_by("pk")]
    return sorted(rows, key=lambda row: won.index(row.share.code) if row.is_chosen else len(won))
