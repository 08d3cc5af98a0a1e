"""Associations: people who organise around a programme. Founding is on the record; whom one joins is one's own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.permissions import check_takes_part
from planning.models import AssociationMember
from workplaces.errors import Invalid, Refused
from workplaces.models import Association, Person
from workplaces.record.services import entry_append, lock_chain

NAME_LENGTH = 200


@transaction.atomic
def association_found(*, name: str, kind: str, by: Person, now: datetime) -> Association:
    """Found a party, list or caucus; its founder is its first member.

    Raises Forbidden (who runs the site, or is not signed in), Invalid (no name, one that is taken, no such kind).
    """
    check_takes_part(by)
    lock_chain()
    words = " ".join(name.split())
    faults = {}
    if not words or len(words) > NAME_LENGTH:
        faults["name"] = _("An association needs a name of at most %(most)s characters.") % {
            "most": NAME_LENGTH
        }
    elif Association.objects.filter(name__iexact=words, dissolved_on__isnull=True).exists():
        faults["name"] = _("There is an association of this name already; join it, or take another name.")
    if kind not in Association.Kind.values:
        faults["kind"] = _("An association is a party, a list or a caucus.")
    if faults:
        raise Invalid(_("The association cannot be founded like this."), fields=faults)
    found = Association.objects.create(name=words, kind=kind, founded_by=by, founded_on=now.date())
    AssociationMember.objects.create(association=found, person=by, since=now)
    entry_append(
        kind="association.founded", by=by, subject=f"association:{found.public_id}", body={"name": words, "kind": kind},
        now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def association_join(*, association: Association, by: Person, now: datetime) -> None:
    """Become a member. Raises Forbidden, Refused (a member already, or it was dissolved)."""
    check_takes_part(by)
    association = Association.objects.select_for_update().get(pk=association.pk)
    if association.dissolved_on:
        raise Refused(_("%(name)s was dissolved.") % {"name": association.label})
    if is_member(association, by):
        raise Refused(_("You are a member of %(name)s already.") % {"name": association.label})
    AssociationMember.objects.create(association=association, person=by, since=now)


@transaction.atomic
def association_leave(*, association: Association, by: Person, now: datetime) -> None:
    """Stop being a member. Raises Forbidden, Refused (not a member)."""
    check_takes_part(by)
    mine = AssociationMember.objects.select_for_update().filter(
        association=association, person=by, until__isnull=True
    )
    if not mine.update(until=now):
        raise Refused(_("You are not a member of %(name)s.") % {"name": association.label})


def is_member(association: Association, person: Person) -> bool:
    """Say whether the person is a member now."""
    return AssociationMember.objects.filter(
        association=association, person=person, until__isnull=True
    ).exists()
