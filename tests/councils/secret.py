"""A secret vote of an assembly of twelve, for tests."""

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Ballot, Council, RollEntry
from councils.services import Counted, ballot_open, paper_cast
from councils.votes_written import tracker_new
from tests.councils.world import DAY, NOW, SINCE, World
from workplaces.models import Membership

MEMBERS = 12


def assembly(world: World, members: int = MEMBERS) -> Council:
    """Return the assembly of the first workplace, with that many members: mia, noah, olga and others."""
    workplace = world.workplaces[0]
    Membership.objects.bulk_create(
        Membership(person=world.person(f"member{n}"), workplace=workplace, validity=DateRange(SINCE, None))
        for n in range(4, members + 1)
    )
    return Council.objects.get(workplace=workplace)


def secret_ballot(world: World, **options: Any) -> Ballot:
    """Open a secret vote of the assembly on a motion of mia's."""
    council = options.pop("council", None) or assembly(world)
    now = options.setdefault("now", NOW)
    motion = world.motion(council=council, by=world.person("mia"), title="Shorter hours", now=now)
    return ballot_open(motion=motion, by=world.person("bruno"), secrecy="secret", **options)


def entries(ballot: Ballot) -> list[RollEntry]:
    """Return the roll."""
    return list(ballot.roll.select_related("person", "ballot").order_by("number"))


def put(entry: RollEntry, *choice: str, **options: Any) -> Counted:
    """Cast a paper with that choice."""
    given = {"tracker": tracker_new(), "by": entry.person, "now": NOW + DAY}
    return paper_cast(ballot=entry.ballot, right=entry.right, choice=choice, **{**given, **options})
