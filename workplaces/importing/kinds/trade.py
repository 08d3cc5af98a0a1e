"""Imports of outside counterparties, of agreements on who supplies whom, and of trade with the outside."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.importing.columns import Column, choice, code, day, figure
from workplaces.importing.drafts import Context, Draft
from workplaces.importing.kinds.base import Kind, code_column, coded, name_columns
from workplaces.importing.reading import Record
from workplaces.importing.sources import Sources
from workplaces.models import Agreement, Counterparty, Product, Region, TradeLine, Workplace

COUNTERPARTIES = Kind(
    "counterparties",
    gettext_lazy("Outside counterparties"),
    gettext_lazy("Suppliers and customers outside the federation."),
    (code_column("grid-company"), *name_columns("Grid company")),
    coded(Counterparty),
)


def _agreements(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    sources = Sources(context)
    homes: dict[Any, int] = dict(
        Workplace.objects.in_scenario(context.scenario).values_list("entity_id", "region_id")
    )
    for record in records:
        supplier = context.identify(record, "supplier", Workplace)
        client = context.identify(record, "client", Workplace)
        outside = context.identify(record, "counterparty", Counterparty)
        product = context.identify(record, "product", Product)
        period = context.period(record)
        named = [record.states(name) for name in ("supplier", "client", "counterparty")]
        if sum(named) != 2:
            context.fault(record, "supplier", _("An agreement has two parties: supplier and client, or one of them and an "
                                                "outside counterparty."))  # fmt: skip
            continue
        if record["supplier"] is not None and record["supplier"] == record["client"]:
            context.fault(record, "client", _("Nobody makes an agreement with oneself."))
            continue
        if (
            sum(party is not None for party in (supplier, client, outside)) != 2
            or product is None
            or period is None
        ):
            continue
        values = {
            "supplier_id": supplier,
            "client_id": client,
            "counterparty_id": outside,
            "product_id": product,
            "quantity": record["quantity"],
            "period": period,
            "offered_for_id": None if outside else supplier,
        }
        key = (supplier, client, outside, product, period.lower, period.upper)
        label = (
            f"{record['supplier'] or record['counterparty']} → {record['client'] or record['counterparty']}"
        )
        yield Draft(Agreement, key, values, record.number, label, "supplier", compare=("quantity",))
        if outside and key not in sources.agreed:
            direction = TradeLine.Direction.EXPORT if supplier else TradeLine.Direction.IMPORT
            home = homes.get(supplier or client)
            if not isinstance(outside, int) or not isinstance(product, int) or home is None:
                continue
            yield from sources.trade_with(
                outside, product, home, record["quantity"] or 0.0, record, direction.value
            )


AGREEMENTS = Kind(
    "agreements",
    gettext_lazy("Agreements"),
    gettext_lazy(
        "Who supplies whom, how much and when. They come in as offers of the supplier; each client's "
        "delegate accepts on the agreement's page."
    ),
    (
        Column("supplier", code(), gettext_lazy("code of the supplying workplace"), "power-coop"),
        Column("client", code(), gettext_lazy("code of the receiving workplace"), "foundry"),
        Column("counterparty", code(), gettext_lazy("code of an outside supplier or client, in place of one of them"), ""),
        Column("product", code(), gettext_lazy("code of the product"), "electricity", required=True),
        Column("quantity", figure(above=0, least=None), gettext_lazy("quantity in that time"), "30", required=True,
               is_figure=True),
        Column("from", day, gettext_lazy("first day; else next year's"), "2027-01-01"),
        Column("until", day, gettext_lazy("first day after; else a year later"), "2028-01-01"),
    ),
    _agreements,
)  # fmt: skip


def _trade(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    for record in records:
        counterparty = context.identify(record, "counterparty", Counterparty)
        product = context.identify(record, "product", Product)
        region = context.identify(record, "region", Region)
        limit, last = record["limit"], record["last"]
        if limit is not None and last is not None and limit < last:
            context.fault(
                record, "limit", _("The limit is below what was traded last; raise it, or leave it empty.")
            )
        if counterparty is None or product is None or record.broken & {"region", "direction"}:
            continue
        values = {
            "counterparty_id": counterparty,
            "product_id": product,
            "region_id": region,
            "direction": record["direction"],
            "last": record["last"],
            "limit": record["limit"],
            "world_price": record["world_price"],
        }
        key = (counterparty, product, region, record["direction"])
        yield Draft(TradeLine, key, values, record.number, record["counterparty"], "counterparty")


TRADE = Kind(
    "trade",
    gettext_lazy("Trade with the outside"),
    gettext_lazy("What comes in from, or goes out to, counterparties: quantity, limit and price."),
    (
        Column("counterparty", code(), gettext_lazy("code of the counterparty"), "grid-company", required=True),
        Column("product", code(), gettext_lazy("code of the product"), "electricity", required=True),
        Column("direction", choice(TradeLine.Direction), gettext_lazy("import or export"), "import", required=True),
        Column("region", code(), gettext_lazy("code of the region, if it concerns one"), ""),
        Column("last", figure(), gettext_lazy("quantity traded last"), "60", required=True, is_figure=True),
        Column("limit", figure(), gettext_lazy("most that can be traded; empty if there is no such limit"), "",
               is_figure=True),
        Column("world_price", figure(), gettext_lazy("price per unit outside"), "70", default=1.0, is_figure=True),
    ),
    _trade,
)  # fmt: skip
