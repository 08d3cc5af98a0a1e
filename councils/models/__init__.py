"""Councils, mandates, the charter, motions, ballots, votes."""

from councils.models.amendments import Amendment, MotionVersion
from councils.models.appeals import Appeal, AppealSupport
from councils.models.ballots import Ballot, Option, RollEntry
from councils.models.charters import Charter
from councils.models.comments import Comment, CommentHiding
from councils.models.councils import Council, Seat
from councils.models.delegations import Delegation, Proxy
from councils.models.elections import Election, Nomination
from councils.models.instructions import Instruction
from councils.models.mandates import Mandate
from councils.models.meetings import AgendaItem, Attendance, FloorRequest, Meeting, Minutes, Objection
from councils.models.minority import MinorityReport, MinoritySignature
from councils.models.motions import Motion
from councils.models.paper_counts import PaperCount, PaperReading
from councils.models.papers import Mark, Paper
from councils.models.petitions import Petition, Signature
from councils.models.votes import NamedVote, VoteVersion

__all__ = [
    "AgendaItem",
    "Amendment",
    "Appeal",
    "AppealSupport",
    "Attendance",
    "Ballot",
    "Charter",
    "Comment",
    "CommentHiding",
    "Council",
    "Delegation",
    "Election",
    "FloorRequest",
    "Instruction",
    "Mandate",
    "Mark",
    "Meeting",
    "MinorityReport",
    "MinoritySignature",
    "Minutes",
    "Motion",
    "MotionVersion",
    "NamedVote",
    "Nomination",
    "Objection",
    "Option",
    "Paper",
    "PaperCount",
    "PaperReading",
    "Petition",
    "Proxy",
    "RollEntry",
    "Seat",
    "Signature",
    "VoteVersion",
]
