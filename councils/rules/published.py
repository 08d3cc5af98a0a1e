"""Counts a published election by a named rule: turns what voters wrote into the ballots that the rule takes."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from councils.rules.ballots import Portfolio, Ranking, Support
from councils.rules.equal_shares import equal_shares
from councils.rules.files import PabulibFile, PreflibFile, Vote
from councils.rules.files.text import NUMBER
from councils.rules.greedy import greedy
from councils.rules.independent_markets import Division, independent_markets
from councils.rules.instant_runoff import instant_runoff
from councils.rules.median import Figure, median
from councils.rules.phragmen import phragmen, phragmen_committee
from councils.rules.points import approval, score
from councils.rules.ranked_pairs import ranked_pairs
from councils.rules.results import BY_IDENTIFIER, Count, CountError, Number, TieBreak, Ties
from councils.rules.schulze import schulze
from councils.rules.stv import stv
from councils.rules.thiele import sequential_pav
from councils.rules.welfare import max_welfare

type Election = PabulibFile | PreflibFile

BORDA, POINTS = "borda", "points"
UTILITY_NAMES = ("cost", "cardinality", POINTS, BORDA)


@dataclass(frozen=True)
class Choice:
    """What is asked for besides the rule; ``seats`` None: as many as the rule needs (one)."""

    utility: str = "cost"
    completion: str = "none"
    seats: int | None = None
    transfer: str = "weighted"
    tie_break: TieBreak = BY_IDENTIFIER

    @property
    def places(self) -> int:
        """The number of seats."""
        return 1 if self.seats is None else self.seats

    @property
    def measure(self) -> str:
        """The utility as the rules call it: Borda's points are points."""
        return POINTS if self.utility == BORDA else self.utility


@dataclass(frozen=True)
class Rule:
    """How a rule counts an election, and which of the choices it heeds."""

    count: Callable[[Election, Choice], Count]
    heeds: frozenset[str]


def count_election(election: Election, rule: str, choice: Choice) -> Count:
    """Count by the rule; raise CountError with a sentence where rule, choice and file do not go together."""
    if rule not in RULES:
        raise CountError(f"{rule} is no rule; choose among {', '.join(RULES)}.")
    if choice.utility not in UTILITY_NAMES:
        raise CountError(f"{choice.utility} is no utility; choose among {', '.join(UTILITY_NAMES)}.")
    usual = Choice()
    for name in ("utility", "completion", "seats", "transfer"):
        given = getattr(choice, name)
        if name not in RULES[rule].heeds and given not in (getattr(usual, name), 1):
            raise CountError(f"{rule} knows no {name}; leave out {given}.")
    for option in options_of(election):
        choice.tie_break.place(option)
    return RULES[rule].count(election, choice)


def options_of(election: Election) -> dict[str, str]:
    """Return the names of all options by identifier."""
    return election.names


def _pabulib(election: Election, why: str) -> PabulibFile:
    if not isinstance(election, PabulibFile):
        raise CountError(f"{election.name} holds rankings; this rule needs {why}, as a .pb file has them.")
    return election


def _points_of(election: PabulibFile, vote: Vote, utility: str) -> dict[str, Number]:
    """Return the points of one vote; where none are given, every project named has one."""
    if utility == BORDA:
        if election.vote_type != "ordinal":
            raise CountError(f"{election.name} holds no rankings; the utility {BORDA} needs them.")
        return {project: len(vote.projects) - 1 - place for place, project in enumerate(vote.projects)}
    if vote.points:
        return dict(zip(vote.projects, vote.points, strict=True))
    return dict.fromkeys(vote.projects, 1)


def _supports(election: PabulibFile, utility: str) -> tuple[Support, ...]:
    has_points = any(vote.points for vote in election.votes)
    if utility == POINTS and not has_points:
        hint = f"; take {BORDA}" if election.vote_type == "ordinal" else "; take cardinality"
        raise CountError(f"The votes of {election.name} give no points{hint}.")
    return tuple(Support(_points_of(election, vote, utility), 1, vote.voter) for vote in election.votes)


def _portfolio(election: Election, choice: Choice) -> Portfolio:
    file = _pabulib(election, "costs and a budget")
    return Portfolio(file.budget, file.costs, _supports(file, choice.utility))


def _rankings(election: Election) -> tuple[Ranking, ...]:
    """Return rankings; projects with equal points, or all that are approved, share a place."""
    if isinstance(election, PreflibFile):
        return election.rankings
    if election.vote_type == "ordinal":
        return tuple(
            Ranking(tuple((project,) for project in vote.projects), 1, vote.voter) for vote in election.votes
        )
    rankings = []
    for vote in election.votes:
        points = _points_of(election, vote, POINTS)
        ranked = sorted((project for project in points if points[project] > 0), key=lambda p: -points[p])
        groups = tuple(tuple(group) for _, group in groupby(ranked, key=points.__getitem__))
        rankings.append(Ranking(groups, 1, vote.voter))
    return tuple(rankings)


def _score(election: Election, choice: Choice) -> Count:
    file = _pabulib(election, "points")
    if file.vote_type == "ordinal" and choice.utility != BORDA:
        raise CountError(f"{file.name} holds rankings; score needs points, or the utility {BORDA}.")
    return score(
        _supports(file, choice.utility), list(file.costs), seats=choice.places, tie_break=choice.tie_break
    )


