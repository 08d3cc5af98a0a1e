"""Changing figures in a sandbox, and undoing that one by one: its rows are written anew from the parent's each time."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from planning import permissions_sandbox, policies_sandbox
from planning.models import ConsumptionProposal, Proposal, Sandbox, SandboxChange
from planning.models.answers import Source
from planning.selectors import sandbox_figures as figures
from workplaces.errors import Invalid
from workplaces.models import DemandLine, LabourPool, Line, Person, Resource, Scenario, Technology
from workplaces.services.overlay import own_version

Kind = SandboxChange.Kind
LARGEST = 1e15


@transaction.atomic
def figure_set(
    *, sandbox: Sandbox, kind: str, target: UUID, new: float, by: Person, now: datetime, part: int = 0
) -> SandboxChange:
    """Try another figure; set back to what it was in the parent, the change is gone.

    Raises Forbidden (not the owner's), TooLate (frozen, or a run is under way), Invalid with ``fields``: target, new.
    """
    sandbox = locked(sandbox, by)
    policies_sandbox.check_change(sandbox)
    parent = parent_of(sandbox)
    row = figures.row_of(parent, kind, target) if kind in figures.TABLES else None
    known = figures.figure_of(parent, kind, row, part) if row is not None else None
    if known is None:
        message = _("There is no such figure in “%(name)s”.") % {"name": parent.name}
        raise Invalid(message, fields={"target": message})
    _check(sandbox, known, new, row)
    same = {"sandbox": sandbox, "kind": kind, "entity": known.entity, "part": part}
    number = (sandbox.changes.aggregate(last=Max("number"))["last"] or 0) + 1
    change, made = SandboxChange.objects.get_or_create(
        **same, defaults={"number": number, "old": known.old, "new": new, "at": now}
    )
    if not made:
        change.new, change.at = new, now
        change.save(update_fields=["new", "at"])
    rewrite(sandbox, change)
    _moved(sandbox)
    return change


@transaction.atomic
def figure_undo(*, sandbox: Sandbox, number: int, by: Person) -> None:
    """Take one change back; the others stay. Raises Forbidden, TooLate, Invalid where there is no such change."""
    sandbox = locked(sandbox, by)
    policies_sandbox.check_undo(sandbox)
    change = sandbox.changes.filter(number=number).first()
    if change is None:
        raise Invalid(_("This change has been undone already."))
    change.delete()
    rewrite(sandbox, change)
    _moved(sandbox)


def locked(sandbox: Sandbox, by: Person) -> Sandbox:
    """Return the sandbox, held until the transaction ends, if it is this person's."""
    permissions_sandbox.check_own(by, sandbox)
    related = Sandbox.objects.select_related("scenario__parent", "cycle", "owner")
    return related.select_for_update(of=("self",)).get(pk=sandbox.pk)


def parent_of(sandbox: Sandbox) -> Scenario:
    """Return the scenario that the sandbox branches from."""
    parent = sandbox.scenario.parent
    assert parent is not None  # noqa: S101  (the database refuses a sandbox without one)
    return parent


def _moved(sandbox: Sandbox) -> None:
    sandbox.revision += 1
    sandbox.save(update_fields=["revision"])


def _check(sandbox: Sandbox, known: figures.Figure, new: float, row: Any) -> None:
    if not math.isfinite(new) or not 0 <= new <= LARGEST:
        message = _("Type a figure from 0 to %(most)s.") % {"most": f"{LARGEST:.0e}"}
        raise Invalid(message, fields={"new": message})
    if known.kind == Kind.FINAL and not (known.old and known.old > 0):
        message = _("Nobody asks for this product yet; change one place's use of it instead.")
        raise Invalid(message, fields={"new": message})
    if known.kind == Kind.OUTPUT and new > _capacity(sandbox, row):
        message = _("This line cannot make more than its capacity; change its capacity first.")
        raise Invalid(message, fields={"new": message})
    if known.kind == Kind.INPUT and not _output(sandbox, row) > 0:
        message = _("This line makes nothing, so it needs nothing; change its output first.")
        raise Invalid(message, fields={"new": message})


def _capacity(sandbox: Sandbox, line: Line) -> float:
    tried = sandbox.changes.filter(kind=Kind.CAPACITY, entity=line.entity_id).first()
    return tried.new if tried else float(line.capacity)


def _output(sandbox: Sandbox, line: Line) -> float:
    tried = sandbox.changes.filter(kind=Kind.OUTPUT, entity=line.entity_id).first()
    return tried.new if tried else figures.standing_output(parent_of(sandbox), line)[0]


def rewrite(sandbox: Sandbox, change: SandboxChange) -> None:
    """Write the rows that a change concerns as the parent has them, with all changes that stand."""
    WRITE[change.kind](sandbox, change.entity)


def _demand_of(sandbox: Sandbox, entity: int) -> None:
    line = DemandLine.objects.in_scenario(parent_of(sandbox)).get(entity_id=entity)
    _demand(sandbox, line.product_id)


def _demand(sandbox: Sandbox, product: int) -> None:
    """One factor for all uses of a product; what one place changed for itself goes before it.

    Floors and ceilings give way to the figure that is tried.
    """
    parent, scenario = parent_of(sandbox), sandbox.scenario
    lines = figures.demand_lines(parent, product)
    standing = figures.standing_demand(parent, lines)
    every = sandbox.changes.filter(kind=Kind.FINAL, entity=product).first()
    factor = every.new / every.old if every and every.old else 1.0
    own = dict(
        sandbox.changes.filter(kind=Kind.DEMAND, entity__in=list(standing)).values_list("entity", "new")
    )
    ConsumptionProposal.objects.filter(scenario=scenario, demand_line_id__in=list(standing)).delete()
    DemandLine.objects.filter(scenario=scenario, origin_id__in=list(standing)).delete()
    before = {
        row.demand_line_id: row
        for row in ConsumptionProposal.objects.in_scenario(parent).filter(demand_line_id__in=list(standing))
    }
    for line in lines:
        tried = own.get(line.entity_id, standing[line.entity_id] * factor)
        if tried == standing[line.entity_id]:
            continue
        there = before.get(line.entity_id)
        asked = (
            own_version(there, scenario, sandbox.owner)
            if there
            else ConsumptionProposal(
                scenario=scenario, demand_line_id=line.entity_id, created_by=sandbox.owner
            )
        )
        asked.quantity = asked.confirmed = tried
        asked.firm, asked.source, asked.note = False, Source.PERSON, ""
        asked.save()
        if tried < line.floor or (line.ceiling is not None and tried > line.ceiling):
            wider = own_version(line, scenario, sandbox.owner)
            wider.floor = min(line.floor, tried)
            wider.ceiling = None if line.ceiling is None else max(line.ceiling, tried)
            wider.save()


def _line(sandbox: Sandbox, entity: int) -> None:
    parent, scenario = parent_of(sandbox), sandbox.scenario
    Proposal.objects.filter(scenario=scenario, line_id=entity).delete()
    Line.objects.filter(scenario=scenario, origin_id=entity).delete()
    line = Line.objects.in_scenario(parent).get(entity_id=entity)
    tried = {(c.kind, c.part): c.new for c in sandbox.changes.filter(entity=entity, kind__in=OF_LINES)}
    if (capacity := tried.pop((Kind.CAPACITY, 0), None)) is not None:
        wider = own_version(line, scenario, sandbox.owner)
        wider.capacity = capacity
        wider.save()
    if not tried:
        return
    output, there = figures.standing_output(parent, line)
    proposal = (
        own_version(there, scenario, sandbox.owner)
        if there
        else Proposal(scenario=scenario, line_id=entity, created_by=sandbox.owner)
    )
    proposal.output = proposal.confirmed = tried.pop((Kind.OUTPUT, 0), output)
    proposal.firm, proposal.source, proposal.note = False, Source.PERSON, ""
    stated = dict(zip(proposal.input_product, proposal.input_quantity, strict=True))
    stated |= {part: amount for (_kind, part), amount in tried.items()}
    proposal.input_product, proposal.input_quantity = list(stated), list(stated.values())
    proposal.save()


def _technology(sandbox: Sandbox, entity: int) -> None:
    tried = dict(sandbox.changes.filter(kind=Kind.COEFFICIENT, entity=entity).values_list("part", "new"))
    row = _fresh(sandbox, Technology, entity)
    if tried:
        pairs = zip(row.input_product, row.input_coefficient, strict=True)
        row.input_coefficient = [tried.get(product, amount) for product, amount in pairs]
        row.save()


def _one(kind: str, model: type[Any], field: str) -> Callable[[Sandbox, int], None]:
    """Return what writes a row of which one field is tried."""

    def write(sandbox: Sandbox, entity: int) -> None:
        change = sandbox.changes.filter(kind=kind, entity=entity).first()
        row = _fresh(sandbox, model, entity)
        if change is not None:
            setattr(row, field, change.new)
            row.save()

    return write


def _fresh(sandbox: Sandbox, model: type[Any], entity: int) -> Any:
    """Return the parent's row as the sandbox's own, not saved yet; what the sandbox held of it is gone."""
    model.objects.filter(scenario=sandbox.scenario, origin_id=entity).delete()
    return own_version(
        model.objects.in_scenario(parent_of(sandbox)).get(entity_id=entity), sandbox.scenario, sandbox.owner
    )


OF_LINES = (Kind.OUTPUT, Kind.CAPACITY, Kind.INPUT)
WRITE: dict[str, Callable[[Sandbox, int], None]] = {
    Kind.FINAL: _demand,
    Kind.DEMAND: _demand_of,
    Kind.OUTPUT: _line,
    Kind.CAPACITY: _line,
    Kind.INPUT: _line,
    Kind.COEFFICIENT: _technology,
    Kind.HOURS: _one(Kind.HOURS, LabourPool, "hours"),
    Kind.CAP: _one(Kind.CAP, Resource, "cap"),
}
