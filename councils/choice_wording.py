"""What was said to a question with options, and what came of it, in the reader's language."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from councils.choices import told
from councils.models import Ballot, NamedVote, VoteVersion


def labels_of(ballot: Ballot) -> dict[str, str]:
    """Return the labels of a ballot's options by code, in its order."""
    return {
        option.code: option.label for option in sorted(ballot.options.all(), key=lambda option: option.number)
    }


def vote_told(
    vote: NamedVote | VoteVersion, ballot: Ballot | None = None, labels: Mapping[str, str] | None = None
) -> str:
    """Say what a named vote says: an answer's label, or the choice among several in one line."""
    if vote.option:
        return str(_(vote.option.label))
    asked = ballot or vote.roll_entry.ballot
    return told(asked.rule, asked.params, labels_of(asked) if labels is None else labels, vote.choice or [])


def code_of(vote: NamedVote) -> str:
    """Return what a vote says as tables for machines have it: an option's code, or the choice as JSON."""
    return vote.option.code if vote.option else json.dumps(vote.choice, ensure_ascii=False)


def paper_coded(choice: Any) -> str:
    """Return what a paper says as tables for machines have it: codes in their order, or amounts as JSON."""
    return json.dumps(choice, ensure_ascii=False) if isinstance(choice, dict) else " > ".join(choice)


def told_each[Votes: Iterable[NamedVote]](votes: Votes) -> Votes:
    """Write on each vote, of many questions, as ``told`` what it says; one query for all options."""
    among = [vote for vote in votes if vote.option_id is None]
    prefetch_related_objects(among, "roll_entry__ballot__options")
    for vote in votes:
        setattr(vote, "told", vote_told(vote))  # noqa: B010
    return votes


def paper_told(ballot: Ballot, labels: Mapping[str, str], choice: Any) -> list[str]:
    """Say what a paper says: a list of options, or a line where it gives amounts or a number."""
    if isinstance(choice, dict):
        return [told(ballot.rule, ballot.params, labels, choice)] if choice else []
    return [str(_(labels[code])) for code in choice]
