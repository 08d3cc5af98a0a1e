"""Random elections counted by other people's programs as well."""

import json
from collections.abc import Callable
from pathlib import Path

import pabutools.election as pabutools_election
import pabutools.rules as pabutools_rules
import pyrankvote
import pytest
from abcvoting import abcrules, preferences
from hypothesis import given, settings

from councils.rules.ballots import Ranking
from councils.rules.instant_runoff import instant_runoff
from councils.rules.ranked_pairs import ranked_pairs
from councils.rules.results import BY_IDENTIFIER, Count
from councils.rules.schulze import schulze
from tests.councils.rules.elections import COMMITTEE_RULES, PROJECT_RULES, Election, elections

KEPT = Path(__file__).parent / "data" / "pref_voting.json"
BY_RANKING: dict[str, Callable[..., Count]] = {
    "schulze": schulze,
    "ranked-pairs": ranked_pairs,
    "instant-runoff": instant_runoff,
}
FEW = settings(max_examples=60)


def for_pabutools(election: Election) -> tuple[object, object]:
    projects = {name: pabutools_election.Project(name, cost) for name, cost in election.costs.items()}
    instance = pabutools_election.Instance(projects.values(), budget_limit=election.budget)
    profile = pabutools_election.ApprovalProfile(
        [
            pabutools_election.ApprovalBallot({projects[name] for name in support.points})
            for support in election.replicated().supports
        ],
        instance=instance,
    )
    return instance, profile


@pytest.mark.parametrize(
    ("rule", "measure", "step"),
    [
        ("equal-shares cost none", "Cost_Sat", None),
        ("equal-shares cardinality none", "Cardinality_Sat", None),
        ("equal-shares cost add1", "Cost_Sat", 1),
        ("equal-shares cardinality add1", "Cardinality_Sat", 1),
    ],
)
@FEW
@given(election=elections())
def test_equal_shares_by_pabutools(rule: str, measure: str, step: int | None, election: Election) -> None:
    instance, profile = for_pabutools(election)
    found = pabutools_rules.method_of_equal_shares(
        instance, profile, sat_class=getattr(pabutools_election, measure), voter_budget_increment=step
    )
    ours = PROJECT_RULES[rule](election, BY_IDENTIFIER)
    assert sorted(project.name for project in found) == sorted(ours.winners)


@pytest.mark.parametrize(
    ("rule", "measure"), [("greedy", "Cost_Sat"), ("greedy cardinality", "Cardinality_Sat")]
)
@FEW
@given(election=elections())
def test_greedy_by_pabutools(rule: str, measure: str, election: Election) -> None:
    instance, profile = for_pabutools(election)
    found = pabutools_rules.greedy_utilitarian_welfare(
        instance, profile, sat_class=getattr(pabutools_election, measure)
    )
    assert sorted(p.name for p in found) == sorted(PROJECT_RULES[rule](election, BY_IDENTIFIER).winners)


@FEW
@given(election=elections())
def test_phragmen_by_pabutools(election: Election) -> None:
    """pabutools also buys projects that nobody supports, at an infinite load: those are left out of its answer."""
    instance, profile = for_pabutools(election)
    supported = {option for support in election.supports for option in support.points}
    found = pabutools_rules.sequential_phragmen(instance, profile)
    ours = PROJECT_RULES["phragmen"](election, BY_IDENTIFIER)
    assert sorted(p.name for p in found if p.name in supported) == sorted(ours.winners)


@pytest.mark.parametrize(
    ("rule", "name", "algorithm"),
    [
        ("phragmen committee", "seqphragmen", "standard-fractions"),
        ("sequential-pav", "seqpav", "standard"),
        ("approval", "av", "standard"),
    ],
)
@FEW
@given(election=elections())
def test_committees_by_abcvoting(rule: str, name: str, algorithm: str, election: Election) -> None:
    """abcvoting returns every committee that some way to break ties elects."""
    profile = preferences.Profile(len(election.options), cand_names=election.options)
    for support in election.replicated().supports:
        profile.add_voter({election.options.index(option) for option in support.points})
    committees = abcrules.compute(name, profile, election.seats, resolute=False, algorithm=algorithm)
    found = {frozenset(election.options[place] for place in committee) for committee in committees}
    assert frozenset(COMMITTEE_RULES[rule](election, BY_IDENTIFIER).winners) in found


@FEW
@given(election=elections(voters=12))
def test_instant_runoff_by_pyrankvote(election: Election) -> None:
    """Where no tie had to be broken; pyrankvote breaks them by second choices, then at random."""
    candidates = {option: pyrankvote.Candidate(option) for option in election.options}
    ballots = [
        pyrankvote.Ballot([candidates[option] for (option,) in ranking.groups])
        for ranking in election.replicated().rankings
        if ranking.groups
    ]
    ours = instant_runoff(election.rankings, election.options)
    if ours.ties or not ballots:
        return
    winners = pyrankvote.instant_runoff_voting(list(candidates.values()), ballots).get_winners()
    assert tuple(winner.name for winner in winners) == ours.winners


@pytest.mark.parametrize("rule", ["schulze", "ranked-pairs", "instant-runoff"])
def test_rankings_by_pref_voting(rule: str) -> None:
    """Its winners are kept in a file that says how it was made; several where breaking ties otherwise elects others."""
    wrong = []
    for election in json.loads(KEPT.read_text(encoding="utf-8"))["elections"]:
        rankings = [
            Ranking(tuple((option,) for option in order), weight)
            for order, weight in zip(election["rankings"], election["weights"], strict=True)
        ]
        winner = BY_RANKING[rule](rankings, sorted(election["rankings"][0])).winners[0]
        if winner not in election[rule]:
            wrong.append((election, winner))
    assert not wrong
