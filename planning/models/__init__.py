"""Cycles, rounds, proposals, answers, runs, plans, prices, sandboxes."""

from planning.models.answers import ConsumptionProposal, Proposal, Response
from planning.models.cycles import Cycle, PhaseDate, Plan, Round
from planning.models.envelopes import Envelope, EnvelopeDraft, EnvelopeReferral
from planning.models.ledger import Account, JournalEntry, Posting
from planning.models.prices import AccountingPrice
from planning.models.requests import InvestmentRequest, RequestedGood
from planning.models.runs import Run, RunLine, RunRow
from planning.models.sandboxes import Practice, Sandbox, SandboxChange
from planning.models.sharing import CapacityGain, Grant, GrantReport, Share, SharingOut
from planning.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "Account",
    "AccountingPrice",
    "ApiToken",
    "CapacityGain",
    "ConsumptionProposal",
    "Cycle",
    "Envelope",
    "EnvelopeDraft",
    "EnvelopeReferral",
    "Grant",
    "GrantReport",
    "IdempotentRequest",
    "InvestmentRequest",
    "JournalEntry",
    "PhaseDate",
    "Plan",
    "Posting",
    "Practice",
    "Proposal",
    "RequestedGood",
    "Response",
    "Round",
    "Run",
    "RunLine",
    "RunRow",
    "Sandbox",
    "SandboxChange",
    "Share",
    "SharingOut",
]
