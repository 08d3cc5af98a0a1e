"""A workplace states what it will make and what it needs: its line, and offers to those it named as sources."""

import math
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from workplaces import permissions, policies, selectors
from workplaces.errors import Invalid
from workplaces.models import Agreement, Line, Person, Product, Scenario, Workplace
from workplaces.record.services import entry_append, lock_chain
from workplaces.services.agreements import trade_moved
from workplaces.services.overlay import own_version
from workplaces.statement import Need, Statement, line_values


@transaction.atomic
def line_state(
    *, scenario: Scenario, statement: Statement, by: Person, now: datetime, period: DateRange | None = None
) -> Line:
    """State a line in absolute quantities; a line of that workplace and product is replaced.

    Each need with a source becomes an offer to that workplace, or an agreement to be confirmed with the
    outside counterparty, for ``period`` (the next calendar year unless given).
    Raises Forbidden, TooLate (scenario closed), Invalid with ``fields``: output, capacity, need-<n>, work-<n>.
    """
    lock_chain()
    workplace = selectors.by_entity(Workplace, scenario, [statement.workplace]).get(statement.workplace)
    if workplace is None:
        raise Invalid(_("This workplace is not part of “%(scenario)s”.") % {"scenario": scenario.name})
    hat = permissions.check_can_state(by, workplace, now.date())
    policies.check_is_open(Scenario.objects.select_for_update(of=["self"]).get(pk=scenario.pk))
    _check(statement, workplace, scenario)
    line = _write(statement, scenario, by)
    period = period or DateRange(date(now.year + 1, 1, 1), date(now.year + 2, 1, 1))
    _offer(statement, workplace, scenario, period, by)
    body = {"scenario": str(scenario.public_id), "workplace": workplace.code, **_written(statement, scenario)}
    entry_append(
        kind="line.stated", by=by, hat=hat.label, subject=f"line:{line.public_id}", body=body, now=now
    )
    return line


def _check(statement: Statement, workplace: Workplace, scenario: Scenario) -> None:
    faults = _figure_faults(statement) | _place_faults(statement, workplace, scenario)
    if faults:
        raise Invalid(
            _("Some of this cannot be; look at the marked fields. Nothing was changed."), fields=faults
        )


def _figure_faults(statement: Statement) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not math.isfinite(statement.output) or statement.output <= 0:
        faults["output"] = _("State an output above 0.")
    elif not math.isfinite(statement.capacity) or statement.capacity < statement.output:
        faults["capacity"] = _("The capacity cannot be below the output.")
    for number, need in enumerate(statement.needs):
        if not math.isfinite(need.quantity) or need.quantity < 0:
            faults[f"need-{number}"] = _("A quantity cannot be negative.")
        elif need.supplier == statement.workplace:
            faults[f"need-{number}"] = _("A workplace does not supply itself; leave the source empty.")
    own_use = sum(need.quantity for need in statement.needs if need.product == statement.product)
    if not faults and own_use >= statement.output:
        faults["output"] = _("This line would use up as much of its own product as it makes.")
    for number, work in enumerate(statement.work):
        if not math.isfinite(work.hours) or work.hours < 0:
            faults[f"work-{number}"] = _("Hours cannot be negative.")
    return faults


def _place_faults(statement: Statement, workplace: Workplace, scenario: Scenario) -> dict[str, str]:
    faults: dict[str, str] = {}
    wanted = {statement.product, *(need.product for need in statement.needs)}
    known = selectors.by_entity(Product, scenario, wanted)
    if statement.product not in known:
        faults["product"] = _("This product is not part of the scenario.")
    for number, need in enumerate(statement.needs):
        if need.product not in known:
            faults[f"need-{number}"] = _("This product is not part of the scenario.")
    pools = selectors.pool_occupations(workplace.region_id, scenario)
    for number, work in enumerate(statement.work):
        if work.occupation not in pools:
            faults[f"work-{number}"] = _("There is no labour pool of this occupation in %(region)s.") % {
                "region": workplace.region.label
            }
    return faults


