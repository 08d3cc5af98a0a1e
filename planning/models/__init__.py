"""Cycles, rounds, proposals, answers, runs, plans."""

from planning.models.answers import ConsumptionProposal, Proposal, Response
from planning.models.cycles import Cycle, PhaseDate, Plan, Round
from planning.models.runs import Run, RunLine, RunRow

__all__ = [
    "ConsumptionProposal",
    "Cycle",
    "PhaseDate",
    "Plan",
    "Proposal",
    "Response",
    "Round",
    "Run",
    "RunLine",
    "RunRow",
]
