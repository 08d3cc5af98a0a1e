"""Elections that several tests of the rules share: published files, and random small ones."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from councils.rules.ballots import Portfolio, Ranking, Support
from councils.rules.equal_shares import equal_shares
from councils.rules.greedy import greedy
from councils.rules.instant_runoff import instant_runoff
from councils.rules.phragmen import phragmen, phragmen_committee
from councils.rules.points import approval, score
from councils.rules.ranked_pairs import ranked_pairs
from councils.rules.results import Count, Number, TieBreak
from councils.rules.schulze import schulze
from councils.rules.stv import stv
from councils.rules.thiele import sequential_pav

DATA = Path(__file__).parents[4] / "shared" / "data"
OPTIONS = ("a", "b", "c", "d", "e")


def published(*parts: str) -> Path:
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip("the published test tables (../shared/data) are not on this machine")
    return path


def expected(*parts: str) -> dict[str, Any]:
    """The published results by file; none where they are not on this machine."""
    path = DATA.joinpath(*parts)
    return json.loads(path.read_text(encoding="utf-8"))["files"] if path.exists() else {}


@dataclass(frozen=True)
class Election:
    """Costs and points for rules about projects, rankings for the others; ``seats`` to be filled."""

    costs: Mapping[str, Number]
    budget: Number
    supports: tuple[Support, ...]
    rankings: tuple[Ranking, ...]
    seats: int

    @property
    def options(self) -> list[str]:
        return list(self.costs)

    @property
    def portfolio(self) -> Portfolio:
        return Portfolio(self.budget, self.costs, self.supports)

    def renamed(self, names: Mapping[str, str]) -> "Election":
        return Election(
            {names[option]: cost for option, cost in self.costs.items()},
            self.budget,
            tuple(Support({names[o]: p for o, p in s.points.items()}, s.weight) for s in self.supports),
            tuple(
                Ranking(tuple(tuple(names[o] for o in group) for group in r.groups), r.weight)
                for r in self.rankings
            ),
            self.seats,
        )

    def reordered(self, order: Sequence[int]) -> "Election":
        return Election(
            self.costs,
            self.budget,
            tuple(self.supports[place] for place in order),
            tuple(self.rankings[place] for place in order),
            self.seats,
        )

    def replicated(self) -> "Election":
        """Every ballot of weight w as w ballots of weight 1."""
        return Election(
            self.costs,
            self.budget,
            tuple(Support(s.points) for s in self.supports for _ in range(int(s.weight))),
            tuple(Ranking(r.groups) for r in self.rankings for _ in range(int(r.weight))),
            self.seats,
        )


@st.composite
def elections(draw: st.DrawFn, voters: int = 7) -> Election:
    """Few options, equal costs and small weights: ties are frequent."""
    options = OPTIONS[: draw(st.integers(2, len(OPTIONS)))]
    costs = {option: draw(st.integers(1, 6)) for option in options}
    number = draw(st.integers(1, voters))
    supports, rankings = [], []
    for _ in range(number):
        weight = draw(st.integers(1, 3))
        points = draw(st.dictionaries(st.sampled_from(options), st.integers(1, 4)))
        order = draw(st.permutations(options))
        supports.append(Support(points, weight))
        rankings.append(Ranking(tuple((o,) for o in order[: draw(st.integers(0, len(options)))]), weight))
    budget = draw(st.integers(0, sum(costs.values())))
    return Election(costs, budget, tuple(supports), tuple(rankings), draw(st.integers(1, len(options))))


type Counter = Callable[[Election, TieBreak], Count]

PROJECT_RULES: dict[str, Counter] = {
    **{
        f"equal-shares {utility} {completion}": lambda e, by, u=utility, c=completion: equal_shares(
            e.portfolio, utility=u, completion=c, tie_break=by
        )
        for utility in ("cost", "cardinality", "points")
        for completion in ("none", "add1", "1pct", "add1-until-overspend")
    },
    "greedy": lambda e, by: greedy(e.portfolio, tie_break=by),
    "greedy cardinality": lambda e, by: greedy(e.portfolio, utility="cardinality", tie_break=by),
    "phragmen": lambda e, by: phragmen(e.portfolio, tie_break=by),
}
COMMITTEE_RULES: dict[str, Counter] = {
    "approval": lambda e, by: approval(e.supports, e.options, seats=e.seats, tie_break=by),
    "score": lambda e, by: score(e.supports, e.options, seats=e.seats, tie_break=by),
    "phragmen committee": lambda e, by: phragmen_committee(
        e.supports, e.options, seats=e.seats, tie_break=by
    ),
    "sequential-pav": lambda e, by: sequential_pav(e.supports, e.options, seats=e.seats, tie_break=by),
}
RANKED_RULES: dict[str, Counter] = {
    "irv": lambda e, by: instant_runoff(e.rankings, e.options, tie_break=by),
    "schulze": lambda e, by: schulze(e.rankings, e.options, seats=e.seats, tie_break=by),
    "ranked-pairs": lambda e, by: ranked_pairs(e.rankings, e.options, seats=e.seats, tie_break=by),
    **{
        f"stv {transfer}": lambda e, by, t=transfer: stv(
            e.rankings, e.options, seats=e.seats, transfer=t, tie_break=by
        )
        for transfer in ("weighted", "weighted-exact", "per-paper")
    },
}
ALL_RULES = PROJECT_RULES | COMMITTEE_RULES | RANKED_RULES
