"""Founding a federation's councils from its workplaces, sectors and regions, all at once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from councils import permissions
from councils.models import Council, Seat
from councils.services.locks import chain_first
from workplaces.models import Person, Region, Scenario, Sector, SectorMembership, Workplace
from workplaces.record.services import entry_append

Kind = Council.Kind
BATCH = 2000
BY_REGION = {
    Region.Kind.COMMUNITY: Kind.COMMUNITY,
    Region.Kind.SUB_REGION: Kind.SUB_REGIONAL,
    Region.Kind.REGION: Kind.REGIONAL,
}
BOARD_NAMES = ("Central planning board", {"pt": "Conselho central de planejamento"})
GENERAL_NAMES = ("General vote", {"pt": "Votação geral"})


@dataclass(frozen=True)
class Founded:
    """How many councils and seats were made."""

    assemblies: int = 0
    sector_councils: int = 0
    spatial_councils: int = 0
    seats: int = 0


@transaction.atomic
def federation_found(*, scenario: Scenario, by: Person | None, now: datetime) -> Founded:
    """Make the councils that ``scenario`` calls for and that do not exist yet, with their seats.

    An assembly for every workplace; a council for every sector, with a seat for each of its workplaces; a
    council for every community, sub-region and region, the latter with a seat for each community
    in it; the board, its seats a third from lists, a third from the sector councils with most
    workplaces, a third from the regional councils; the general vote.  Can be repeated when workplaces join.
    """
    chain_first()
    if not Council.objects.exists():
        permissions.check_can_found(by)
    made = Founded(
        assemblies=_make(Kind.WORKPLACE, "workplace_id", _entities(Workplace, scenario), by, now),
        sector_councils=_make(Kind.SECTOR, "sector_id", _entities(Sector, scenario), by, now),
        spatial_councils=sum(_spatial(kind, by, now) for kind in BY_REGION),
        seats=0,
    )
    _single(Kind.BOARD, BOARD_NAMES, by, now)
    _single(Kind.GENERAL, GENERAL_NAMES, by, now)
    seats = _sector_seats(scenario, now) + _regional_seats() + _board_seats()
    made = Founded(made.assemblies, made.sector_councils, made.spatial_councils, seats)
    entry_append(
        kind="federation.founded",
        by=by,
        subject=f"scenario:{scenario.public_id}",
        body={"scenario": scenario.name, **asdict(made)},
        now=now,
    )
    return made


def seats_add(council: Council, represented: Iterable[Council | None]) -> int:
    """Add seats at the end of a council's table, one for each body represented; return how many."""
    last = council.seats.aggregate(last=Max("number"))["last"] or 0
    seats = [
        Seat(council=council, number=number, represents_council=body)
        for number, body in enumerate(represented, last + 1)
    ]
    return len(Seat.objects.bulk_create(seats, batch_size=BATCH))


def _entities(model: Any, scenario: Scenario) -> list[tuple[int, str, dict[str, str]]]:
    rows = model.objects.in_scenario(scenario).order_by("entity_id")
    return list(rows.values_list("entity_id", "name", "names"))


def _make(
    kind: str, target: str, rows: list[tuple[int, str, dict[str, str]]], by: Person | None, now: datetime
) -> int:
    there = set(Council.objects.filter(kind=kind).values_list(target, flat=True))
    councils = [
        Council(kind=kind, name=name, names=names, created_by=by, created_at=now, **{target: key})
        for key, name, names in rows
        if key not in there
    ]
    return len(Council.objects.bulk_create(councils, batch_size=BATCH))


def _spatial(kind: Region.Kind, by: Person | None, now: datetime) -> int:
    rows = list(Region.objects.filter(kind=kind).order_by("code").values_list("pk", "name", "names"))
    return _make(BY_REGION[kind], "region_id", rows, by, now)


def _single(kind: str, names: tuple[str, dict[str, str]], by: Person | None, now: datetime) -> None:
    defaults = {"name": names[0], "names": names[1], "created_by": by, "created_at": now}
    Council.objects.get_or_create(kind=kind, defaults=defaults)


def _sector_seats(scenario: Scenario, now: datetime) -> int:
    assemblies = {c.workplace_id: c for c in Council.objects.filter(kind=Kind.WORKPLACE)}
    councils = {c.sector_id: c for c in Council.objects.filter(kind=Kind.SECTOR)}
    seated = set(
        Seat.objects.filter(council__kind=Kind.SECTOR).values_list("council_id", "represents_council_id")
    )
    belonging: dict[int, list[Council | None]] = {}
    rows = SectorMembership.objects.in_scenario(scenario).filter(validity__contains=now.date())
    pairs = rows.order_by("workplace__entity_id").values_list("sector__entity_id", "workplace__entity_id")
    for sector, workplace in pairs:
        council, assembly = councils[sector], assemblies[workplace]
        if (council.pk, assembly.pk) not in seated:
            belonging.setdefault(sector, []).append(assembly)
    return sum(seats_add(councils[sector], bodies) for sector, bodies in belonging.items())


def _regional_seats() -> int:
    councils = {c.region_id: c for c in Council.objects.filter(region__isnull=False)}
    parents: dict[int, int | None] = dict(Region.objects.values_list("pk", "parent_id"))
    seated = set(
        Seat.objects.filter(council__region__isnull=False).values_list("council_id", "represents_council_id")
    )
    below: dict[int, list[Council | None]] = {}
    communities = [c for c in councils.values() if c.kind == Kind.COMMUNITY]
    for community in sorted(communities or [], key=lambda council: council.pk):
        for region in _upwards(community.region_id, parents):
            council = councils.get(region)
            if council and (council.pk, community.pk) not in seated:
                below.setdefault(region, []).append(community)
    return sum(seats_add(councils[region], bodies) for region, bodies in below.items())


def _upwards(region: int | None, parents: dict[int, int | None]) -> Iterable[int]:
    region = parents.get(region) if region else None
    while region:
        yield region
        region = parents.get(region)


def _board_seats() -> int:
    board = Council.objects.get(kind=Kind.BOARD)
    if board.seats.exists():
        return 0
    regional: list[Council | None] = list(Council.objects.filter(kind=Kind.REGIONAL).order_by("pk"))
    third = max(1, len(regional))
    sectors: list[Council | None] = list(
        Council.objects.filter(kind=Kind.SECTOR).annotate(size=Count("seats")).order_by("-size", "pk")[:third]
    )
    return seats_add(board, [*[None] * third, *sectors, *regional])
