"""Everything that changes the councils: keyword-only, atomic, with ``by`` and ``now``, on the public record."""

from councils.services.ballots import ballot_close, ballot_open, ballot_void, ballots_close_due
from councils.services.charters import charter_amend, charter_found
from councils.services.comments import comment_add
from councils.services.delegations import delegation_end, delegation_give
from councils.services.elections import (
    election_call,
    election_cancel,
    election_open,
    election_seat,
    elections_open_due,
    nomination_stand,
    nomination_withdraw,
)
from councils.services.first_votes import named_vote_cast
from councils.services.founding import federation_found
from councils.services.instructions import instruction_enter, instruction_propose
from councils.services.mandates import MandateDraft, mandate_resign, mandates_give
from councils.services.meetings import (
    agenda_refresh,
    item_add,
    item_move,
    meeting_call,
    meeting_cancel,
    meeting_open,
)
from councils.services.minutes import meeting_close
from councils.services.motions import motion_move, motion_withdraw
from councils.services.paper_counts import papers_read
from councils.services.papers import Counted, paper_cast
from councils.services.petition_ends import petitions_end_due
from councils.services.petitions import initiative_start, petition_sign, petition_unsign, recall_start
from councils.services.sitting import (
    attend,
    consent_object,
    floor_ask,
    floor_done,
    floor_leave,
    item_begin,
    item_end,
    item_vote,
)
from councils.services.votes import Receipt, vote_cast

__all__ = [
    "Counted",
    "MandateDraft",
    "Receipt",
    "agenda_refresh",
    "attend",
    "ballot_close",
    "ballot_open",
    "ballot_void",
    "ballots_close_due",
    "charter_amend",
    "charter_found",
    "comment_add",
    "consent_object",
    "delegation_end",
    "delegation_give",
    "election_call",
    "election_cancel",
    "election_open",
    "election_seat",
    "elections_open_due",
    "federation_found",
    "floor_ask",
    "floor_done",
    "floor_leave",
    "initiative_start",
    "instruction_enter",
    "instruction_propose",
    "item_add",
    "item_begin",
    "item_end",
    "item_move",
    "item_vote",
    "mandate_resign",
    "mandates_give",
    "meeting_call",
    "meeting_cancel",
    "meeting_close",
    "meeting_open",
    "motion_move",
    "motion_withdraw",
    "named_vote_cast",
    "nomination_stand",
    "nomination_withdraw",
    "paper_cast",
    "papers_read",
    "petition_sign",
    "petition_unsign",
    "petitions_end_due",
    "recall_start",
    "vote_cast",
]
