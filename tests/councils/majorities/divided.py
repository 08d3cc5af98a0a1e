"""A general vote of people in five regions, under a charter that asks for a majority of regions besides."""

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from councils import charter
from councils.double_majorities import KEY
from councils.models import Ballot, Charter, Council
from councils.services import ballot_open, vote_cast
from tests.councils.world import DAY, NOW, SINCE, World
from tests.unguarded import unguarded
from workplaces.models import Membership, Region

ROW: dict[str, Any] = {"council": "general", "about": "any", "parts": "region", "more_than": "1/2"}
# Region by region how many people live there; the world's own person, pia, is one of the north.
PEOPLE = {"north": 5, "south": 3, "east": 2, "west": 2, "isle": 1}


def chartered(*rows: dict[str, Any], **more: Any) -> None:
    """Write double majorities into the charter in force."""
    with unguarded(Charter):
        Charter.objects.update(values=charter.checked({KEY: list(rows), **more}))


def settled(world: World) -> Council:
    """Return the general vote, with people in five regions."""
    land = Region.objects.get(code="XX")
    homes = {"north": world.regions["port"], "south": world.regions["bay"]}
    for code in ("east", "west", "isle"):
        region = Region.objects.create(code=code, name=code.title(), kind="region", parent=land)
        homes[code] = Region.objects.create(
            code=f"{code}-town", name=f"{code.title()} Town", kind="community", parent=region
        )
    for code, number in PEOPLE.items():
        names = ["pia"] * (code == "north") + [f"{code}{n}" for n in range(number)]
        for name in names[:number]:
            if name != "pia":
                Membership.objects.create(
                    person=world.person(name), community=homes[code], validity=DateRange(SINCE, None)
                )
    return world.council("general")


def opened(world: World, **options: Any) -> Ballot:
    """Open a named vote of everybody on a motion."""
    motion = world.motion(council=world.council("general"), by=world.person("pia"), **options)
    return ballot_open(motion=motion, by=world.person("bruno"), now=NOW)


def cast(ballot: Ballot, votes: dict[str, str]) -> None:
    """Cast votes region by region: ``{"north": "yyyn-"}``; a hyphen stays away, ``a`` abstains."""
    said = {"y": "yes", "n": "no", "a": "abstain"}
    for code, letters in votes.items():
        entries = ballot.roll.filter(part=code).select_related("person").order_by("number")
        for entry, letter in zip(entries, letters, strict=True):
            if letter != "-":
                vote_cast(
                    ballot=ballot, right=entry.right, option=said[letter], by=entry.person, idempotency_key="k",
                    now=NOW + DAY,
                )  # fmt: skip
