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
    kinds: dict[str, str | None] = dict(Region.objects.values_list("code", "kind"))
    kinds |= {record["code"]: record["kind"] for record in records if record["code"] is not None}
    in_file = {record["code"] for record in records}
    known = context.codes(Region)
    for record in records:
        parent = record["parent"]
        _check_parent(record, kinds, context)
        if record["code"] is None:
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
        label = record["name"] or record["code"]
        yield Draft(Region, (record["code"],), values, record.number, label, "code")


def _check_parent(record: Record, kinds: dict[str, str | None], context: Context) -> None:
    """Note what is wrong with the place's parent; of a kind that could not be read nothing follows."""
    parent, kind = record["parent"], record["kind"]
    if not parent:
        if kind not in (None, Region.Kind.COUNTRY):
            context.fault(record, "parent", _("Only a country has no parent; say in what this place lies."))
        return
    above = kinds.get(parent)
    if kind == Region.Kind.COUNTRY:
        context.fault(record, "parent", _("A country lies in nothing else; leave this empty."))
    elif parent not in kinds:
        context.fault(
            record, "parent", _("There is no region with the code “%(code)s”, nor in this file.") % {"code": parent}
        )  # fmt: skip
    elif above and kind and LEVELS.index(above) >= LEVELS.index(kind):
        context.fault(record, "parent", _("A %(kind)s cannot lie in a %(parent)s.")
                      % {"kind": Region.Kind(kind).label, "parent": Region.Kind(above).label})  # fmt: skip


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
        if record["owner"] is None and record["form"] not in (None, Workplace.Form.SELF_EMPLOYED):
            owner = only
            if owner is None:
                context.fault(record, "owner", _("Name the public body that owns this workplace."))
        if record["code"] is None:
            continue
        values = {
            "code": record["code"],
            **named(record),
            "form": record["form"],
            "region_id": region,
            "owner_id": owner,
            "main_sector_id": max(sectors, key=lambda pair: pair[1])[0] if sectors else None,
            "size": record["size"],
            "band": record["band"],
        }
        key = (record["code"],)
        yield Draft(Workplace, key, values, record.number, record["name"] or record["code"], "code")
        if record["code"] not in there:
            yield from _belonging(record, key, sectors, context)


def _sectors(record: Record, context: Context) -> list[tuple[int, float]]:
    """Return the sectors with their shares; none at all if one of them is unknown."""
    codes = context.codes(Sector)
    stated = record["sector"] or []
    unknown = [name for name, _share in stated if name not in codes]
    for name in unknown:
        context.find(Record(record.number, {"sector": name}, {}), "sector", Sector)
    return [] if unknown else [(codes[name], share) for name, share in stated]


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
        # A workplace that stands in the file twice is told as such, not once more for each of its sectors.
        yield Draft(
            SectorMembership, (*key, sector), values, record.number, record["name"], "sector", shared=True
        )


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
