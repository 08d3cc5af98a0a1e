"""Who sits where in the demo: found by the federation's own services, as any founding would be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from councils.charter import charter_value
from councils.models import Council, Mandate, Seat
from councils.services.mandates import MandateDraft, mandates_give
from planning.demo.people import People
from planning.demo.settlement import Communities
from planning.models import AssociationMember
from workplaces.loading.economy import Loaded
from workplaces.models import Association, Person

Kind, Role = Council.Kind, Mandate.Role
COMMUNITY_DELEGATES = 5
LISTS = (
    ("Bread and Roses", "Pão e Rosas"),
    ("Time to Live", "Tempo de Viver"),
    ("Rivers and Forests", "Rios e Florestas"),
)


@dataclass(frozen=True)
class Staff:
    """The board's staff, made before everything else so that the founding has a name to it."""

    coordinator: Person
    registrar: Person
    auditor: Person


@dataclass(frozen=True)
class Term:
    """From which day to which a founding mandate runs."""

    since: date
    until: date

    @classmethod
    def of(cls, now: datetime) -> "Term":
        """Return the charter's term from today on."""
        day = now.date()
        return cls(day, day + timedelta(days=int(charter_value("councils.term_days", on=day))))

    def draft(self, person: Person, council: Council, role: str, seat: Seat | None = None) -> MandateDraft:
        """Return a founding mandate."""
        founding = Mandate.Obtained.FOUNDING
        return MandateDraft(person, council, role, self.since, self.until, founding, seat)


def mandates_found(
    *, loaded: Loaded, communities: Communities, people: People, staff: Staff, now: datetime
) -> int:
    """Give every founding mandate; return how many."""
    term = Term.of(now)
    persons = Person.objects.in_bulk([*people.delegates.tolist(), *people.residents.reshape(-1).tolist()])
    drafts = [
        *_workplace_delegates(loaded, people, persons, term),
        *_spatial_delegates(communities, people, persons, term),
    ]
    drafts += [*_board(drafts, people, persons, term), *_staff(staff, term)]
    return len(mandates_give(drafts=drafts, by=staff.coordinator, now=now))


def lists_found(*, people: People, now: datetime) -> list[Association]:
    """Make the lists that hold a third of the board's seats."""
    founders = people.residents[: len(LISTS), -1].tolist()
    lists = [
        Association.objects.create(
            name=english, names={"pt": portuguese}, kind="list", founded_by_id=founder, founded_on=now.date()
        )
        for (english, portuguese), founder in zip(LISTS, founders, strict=False)
    ]
    AssociationMember.objects.bulk_create(
        AssociationMember(association=one, person_id=one.founded_by_id, since=now) for one in lists
    )
    return lists


def board_seats_to_lists(lists: list[Association]) -> None:
    """Give the board's seats that represent no council to the lists, in turn."""
    free = Seat.objects.filter(council__kind=Kind.BOARD, represents_council=None).order_by("number")
    for number, seat in enumerate(free):
        seat.represents_association = lists[number % len(lists)]
        seat.save(update_fields=["represents_association"])


def _workplace_delegates(
    loaded: Loaded, people: People, persons: dict[int, Person], term: Term
) -> Iterator[MandateDraft]:
    """Each assembly sends its delegate to its sector's council."""
    delegate = dict(zip(loaded.workplaces.tolist(), people.delegates.tolist(), strict=True))
    seats = Seat.objects.filter(council__kind=Kind.SECTOR).select_related("council", "represents_council")
    for seat in seats.order_by("pk"):
        assembly = seat.represents_council
        if assembly and assembly.workplace_id in delegate:
            yield term.draft(persons[delegate[assembly.workplace_id]], seat.council, Role.DELEGATE, seat)


def _spatial_delegates(
    communities: Communities, people: People, persons: dict[int, Person], term: Term
) -> Iterator[MandateDraft]:
    """Residents speak for their community; the first of them sits in the regional council as well."""
    councils = {council.region_id: council for council in Council.objects.filter(kind=Kind.COMMUNITY)}
    for community, residents in zip(communities.ids.tolist(), people.residents.tolist(), strict=True):
        council = councils[community]
        for resident in residents[:COMMUNITY_DELEGATES]:
            yield term.draft(persons[resident], council, Role.DELEGATE)
        for seat in council.seats_elsewhere.select_related("council").order_by("pk"):
            yield term.draft(persons[residents[0]], seat.council, Role.DELEGATE, seat)


def _board(
    drafts: list[MandateDraft], people: People, persons: dict[int, Person], term: Term
) -> Iterator[MandateDraft]:
    """Sector and regional councils send the holder of their first seat; the lists send residents."""
    first = {draft.council.pk: draft.person for draft in reversed(drafts)}
    listed = iter(people.residents[:, COMMUNITY_DELEGATES:].T.reshape(-1).tolist())
    board = Council.objects.get(kind=Kind.BOARD)
    for seat in board.seats.select_related("council", "represents_council").order_by("number"):
        sender = seat.represents_council
        person = first[sender.pk] if sender else persons[next(listed)]
        yield term.draft(person, board, Role.MEMBER, seat)


def _staff(staff: Staff, term: Term) -> Iterator[MandateDraft]:
    board = Council.objects.get(kind=Kind.BOARD)
    yield term.draft(staff.coordinator, board, Role.COORDINATOR)
    yield term.draft(staff.registrar, board, Role.REGISTRAR)
    yield term.draft(staff.auditor, board, Role.AUDITOR)
