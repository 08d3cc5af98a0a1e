"""Revising a plan in force: a small cycle of the same kind, from its own figures, with rounds and votes of its own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from planning import permissions, policies_revision
from planning.models import Cycle, Plan, Revision
from planning.services.cycles import cycle_move, standing_open
from planning.services.ending import negotiation_end
from planning.services.reasons import reason_given
from planning.services.replacing import subject
from workplaces.models import Person
from workplaces.record.services import entry_append


@transaction.atomic
def cycle_revise(*, cycle: Cycle, reason: str, by: Person, now: datetime) -> Revision:
    """Open a revision of the plan in force: its figures are the proposals that workplaces and councils change.

    The plan stays in force, with its prices, until the councils have ratified another one. Raises Forbidden, TooLate (no
    plan in force, another year being planned), Invalid without a reason.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies_revision.check_revise(cycle)
    said = reason_given(
        reason, _("Say what has changed, or was found out, so that the plan has to be revised.")
    )
    plan = cycle.plans.select_related("scenario").get(state=Plan.State.IN_FORCE)
    last = cycle.rounds.order_by("-number").values_list("number", flat=True).first() or 0
    revision = Revision.objects.create(
        cycle=cycle, number=cycle.revisions.count() + 1, plan=plan, reason=said, first_round=last + 1, opened_by=by,
        opened_at=now,
    )  # fmt: skip
    cycle_move(cycle=cycle, event="revise", by=by, now=now, note=said)
    standing_open(cycle=cycle, parent=plan.scenario, number=last + 1, by=by, now=now)
    body = {"plan": plan.number, "figures": plan.scenario.digest, "reason": said}
    entry_append(kind="revision.opened", by=by, subject=subject(revision), body=body, now=now)
    return revision


@transaction.atomic
def cycle_keep(*, cycle: Cycle, reason: str, by: Person, now: datetime) -> Revision:
    """End the revision without another plan: the one in force stays, and what was proposed stays readable.

    Raises Forbidden, TooLate where no revision is under way, Invalid without a reason.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies_revision.check_keep(cycle)
    said = reason_given(reason, _("Say why the plan is kept."))
    sentence = _("The plan in force is kept: %(reason)s") % {"reason": said}
    negotiation_end(cycle=cycle, sentence=sentence, reason=said, by=by, now=now)
    revision = cycle.revisions.select_for_update().get(ended_at__isnull=True)
    revision.outcome, revision.end_reason = Revision.Outcome.KEPT, said
    revision.ended_by, revision.ended_at = by, now
    revision.save(update_fields=["outcome", "end_reason", "ended_by", "ended_at"])
    cycle_move(cycle=cycle, event="keep", by=by, now=now, note=said)
    body = {"plan": revision.plan.number, "reason": said}
    entry_append(kind="revision.kept", by=by, subject=subject(revision), body=body, now=now)
    return revision
