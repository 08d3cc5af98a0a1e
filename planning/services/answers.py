"""Delegates propose and answer; every figure that changes stands in the record with who changed it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from planning import permissions, policies
from planning.models import ConsumptionProposal, Cycle, Proposal, Response, Round, RunLine
from planning.models.answers import Source
from planning.services.cycles import standing
from planning.services.plausible import check_plausible
from planning.services.saying import at_least, at_most, said
from workplaces.errors import Invalid, TooLate
from workplaces.models import DemandLine, Line, Person, Product, Scenario
from workplaces.record.services import entry_append

REASON_LIMIT = 2000


@dataclass(frozen=True)
class Limits:
    """What a figure must lie between, in the product's unit; no ``greatest`` for a use without a ceiling."""

    least: float
    greatest: float | None
    unit: str


@transaction.atomic
def proposal_set(
    *, cycle: Cycle, line: Line, output: float, by: Person, now: datetime,
    inputs: Mapping[Product, float] | None = None, note: str = "",
) -> Proposal:  # fmt: skip
    """Write a line's proposal into the standing scenario; inputs may be given as absolute quantities."""
    hat = permissions.check_speak_for_line(by, line, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies.check_propose(cycle)
    scenario = _standing(cycle)
    _check_figure(output, Limits(0.0, line.capacity, line.product.unit), field="output")
    check_plausible(cycle=cycle, scenario=scenario, product=line.product_id, figure=output, field="output")
    given = dict(inputs or {})
    for product, quantity in given.items():
        _check_input(cycle, product, quantity, scenario)
    told = {
        "output": output,
        "confirmed": output,
        "firm": False,
        "source": Source.PERSON,
        "input_product": [product.entity_id for product in given],
        "input_quantity": list(given.values()),
        "note": note[:REASON_LIMIT],
        "created_by": by,
    }
    there: Proposal | None = Proposal.objects.filter(scenario=scenario, line_id=line.entity_id).first()
    if there is not None and stands(there, told):
        return there
    origin = _origin(Proposal, scenario, line_id=line.entity_id)
    proposal, _made = Proposal.objects.update_or_create(
        scenario=scenario, line_id=line.entity_id, defaults={"origin_id": origin, **told}
    )
    body = {"output": output, "inputs": {p.code: q for p, q in given.items()}, "note": note[:REASON_LIMIT]}
    entry_append(
        kind="proposal.set", by=by, hat=hat.label, subject=f"line:{line.public_id}", body=body, now=now
    )
    return proposal


@transaction.atomic
def consumption_set(
    *, cycle: Cycle, demand_line: DemandLine, quantity: float, by: Person, now: datetime, note: str = ""
) -> ConsumptionProposal:
    """Write what a community or region asks for into the standing scenario."""
    hat = permissions.check_speak_for_demand(by, demand_line, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies.check_propose(cycle)
    _check_figure(quantity, _limits(demand_line), field="quantity")
    scenario = _standing(cycle)
    wanted = demand_line.product_id
    check_plausible(cycle=cycle, scenario=scenario, product=wanted, figure=quantity, field="quantity")
    told = {
        "quantity": quantity,
        "confirmed": quantity,
        "firm": False,
        "source": Source.PERSON,
        "note": note[:REASON_LIMIT],
        "created_by": by,
    }
    there: ConsumptionProposal | None = ConsumptionProposal.objects.filter(
        scenario=scenario, demand_line_id=demand_line.entity_id
    ).first()
    if there is not None and stands(there, told):
        return there
    origin = _origin(ConsumptionProposal, scenario, demand_line_id=demand_line.entity_id)
    proposal, _made = ConsumptionProposal.objects.update_or_create(
        scenario=scenario,
        demand_line_id=demand_line.entity_id,
        defaults={"origin_id": origin, **told},
    )
    subject = f"demand_line:{demand_line.public_id}"
    body = {"quantity": quantity, "note": note[:REASON_LIMIT]}
    entry_append(kind="consumption.set", by=by, hat=hat.label, subject=subject, body=body, now=now)
    return proposal


@dataclass(frozen=True)
class Answer:
    """What a delegate says to a suggestion: accept it, counter with another figure, hold firm."""

    kind: str
    figure: float | None = None
    reason: str = ""


@transaction.atomic
def line_answer(*, round: Round, line: Line, answer: Answer, by: Person, now: datetime) -> Response:
    """Take a workplace's answer to the change suggested for one of its lines."""
    hat = permissions.check_speak_for_line(by, line, now.date())
    round = _lock(round, now)
    suggestion = _suggestion(round, RunLine.Kind.PRODUCTION, line.entity_id)
    figure = _figure(answer, suggestion, Limits(0.0, line.capacity, line.product.unit))
    _check_answer(round, line.product_id, answer)
    keys = {"line_id": line.entity_id}
    return _answer(round, keys, f"line:{line.public_id}", answer, figure, by, hat.label, now)


@transaction.atomic
def demand_answer(
    *, round: Round, demand_line: DemandLine, answer: Answer, by: Person, now: datetime
) -> Response:
    """Take a community's or region's answer to the change suggested for its consumption."""
    hat = permissions.check_speak_for_demand(by, demand_line, now.date())
    round = _lock(round, now)
    suggestion = _suggestion(round, RunLine.Kind.DEMAND, demand_line.entity_id)
    figure = _figure(answer, suggestion, _limits(demand_line))
    _check_answer(round, demand_line.product_id, answer)
    keys = {"demand_line_id": demand_line.entity_id}
    return _answer(round, keys, f"demand_line:{demand_line.public_id}", answer, figure, by, hat.label, now)


def _lock(round: Round, now: datetime) -> Round:
    """Share-lock the round, so that closing waits for answers under way and later answers find it closed."""
    locked = Round.objects.raw("SELECT * FROM planning_round WHERE id = %s FOR SHARE", [round.pk])[0]
    policies.check_answer(locked, now)
    return locked


def _suggestion(round: Round, kind: int, entity: int) -> RunLine:
    suggestions = RunLine.objects.filter(kind=kind, entity=entity)
    suggestion = suggestions.filter(run_id=round.published_run_id or 0).first()
    if suggestion is None:
        raise Invalid(
            _("%(round)s suggests nothing for this line; it was not part of the iteration.")
            % {"round": round}
        )
    return suggestion


def _figure(answer: Answer, suggestion: RunLine, limits: Limits) -> float:
    """Return the figure that the answer stands for, checked."""
    if answer.kind == Response.Kind.ACCEPT:
        return suggestion.suggested
    if not answer.reason.strip():
        raise Invalid(
            _("Give a reason: it goes to those who are affected."),
            fields={"reason": _("A reason is needed.")},
        )
    if len(answer.reason) > REASON_LIMIT:
        message = _("The reason has %(length)s characters; %(limit)s are the limit.")
        raise Invalid(
            message % {"length": len(answer.reason), "limit": REASON_LIMIT}, fields={"reason": _("Too long.")}
        )
    if answer.kind == Response.Kind.FIRM:
        return suggestion.proposed
    if answer.kind != Response.Kind.COUNTER:
        raise Invalid(
            _("An answer accepts, counters or holds firm; “%(kind)s” is none of these.")
            % {"kind": answer.kind}
        )
    if answer.figure is None:
        raise Invalid(_("Say which figure you propose instead."), fields={"figure": _("A figure is needed.")})
    _check_figure(answer.figure, limits, field="figure")
    return answer.figure


def _check_answer(round: Round, product: int, answer: Answer) -> None:
    """A counter-proposal is held to the same size as a proposal."""
    if answer.kind == Response.Kind.COUNTER and answer.figure is not None:
        check_plausible(
            cycle=round.cycle, scenario=round.scenario, product=product, figure=answer.figure, field="figure"
        )


def _answer(
    round: Round,
    keys: dict[str, int],
    subject: str,
    answer: Answer,
    figure: float,
    by: Person,
    hat: str,
    now: datetime,
) -> Response:
    told = {"kind": answer.kind, "figure": figure, "reason": answer.reason.strip(), "by": by}
    response, made = Response.objects.select_for_update().get_or_create(
        round_id=round.pk, **keys, defaults={**told, "at": now}
    )
    if not made:
        if stands(response, {**told, "source": Source.PERSON}):
            return response
        for name, value in told.items():
            setattr(response, name, value)
        response.at, response.source = now, Source.PERSON
        response.revision += 1
        response.save()
    body = {"round": str(round.public_id), "kind": answer.kind, "figure": figure, "reason": response.reason}
    entry_append(kind="answer.given", by=by, hat=hat, subject=subject, body=body, now=now)
    return response


def stands(row: Model, told: Mapping[str, Any]) -> bool:
    """Say whether a row holds all of that already: said once more by the same person, it is not said anew."""
    return all(getattr(row, name) == value for name, value in told.items())


def _standing(cycle: Cycle) -> Scenario:
    scenario = standing(cycle)
    if scenario is None:
        raise TooLate(_("%(cycle)s has no open scenario to write proposals in.") % {"cycle": cycle})
    return scenario


def _origin(model: type[Proposal | ConsumptionProposal], scenario: Scenario, **line: int) -> int | None:
    """Return the first version of this line's proposal in an earlier scenario, if there is one."""
    earlier = model.objects.filter(scenario_id__in=scenario.chain()[1:], **line)
    return earlier.order_by("pk").values_list("entity_id", flat=True).first()


def _limits(demand_line: DemandLine) -> Limits:
    return Limits(demand_line.floor, demand_line.ceiling, demand_line.product.unit)


def _check_figure(figure: float, limits: Limits, *, field: str) -> None:
    """Refuse figures that are not finite, or outside what floor and capacity allow."""
    if not math.isfinite(figure):
        raise Invalid(_("This is not a finite number."), fields={field: _("Type a finite number.")})
    if figure < limits.least:
        message = _("%(figure)s is below the least possible, %(least)s.")
        message = message % {"figure": said(figure), "least": at_least(limits.least, limits.unit)}
        raise Invalid(message, fields={field: message})
    if limits.greatest is not None and figure > limits.greatest:
        message = _("%(figure)s is more than the capacity or ceiling of %(greatest)s.")
        message = message % {"figure": said(figure), "greatest": at_most(limits.greatest, limits.unit)}
        raise Invalid(message, fields={field: message})


def _check_input(cycle: Cycle, product: Product, quantity: float, scenario: Scenario) -> None:
    if not Product.objects.in_scenario(scenario).filter(entity_id=product.entity_id).exists():
        message = _("The plan knows no product “%(code)s”.") % {"code": product.code}
        raise Invalid(message, fields={"inputs": message})
    _check_figure(quantity, Limits(0.0, None, product.unit), field="inputs")
    check_plausible(
        cycle=cycle, scenario=scenario, product=product.entity_id, figure=quantity, field="inputs"
    )
