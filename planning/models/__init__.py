"""Cycles, rounds, proposals, answers, runs, plans, prices."""

from planning.models.answers import ConsumptionProposal, Proposal, Response
from planning.models.cycles import Cycle, PhaseDate, Plan, Round
from planning.models.ledger import Account, JournalEntry, Posting
from planning.models.prices import AccountingPrice
from planning.models.runs import Run, RunLine, RunRow
from planning.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "Account",
    "AccountingPrice",
    "ApiToken",
    "ConsumptionProposal",
    "Cycle",
    "IdempotentRequest",
    "JournalEntry",
    "PhaseDate",
    "Plan",
    "Posting",
    "Proposal",
    "Response",
    "Round",
    "Run",
    "RunLine",
    "RunRow",
]
