"""The councils' answer to who acts for whom: mandates, seen as hats."""

from datetime import date

from councils.models import Mandate
from workplaces import authority
from workplaces.authority import Hat
from workplaces.models import Person


class Mandates:
    """Implements ``workplaces.authority.Authority``."""

    def hats(self, person: Person, on: date) -> list[Hat]:
        """Return the person's mandates in force; who runs the site as superuser wears none."""
        if person.is_superuser:
            return []
        held = Mandate.objects.held_on(on).filter(person=person).select_related("council", "represents")
        return [hat(mandate) for mandate in held.order_by("pk")]


def hat(mandate: Mandate) -> Hat:
    """Return one mandate as a hat: its place is the council's own, else that of whom it represents."""
    council, sender = mandate.council, mandate.represents
    return Hat(
        mandate=mandate.public_id,
        role=mandate.role,
        council=council.public_id,
        council_kind=council.kind,
        label=mandate.label,
        workplace=council.workplace_id or (sender.workplace_id if sender else None),
        sector=council.sector_id or (sender.sector_id if sender else None),
        region=council.region_id or (sender.region_id if sender else None),
    )


def install() -> None:
    """Make the mandates the ones that answer."""
    authority.register(Mandates())