def _write(statement: Statement, scenario: Scenario, by: Person) -> Line:
    lines = Line.objects.in_scenario(scenario)
    there = (
        lines.filter(workplace_id=statement.workplace, product_id=statement.product).order_by("pk").first()
    )
    line = own_version(there, scenario, by) if there else Line(scenario=scenario, created_by=by)
    for name, value in line_values(statement).items():
        setattr(line, name, value)
    line.save()
    line.refresh_from_db()
    return line


def _offer(
    statement: Statement, client: Workplace, scenario: Scenario, period: DateRange, by: Person
) -> None:
    wanted: dict[tuple[int | None, int | None, int], float] = defaultdict(float)
    first: dict[tuple[int | None, int | None, int], int] = {}
    for number, need in enumerate(statement.needs):
        key = (need.supplier, need.counterparty, need.product)
        if (need.supplier or need.counterparty) and need.quantity:
            wanted[key] += need.quantity
            first.setdefault(key, number)
    faults: dict[str, str] = {}
    for key, quantity in wanted.items():
        fault = _offer_one(key, quantity, statement, client, scenario, period, by)
        if fault:
            faults[f"need-{first[key]}"] = fault
    if faults:
        raise Invalid(_("An agreement stands against this. Nothing was changed."), fields=faults)


def _offer_one(
    key: tuple[int | None, int | None, int],
    quantity: float,
    statement: Statement,
    client: Workplace,
    scenario: Scenario,
    period: DateRange,
    by: Person,
) -> str:
    supplier, counterparty, product = key
    live = selectors.agreements_of(client, scenario).exclude(state=Agreement.State.ENDED)
    parties = {"supplier_id": supplier, "client_id": client.entity_id, "counterparty_id": counterparty}
    there = live.filter(**parties, product_id=product, period=period).first()
    if there is None:
        Agreement.objects.create(
            scenario=scenario, supplier_id=supplier, client_id=client.entity_id, counterparty_id=counterparty,
            product_id=product, quantity=quantity, period=period, offered_by=by, created_by=by,
            offered_for_id=None if counterparty else client.entity_id,
        )  # fmt: skip
        if counterparty:
            trade_moved(scenario, counterparty, product, client.region_id, "import", quantity, by)
        return ""
    if there.quantity == quantity:
        return ""
    if there.state == Agreement.State.AGREED or _is_needed_elsewhere(statement, product, scenario):
        return _(
            "There is an agreement with this source on %(quantity)s for that time; end it on its page first."
        ) % {"quantity": f"{there.quantity:g}"}
    own = own_version(there, scenario, by)
    before, own.quantity, own.offered_by = own.quantity, quantity, by
    own.save()
    if counterparty:
        trade_moved(scenario, counterparty, product, client.region_id, "import", quantity - before, by)
    return ""


def _is_needed_elsewhere(statement: Statement, product: int, scenario: Scenario) -> bool:
    others = Line.objects.in_scenario(scenario).filter(workplace_id=statement.workplace)
    others = others.exclude(product_id=statement.product)
    return bool(others.filter(own_input_product__contains=[product]).exists())


def _written(statement: Statement, scenario: Scenario) -> dict[str, Any]:
    products = selectors.by_entity(
        Product, scenario, {statement.product, *(need.product for need in statement.needs)}
    )

    def need(item: Need) -> dict[str, Any]:
        source = "workplace" if item.supplier else "counterparty" if item.counterparty else ""
        return {"product": products[item.product].code, "quantity": item.quantity, "source": source}

    return {
        "product": products[statement.product].code,
        "output": statement.output,
        "capacity": statement.capacity,
        "needs": [need(item) for item in statement.needs],
        "hours": sum(work.hours for work in statement.work),
    }
