"""Who supplies whom: an offer, its acceptance by the other side, its end."""

import math
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from workplaces import permissions, policies
from workplaces.errors import Invalid
from workplaces.models import Agreement, Counterparty, Person, Product, Scenario, TradeLine, Workplace
from workplaces.record.services import entry_append, lock_chain
from workplaces.services.overlay import own_version

SUPPLIES, RECEIVES = "supplies", "receives"


@transaction.atomic
def agreement_offer(
    *,
    scenario: Scenario,
    workplace: Workplace,
    role: str,
    other: Workplace | Counterparty,
    product: Product,
    quantity: float,
    period: DateRange,
    by: Person,
    now: datetime,
) -> Agreement:
    """Offer to supply (role ``supplies``) or to receive a product; the other side accepts.

    Raises Forbidden, TooLate (scenario closed), Invalid with ``fields``: other, quantity, until.
    """
    lock_chain()
    hat = permissions.check_can_state(by, workplace, now.date())
    policies.check_is_open(_locked(scenario))
    _check(workplace, other, quantity, period)
    agreement = Agreement.objects.create(
        scenario=scenario, product_id=product.entity_id, quantity=quantity, period=period, offered_by=by,
        created_by=by, **_parties(workplace, role, other),
    )  # fmt: skip
    agreement.refresh_from_db()
    _move_trade(agreement, scenario, quantity, by)
    _record(agreement, "agreement.offered", by, hat.label, now)
    return agreement


@transaction.atomic
def agreement_accept(*, agreement: Agreement, scenario: Scenario, by: Person, now: datetime) -> Agreement:
    """Accept an offer, as a delegate of the side that did not make it. Raises Forbidden, TooLate."""
    lock_chain()
    hat = permissions.check_can_answer(by, agreement, now.date())
    policies.check_is_open(_locked(scenario))
    agreement = _fresh(agreement, scenario, by)
    policies.check_is_offered(agreement)
    agreement.state, agreement.agreed_by = Agreement.State.AGREED, by
    agreement.save()
    _record(agreement, "agreement.accepted", by, hat.label, now)
    return agreement


@transaction.atomic
def agreement_end(*, agreement: Agreement, scenario: Scenario, by: Person, now: datetime) -> Agreement:
    """End an agreement or withdraw an offer, as a delegate of either side. Raises Forbidden, TooLate."""
    lock_chain()
    hat = permissions.check_can_end(by, agreement, now.date())
    policies.check_is_open(_locked(scenario))
    agreement = _fresh(agreement, scenario, by)
    policies.check_is_live(agreement)
    agreement.state = Agreement.State.ENDED
    agreement.save()
    _move_trade(agreement, scenario, -agreement.quantity, by)
    _record(agreement, "agreement.ended", by, hat.label, now)
    return agreement


def trade_moved(
    scenario: Scenario,
    counterparty: int,
    product: int,
    region: int,
    direction: str,
    change: float,
    by: Person,
) -> None:
    """Add ``change`` to what is traded with a counterparty for a region; a new line of trade if there is none."""
    lines = TradeLine.objects.in_scenario(scenario).filter(
        counterparty_id=counterparty, product_id=product, region_id=region, direction=direction
    )
    there = lines.order_by("pk").first()
    if there is None:
        if change > 0:
            price = Product.objects.in_scenario(scenario).get(entity_id=product).price
            TradeLine.objects.create(
                scenario=scenario, counterparty_id=counterparty, product_id=product, region_id=region,
                direction=direction, last=change, world_price=price, created_by=by,
            )  # fmt: skip
        return
    own = own_version(there, scenario, by)
    own.last = max(0.0, own.last + change)
    own.save()


def _locked(scenario: Scenario) -> Scenario:
    return Scenario.objects.select_for_update(of=["self"]).get(pk=scenario.pk)


def _fresh(agreement: Agreement, scenario: Scenario, by: Person) -> Agreement:
    found = Agreement.objects.in_scenario(scenario).get(entity_id=agreement.entity_id)
    return own_version(found, scenario, by)  # type: ignore[no-any-return]


def _check(workplace: Workplace, other: Workplace | Counterparty, quantity: float, period: DateRange) -> None:
    faults = {}
    if isinstance(other, Workplace) and other.entity_id == workplace.entity_id:
        faults["other"] = _("Nobody makes an agreement with oneself.")
    if not math.isfinite(quantity) or quantity <= 0:
        faults["quantity"] = _("State a quantity above 0.")
    if period.isempty or period.upper is None or period.lower is None:
        faults["until"] = _("The last day comes before the first.")
    if faults:
        raise Invalid(
            _("Some of this cannot be; look at the marked fields. Nothing was changed."), fields=faults
        )


def _parties(workplace: Workplace, role: str, other: Workplace | Counterparty) -> dict[str, Any]:
    mine, theirs = ("supplier_id", "client_id") if role == SUPPLIES else ("client_id", "supplier_id")
    if isinstance(other, Counterparty):
        return {mine: workplace.entity_id, "counterparty_id": other.entity_id}
    return {mine: workplace.entity_id, theirs: other.entity_id, "offered_for_id": workplace.entity_id}


def _move_trade(agreement: Agreement, scenario: Scenario, change: float, by: Person) -> None:
    if agreement.counterparty_id is None:
        return
    inside = agreement.supplier_id or agreement.client_id
    region = Workplace.objects.in_scenario(scenario).get(entity_id=inside).region_id
    direction = TradeLine.Direction.EXPORT if agreement.supplier_id else TradeLine.Direction.IMPORT
    trade_moved(
        scenario, agreement.counterparty_id, agreement.product_id, region, direction.value, change, by
    )


def _record(agreement: Agreement, kind: str, by: Person, hat: str, now: datetime) -> None:
    body = {
        "supplier": str(agreement.supplier or agreement.counterparty),
        "client": str(agreement.client or agreement.counterparty),
        "product": agreement.product.code,
        "quantity": agreement.quantity,
        "from": agreement.period.lower,
        "until": agreement.period.upper,
    }
    entry_append(kind=kind, by=by, hat=hat, subject=f"agreement:{agreement.public_id}", body=body, now=now)
