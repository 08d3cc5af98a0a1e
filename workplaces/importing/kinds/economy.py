"""Imports of what the economy is made of: sectors, products, resources, occupations, labour pools."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.hours import IN_HOURS
from workplaces.importing.columns import Column, Marks, choice, code, figure, text, whole
from workplaces.importing.drafts import Context, Draft
from workplaces.importing.kinds.base import Kind, code_column, coded, name_columns, named
from workplaces.importing.reading import Record
from workplaces.models import LabourPool, Occupation, Product, PublicBody, Region, Resource, Sector

SECTORS = Kind(
    "sectors",
    gettext_lazy("Sectors"),
    gettext_lazy("Branches of production; each gets a council of its own."),
    (code_column("metal"), *name_columns("Metal working")),
    coded(Sector),
)

PRODUCTS = Kind(
    "products",
    gettext_lazy("Products"),
    gettext_lazy("Goods and services, each with the unit it is counted in and its accounting price."),
    (
        code_column("steel-plate"),
        *name_columns("Steel plate"),
        Column("unit", text(30), gettext_lazy("unit per cycle, such as t, MWh, h"), "t", required=True),
        Column("price", figure(above=0, least=None), gettext_lazy("accounting price of one unit"), "800",
               default=1.0, is_figure=True),
        Column("price_status", choice(Product.PriceStatus), gettext_lazy("priced, subsidised or free"), "priced",
               default=Product.PriceStatus.PRICED.value),
        Column("flexibility", figure(), gettext_lazy("how readily supply answers a premium"), "0.3", default=0.3,
               is_figure=True),
        Column("group", whole(most=32_767), gettext_lazy("group of inputs that shared techniques speak of"), "0",
               default=0, is_figure=True),
    ),
    coded(Product, "unit", "price", "price_status", "flexibility", "group"),
)  # fmt: skip


def _resources(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    for record in records:
        owner = context.find(record, "owner", PublicBody)
        if record["code"] is None:
            continue
        values = {"code": record["code"], **named(record), "unit": record["unit"], "owner_id": owner}
        values["cap"] = record["cap"]
        label = record["name"] or record["code"]
        yield Draft(Resource, (record["code"],), values, record.number, label, "code")


RESOURCES = Kind(
    "resources",
    gettext_lazy("Limited resources"),
    gettext_lazy("Natural resources and emissions, with the cap their owner set; no cap means no limit."),
    (
        code_column("co2"),
        *name_columns("CO₂ emissions"),
        Column("unit", text(30), gettext_lazy("unit per cycle"), "t", required=True),
        Column("owner", code(), gettext_lazy("code of the public body that owns it"), ""),
        Column("cap", figure(), gettext_lazy("most that may be used"), "12000", is_figure=True, total=True),
    ),
    _resources,
)


def labour_unit(cell: str, marks: Marks) -> str:  # noqa: ARG001
    """Read the unit of hours: one of the known ones."""
    if cell.casefold() not in IN_HOURS:
        raise ValueError(
            _("“%(cell)s” is none of: %(options)s.") % {"cell": cell, "options": ", ".join(IN_HOURS)}
        )
    return cell.casefold()


OCCUPATIONS = Kind(
    "occupations",
    gettext_lazy("Occupations"),
    gettext_lazy("Kinds of work that people qualify for."),
    (
        code_column("welder"),
        *name_columns("Welders"),
        Column(
            "unit",
            labour_unit,
            gettext_lazy("what its hours are counted in: hours, thousand hours, million hours"),
            "hours",
            default="hours",
        ),
    ),
    coded(Occupation, "unit"),
)


def _pools(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    for record in records:
        region = context.identify(record, "region", Region)
        occupation = context.identify(record, "occupation", Occupation)
        if region is None or occupation is None:
            continue
        yield Draft(
            LabourPool,
            (region, occupation),
            {
                "region_id": region,
                "occupation_id": occupation,
                "hours": record["hours"],
                "wage": record["wage"],
            },
            record.number,
            _("%(occupation)s in %(region)s")
            % {"occupation": record["occupation"], "region": record["region"]},
            "occupation",
        )


POOLS = Kind(
    "labour_pools",
    gettext_lazy("Labour pools"),
    gettext_lazy("Hours per cycle that people of an occupation offer in a region or community."),
    (
        Column("region", code(), gettext_lazy("code of the region or community"), "riverside", required=True),
        Column("occupation", code(), gettext_lazy("code of the occupation"), "welder", required=True),
        Column("hours", figure(), gettext_lazy("hours per cycle, in the occupation's unit"), "36000",
               required=True, is_figure=True, total=True),
        Column("wage", figure(), gettext_lazy("accounting wage per hour"), "24", default=0.0, is_figure=True),
    ),
    _pools,
)  # fmt: skip
