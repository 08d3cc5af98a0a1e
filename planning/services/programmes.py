"""Writing a programme, standing behind it, publishing it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils.permissions import check_takes_part
from planning import permissions
from planning import policies_programmes as policies
from planning.models import Cycle, Programme, ProgrammeFigure, ProgrammeVersion, Supporter
from planning.models.programmes import ENTITY
from planning.selectors.guidelines import Figures, bounded
from planning.services.associations import is_member
from planning.services.keeping import keep_later
from planning.services.programme_figures import Given, digest_of, figures_checked
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Association, Person
from workplaces.record.services import entry_append, lock_chain

TITLE_LENGTH, TEXT_LENGTH = 200, 20_000


@transaction.atomic
def programme_write(
    *,
    cycle: Cycle,
    association: Association,
    title: str,
    text: str,
    figures: Given,
    by: Person,
    now: datetime,
) -> ProgrammeVersion:
    """Write an association's programme for a cycle, or its next version; support is given to versions, so it starts anew.

    ``figures`` are (topic, code, value) in the topics' units. Raises Forbidden (not a member), TooLate (phase, deadline,
    published), Invalid (words, figures, an association without members or dissolved, nothing changed).
    """
    check_takes_part(by)
    lock_chain()
    cycle = _held(cycle)
    policies.check_write(cycle, now)
    _check_alive(association)
    _check_member(association, by)
    checked = figures_checked(bounded(cycle), figures)
    _check_words(title, text)
    programme, _made = Programme.objects.get_or_create(
        cycle=cycle, association=association, defaults={"created_by": by, "created_at": now}
    )
    policies.check_draft(programme, now)
    return _version(programme, title.strip(), text.replace("\r\n", "\n").strip(), checked, by, now)


def _version(
    programme: Programme, title: str, text: str, figures: Figures, by: Person, now: datetime
) -> ProgrammeVersion:
    last, digest = programme.versions.order_by("-number").first(), digest_of(title, text, figures)
    if last and last.digest == digest:
        raise Invalid(_("Nothing has changed since version %(number)s.") % {"number": last.number})
    version = ProgrammeVersion.objects.create(
        programme=programme, number=last.number + 1 if last else 1, title=title, text=text, digest=digest,
        written_by=by, written_at=now,
    )  # fmt: skip
    ProgrammeFigure.objects.bulk_create(
        ProgrammeFigure(version=version, topic=topic, value=value, **about(topic, entity))
        for (topic, entity), value in figures.items()
    )
    body = {
        "number": version.number,
        "title": title,
        "text": text,
        "digest": digest,
        "figures": _plain(figures),
    }
    _record("programme.written", programme, by, now, body)
    keep_later("planning.baseline_keep", programme.cycle.public_id)
    return version


def about(topic: str, entity: int | None) -> dict[str, Any]:
    """Return the column that says what a figure is about."""
    return {f"{ENTITY[topic]}_id": entity} if topic in ENTITY else {}


@transaction.atomic
def programme_support(*, programme: Programme, number: int, by: Person, now: datetime) -> None:
    """Stand behind version ``number`` in public.

    Raises Forbidden, TooLate, Invalid (there is a newer version), Refused (done already).
    """
    permissions.check_support(by, now.date())
    lock_chain()
    programme = _locked(programme)
    policies.check_draft(programme, now)
    latest = programme.versions.order_by("-number").first()
    if latest is None or latest.number != number:
        raise Invalid(_("There is a newer version; read it before you stand behind it."))
    if Supporter.objects.filter(version=latest, person=by, withdrawn_at__isnull=True).exists():
        raise Refused(_("You stand behind this version already."))
    Supporter.objects.create(version=latest, person=by, at=now)
    _record("programme.supported", programme, by, now, {"name": str(by), "number": number})


@transaction.atomic
def programme_unsupport(*, programme: Programme, by: Person, now: datetime) -> None:
    """Take one's support back. Raises Forbidden, TooLate (published), Refused (none given)."""
    check_takes_part(by)
    lock_chain()
    programme = _locked(programme)
    policies.check_draft(programme, now)
    latest = programme.versions.order_by("-number").first()
    if not Supporter.objects.filter(version=latest, person=by, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    ):
        raise Refused(_("You do not stand behind the latest version."))
    _record("programme.unsupported", programme, by, now, {"name": str(by)})


@transaction.atomic
def programme_publish(*, programme: Programme, by: Person, now: datetime) -> Programme:
    """Publish the latest version; from then on it stays as it is.

    Its figures are checked again: the baseline may have changed since they were written. Raises Forbidden (not a
    member), TooLate (phase, deadline), Refused (too few supporters), Invalid (figures, association).
    """
    check_takes_part(by)
    lock_chain()
    programme = _locked(programme)
    _check_alive(programme.association)
    _check_member(programme.association, by)
    policies.check_publish(programme, now)
    latest = (
        programme.versions.order_by("-number")
        .prefetch_related("figures")
        .get(number=programme.versions.count())
    )
    figures_checked(bounded(programme.cycle), given_of(latest))
    programme.published, programme.published_at = latest, now
    programme.save(update_fields=["published", "published_at"])
    body = {"number": latest.number, "digest": latest.digest, "supporters": policies.supporters(programme)}
    _record("programme.published", programme, by, now, body)
    return programme


def given_of(version: ProgrammeVersion) -> Given:
    """Return a version's figures as they were given: topic, code, value."""
    rows = version.figures.select_related(*ENTITY.values())
    return [
        (row.topic, getattr(getattr(row, ENTITY.get(row.topic, ""), None), "code", ""), row.value)
        for row in rows
    ]


def _held(cycle: Cycle) -> Cycle:
    return Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)


def _locked(programme: Programme) -> Programme:
    rows = Programme.objects.select_for_update(of=("self",)).select_related("cycle__baseline", "association")
    return rows.get(pk=programme.pk)


def _check_alive(association: Association) -> None:
    if association.dissolved_on:
        raise Invalid(
            _("%(name)s was dissolved; it has no programme any more.") % {"name": association.label}
        )
    if not association.members.filter(until__isnull=True).exists():
        raise Invalid(
            _("%(name)s has no members; nobody could answer for its programme.") % {"name": association.label}
        )


def _check_member(association: Association, by: Person) -> None:
    if not is_member(association, by):
        raise Forbidden(
            _("Only members of %(name)s write and publish its programme.") % {"name": association.label}
        )


def _check_words(title: str, text: str) -> None:
    faults = {}
    if not title.strip() or len(title.strip()) > TITLE_LENGTH:
        faults["title"] = _("A programme needs a title of at most %(most)s characters.") % {
            "most": TITLE_LENGTH
        }
    if not text.strip() or len(text.strip()) > TEXT_LENGTH:
        faults["text"] = _("Say what the programme is for, in at most %(most)s characters.") % {
            "most": TEXT_LENGTH
        }
    if faults:
        raise Invalid(_("The programme is not complete."), fields=faults)


def _plain(figures: Figures) -> list[list[Any]]:
    return [[topic, entity, value] for (topic, entity), value in figures.items()]


def _record(kind: str, programme: Programme, by: Person, now: datetime, body: Mapping[str, Any]) -> None:
    about_it = {"association_name": programme.association.name, "year": programme.cycle.year}
    entry_append(kind=kind, by=by, subject=programme.subject, body={**about_it, **body}, now=now)
