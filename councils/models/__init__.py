"""Councils, mandates, the charter, motions, ballots, votes."""

from councils.models.ballots import Ballot, Option, RollEntry
from councils.models.charters import Charter
from councils.models.councils import Council, Seat
from councils.models.elections import Election, Nomination
from councils.models.instructions import Instruction
from councils.models.mandates import Mandate
from councils.models.meetings import AgendaItem, Attendance, FloorRequest, Meeting, Minutes, Objection
from councils.models.motions import Comment, Motion
from councils.models.papers import Mark, Paper
from councils.models.petitions import Petition, Signature
from councils.models.votes import NamedVote, VoteVersion

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Charter",
    "Comment",
    "Council",
    "Election",
    "FloorRequest",
    "Instruction",
    "Mandate",
    "Mark",
    "Meeting",
    "Minutes",
    "Motion",
    "NamedVote",
    "Nomination",
    "Objection",
    "Option",
    "Paper",
    "Petition",
    "RollEntry",
    "Seat",
    "Signature",
    "VoteVersion",
]