def _by_supports(rule: Callable[..., Count]) -> Callable[[Election, Choice], Count]:
    def count(election: Election, choice: Choice) -> Count:
        file = _pabulib(election, "approvals")
        supports = _supports(file, "cost")
        return rule(supports, list(file.costs), seats=choice.places, tie_break=choice.tie_break)

    return count


def _by_rankings(rule: Callable[..., Count]) -> Callable[[Election, Choice], Count]:
    def count(election: Election, choice: Choice) -> Count:
        options = list(options_of(election))
        return rule(_rankings(election), options, seats=choice.places, tie_break=choice.tie_break)

    return count


def _equal_shares(election: Election, choice: Choice) -> Count:
    portfolio = _portfolio(election, choice)
    return equal_shares(
        portfolio, utility=choice.measure, completion=choice.completion, tie_break=choice.tie_break
    )


def _greedy(election: Election, choice: Choice) -> Count:
    return greedy(_portfolio(election, choice), utility=choice.measure, tie_break=choice.tie_break)


def _max_welfare(election: Election, choice: Choice) -> Count:
    return max_welfare(_portfolio(election, choice), utility=choice.measure, tie_break=choice.tie_break)


def _phragmen(election: Election, choice: Choice) -> Count:
    if choice.seats is not None:
        return _by_supports(phragmen_committee)(election, choice)
    return phragmen(_portfolio(election, choice), tie_break=choice.tie_break)


def _irv(election: Election, choice: Choice) -> Count:
    return instant_runoff(_rankings(election), list(options_of(election)), tie_break=choice.tie_break)


def _stv(election: Election, choice: Choice) -> Count:
    options = list(options_of(election))
    return stv(
        _rankings(election),
        options,
        seats=choice.places,
        transfer=choice.transfer,
        tie_break=choice.tie_break,
    )


def _median(election: Election, choice: Choice) -> Count:
    """Return the option at the median, where each voter names one and options are numbers."""
    numbers = _numbers(election)
    figures = []
    for ranking in _rankings(election):
        if ranking.groups and len(ranking.groups[0]) > 1:
            raise CountError(
                f"Ballot {ranking.voter} names several options first; the median needs one number."
            )
        if ranking.groups:
            figures.append(Figure(numbers[ranking.groups[0][0]], ranking.weight, ranking.voter))
    found = median(figures)
    ties = Ties(choice.tie_break)
    at = [option for option, number in numbers.items() if number == found.value]
    winner = ties.first(at, "options with the same number")
    facts = {"value": found.value, "interval": list(found.interval)}
    return Count("median", (winner,), found.steps, (*found.ties, *ties.found), facts)


def _numbers(election: Election) -> dict[str, Number]:
    """Return the number that an option stands for: a project's cost, or the name of a ranked alternative."""
    if isinstance(election, PabulibFile):
        return dict(election.costs)
    if not all(NUMBER.fullmatch(name) for name in election.names.values()):
        raise CountError(f"The options of {election.name} are not named by numbers; the median needs that.")
    return {option: Fraction(name) for option, name in election.names.items()}


def _independent_markets(election: Election, choice: Choice) -> Count:  # noqa: ARG001
    """Return the budget's division by the voters' points; an approval counts as an equal share."""
    file = _pabulib(election, "points for projects")
    divisions, silent = [], 0
    for vote in file.votes:
        points = _points_of(file, vote, BORDA if file.vote_type == "ordinal" else POINTS)
        total = sum(points.values())
        if total == 0:
            silent += 1
            continue
        shares = {project: Fraction(number) / total for project, number in points.items()}
        divisions.append(Division(shares, 1, vote.voter))
    found = independent_markets(divisions, list(file.costs))
    shares = found.shares
    winners = sorted((project for project in shares if shares[project] > 0), key=lambda p: (-shares[p], p))
    facts = {
        "budget": file.budget,
        "voters": len(divisions),
        "voters_without_points": silent,
        "slope": found.slope,
        "shares": shares,
        "amounts": {project: share * file.budget for project, share in shares.items()},
    }
    return Count("independent-markets", tuple(winners), found.steps, (), facts)


RULES: dict[str, Rule] = {
    "equal-shares": Rule(_equal_shares, frozenset({"utility", "completion"})),
    "greedy": Rule(_greedy, frozenset({"utility"})),
    "phragmen": Rule(_phragmen, frozenset({"seats"})),
    "max-welfare": Rule(_max_welfare, frozenset({"utility"})),
    "approval": Rule(_by_supports(approval), frozenset({"seats"})),
    "score": Rule(_score, frozenset({"seats", "utility"})),
    "sequential-pav": Rule(_by_supports(sequential_pav), frozenset({"seats"})),
    "stv": Rule(_stv, frozenset({"seats", "transfer"})),
    "irv": Rule(_irv, frozenset()),
    "schulze": Rule(_by_rankings(schulze), frozenset({"seats"})),
    "ranked-pairs": Rule(_by_rankings(ranked_pairs), frozenset({"seats"})),
    "median": Rule(_median, frozenset()),
    "independent-markets": Rule(_independent_markets, frozenset()),
}
