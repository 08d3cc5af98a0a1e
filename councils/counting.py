"""From the votes of a ballot to its result, for closing it and for counting it again."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from councils import urns
from councils.choice_counting import LOT, NEEDS_LOT, Weighed, choices_counted
from councils.choices import Choice
from councils.delegated import KEY, Delegated, delegated, delegated_written
from councils.double_majorities import FROZEN, parts_rule
from councils.models import Ballot, NamedVote, Option, RollEntry
from councils.parts import Parts, both, tally_parts
from councils.portfolios import Bid, bids
from councils.questions import Question
from councils.rules.ballots import Ranking, Support
from councils.rules.points import approval
from councils.rules.results import by_lot
from councils.rules.stv import stv
from councils.tally import STATUS_QUO, TIE_BREAKS, Rule, Tally, tally, tally_by_consent
from councils.votes_written import papers_root, papers_written, receipts_root, roll_call_written

ELECTED, NOBODY = "elected", "nobody"

type Papers = list[tuple[str, Choice]]


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
    if ballot.weighs_options:
        found |= among_options(ballot, _weighed(votes, through), receipts_root(votes))
    else:
        found |= answered(ballot, [*votes, *through])
    written: dict[str, Any] = {"votes": roll_call_written(votes)}
    if ballot.params.get(KEY):
        found["delegated"], written["delegated"] = len(through), delegated_written(through)
    return Outcome(found, written)


def _weighed(votes: Iterable[NamedVote], through: Iterable[Delegated]) -> list[tuple[Choice, int]]:
    own = [(vote.choice or [], vote.roll_entry.weight) for vote in votes]
    return own + [(row.vote.choice or [], row.entry.weight) for row in through]


def projects_of(ballot: Ballot) -> dict[str, Bid]:
    """Return by code how each project fared in the closed vote on a portfolio; the votes are counted again for it."""
    if ballot.secrecy == Ballot.Secrecy.SECRET:
        papers = urns.papers(ballot)
        weighed: list[tuple[Choice, int]] = [(choice, 1) for _tracker, choice in papers]
        root = papers_root(papers)
    else:
        votes = votes_of(ballot)
        weighed, root = _weighed(votes, delegated(ballot, votes)), receipts_root(votes)
    codes = ballot.options.order_by("number").values_list("code", flat=True)
    return bids(ballot.rule, ballot.params, weighed, by_lot(lot_of(codes, root)))


def answered(ballot: Ballot, votes: list[NamedVote | Delegated]) -> dict[str, Any]:
    """Count votes for yes or no, or objections; where a majority of parts is needed beside theirs, those too."""
    if ballot.is_by_consent:
        return count_consent(ballot, votes)
    found = count(ballot, votes)
    if FROZEN not in ballot.params:
        return found.as_dict()
    parts = count_parts(ballot, votes)
    return {**both(found, parts).as_dict(), "parts": parts.as_dict()}


def count_consent(ballot: Ballot, votes: Iterable[NamedVote | Delegated]) -> dict[str, Any]:
    """Count objections and list them with their reasons; rights that count as a delegate voted bring none of their own."""
    votes = list(votes)
    weights: Counter[str] = Counter()
    for effect, entry in _said(votes):
        weights[effect] += entry.weight
    own = [vote for vote in votes if isinstance(vote, NamedVote) and vote.effect == Option.Effect.NO]
    objections = [
        {"number": vote.roll_entry.number, "name": vote.roll_entry.name, "reason": vote.reason}
        for vote in own
    ]
    eligible = sum(ballot.roll.values_list("weight", flat=True))
    found = tally_by_consent(Fraction(ballot.quorum), weights, eligible, len(objections))
    return {**found.as_dict(), "objections": objections}


def votes_of(ballot: Ballot) -> list[NamedVote]:
    """Return the named votes that count, in the order of the roll."""
    votes = NamedVote.objects.filter(roll_entry__ballot=ballot).select_related("roll_entry", "option")
    return list(votes.order_by("roll_entry__number"))


def count(ballot: Ballot, votes: Iterable[NamedVote | Delegated]) -> Tally:
    """Count named votes, and rights that count as a delegate voted, by the ballot's frozen rule."""
    weights: Counter[str] = Counter()
    for effect, entry in _said(votes):
        weights[effect] += entry.weight
    return _majority(ballot, weights)


def count_parts(ballot: Ballot, votes: Iterable[NamedVote | Delegated]) -> Parts:
    """Count the same votes in each part of the roll, by what was frozen on it."""
    frozen = ballot.params[FROZEN]
    weights = {code: Counter[str]() for code in frozen["roll"]}
    for effect, entry in _said(votes):
        if entry.part:
            weights[entry.part][effect] += entry.weight
    eligible = {code: weight for code, (_name, weight) in frozen["roll"].items()}
    return tally_parts(parts_rule(frozen), weights, eligible, tie_break=TIE_BREAKS[ballot.tie_break])


def _said(votes: Iterable[NamedVote | Delegated]) -> Iterator[tuple[str, RollEntry]]:
    for vote in votes:
        cast, entry = (vote.vote, vote.entry) if isinstance(vote, Delegated) else (vote, vote.roll_entry)
        yield cast.effect, entry


def count_papers(ballot: Ballot, papers: Papers) -> dict[str, Any]:
    """Count secret papers by the ballot's frozen rule."""
    if ballot.weighs_options:
        return among_options(ballot, [(choice, 1) for _tracker, choice in papers], papers_root(papers))
    if not ballot.asks_for_one:
        return elected(ballot, papers)
    effects = dict(ballot.options.values_list("code", "effect"))
    weights = Counter(effects[code] for _tracker, choice in papers for code in choice)
    return _majority(ballot, weights).as_dict()


def among_options(ballot: Ballot, weighed: Weighed, root: str) -> dict[str, Any]:
    """Count a question with options; a tie is broken by a lot that the votes themselves draw."""
    codes = list(ballot.options.order_by("number").values_list("code", flat=True))
    return choices_counted(
        ballot.rule,
        ballot.params,
        codes,
        weighed,
        quorum=Fraction(ballot.quorum),
        eligible=sum(ballot.roll.values_list("weight", flat=True)),
        lot=by_lot(lot_of(codes, root)),
    )


def tie_break_of(question: Question) -> str:
    """Return the name of the tie-break of a question with options."""
    return LOT if question.rule in NEEDS_LOT else STATUS_QUO.name


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
