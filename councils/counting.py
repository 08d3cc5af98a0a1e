"""From the votes of a ballot to its result, for closing it and for counting it again."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from councils import urns
from councils.delegated import KEY, Delegated, delegated, delegated_written
from councils.models import Ballot, NamedVote
from councils.rules.ballots import Ranking, Support
from councils.rules.points import approval
from councils.rules.results import by_lot
from councils.rules.stv import stv
from councils.tally import TIE_BREAKS, Rule, Tally, tally
from councils.votes_written import papers_root, papers_written, receipts_root, roll_call_written

ELECTED, NOBODY = "elected", "nobody"

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
    through = delegated(ballot, votes)
    found = {"votes": len(votes), "receipts_root": receipts_root(votes)}
    found |= count(ballot, [*votes, *through]).as_dict()
    written: dict[str, Any] = {"votes": roll_call_written(votes)}
    if ballot.params.get(KEY):
        found["delegated"], written["delegated"] = len(through), delegated_written(through)
    return Outcome(found, written)


def votes_of(ballot: Ballot) -> list[NamedVote]:
    """Return the named votes that count, in the order of the roll."""
    votes = NamedVote.objects.filter(roll_entry__ballot=ballot).select_related("roll_entry", "option")
    return list(votes.order_by("roll_entry__number"))


def count(ballot: Ballot, votes: Iterable[NamedVote | Delegated]) -> Tally:
    """Count named votes, and rights that count as a delegate voted, by the ballot's frozen rule."""
    weights: Counter[str] = Counter()
    for vote in votes:
        cast, entry = (vote.vote, vote.entry) if isinstance(vote, Delegated) else (vote, vote.roll_entry)
        weights[cast.option.effect] += entry.weight
    return _majority(ballot, weights)


def count_papers(ballot: Ballot, papers: Papers) -> dict[str, Any]:
    """Count secret papers by the ballot's frozen rule."""
    if not ballot.asks_for_one:
        return elected(ballot, papers)
    effects = dict(ballot.options.values_list("code", "effect"))
    weights = Counter(effects[code] for _tracker, choice in papers for code in choice)
    return _majority(ballot, weights).as_dict()


def elected(ballot: Ballot, papers: Papers) -> dict[str, Any]:
    """Count an election's papers; a tie is broken by a lot that the papers themselves draw."""
    codes = list(ballot.options.order_by("number").values_list("code", flat=True))
    votes = Counter(tuple(choice) for _tracker, choice in papers if choice)
    blank = sum(not choice for _tracker, choice in papers)
    if not votes:
        return {"outcome": NOBODY, "winners": [], "blank": blank}
    lot = by_lot(lot_of(codes, papers_root(papers)))
    seats = int(ballot.params["seats"])
    if ballot.is_ranked:
        rankings = [Ranking(tuple((code,) for code in choice), weight) for choice, weight in votes.items()]
        found = stv(rankings, codes, seats=seats, transfer=ballot.params["transfer"], tie_break=lot)
    else:
        supports = [Support(dict.fromkeys(choice, 1), weight) for choice, weight in votes.items()]
        found = approval(supports, codes, seats=seats, tie_break=lot)
    return {"outcome": ELECTED, "blank": blank, **found.as_dict()}


def lot_of(codes: Iterable[str], root: str) -> list[str]:
    """Return the options in the order of the SHA-256 over the papers' root and their code.

    Nobody knows it before the last paper is cast, and everybody can compute it after the close.
    """
    return sorted(codes, key=lambda code: hashlib.sha256(f"{root}:{code}".encode()).hexdigest())


def _majority(ballot: Ballot, weights: Counter[str]) -> Tally:
    eligible = sum(ballot.roll.values_list("weight", flat=True))
    threshold, is_strict = Fraction(ballot.params["threshold"]), bool(ballot.params["strict"])
    rule = Rule(ballot.rule, threshold, is_strict)
    return tally(rule, Fraction(ballot.quorum), weights, eligible, tie_break=TIE_BREAKS[ballot.tie_break])
