"""Imports of techniques stated in absolute quantities, of capacities, and of demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.importing.columns import Column, choice, code, day, figure
from workplaces.importing.drafts import Context, Draft
from workplaces.importing.kinds.base import Kind
from workplaces.importing.reading import Record
from workplaces.importing.sources import Sources
from workplaces.models import DemandLine, LabourPool, Line, Occupation, Product, Region, Workplace
from workplaces.statement import Need, Statement, Work, line_values

LineKey = tuple[int | str, int | str]


@dataclass
class _Group:
    """The rows that state one line."""

    first: Record
    output: float | None = None
    capacity: float | None = None
    needs: list[Need] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    # Columns that some row states but that could not be read or found: what follows from them stays unsaid.
    unclear: set[str] = field(default_factory=set)


def _techniques(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    groups: dict[LineKey, _Group] = {}
    sources = Sources(context)
    homes: dict[Any, int] = dict(
        Workplace.objects.in_scenario(context.scenario).values_list("entity_id", "region_id")
    )
    pools = set(LabourPool.objects.in_scenario(context.scenario).values_list("region_id", "occupation_id"))
    for record in records:
        workplace = context.identify(record, "workplace", Workplace)
        product = context.identify(record, "product", Product)
        key = (workplace or "", product or "")
        group = groups.setdefault(key, _Group(record)) if all(key) else _Group(record)
        group.unclear |= record.broken
        _output(record, group, context)
        _need(record, group, workplace, sources, context)
        _work(record, group, homes.get(workplace), pools, context)
    for (workplace, product), group in groups.items():
        yield from _line(workplace, product, group, homes.get(workplace), sources, context)


def _output(record: Record, group: _Group, context: Context) -> None:
    for name in ("output", "capacity"):
        stated, known = record[name], getattr(group, name)
        if stated is None:
            continue
        if known is not None and known != stated:
            context.fault(record, name, _("An earlier row says %(known)s; the rows of one line must agree.")
                          % {"known": f"{known:g}"})  # fmt: skip
        setattr(group, name, stated if known is None else known)


def _need(
    record: Record, group: _Group, workplace: int | str | None, sources: Sources, context: Context
) -> None:
    product, quantity = context.identify(record, "input", Product), record["quantity"]
    source = sources.find(record, workplace)
    if record.states("input") != record.states("quantity"):
        empty = "quantity" if record.states("input") else "input"
        context.fault(record, empty, _("An input is a product and a quantity; one of them is missing."))
        group.unclear.add("input")
        return
    if not record.states("input"):
        if record.states("source"):
            context.fault(record, "source", _("This row names a source but no input."))
        return
    key = ("input", product, source or record["source"])
    if product is None or _twice(record, group, key, "input", context):
        return
    if not isinstance(product, int) or source is None or quantity is None:
        group.unclear.add("input")
        return
    group.needs.append(Need(product, quantity, source.workplace, source.counterparty))


def _work(
    record: Record, group: _Group, region: int | None, pools: set[tuple[int, int]], context: Context
) -> None:
    occupation, hours = context.identify(record, "occupation", Occupation), record["hours"]
    if record.states("occupation") != record.states("hours"):
        empty = "hours" if record.states("occupation") else "occupation"
        context.fault(record, empty, _("Labour is an occupation and hours; one of them is missing."))
        group.unclear.add("occupation")
        return
    if occupation is None or _twice(record, group, ("work", occupation), "occupation", context):
        return
    if region is not None and isinstance(occupation, int) and (region, occupation) not in pools:
        context.fault(
            record, "occupation",
            _("There is no labour pool of this occupation where the workplace is; import labour pools first."),
        )  # fmt: skip
    if not isinstance(occupation, int) or hours is None:
        group.unclear.add("occupation")
        return
    group.work.append(Work(occupation, hours))


def _twice(record: Record, group: _Group, key: tuple[Any, ...], column: str, context: Context) -> bool:
    first = group.seen.setdefault(key, record.number)
    if first == record.number:
        return False
    context.fault(
        record, column, _("This stands in row %(row)s already; delete one of the two.") % {"row": first}
    )
    return True


def _line(
    workplace: int | str,
    product: int | str,
    group: _Group,
    region: int | None,
    sources: Sources,
    context: Context,
) -> Iterator[Draft]:
    if group.output is None:
        if "output" not in group.unclear:
            context.fault(group.first, "output", _("No row of this line says how much is made."))
        return
    capacity = group.output if group.capacity is None else group.capacity
    if capacity < group.output:
        context.fault(group.first, "capacity", _("The output, %(output)s, is over the capacity, %(capacity)s.")
                      % {"output": f"{group.output:g}", "capacity": f"{capacity:g}"})  # fmt: skip
    own_use = sum(need.quantity for need in group.needs if need.product == product)
    if own_use >= group.output:
        context.fault(group.first, "input", _("This line uses up as much of its own product as it makes."))
    if not isinstance(workplace, int) or not isinstance(product, int) or region is None:
        return
    statement = Statement(workplace, product, group.output, capacity, tuple(group.needs), tuple(group.work))
    label = f"{group.first['workplace']}: {group.first['product']}"
    said = None if not group.unclear else ("last_output",) if "output" not in group.unclear else ()
    yield Draft(
        Line, (workplace, product), line_values(statement), group.first.number, label, "product", compare=said
    )
    yield from sources.drafts(statement, region, group.first, context)


TECHNIQUES = Kind(
    "techniques",
    gettext_lazy("Techniques, as absolute quantities"),
    gettext_lazy(
        "What a workplace makes in a year and what it needs for that: one row for each input and each kind of "
        "labour. The source is a workplace, an outside counterparty, or empty."
    ),
    (
        Column("workplace", code(), gettext_lazy("code of the workplace"), "foundry", required=True),
        Column("product", code(), gettext_lazy("code of what it makes"), "steel-plate", required=True),
        Column("output", figure(above=0, least=None), gettext_lazy("how much it makes; in one row at least"), "400",
               is_figure=True),
        Column("capacity", figure(), gettext_lazy("how much it could make; the output if empty"), "450",
               is_figure=True),
        Column("input", code(), gettext_lazy("code of a product it needs"), "electricity"),
        Column("quantity", figure(), gettext_lazy("how much of it, for that output"), "90", is_figure=True),
        Column("source", code(), gettext_lazy("code of the workplace or counterparty it comes from"), "power-coop"),
        Column("occupation", code(), gettext_lazy("code of a kind of work"), ""),
        Column("hours", figure(), gettext_lazy("hours of it, for that output, in the occupation's unit"), "",
               is_figure=True, total=True),
        Column("from", day, gettext_lazy("first day of the supply; else next year's"), ""),
        Column("until", day, gettext_lazy("first day after it"), ""),
    ),
    _techniques,
)  # fmt: skip


def _capacities(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    there = set(Line.objects.in_scenario(context.scenario).values_list("workplace_id", "product_id"))
    for record in records:
        workplace = context.identify(record, "workplace", Workplace)
        product = context.identify(record, "product", Product)
        if workplace is None or product is None:
            continue
        is_known = isinstance(workplace, int) and isinstance(product, int)
        if is_known and (workplace, product) not in there:
            context.fault(
                record,
                "product",
                _("This workplace has no line for this product; import its technique first."),
            )
        values = {"workplace_id": workplace, "product_id": product, "capacity": record["capacity"]}
        if record["last_output"] is not None:
            values["last_output"] = record["last_output"]
        label = f"{record['workplace']}: {record['product']}"
        yield Draft(Line, (workplace, product), values, record.number, label, "product")


CAPACITIES = Kind(
    "capacities",
    gettext_lazy("Capacities of lines"),
    gettext_lazy("New capacities, and last outputs, of lines that are there already."),
    (
        Column("workplace", code(), gettext_lazy("code of the workplace"), "foundry", required=True),
        Column("product", code(), gettext_lazy("code of what the line makes"), "steel-plate", required=True),
        Column("capacity", figure(), gettext_lazy("most it can make in a cycle"), "450", required=True, is_figure=True),
        Column("last_output", figure(), gettext_lazy("what it made last; unchanged if empty"), "400", is_figure=True),
    ),
    _capacities,
)  # fmt: skip


def _demand(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    for record in records:
        region = context.identify(record, "community", Region)
        product = context.identify(record, "product", Product)
        _check_bounds(record, context)
        if region is None or product is None or record["category"] is None:
            continue
        values = {
            "region_id": region,
            "product_id": product,
            "category": record["category"],
            "last": record["quantity"],
            "floor": record["floor"],
            "ceiling": record["ceiling"],
        }
        label = f"{record['community']}: {record['product']}"
        key = (region, product, record["category"])
        yield Draft(DemandLine, key, values, record.number, label, "product")


def _check_bounds(record: Record, context: Context) -> None:
    quantity, floor, ceiling = record["quantity"], record["floor"], record["ceiling"]
    if quantity is None:
        return
    if floor is not None and floor > quantity:
        context.fault(record, "floor", _("The guaranteed floor is over the quantity itself."))
    if ceiling is not None and ceiling < quantity:
        context.fault(record, "ceiling", _("The ceiling is below the quantity itself."))


DEMAND = Kind(
    "demand",
    gettext_lazy("Demand of communities"),
    gettext_lazy("What communities and regions use, with the floor that is guaranteed to them."),
    (
        Column("community", code(), gettext_lazy("code of the community or region"), "riverside", required=True),
        Column("product", code(), gettext_lazy("code of the product"), "bread", required=True),
        Column("quantity", figure(), gettext_lazy("quantity per cycle"), "310", required=True, is_figure=True),
        Column("floor", figure(), gettext_lazy("quantity that is guaranteed"), "250", default=0.0, is_figure=True),
        Column("ceiling", figure(), gettext_lazy("most that can be used; empty if there is no such limit"), "",
               is_figure=True),
        Column("category", choice(DemandLine.Category), gettext_lazy("household, public, investment, stocks, export"),
               "household", default=DemandLine.Category.HOUSEHOLD.value),
    ),
    _demand,
)  # fmt: skip
