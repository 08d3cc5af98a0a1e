"""Petitions with their signatures, and the roll among which they are collected."""

from datetime import date, datetime
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Count, Q, QuerySet

from councils.models import Council, Mandate, Motion, Petition, Signature
from councils.selectors.rolls import roll_of
from workplaces.models import Membership, Person

STANDING = Q(signatures__withdrawn_at__isnull=True, signatures__isnull=False)
RELATED = ("council", "mandate__person", "mandate__council", "mandate__represents", "motion", "created_by")


def petitions_of(council: Council | None = None) -> QuerySet[Petition]:
    """Return petitions with ``signed``, how many signatures stand; the latest first."""
    rows = Petition.objects.filter(council=council) if council else Petition.objects.all()
    return rows.select_related(*RELATED).annotate(signed=Count("signatures", filter=STANDING)).order_by("-pk")


def signatures_standing(petition: Petition) -> QuerySet[Signature]:
    """Return the signatures that have not been taken back, in the order in which they were given."""
    rows = Signature.objects.filter(petition=petition, withdrawn_at__isnull=True)
    return rows.select_related("person").order_by("signed_at", "pk")


def signed(petition: Petition) -> int:
    """Return how many signatures stand."""
    return Signature.objects.filter(petition=petition, withdrawn_at__isnull=True).count()


def has_signed(petition: Petition, person: Person) -> bool:
    """Say whether the person's signature stands."""
    return signatures_standing(petition).filter(person=person).exists()


def people_on_roll(council: Council, on: date) -> int:
    """Return how many people could vote in a council on that day; somebody with two seats is one."""
    if council.kind == Council.Kind.GENERAL:
        rows = Membership.objects.filter(community__isnull=False, validity__contains=on)
        return (
            rows.filter(person__is_active=True, person__is_superuser=False)
            .values("person")
            .distinct()
            .count()
        )
    return len({right.person.pk for right in roll_of(council, on)})


def signatures_needed(share: str, people: int) -> int:
    """Return the least whole number of people that is at least ``share`` (“1/5”) of the roll, and one at least."""
    return max(1, ceil(Fraction(share) * people))


def electors_of(mandate: Mandate) -> Council | None:
    """Return the body whose roll gave a mandate: whom it represents, everyone for the board's free seats, else the
    council itself."""
    if mandate.represents:
        return mandate.represents
    if mandate.council.kind == Council.Kind.BOARD and mandate.role not in Mandate.STAFF:
        return Council.objects.filter(kind=Council.Kind.GENERAL).first()
    return mandate.council


def mandates_given_by(council: Council, now: datetime) -> QuerySet[Mandate]:
    """Return the mandates that a body gave and could recall today, or before they begin."""
    own = Q(council=council, represents__isnull=True)
    if council.kind == Council.Kind.BOARD:
        own &= Q(role__in=Mandate.STAFF)
    sent = Q(represents=council)
    if council.kind == Council.Kind.GENERAL:
        sent |= Q(council__kind=Council.Kind.BOARD, represents__isnull=True) & ~Q(role__in=Mandate.STAFF)
    rows = Mandate.objects.filter(own | sent, held__endswith__gt=now.date(), recalled_at__isnull=True)
    return rows.select_related("person", "council", "represents").order_by("person__name", "pk")


def is_before_the_body(petition_mandate: Mandate, council: Council) -> bool:
    """Say whether a body is dealing with a recall of that mandate already."""
    open_states = [Motion.State.MOVED, Motion.State.VOTING]
    rows = Motion.objects.filter(council=council, subject_kind="mandate", state__in=open_states)
    return rows.filter(subject_id=petition_mandate.public_id).exists()


def as_rows(petitions: Any) -> Any:
    """Yield petitions as rows of a table."""
    for row in petitions:
        yield (
            row.council.label,
            row.kind,
            row.title,
            row.state,
            row.signed,
            row.needed,
            row.roll_size,
            row.created_at,
            row.closes_at,
            row.motion.public_id if row.motion else "",
            row.public_id,
        )
