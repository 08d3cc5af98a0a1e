"""The councils' answer to who acts for whom: mandates, seen as hats."""

from datetime import date

from django.db import connection

from councils.models import Council, Mandate
from workplaces import authority
from workplaces.authority import DELEGATE, Hat
from workplaces.models import Person, Region


class Mandates:
    """Implements ``workplaces.authority.Authority``."""

    def hats(self, person: Person, on: date) -> list[Hat]:
        """Return the person's mandates in force; who runs the site as superuser wears none."""
        if person.is_superuser or not _holds_any(person, on):
            return []
        held = Mandate.objects.held_on(on).filter(person=person).select_related("council", "represents")
        return [hat(mandate) for mandate in held.order_by("pk")]


def hat(mandate: Mandate) -> Hat:
    """Return one mandate as a hat: its place is the council's own, else that of whom it represents.

    Delegates whom everyone sends to the board speak for what the country as a whole uses.
    """
    council, sender = mandate.council, mandate.represents
    everyone = council.kind == Council.Kind.BOARD and mandate.role == DELEGATE and sender is None
    return Hat(
        mandate=mandate.public_id,
        role=mandate.role,
        council=council.public_id,
        council_kind=council.kind,
        label=mandate.label,
        workplace=council.workplace_id or (sender.workplace_id if sender else None),
        sector=council.sector_id or (sender.sector_id if sender else None),
        region=_country() if everyone else council.region_id or (sender.region_id if sender else None),
    )


def _holds_any(person: Person, on: date) -> bool:
    """Say whether there is anything to look up: most people hold no mandate, and every request asks."""
    held = "SELECT EXISTS (SELECT 1 FROM councils_mandate WHERE person_id = %s AND held @> %s::date)"
    with connection.cursor() as cursor:
        cursor.execute(held, [person.pk, on])
        return bool(cursor.fetchone()[0])


def _country() -> int | None:
    """The one country of the federation; None where there are several or none."""
    found = list(Region.objects.filter(kind=Region.Kind.COUNTRY).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def install() -> None:
    """Make the mandates the ones that answer."""
    authority.register(Mandates())
