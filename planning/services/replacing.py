"""What a revision is to the record, and how it ends when the councils have ratified another plan."""

from datetime import datetime

from planning.models import Plan, Revision
from workplaces.models import Person
from workplaces.record.services import entry_append


def revision_follow(*, plan: Plan, by: Person | None, now: datetime) -> None:
    """A plan that comes into force ends the revision under way in its year: it replaces the one before."""
    revision = Revision.objects.select_for_update().filter(cycle=plan.cycle_id, ended_at__isnull=True).first()
    if revision is None:
        return
    revision.outcome, revision.replaced_by = Revision.Outcome.REPLACED, plan
    revision.ended_by, revision.ended_at = by, now
    revision.save(update_fields=["outcome", "replaced_by", "ended_by", "ended_at"])
    body = {"plan": revision.plan.number, "by": plan.number}
    entry_append(kind="revision.replaced", by=by, subject=subject(revision), body=body, now=now)


def subject(revision: Revision) -> str:
    """How the public record names a revision."""
    return f"revision:{revision.public_id}"
