"""One question of every kind with choices among its options, and helpers to vote on it by name and in secret."""

from typing import Any

from councils.models import Ballot, Motion
from councils.services import Counted, Receipt, ballot_close, ballot_open, paper_cast, vote_cast
from councils.votes_written import tracker_new
from tests.councils.secret import assembly
from tests.councils.world import DAY, LATER, NOW, World


def listed(*labels: str) -> list[dict[str, Any]]:
    """Return options without more than a label."""
    return [{"label": label} for label in labels]


FOUR = listed("Lathe", "Roof", "Kitchen", "Garden")
PROJECTS = [
    {"label": "Lathe", "cost": 60},
    {"label": "Roof", "cost": 40},
    {"label": "Kitchen", "cost": 40},
    {"label": "Garden", "cost": 20},
]
PARTS = [{"label": "Wages", "least": 10}, {"label": "Machines"}, {"label": "Garden"}]
QUESTIONS: dict[str, dict[str, Any]] = {
    "approval": {"rule": "approval", "options": FOUR, "params": {"places": 2}},
    "score": {"rule": "score", "options": FOUR, "params": {"places": 1, "most": 5, "total": 8}},
    "instant_runoff": {"rule": "instant_runoff", "options": FOUR},
    "schulze": {"rule": "schulze", "options": FOUR},
    "ranked_pairs": {"rule": "ranked_pairs", "options": FOUR},
    "equal_shares": {"rule": "equal_shares", "options": PROJECTS, "params": {"budget": 100, "unit": "h"}},
    "greedy": {"rule": "greedy", "options": PROJECTS, "params": {"budget": 100, "unit": "h"}},
    "median": {
        "rule": "median",
        "params": {"least": "20", "most": "48", "status_quo": "40", "unit": "hours"},
    },
    "independent_markets": {"rule": "independent_markets", "options": PARTS, "params": {"whole": 100}},
    "dhondt": {"rule": "dhondt", "options": FOUR, "params": {"seats": 5}},
    "sainte_lague": {"rule": "sainte_lague", "options": FOUR, "params": {"seats": 4}},
}
LISTS: tuple[list[str], ...] = (["o1", "o2"], ["o2"], ["o2", "o3"], ["o1", "o4"], [])
RANKINGS: tuple[list[str], ...] = (["o1", "o2"], ["o2"], ["o2", "o3"], ["o4", "o2"], [])
ONE_LIST: tuple[list[str], ...] = (["o1"], ["o2"], ["o4"], ["o2"], [])
CHOICES: dict[str, tuple[Any, ...]] = {
    "approval": LISTS,
    "score": ({"o1": 5, "o2": 3}, {"o2": 5}, {"o2": 4, "o3": 4}, {"o4": 1}, {}),
    "instant_runoff": RANKINGS,
    "schulze": RANKINGS,
    "ranked_pairs": RANKINGS,
    "equal_shares": LISTS,
    "greedy": LISTS,
    "median": ({"number": "30"}, {"number": "35.5"}, {"number": "38"}, {"number": "44"}, {}),
    "independent_markets": (
        {"o1": 10, "o2": 90},
        {"o1": 40, "o2": 30, "o3": 30},
        {"o1": 10, "o2": 45, "o3": 45},
        {"o1": 100},
        {},
    ),
    "dhondt": ONE_LIST,
    "sainte_lague": ONE_LIST,
}


def motion_on(world: World, kind: str, **options: Any) -> Motion:
    """Move the question of that kind in the metal council, or in another."""
    return world.motion(**{"title": "What first?", "asks": QUESTIONS[kind], **options})


def named(world: World, kind: str, **options: Any) -> Ballot:
    """Open a named vote of the metal council, which has five seats, on the question of that kind."""
    now = options.setdefault("now", NOW)
    return ballot_open(motion=motion_on(world, kind, **options), by=world.person("carla"), now=now)


def secret(world: World, kind: str, members: int = 12, **options: Any) -> Ballot:
    """Open a secret vote of an assembly on the question of that kind."""
    now = options.setdefault("now", NOW)
    motion = motion_on(world, kind, council=assembly(world, members), by=world.person("mia"), **options)
    return ballot_open(motion=motion, by=world.person("bruno"), secrecy="secret", now=now)


def say(world: World, ballot: Ballot, number: int, choice: Any, **options: Any) -> Receipt:
    """Cast the named vote of the metal council's seat of that number."""
    given = {"by": world.person(f"delegate{number}"), "idempotency_key": f"{number}-{choice}"[:64]}
    right = world.seat(number).right
    return vote_cast(ballot=ballot, right=right, choice=choice, **{**given, "now": NOW + DAY, **options})


def put(ballot: Ballot, number: int, choice: Any, **options: Any) -> Counted:
    """Put the paper of the roll's entry of that number into the urn."""
    entry = ballot.roll.select_related("person").get(number=number)
    given = {"tracker": tracker_new(), "by": entry.person, "now": NOW + DAY}
    return paper_cast(ballot=ballot, right=entry.right, choice=choice, **{**given, **options})


def closed(ballot: Ballot) -> dict[str, Any]:
    """Close the vote by the clock and return its result."""
    return dict(ballot_close(ballot=ballot, by=None, now=LATER).result or {})
