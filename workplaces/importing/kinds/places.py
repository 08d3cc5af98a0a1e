"""Imports of regions and of workplaces with their sectors."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.importing.columns import Column, Marks, choice, code, figure, text, whole
from workplaces.importing.drafts import Context, Draft, Ref
from workplaces.importing.kinds.base import Kind, code_column, name_columns, named
from workplaces.importing.reading import Record
from workplaces.models import PublicBody, Region, Sector, SectorMembership, Workplace

LEVELS = list(Region.Kind.values)
SHARE_SUM_TOLERANCE = 1e-9


def _regions(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    kinds = dict(Region.objects.values_list("code", "kind"))
    kinds |= {record["code"]: record["kind"] for record in records}
    in_file = {record["code"] for record in records}
    known = context.codes(Region)
    for record in records:
        parent = record["parent"]
        if not _parent_fits(record, kinds, context):
            continue
        owner: Any = None
        if parent:
            owner = known[parent] if parent in known and parent not in in_file else Ref(Region, (parent,))
            owner = known.get(parent, owner)
        values = {
            "code": record["code"],
            **named(record),
            "kind": record["kind"],
            "parent_id": owner,
            "population": record["population"],
        }
        yield Draft(Region, (record["code"],), values, record.number, record["name"], "code")


def _parent_fits(record: Record, kinds: dict[str, str], context: Context) -> bool:
    parent, kind = record["parent"], record["kind"]
    if not parent:
        if kind != Region.Kind.COUNTRY:
            context.fault(record, "parent", _("Only a country has no parent; say in what this place lies."))
        return bool(kind == Region.Kind.COUNTRY)
    if kind == Region.Kind.COUNTRY:
        context.fault(record, "parent", _("A country lies in nothing else; leave this empty."))
    elif parent not in kinds:
        context.fault(
            record, "parent", _("There is no region with the code “%(code)s”, nor in this file.") % {"code": parent}
        )  # fmt: skip
    elif LEVELS.index(kinds[parent]) >= LEVELS.index(kind):
        context.fault(record, "parent", _("A %(kind)s cannot lie in a %(parent)s.")
                      % {"kind": Region.Kind(kind).label, "parent": Region.Kind(kinds[parent]).label})  # fmt: skip
    else:
        return True
    return False


REGIONS = Kind(
    "regions",
    gettext_lazy("Regions and communities"),
    gettext_lazy("The tree country, region, sub-region, community; each but the country lies in a larger one."),
    (
        code_column("riverside"),
        *name_columns("Riverside"),
        Column("kind", choice(Region.Kind), gettext_lazy("country, region, sub_region or community"),
               "community", required=True),
        Column("parent", code(), gettext_lazy("code of the larger place it lies in"), "region-1"),
        Column("population", whole(most=10**12), gettext_lazy("people who live there"), "21400",
               is_figure=True, total=True),
    ),
    _regions,
)  # fmt: skip


def shares(cell: str, marks: Marks) -> list[tuple[str, float]]:
    """Read ``metal`` or ``metal=0.6|wood=0.4``: sector codes with shares that add up to 1."""
    found: list[tuple[str, float]] = []
    for part in cell.split("|"):
        name, has_share, share = part.strip().partition("=")
        found.append((name.strip(), figure(above=0, most=1)(share.strip(), marks) if has_share else 1.0))
    if len({name for name, _share in found}) != len(found):
        raise ValueError(_("A sector stands here twice."))
    total = sum(share for _name, share in found)
    if abs(total - 1) > SHARE_SUM_TOLERANCE:
        raise ValueError(_("The shares add up to %(total)s, not to 1.") % {"total": f"{total:g}"})
    return found


def _workplaces(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    bodies = context.codes(PublicBody)
    only = next(iter(bodies.values())) if len(bodies) == 1 else None
    there = context.codes(Workplace)
    for record in records:
        region = context.find(record, "region", Region)
        owner = context.find(record, "owner", PublicBody)
        sectors = _sectors(record, context)
        if record["owner"] is None and record["form"] != Workplace.Form.SELF_EMPLOYED:
            owner = only
            if owner is None:
                context.fault(record, "owner", _("Name the public body that owns this workplace."))
        if region is None or not sectors:
            continue
        values = {
            "code": record["code"],
            **named(record),
            "form": record["form"],
            "region_id": region,
            "owner_id": owner,
            "main_sector_id": max(sectors, key=lambda pair: pair[1])[0],
            "size": record["size"],
            "band": record["band"],
        }
        key = (record["code"],)
        yield Draft(Workplace, key, values, record.number, record["name"], "code")
        if record["code"] not in there:
            yield from _belonging(record, key, sectors, context)


def _sectors(record: Record, context: Context) -> list[tuple[int, float]]:
    codes = context.codes(Sector)
    found = [(codes.get(name), share) for name, share in record["sector"]]
    for (name, _share), (sector, _same) in zip(record["sector"], found, strict=True):
        if sector is None:
            context.find(Record(record.number, {"sector": name}, {}), "sector", Sector)
    return [(sector, share) for sector, share in found if sector is not None]


def _belonging(
    record: Record, key: tuple[str], sectors: list[tuple[int, float]], context: Context
) -> Iterator[Draft]:
    for sector, share in sectors:
        values = {
            "workplace_id": Ref(Workplace, key),
            "sector_id": sector,
            "share": share,
            "validity": DateRange(context.today, None),
        }
        yield Draft(SectorMembership, (*key, sector), values, record.number, record["name"], "sector")


WORKPLACES = Kind(
    "workplaces",
    gettext_lazy("Workplaces"),
    gettext_lazy("Collectives, small co-operatives and the self-employed, with place, sectors and owner."),
    (
        code_column("foundry"),
        *name_columns("Riverside foundry"),
        Column("region", code(), gettext_lazy("code of its community or region"), "riverside", required=True),
        Column("sector", shares, gettext_lazy("code of its sector, or shares: metal=0.6|wood=0.4"), "metal",
               required=True),
        Column("form", choice(Workplace.Form), gettext_lazy("collective, cooperative or self_employed"),
               "cooperative", default=Workplace.Form.COLLECTIVE.value),
        Column("owner", text(60), gettext_lazy("code of the public body that owns it; may stay empty if there is one"),
               ""),
        Column("size", whole(least=1), gettext_lazy("people working there"), "24", default=1, is_figure=True,
               total=True),
        Column("band", figure(most=1), gettext_lazy("change its assembly pre-approved, as a share"), "0.05",
               is_figure=True),
    ),
    _workplaces,
)  # fmt: skip
