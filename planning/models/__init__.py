"""Cycles, rounds, proposals, answers, runs, plans, prices."""

from planning.models.answers import ConsumptionProposal, Proposal, Response
from planning.models.cycles import Cycle, PhaseDate, Plan, Round
from planning.models.prices import AccountingPrice
from planning.models.runs import Run, RunLine, RunRow
from planning.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "AccountingPrice",
    "ApiToken",
    "ConsumptionProposal",
    "Cycle",
    "IdempotentRequest",
    "PhaseDate",
    "Plan",
    "Proposal",
    "Response",
    "Round",
    "Run",
    "RunLine",
    "RunRow",
]
