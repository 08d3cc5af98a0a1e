"""To which part of a roll a voting right belongs: a region, a sector, or the body that it speaks for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from councils.double_majorities import BODY, REGION, SECTOR
from councils.models import Council
from councils.selectors.rolls import BY_MEMBERS, Right
from workplaces.models import Membership, Region

Part = tuple[str, str]  # code and name
type PartOf = Callable[[Right], Part | None]


def parts_for(rights: Iterable[Right], division: str, on: date) -> PartOf:
    """Return a function that says to which part a right belongs, None for none; all is looked up once, in five queries.

    Who speaks for a council belongs where that council does. Members, who speak for themselves, belong to the region of their
    community, the sector of their workplace, or, as their body, to their community; of several to the one they joined first.
    """
    listed = list(rights)
    regions = _Regions()
    senders = _of_senders({right.sender for right in listed if right.sender}, division, regions)
    alone = {
        right.person.pk for right in listed if right.sender is None and right.right.startswith("person:")
    }
    members = _of_members(alone, division, regions, on)

    def part_of(right: Right) -> Part | None:
        return members.get(right.person.pk) if right.sender is None else senders.get(right.sender)

    return part_of


def divided(
    council: Council, rights: Iterable[Right], part_of: PartOf
) -> tuple[list[Right], dict[str, tuple[str, int]]]:
    """Return the rights with the code of their part, and of each part the name and its weight on the roll."""
    found: list[Right] = []
    roll: dict[str, tuple[str, int]] = {}
    for right in rights:
        speaks = right.sender is not None or council.kind in BY_MEMBERS
        part = part_of(right) if speaks else None
        if part is None:
            found.append(right)
            continue
        code, name = part
        roll[code] = (name, roll.get(code, (name, 0))[1] + right.weight)
        found.append(replace(right, part=code))
    return found, roll


class _Regions:
    """The tree of places, read once."""

    def __init__(self) -> None:
        rows = Region.objects.values_list("pk", "parent_id", "kind", "code", "name")
        self.rows = {pk: (parent, kind, (code, name)) for pk, parent, kind, code, name in rows}

    def region_of(self, place: int | None) -> Part | None:
        """Return the region that a place lies in, or is."""
        while place is not None:
            parent, kind, part = self.rows[place]
            if kind == Region.Kind.REGION:
                return part
            place = parent
        return None


def _of_senders(pks: set[int], division: str, regions: _Regions) -> dict[int, Part | None]:
    councils = Council.objects.filter(pk__in=pks).select_related("workplace__main_sector", "sector", "region")
    return {council.pk: _of_council(council, division, regions) for council in councils}


def _of_council(council: Council, division: str, regions: _Regions) -> Part | None:
    if division == BODY:
        return str(council.public_id), council.label
    workplace = council.workplace
    if division == REGION:
        return regions.region_of(workplace.region_id if workplace else council.region_id)
    sector = workplace.main_sector if workplace else council.sector
    return (sector.code, sector.name) if sector else None


def _of_members(pks: set[int], division: str, regions: _Regions, on: date) -> dict[int, Part | None]:
    rows = Membership.objects.filter(person__in=pks, validity__contains=on).order_by("validity", "pk")
    found: dict[int, Part | None] = {}
    if division == SECTOR:
        working = rows.filter(workplace__isnull=False).select_related("workplace__main_sector")
        for row in working:
            if row.workplace is not None:
                sector = row.workplace.main_sector
                found.setdefault(row.person_id, (sector.code, sector.name))
        return found
    for person, place in rows.filter(community__isnull=False).values_list("person_id", "community_id"):
        part = regions.region_of(place) if division == REGION else regions.rows[place][2]
        found.setdefault(person, part)
    return found
