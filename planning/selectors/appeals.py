"""Workplaces' appeals on the rule of a sharing-out: the vote they are against, and the parts that people can appeal for."""

from datetime import date
from uuid import UUID

from councils.models import Motion
from planning.models import Share, SharingOut
from planning.policies_investment import SHARING
from workplaces import authority
from workplaces.authority import DELEGATE
from workplaces.models import Person


def motion_of(sharing: SharingOut) -> Motion | None:
    """Return the council's motion on a sharing-out."""
    found = Motion.objects.filter(subject_kind=SHARING, subject_id=sharing.public_id)
    return found.select_related("council").order_by("-pk").first()


def parts_of(person: Person, sharing: UUID, on: date) -> list[Share]:
    """Return the parts in a sharing-out of the workplaces for which the person speaks."""
    places = [hat.workplace for hat in authority.hats(person, on) if hat.role == DELEGATE and hat.workplace]
    if not places:
        return []
    found = Share.objects.filter(sharing__public_id=sharing, request__workplace__in=places)
    return list(found.select_related("request__workplace", "request__cycle"))
