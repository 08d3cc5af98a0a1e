"""Workplaces ask for investment: with a purpose and goods; what they stand at is computed, never declared."""

import math
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, InvestmentRequest, RequestedGood
from planning.selectors import requests as selectors
from planning.selectors.envelopes import Part
from planning.services.plausible import check_plausible
from planning.services.saying import in_full
from workplaces.errors import Invalid, TooLate
from workplaces.models import Line, Person, Product, Workplace
from workplaces.record.services import entry_append

MOST_GOODS = 30
TEXT = 5000


@transaction.atomic
def investment_ask(
    *, cycle: Cycle, line: Line, of: str, amount: int, purpose: str, expected: str, goods: Mapping[Product, float],
    by: Person, now: datetime,
) -> InvestmentRequest:  # fmt: skip
    """Ask the sector or region ``of`` (``sector-code``) for ``amount`` minor units, for equipment of a line.

    Raises Forbidden (no delegate of the workplace), TooLate (phase, or it asked that envelope already), Invalid: no purpose,
    no goods, goods that cost less than what is asked for, nobody working there, an envelope of others.
    """
    hat = permissions.check_speak_for_line(by, line, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)
    policies.check_request(cycle)
    workplace = Workplace.objects.in_scenario(cycle.baseline).get(entity_id=line.workplace_id)
    part = _checked(cycle, workplace, of, amount, purpose, expected, goods, now)
    standing = selectors.standing(cycle, workplace, workplace.main_sector_id)
    try:
        with transaction.atomic():
            request = InvestmentRequest.objects.create(
                cycle=cycle, workplace_id=workplace.entity_id, line_id=line.entity_id, amount=amount,
                purpose=purpose.strip(), expected=expected.strip(), members=standing.members,
                value_added=standing.value_added, hours=standing.hours, level=standing.level, returns=standing.returns,
                returns_from=standing.returns_from, asked_by=by, asked_at=now, **{f"{part.stream}_id": part.entity},
            )  # fmt: skip
    except IntegrityError as error:
        if "request_once_per_envelope" not in str(error):
            raise
        sentence = _("%(workplace)s has asked %(envelope)s already; withdraw that request first.")
        raise TooLate(sentence % {"workplace": workplace.label, "envelope": part.label}) from error
    RequestedGood.objects.bulk_create(
        RequestedGood(request=request, product_id=product.entity_id, quantity=quantity, price=product.price)
        for product, quantity in goods.items()
    )
    entry_append(
        kind="investment.asked", by=by, hat=hat.label, subject=subject(request), now=now,
        body={
            "workplace": workplace.public_id, "workplace_name": workplace.name, "of": part.key, "of_name": part.label,
            "amount": amount, "purpose": request.purpose, "goods": {p.code: q for p, q in goods.items()},
            "level": standing.level, "members": standing.members,
        },
    )  # fmt: skip
    return request


def _checked(
    cycle: Cycle, workplace: Workplace, of: str, amount: int, purpose: str, expected: str,
    goods: Mapping[Product, float], now: datetime,
) -> Part:  # fmt: skip
    """Return the envelope that is asked; raise Invalid that names every field at fault."""
    faults: dict[str, str] = {}
    asked = {part.key: part for part in selectors.recipients(cycle, workplace, now.date())}
    if of not in asked:
        sentence = (
            _("%(workplace)s can ask %(envelopes)s.")
            if asked
            else _("%(workplace)s has no sector or region to ask.")
        )
        names = ", ".join(part.label for part in asked.values())
        faults["of"] = sentence % {"workplace": workplace.label, "envelopes": names}
    if not purpose.strip():
        faults["purpose"] = _("Say what it is for.")
    for name, text in (("purpose", purpose), ("expected", expected)):
        if len(text) > TEXT:
            faults[name] = _("At most %(most)s characters.") % {"most": TEXT}
    faults |= _faults_of_goods(cycle, goods) or _faults_of_amount(amount, goods, cycle.baseline.currency)
    if workplace.size < 1:
        faults["members"] = _(
            "Nobody works at %(workplace)s by the baseline; a grant is shared out by people."
        ) % {"workplace": workplace.label}
    if faults:
        raise Invalid(
            _("This cannot be asked for: %(why)s") % {"why": " ".join(faults.values())}, fields=faults
        )
    return asked[of]


def _faults_of_goods(cycle: Cycle, goods: Mapping[Product, float]) -> dict[str, str]:
    if not goods:
        return {"goods": _("Say which goods it buys, and how much of each.")}
    if len(goods) > MOST_GOODS:
        return {"goods": _("At most %(most)s goods in one request.") % {"most": MOST_GOODS}}
    for product, quantity in goods.items():
        if not (math.isfinite(quantity) and quantity > 0):
            return {"goods": _("How much of %(product)s? More than nothing.") % {"product": product.label}}
        try:
            check_plausible(
                cycle=cycle,
                scenario=cycle.baseline,
                product=product.entity_id,
                figure=quantity,
                field="goods",
            )
        except Invalid as problem:
            return dict(problem.fields)
    return {}


def _faults_of_amount(amount: int, goods: Mapping[Product, float], currency: str) -> dict[str, str]:
    if amount <= 0:
        return {"amount": _("Ask for more than nothing.")}
    need = selectors.need(dict(goods))
    if amount > need:
        values = {"amount": in_full(amount, currency), "need": in_full(need, currency)}
        sentence = _("%(amount)s is more than the goods cost at accounting prices, %(need)s.")
        return {"amount": sentence % values}
    return {}


@transaction.atomic
def investment_withdraw(*, request: InvestmentRequest, by: Person, now: datetime) -> InvestmentRequest:
    """Take a request back, as long as it is asked for: a delegate of its workplace can."""
    line = Line.objects.get(pk=request.line_id)
    hat = permissions.check_speak_for_line(by, line, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=request.cycle_id)
    request = InvestmentRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    policies.check_withdraw(request, cycle)
    request.withdrawn_at = now
    request.save(update_fields=["withdrawn_at"])
    entry_append(
        kind="investment.withdrawn", by=by, hat=hat.label, subject=subject(request), body={"amount": request.amount},
        now=now,
    )  # fmt: skip
    return request


def subject(request: InvestmentRequest) -> str:
    """How the public record names a request."""
    return f"investment:{request.public_id}"
