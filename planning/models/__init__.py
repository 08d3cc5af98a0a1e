"""Cycles, rounds, proposals, answers, runs, plans, prices, sandboxes."""

from planning.models.answers import ConsumptionProposal, Proposal, Response
from planning.models.appeals import SharingAppeal
from planning.models.charges import ResourceCharge
from planning.models.cycles import Cycle, PhaseDate, Plan, Round
from planning.models.divisions import Bonus, CollectiveGood, SurplusDivision
from planning.models.envelopes import Envelope, EnvelopeDraft, EnvelopeReferral
from planning.models.guidelines import Guideline, GuidelineQuestion
from planning.models.ledger import Account, JournalEntry, Posting
from planning.models.lists import CandidateList, ListCandidate, ListElection, ListSeating
from planning.models.prices import AccountingPrice
from planning.models.programme_debates import ProgrammeComment, ProgrammeCommentHiding
from planning.models.programmes import (
    AssociationMember,
    Programme,
    ProgrammeCall,
    ProgrammeFigure,
    ProgrammeVersion,
    Supporter,
    Topic,
)
from planning.models.reports import OutputReport
from planning.models.requests import InvestmentRequest, RequestedGood
from planning.models.revisions import Revision
from planning.models.runs import Run, RunLine, RunRow
from planning.models.sandboxes import Practice, Sandbox, SandboxChange
from planning.models.sharing import CapacityGain, Grant, GrantReport, Share, SharingOut
from planning.models.surplus import SurplusLevy
from planning.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "Account",
    "AccountingPrice",
    "ApiToken",
    "AssociationMember",
    "Bonus",
    "CandidateList",
    "CapacityGain",
    "CollectiveGood",
    "ConsumptionProposal",
    "Cycle",
    "Envelope",
    "EnvelopeDraft",
    "EnvelopeReferral",
    "Grant",
    "GrantReport",
    "Guideline",
    "GuidelineQuestion",
    "IdempotentRequest",
    "InvestmentRequest",
    "JournalEntry",
    "ListCandidate",
    "ListElection",
    "ListSeating",
    "OutputReport",
    "PhaseDate",
    "Plan",
    "Posting",
    "Practice",
    "Programme",
    "ProgrammeCall",
    "ProgrammeComment",
    "ProgrammeCommentHiding",
    "ProgrammeFigure",
    "ProgrammeVersion",
    "Proposal",
    "RequestedGood",
    "ResourceCharge",
    "Response",
    "Revision",
    "Round",
    "Run",
    "RunLine",
    "RunRow",
    "Sandbox",
    "SandboxChange",
    "Share",
    "SharingAppeal",
    "SharingOut",
    "Supporter",
    "SurplusDivision",
    "SurplusLevy",
    "Topic",
]
