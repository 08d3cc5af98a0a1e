"""Single transferable vote with a quota and a stated transfer rule."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from councils.rules.ballots import Ranking, check_rankings
from councils.rules.results import BY_IDENTIFIER, Count, CountError, Number, Step, TieBreak, Ties

DECIMALS = 10**5

type Papers = dict[tuple[tuple[str, ...], Fraction], Number]


@dataclass(frozen=True)
class Transfer:
    """A transfer rule: the quota from (votes, seats), and a paper's new value from (value, surplus, total, papers).

    ``total`` is the sum of the candidate's papers at their values, ``papers`` their number; on exclusion everything
    is surplus.
    """

    name: str
    quota: Callable[[Number, int], Fraction]
    value: Callable[[Fraction, Fraction, Fraction, Number], Fraction]


def _droop(votes: Number, seats: int) -> Fraction:
    return Fraction(votes // (seats + 1) + 1)


def _exact_quota(votes: Number, seats: int) -> Fraction:
    return Fraction(votes) / (seats + 1)


def _truncated(value: Fraction, surplus: Fraction, total: Fraction, papers: Number) -> Fraction:  # noqa: ARG001
    return Fraction(value * surplus * DECIMALS // total, DECIMALS)


def _unrounded(value: Fraction, surplus: Fraction, total: Fraction, papers: Number) -> Fraction:  # noqa: ARG001
    return value * surplus / total


def _per_paper(value: Fraction, surplus: Fraction, total: Fraction, papers: Number) -> Fraction:  # noqa: ARG001
    return surplus / papers


TRANSFERS = {
    rule.name: rule
    for rule in (
        Transfer("weighted", _droop, _truncated),
        Transfer("weighted-exact", _droop, _unrounded),
        Transfer("per-paper", _exact_quota, _per_paper),
    )
}


def stv(
    rankings: Sequence[Ranking],
    options: Sequence[str],
    *,
    seats: int,
    transfer: str = "weighted",
    tie_break: TieBreak = BY_IDENTIFIER,
) -> Count:
    """Fill ``seats`` by single transferable vote.

    Who has the quota is elected. A surplus, the largest first, goes on to the next options of all the candidate's
    papers; when there is none, the option with fewest votes is excluded; when as many are left as seats, they are
    elected. ``weighted``: Droop quota ⌊V/(s+1)⌋+1 and new value = value · surplus / total, cut after five decimals,
    as Scotland counts (weighted inclusive Gregory; Scottish Local Government Elections Order 2007, rules 46-52);
    ``weighted-exact``: the same without the cut; ``per-paper``: quota V/(s+1) and every paper gets the same value,
    surplus / number of papers (unweighted inclusive Gregory), on exclusion too.
    Raises CountError for wrong ballots, seats or names.
    """
    check_rankings(rankings, options, seats, strict=True)
    if transfer not in TRANSFERS:
        raise CountError(f"{transfer} is no transfer rule; choose among {', '.join(TRANSFERS)}.")
    count = _Counting(rankings, options, seats, TRANSFERS[transfer], Ties(tie_break))
    return count.run()


class _Counting:
    """The piles of papers while they are counted."""

    def __init__(
        self, rankings: Sequence[Ranking], options: Sequence[str], seats: int, rule: Transfer, ties: Ties
    ) -> None:
        self.seats, self.rule, self.ties = seats, rule, ties
        self.hopeful, self.elected = list(options), list[str]()
        self.surpluses: list[str] = []
        self.piles: dict[str, Papers] = {option: defaultdict(int) for option in options}
        self.votes: dict[str, Fraction] = dict.fromkeys(options, Fraction(0))
        self.exhausted, self.lost = Fraction(0), Fraction(0)
        self.steps: list[Step] = []
        for ranking in rankings:
            self._lay(tuple(option for (option,) in ranking.groups), Fraction(1), ranking.weight)
        self.quota = rule.quota(sum(self.votes.values()), seats)

    def run(self) -> Count:
        """Elect until no seat is left."""
        self._note("first preferences")
        self._elect()
        while len(self.elected) < self.seats:
            if len(self.elected) + len(self.hopeful) <= self.seats:
                self._elect_rest()
            elif self.surpluses:
                self._transfer()
            else:
                self._exclude()
            self._elect()
        facts = {"seats": self.seats, "quota": self.quota, "transfer": self.rule.name}
        return Count("stv", tuple(self.elected), tuple(self.steps), tuple(self.ties.found), facts)

    def _lay(self, choices: tuple[str, ...], value: Fraction, papers: Number) -> None:
        """Put papers on the pile of their next hopeful option; only what comes after it is kept."""
        for place, option in enumerate(choices):
            if option in self.hopeful:
                self.piles[option][choices[place + 1 :], value] += papers
                self.votes[option] += value * papers
                return
        self.exhausted += value * papers

    def _elect(self) -> None:
        """Elect who has reached the quota, the strongest first."""
        reached = [option for option in self.hopeful if self._is_reached(option)]
        for votes in sorted({self.votes[option] for option in reached}, reverse=True):
            equal = self.ties.tie_break.sorted(option for option in reached if self.votes[option] == votes)
            for option in self.ties.take(equal, min(len(equal), self.seats - len(self.elected)), "quota"):
                self._seat(option)
                if votes > self.quota:
                    self.surpluses.append(option)

    def _is_reached(self, option: str) -> bool:
        return self.votes[option] >= self.quota and self.votes[option] > 0

    def _seat(self, option: str) -> None:
        self.hopeful.remove(option)
        self.elected.append(option)
        self.steps[-1].setdefault("elected", []).append(option)

    def _elect_rest(self) -> None:
        self._note("as many are left as seats")
        for option in sorted(self.hopeful, key=lambda o: (-self.votes[o], self.ties.tie_break.place(o))):
            self._seat(option)

    def _transfer(self) -> None:
        most = max(self.votes[option] for option in self.surpluses)
        option = self.ties.first([o for o in self.surpluses if self.votes[o] == most], "order of surpluses")
        self.surpluses.remove(option)
        total, surplus, pile = self.votes[option], self.votes[option] - self.quota, self.piles.pop(option)
        papers, moved = sum(pile.values()), Fraction(0)
        self.votes[option] = self.quota
        for (choices, value), number in pile.items():
            new = self.rule.value(value, surplus, total, papers)
            moved += new * number
            if new > 0:
                self._lay(choices, new, number)
        self.lost += surplus - moved
        self._note("surplus", of=option, surplus=surplus, share=surplus / total)

    def _exclude(self) -> None:
        least = min(self.votes[option] for option in self.hopeful)
        weakest = [option for option in self.hopeful if self.votes[option] == least]
        option = self.ties.last(weakest, f"exclusion in step {len(self.steps) + 1}")
        self.hopeful.remove(option)
        pile = self.piles.pop(option)
        self.votes[option] = Fraction(0)
        papers = sum(pile.values())
        for (choices, value), number in pile.items():
            self._lay(choices, self.rule.value(value, least, least, papers), number)
        self._note("excluded", of=option, votes_moved=least)

    def _note(self, what: str, **more: object) -> None:
        votes = {option: self.votes[option] for option in [*self.elected, *self.hopeful]}
        step = {"step": len(self.steps) + 1, "what": what, **more, "votes": votes}
        self.steps.append({**step, "exhausted": self.exhausted, "lost_by_rounding": self.lost})
