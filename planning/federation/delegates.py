"""Entering many mandates at once: one line for each, e-mail and the code of whom the person speaks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Council, Mandate, Seat
from councils.services import MandateDraft, mandates_give
from workplaces.errors import Invalid
from workplaces.models import Person, Region, Scenario, Sector, Workplace
from workplaces.record.services import lock_chain

BOARD = "board"


@dataclass(frozen=True)
class Line:
    """What one line asks for."""

    number: int
    email: str
    code: str


@transaction.atomic
def delegates_enter(
    *,
    text: str,
    role: str,
    obtained: str,
    since: date,
    until: date,
    scenario: Scenario,
    by: Person,
    now: datetime,
) -> list[Mandate]:
    """Give a mandate for each line ``e-mail; code``, all or none.

    The code is a workplace's (its delegate takes the workplace's seats in the councils of its sectors), a
    sector's, a community's or region's (its council; a community's first delegate takes its seats in the
    councils above), or ``board``. Raises Forbidden, Refused, Invalid with a sentence for each line at fault.
    """
    lock_chain()
    faults: list[str] = []
    drafts: list[MandateDraft] = []
    taken: set[int] = set()
    first: dict[tuple[str, str], int] = {}
    for line in lines_of(text, faults):
        same = first.setdefault((line.email.casefold(), line.code), line.number)
        if same != line.number:
            words = {"number": line.number, "first": same}
            faults.append(_("Line %(number)s is the same as line %(first)s; delete one of the two.") % words)
            continue
        person = Person.objects.filter(email__iexact=line.email).first()
        council = council_of(line.code, scenario)
        if person is None or council is None:
            faults.append(_fault(line, person))
            continue
        drafts += _drafts(person, council, role, obtained, since, until, taken)
    if not faults and not drafts:
        faults.append(_("Nothing was typed in."))
    if faults:
        raise Invalid(_("No mandate was entered."), fields={"text": " ".join(faults)})
    return mandates_give(drafts=drafts, by=by, now=now)


def lines_of(text: str, faults: list[str]) -> Iterable[Line]:
    """Yield the lines; one that is no pair is a fault."""
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        parts = [part.strip() for part in raw.replace(",", ";").replace("\t", ";").split(";")]
        if len(parts) != 2 or not all(parts):
            faults.append(
                _("Line %(number)s: write an e-mail address, a semicolon and a code.") % {"number": number}
            )
            continue
        yield Line(number, parts[0], parts[1])


def council_of(code: str, scenario: Scenario) -> Council | None:
    """Return the council that a code means: of a workplace, a sector or a place, or the board."""
    if code == BOARD:
        return Council.objects.filter(kind=Council.Kind.BOARD).first()
    workplace = Workplace.objects.in_scenario(scenario).filter(code=code).first()
    if workplace:
        return Council.objects.filter(workplace_id=workplace.entity_id).first()
    sector = Sector.objects.in_scenario(scenario).filter(code=code).first()
    if sector:
        return Council.objects.filter(sector_id=sector.entity_id).first()
    region = Region.objects.filter(code=code).first()
    return Council.objects.filter(region=region).first() if region else None


def _fault(line: Line, person: Person | None) -> str:
    if person is None:
        return _("Line %(number)s: nobody here has the e-mail address %(email)s.") % {
            "number": line.number, "email": line.email,
        }  # fmt: skip
    return _("Line %(number)s: no council goes by the code “%(code)s”.") % {
        "number": line.number,
        "code": line.code,
    }


def _drafts(
    person: Person, council: Council, role: str, obtained: str, since: date, until: date, taken: set[int]
) -> list[MandateDraft]:
    """Draft one mandate for each seat that the person takes; none to take means one without a seat."""

    def draft(body: Council, seat: Seat | None, represents: Council | None = None) -> MandateDraft:
        return MandateDraft(person, body, role, since, until, obtained, seat, represents)

    if role != Mandate.Role.DELEGATE:
        return [draft(council, None)]
    above = [
        seat for seat in council.seats_elsewhere.select_related("council") if _is_free(seat, since, taken)
    ]
    if council.kind == Council.Kind.WORKPLACE:
        seats = [seat for seat in above if seat.council.kind == Council.Kind.SECTOR]
    elif council.kind == Council.Kind.BOARD:
        own = [
            s
            for s in council.seats.filter(represents_council=None).order_by("number")
            if _is_free(s, since, taken)
        ]
        above, seats = [], own[:1]
    else:
        seats = [seat for seat in above if seat.council.kind != Council.Kind.BOARD]
    taken.update(seat.pk for seat in seats)
    drafts = [draft(seat.council, seat) for seat in seats]
    if council.kind != Council.Kind.BOARD or not seats:
        drafts.append(draft(council, None))
    return drafts


def _is_free(seat: Seat, since: date, taken: set[int]) -> bool:
    return seat.pk not in taken and not seat.mandates.filter(held__contains=since).exists()
