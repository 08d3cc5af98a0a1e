"""A meeting of an assembly that votes on paper, for tests."""

from typing import Any

from councils.models import Ballot, Meeting, PaperCount
from councils.services import ballot_open, papers_read
from tests.councils.meeting import BEGINS, called, mandate, opened
from tests.councils.secret import assembly
from tests.councils.world import World

VOTED = BEGINS
MEMBERS = ["mia", "noah", "olga", *(f"member{n}" for n in range(4, 9))]


def gathered(world: World, *present: str) -> Meeting:
    """Open a meeting of the first workplace's assembly with a registrar, and these members present (all by default)."""
    council = assembly(world, len(MEMBERS))
    mandate(world, "rita", council, "registrar")
    mandate(world, "carl", council, "coordinator")
    meeting = called(world, council=council, by=world.person("carl"))
    return opened_by(world, meeting, *(present or MEMBERS))


def opened_by(world: World, meeting: Meeting, *present: str) -> Meeting:
    """Open that meeting by its own coordinator."""
    world.people["carla"], carla = world.person("carl"), world.people.get("carla")
    found = opened(world, meeting, *present)
    if carla:
        world.people["carla"] = carla
    return found


def voted(world: World, meeting: Meeting, secrecy: str, title: str = "Shorter hours") -> Ballot:
    """Open a vote of the assembly during its meeting."""
    motion = world.motion(council=meeting.council, by=world.person("mia"), title=title, now=BEGINS)
    return ballot_open(motion=motion, by=world.person("carl"), secrecy=secrecy, now=BEGINS)


def numbers(ballot: Ballot, *names: str) -> list[int]:
    """Return the numbers on the roll of these people."""
    found = dict(ballot.roll.values_list("person__username", "number"))
    return [found[name] for name in names]


def read(world: World, ballot: Ballot, by: str, **content: Any) -> PaperCount:
    """Enter a reading."""
    return papers_read(ballot=ballot, by=world.person(by), **{"now": VOTED, **content})
