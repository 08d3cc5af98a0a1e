"""Councils for what comes in, and their end when an import is undone before they did anything."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from councils.models import Ballot, Council, Mandate, Motion, Seat
from councils.services import federation_found
from workplaces import arrivals
from workplaces.arrivals import Places
from workplaces.models import Person, Scenario
from workplaces.record.services import entry_append

NAMED = 5


class Councils:
    """Implements ``workplaces.arrivals.Host``."""

    def arrived(self, *, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> None:  # noqa: ARG002
        """Give each new workplace, sector and place its council, and seats in those above."""
        if Council.objects.filter(kind=Council.Kind.GENERAL).exists():
            federation_found(scenario=scenario, by=by, now=now)

    def leaving(self, *, scenario: Scenario, places: Places, by: Person | None, now: datetime) -> list[str]:
        """Remove the councils of these places if they did nothing yet; else say which did."""
        councils = councils_of(places)
        active = [council.label for council in councils.filter(has_acted())[:NAMED]]
        if active:
            return [_("These councils hold mandates or motions: %(names)s.") % {"names": ", ".join(active)}]
        ids = list(councils.values_list("pk", flat=True))
        seats = Seat.objects.filter(Q(council__in=ids) | Q(represents_council__in=ids))
        held = seats.filter(mandates__isnull=False).values_list("council__name", flat=True).distinct()
        if held:
            return [_("Their seats are held in: %(names)s.") % {"names": ", ".join(held[:NAMED])}]
        names = list(councils.order_by("pk").values_list("name", flat=True))
        seats.delete()
        councils.delete()
        if names:
            body = {"scenario": str(scenario.public_id), "count": len(names), "names": names[:100]}
            entry_append(kind="councils.taken_back", by=by, body=body, now=now)
        return []


def councils_of(places: Places) -> QuerySet[Council]:
    """Return the councils of these places."""

    def those(ids: Sequence[int]) -> list[int]:
        return [int(pk) for pk in ids]

    wanted = (
        Q(workplace__in=those(places.workplaces))
        | Q(sector__in=those(places.sectors))
        | Q(region__in=those(places.regions))
    )
    return Council.objects.filter(wanted)


def has_acted() -> Q:
    """Return the condition that a council holds mandates, motions or ballots, or somebody represents it."""
    of_it = {"council": OuterRef("pk")}
    return Q(
        Exists(Mandate.objects.filter(Q(council=OuterRef("pk")) | Q(represents=OuterRef("pk"))))
        | Exists(Motion.objects.filter(**of_it))
        | Exists(Ballot.objects.filter(**of_it))
    )


def install() -> None:
    """Make the councils the ones that are told."""
    arrivals.register(Councils())
