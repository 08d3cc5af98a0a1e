"""From the votes of a ballot to its result, for closing it and for counting it again."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from councils import urns
from councils.models import Ballot, NamedVote
from councils.tally import TIE_BREAKS, Rule, Tally, tally
from councils.votes_written import papers_root, papers_written, receipts_root, roll_call_written

type Papers = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Outcome:
    """A ballot's ``result``, and what the record lists beside it: named votes or secret papers."""

    result: dict[str, Any]
    written: dict[str, Any]


def counted(ballot: Ballot) -> Outcome:
    """Count what has been cast in a ballot; whoever closes it holds its row."""
    if ballot.secrecy == Ballot.Secrecy.SECRET:
        papers = urns.papers(ballot)
        found = {"votes": len(papers), "papers_root": papers_root(papers), **count_papers(ballot, papers)}
        return Outcome(found, {"papers": papers_written(papers)})
    votes = votes_of(ballot)
    found = {"votes": len(votes), "receipts_root": receipts_root(votes), **count(ballot, votes).as_dict()}
    return Outcome(found, {"votes": roll_call_written(votes)})


def votes_of(ballot: Ballot) -> list[NamedVote]:
    """Return the named votes that count, in the order of the roll."""
    votes = NamedVote.objects.filter(roll_entry__ballot=ballot).select_related("roll_entry", "option")
    return list(votes.order_by("roll_entry__number"))


def count(ballot: Ballot, votes: list[NamedVote]) -> Tally:
    """Count named votes by the ballot's frozen rule."""
    weights: Counter[str] = Counter()
    for vote in votes:
        weights[vote.option.effect] += vote.roll_entry.weight
    return _majority(ballot, weights)


def count_papers(ballot: Ballot, papers: Papers) -> dict[str, Any]:
    """Count secret papers by the ballot's frozen rule."""
    effects = dict(ballot.options.values_list("code", "effect"))
    weights = Counter(effects[code] for _tracker, choice in papers for code in choice)
    return _majority(ballot, weights).as_dict()


def _majority(ballot: Ballot, weights: Counter[str]) -> Tally:
    eligible = sum(ballot.roll.values_list("weight", flat=True))
    threshold, is_strict = Fraction(ballot.params["threshold"]), bool(ballot.params["strict"])
    rule = Rule(ballot.rule, threshold, is_strict)
    return tally(rule, Fraction(ballot.quorum), weights, eligible, tie_break=TIE_BREAKS[ballot.tie_break])
