"""Where inputs come from: offers to agree with workplaces, and trade with the outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from workplaces.importing.drafts import Context, Draft, unknown_code
from workplaces.importing.reading import Record
from workplaces.models import Agreement, Counterparty, Product, TradeLine, Workplace
from workplaces.statement import Statement


@dataclass(frozen=True)
class Source:
    """A supplier inside, outside, or (both empty) whoever can."""

    workplace: int | None = None
    counterparty: int | None = None


class Sources:
    """Finds sources by code and drafts what follows from naming them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.trade: dict[tuple[int, int, int, str], Draft] = {}

    @cached_property
    def agreed(self) -> dict[tuple[Any, ...], float]:
        """The quantities of agreements that have not ended, by parties, product and dates."""
        fields = ("supplier_id", "client_id", "counterparty_id", "product_id", "period", "quantity")
        live = Agreement.objects.in_scenario(self.context.scenario).exclude(state=Agreement.State.ENDED)
        return {
            (*parties, period.lower, period.upper): quantity
            for *parties, period, quantity in live.values_list(*fields)
        }

    @cached_property
    def prices(self) -> dict[int, float]:
        """Accounting prices by product."""
        rows = Product.objects.in_scenario(self.context.scenario).values_list("entity_id", "price")
        return dict(rows)

    def find(self, record: Record, workplace: int | str | None) -> Source | None:
        """Return the source that the row names; a code that is unknown, or means two, is a fault (None)."""
        name = record["source"]
        if "source" in record.broken:
            return None
        if name is None:
            return Source()
        inside = self.context.codes(Workplace).get(name)
        outside = self.context.codes(Counterparty).get(name)
        if inside is not None and inside == workplace:
            fault = _("A workplace does not supply itself; leave the source empty.")
        elif inside and outside:
            fault = _(
                "“%(code)s” is the code of a workplace and of a counterparty; give one another code."
            ) % {"code": name}
        elif inside or outside:
            return Source(inside, outside)
        else:
            known = self.context.codes(Workplace) | self.context.codes(Counterparty)
            fault = _("%(unknown)s It is the code of neither a workplace nor an outside counterparty.") % {
                "unknown": unknown_code(Workplace, name, known)
            }
        self.context.fault(record, "source", fault)
        return None

    def drafts(self, statement: Statement, region: int, record: Record, context: Context) -> Iterator[Draft]:
        """Yield an offer for each need with a source, and the import lines of what comes from outside."""
        period = context.period(record)
        if period is None:
            return
        for need in statement.needs:
            if not (need.supplier or need.counterparty) or not need.quantity:
                continue
            parties = (need.supplier, statement.workplace, need.counterparty)
            values: dict[str, Any] = dict(
                zip(("supplier_id", "client_id", "counterparty_id"), parties, strict=True)
            )
            values |= {"product_id": need.product, "quantity": need.quantity, "period": period}
            values["offered_for_id"] = None if need.counterparty else statement.workplace
            key = (*parties, need.product, period.lower, period.upper)
            if key in self.agreed:
                self._check_same(key, need.quantity, record)
                continue
            yield Draft(
                Agreement, key, values, record.number, _offer(record, context, need.product), "source"
            )
            if need.counterparty:
                yield from self.trade_with(need.counterparty, need.product, region, need.quantity, record)

    def _check_same(self, key: tuple[Any, ...], quantity: float, record: Record) -> None:
        if self.agreed[key] != quantity:
            self.context.fault(
                record,
                "source",
                _("There is an agreement with this source on %(quantity)s for that time; end it first.")
                % {"quantity": f"{self.agreed[key]:g}"},
            )

    def trade_with(
        self,
        counterparty: int,
        product: int,
        region: int,
        quantity: float,
        record: Record,
        direction: str = TradeLine.Direction.IMPORT.value,
    ) -> Iterator[Draft]:
        """Yield a line of trade with the outside; a second one of the same kind in the file adds to the first."""
        key = (counterparty, product, region, direction)
        if key in self.trade:
            self.trade[key].values["last"] += quantity
            return
        values = {
            "counterparty_id": counterparty,
            "product_id": product,
            "region_id": region,
            "direction": direction,
            "last": quantity,
            "world_price": self.prices.get(product, 1.0),
        }
        # Several lines of one kind add up: what an earlier file brought in stays as it is.
        draft = Draft(TradeLine, (*key, record.number), values, record.number, "", "source")
        self.trade[key] = draft
        yield draft


def _offer(record: Record, context: Context, product: int) -> str:
    codes = {pk: name for name, pk in context.codes(Product).items()}
    return f"{record['workplace']}: {codes.get(product, '')}"
