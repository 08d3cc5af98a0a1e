"""A meeting of the metal council, for tests."""

from datetime import date, timedelta
from typing import Any

from councils.models import AgendaItem, Attendance, Council, Mandate, Meeting, Seat
from councils.selectors.meetings import hats_in
from councils.services import attend, item_add, mandates_give, meeting_call, meeting_open
from tests.councils.world import DAY, NOW, UNTIL, World, draft

BEGINS = NOW + 6 * DAY
HOUR = timedelta(hours=1)


def mandate(
    world: World, name: str, council: Council, role: str, until: date = UNTIL, **more: Any
) -> Mandate:
    """Let somebody hold a mandate until that day."""
    given = draft(world, name, council, role, until=until, obtained=Mandate.Obtained.GIVEN, **more)
    return mandates_give(drafts=[given], by=world.person("bruno"), now=NOW)[0]


def represented(world: World) -> None:
    """Let somebody sit for the metal council in the board, so that no election is due."""
    seat = Seat.objects.get(council__kind="board", represents_council=world.metal)
    if not seat.mandates.exists():
        mandate(world, "speaker", seat.council, "delegate", seat=seat)


def called(world: World, **options: Any) -> Meeting:
    """Call a meeting of the metal council, six days ahead; somebody sits for it in the board."""
    represented(world)
    given = {
        "council": world.metal,
        "place": "The hall",
        "starts_at": BEGINS,
        "by": world.person("carla"),
        "now": NOW,
    }
    return meeting_call(**{**given, **options})


def opened(world: World, meeting: Meeting | None = None, *present: str) -> Meeting:
    """Open a meeting (called now if none is given) with those people present in the first of their hats."""
    found = meeting_open(meeting=meeting or called(world), by=world.person("carla"), now=BEGINS)
    for name in present:
        there(world, found, name)
    return found


def there(world: World, meeting: Meeting, name: str, **options: Any) -> Attendance:
    """Note somebody as present."""
    who = world.person(name)
    key = hats_in(who, meeting.council, BEGINS.date())[0].key
    return attend(
        **{"meeting": meeting, "hat": key, "status": "present", "by": who, "now": BEGINS, **options}
    )


def consent(world: World, meeting: Meeting, title: str = "Paint the door") -> AgendaItem:
    """Put a text on the agenda that passes unless a member objects."""
    return item_add(
        meeting=meeting, title=title, text="In green.", consent=True, by=world.person("carla"), now=NOW
    )
