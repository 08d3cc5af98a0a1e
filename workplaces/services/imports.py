"""Taking tables in and undoing that: whole or not at all, once for the same content, on the record."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workplaces import arrivals, permissions, policies
from workplaces.arrivals import Places
from workplaces.errors import Invalid, Refused
from workplaces.importing import undoing, writing
from workplaces.importing.drafts import Table
from workplaces.importing.errors import ImportRefused
from workplaces.importing.kinds import KINDS
from workplaces.importing.planning import ImportPlan, content_digest, plan_import
from workplaces.importing.reading import Options
from workplaces.models import ImportBatch, Person, Region, Scenario, Sector, Workplace
from workplaces.record.services import entry_append, lock_chain

NAME_LENGTH = 200


def import_preview(
    *,
    kind: str,
    scenario: Scenario,
    file_name: str,
    content: bytes,
    by: Person,
    now: datetime,
    options: Options | None = None,
    may_change: bool = False,
) -> ImportPlan:
    """Say what a file would make and change, with all its faults; nothing is written.

    Raises Forbidden (not a registrar), TooLate (scenario closed), Invalid (no such kind).
    """
    permissions.check_can_import(by, now.date())
    policies.check_is_open(scenario)
    _check_kind(kind)
    return plan_import(
        kind=kind,
        scenario=scenario,
        file_name=file_name[-NAME_LENGTH:] or "file.csv",
        content=content,
        today=now.date(),
        options=options,
        may_change=may_change,
    )


@transaction.atomic
def import_apply(
    *,
    kind: str,
    scenario: Scenario,
    file_name: str,
    content: bytes,
    by: Person,
    now: datetime,
    options: Options | None = None,
    may_change: bool = False,
) -> ImportBatch:
    """Take a file in. The same content again, while its batch stands, gives that batch and writes nothing.

    Imports follow one another (the record's lock comes first), so that two people who confirm the same file make one batch.
    Raises Forbidden, TooLate, and ImportRefused with every fault in the file.
    """
    hat = permissions.check_can_import(by, now.date())
    _check_kind(kind)
    lock_chain()
    scenario = Scenario.objects.select_for_update(of=["self"]).get(pk=scenario.pk)
    policies.check_is_open(scenario)
    standing = batch_of(scenario, kind, content_digest(content))
    if standing is not None:
        return standing
    plan = import_preview(
        kind=kind, scenario=scenario, file_name=file_name, content=content, by=by, now=now, options=options,
        may_change=may_change,
    )  # fmt: skip
    if plan.errors:
        raise ImportRefused(plan.errors)
    if plan.is_empty:
        raise Refused(_("Everything in this file is there already; there is nothing to take in."))
    batch = _batch(plan, by)
    made = _written(plan, batch, by)
    arrivals.arrived(scenario=scenario, places=_places(made), by=by, now=now)
    entry_append(
        kind="import.applied", by=by, hat=hat.label, subject=subject(batch), body=_body(batch, plan), now=now
    )
    return batch


@transaction.atomic
def import_undo(*, batch: ImportBatch, by: Person, now: datetime) -> ImportBatch:
    """Take back everything a batch made and changed.

    Raises Forbidden, TooLate (undone already, scenario closed), Refused with the reasons: rows changed since,
    or other rows refer to them.
    """
    hat = permissions.check_can_import(by, now.date())
    lock_chain()
    locked = ImportBatch.objects.select_for_update(of=["self"]).select_related("scenario")
    batch = locked.get(pk=batch.pk)
    policies.check_can_undo(batch)
    made = undoing.made_by(batch)
    reasons = undoing.touched(batch)
    reasons += arrivals.leaving(scenario=batch.scenario, places=_places(made), by=by, now=now)
    reasons += [] if reasons else undoing.references(batch, made)
    if reasons:
        raise Refused(
            _("This import cannot be undone any more: %(reasons)s") % {"reasons": " ".join(reasons)}
        )
    counted = {table._meta.model_name: len(ids) for table, ids in made.items()}
    restored = undoing.restore(batch)
    _deleted(made)
    batch.state, batch.undone_by, batch.undone_at = ImportBatch.State.UNDONE, by, now
    batch.save(update_fields=["state", "undone_by", "undone_at"])
    batch.made.all().delete()
    body = {"kind": batch.kind, "file": batch.file_name, "removed": counted, "restored": restored}
    entry_append(kind="import.undone", by=by, hat=hat.label, subject=subject(batch), body=body, now=now)
    return batch


def batch_of(scenario: Scenario, kind: str, digest: str) -> ImportBatch | None:
    """Return the batch that took this very content in and still stands."""
    batches = ImportBatch.objects.filter(scenario=scenario, kind=kind, file_digest=digest)
    return batches.filter(state=ImportBatch.State.APPLIED).first()


def subject(batch: ImportBatch) -> str:
    """How the public record names a batch."""
    return f"import:{batch.public_id}"


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Invalid(_("“%(kind)s” is no kind of table that can be taken in.") % {"kind": kind})


def _batch(plan: ImportPlan, by: Person) -> ImportBatch:
    return ImportBatch.objects.create(
        scenario=plan.scenario,
        kind=plan.kind.code,
        file_name=plan.sheet.file,
        file_digest=plan.digest,
        rows=plan.rows,
        created_by=by,
    )


def _written(plan: ImportPlan, batch: ImportBatch, by: Person) -> dict[Table, list[int]]:
    try:
        with transaction.atomic():
            return writing.write(plan, batch, by)
    except IntegrityError as error:
        raise Refused(
            _("Somebody else entered some of the same rows at the same moment, or the database refused a row "
              "(%(why)s). Nothing was taken in; look at the preview again.")
            % {"why": str(error).splitlines()[0]}
        ) from error  # fmt: skip


def _deleted(made: dict[Table, list[int]]) -> None:
    try:
        with transaction.atomic():
            undoing.delete(made)
    except IntegrityError as error:
        raise Refused(
            _("This import cannot be undone any more: %(reasons)s") % {"reasons": str(error).splitlines()[0]}
        ) from error


def _places(made: dict[Table, list[int]]) -> Places:
    return Places(made.get(Workplace, ()), made.get(Sector, ()), made.get(Region, ()))


def _body(batch: ImportBatch, plan: ImportPlan) -> dict[str, object]:
    return {
        "kind": batch.kind,
        "file": batch.file_name,
        "digest": batch.file_digest,
        "scenario": str(plan.scenario.public_id),
        "rows": batch.rows,
        "made": {table._meta.model_name: len(drafts) for table, drafts in plan.make.items()},
        "changed": {table._meta.model_name: len(changes) for table, changes in plan.change.items()},
    }
