"""Scenarios: opening one, closing one for good, checking that a closed one is still what it was."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from workplaces.errors import Invalid, TooLate
from workplaces.loading.digest import differing_tables, digest_of, statement
from workplaces.models import Person, Scenario
from workplaces.record.models import Entry
from workplaces.record.services import entry_append, lock_chain

# Any constant does, as long as nothing else locks it: the letters of "baseline".
NUMBERING_LOCK = int.from_bytes(b"baseline")


@transaction.atomic
def scenario_open(
    *,
    kind: str,
    name: str = "",
    by: Person | None,
    now: datetime,
    parent: Scenario | None = None,
    currency: str = "",
    source_note: str = "",
    synthetic_note: str = "",
) -> Scenario:
    """Open a scenario; a baseline gets the next number. Currency and notes are the parent's unless given.

    Raises Invalid for a parent that is still open or missing where one is needed.
    """
    lock_chain()
    _check_parent(kind, parent)
    number = _next_number() if kind == Scenario.Kind.BASELINE else None
    scenario = Scenario.objects.create(
        kind=kind,
        name=name or _("Baseline %(number)s") % {"number": number},
        number=number,
        parent=parent,
        currency=currency or (parent.currency if parent else "R$"),
        source_note=source_note or (parent.source_note if parent else ""),
        synthetic_note=synthetic_note or (parent.synthetic_note if parent else ""),
        created_by=by,
    )
    body = {"kind": kind, "name": scenario.name, "parent": str(parent.public_id) if parent else None}
    entry_append(kind="scenario.opened", by=by, subject=subject(scenario), body=body, now=now)
    return scenario


@transaction.atomic
def scenario_close(*, scenario: Scenario, by: Person | None, now: datetime) -> Scenario:
    """Close a scenario for good; its digest covers all rows it holds and, through the parent's, all it shows.

    Whoever is writing into it is waited for; whoever comes later is refused by the database. Raises TooLate
    if it is closed already.
    """
    lock_chain()
    scenario = Scenario.objects.select_for_update(of=["self"]).select_related("parent").get(pk=scenario.pk)
    if scenario.state == Scenario.State.CLOSED:
        raise TooLate(_("“%(name)s” is closed already.") % {"name": scenario.name})
    said = statement(scenario)
    scenario.state, scenario.closed_at, scenario.digest = Scenario.State.CLOSED, now, digest_of(said)
    scenario.save(update_fields=["state", "closed_at", "digest"])
    body = {"name": scenario.name, "digest": scenario.digest, "statement": said}
    entry_append(kind="scenario.closed", by=by, subject=subject(scenario), body=body, now=now)
    return scenario


def scenario_verify(*, scenario: Scenario) -> list[str]:
    """Return the tables in which a closed scenario's rows are not those that its digest was taken over."""
    entry = Entry.objects.get(kind="scenario.closed", subject=subject(scenario))
    said = entry.body["statement"]
    if digest_of(said) != scenario.digest:
        return ["workplaces_scenario"]
    return differing_tables(scenario, said)


def subject(scenario: Scenario) -> str:
    """How the public record names a scenario."""
    return f"scenario:{scenario.public_id}"


def _check_parent(kind: str, parent: Scenario | None) -> None:
    if parent is None and kind not in (Scenario.Kind.BASELINE, Scenario.Kind.SANDBOX):
        raise Invalid(_("A scenario of this kind branches from another; say from which."))
    if parent is not None and parent.state != Scenario.State.CLOSED:
        raise Invalid(
            _("“%(name)s” is still open; close it before you branch from it.") % {"name": parent.name}
        )


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
    return int(Scenario.objects.aggregate(last=Max("number"))["last"] or 0) + 1
