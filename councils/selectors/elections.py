"""Elections as pages show them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from councils.models import Council, Election, Mandate, Nomination, Seat


def elections_of(council: Council) -> QuerySet[Election]:
    """Return the elections of a council's roll, the latest first."""
    return council.elections.select_related("target").order_by("-pk")


def candidates_of(election: Election) -> QuerySet[Nomination]:
    """Return who stands, by name."""
    standing = election.nominations.filter(withdrawn_at__isnull=True)
    return standing.select_related("person", "option", "mandate").order_by("person__name", "person_id")


def fillable(council: Council) -> list[tuple[str, str]]:
    """Return what a council's roll can elect, as choices: its seats in each other council, and who serves it."""
    targets = Council.objects.filter(pk__in=_seats(council).values("council")).order_by("name", "pk")
    seats = [
        (f"seats:{target.public_id}", _("its seats in %(council)s") % {"council": target.label})
        for target in targets
    ]
    roles = dict(Mandate.Role.choices)
    return [*seats, *[(f"role:{role}", str(roles[role])) for role in Mandate.STAFF]]


def seats_behind(council: Council, target: str) -> list[Seat]:
    """Return the seats in the council ``target`` (a public id) that the roll elects, in order."""
    found = _seats(council).filter(council__public_id=target)
    return list(found.select_related("council", "represents_council").order_by("number"))


def _seats(council: Council) -> QuerySet[Seat]:
    if council.kind == Council.Kind.GENERAL:
        return Seat.objects.filter(council__kind=Council.Kind.BOARD, represents_council__isnull=True)
    return Seat.objects.filter(represents_council=council)
