"""A meeting for the access matrix: open while the plan is being made, over once it is in force."""

from datetime import timedelta
from typing import Any

from councils.services import (
    attend,
    floor_ask,
    item_add,
    item_begin,
    meeting_call,
    meeting_close,
    meeting_open,
)
from tests.access.addresses import API_OF_MEETINGS, PAGES_OF_MEETINGS
from tests.planning.federation import NOW, Federation


def meeting_made(federation: Federation, phase: str) -> dict[str, Any]:
    """A meeting of the bakery's assembly that is open now, with an item, a consent item and a speaker; over at the end."""
    by, council = federation.people["coordinator"], federation.councils["bread assembly"]
    delegate, before = federation.people["bread_delegate"], NOW - timedelta(days=6)
    meeting = meeting_call(council=council, place="The bakery", starts_at=NOW, by=by, now=before)
    given = {"meeting": meeting, "by": by, "now": before}
    free = item_add(title="The oven", text="", **given)
    consent = item_add(title="The door", text="In green.", consent=True, **given)
    meeting_open(meeting=meeting, by=by, now=NOW)
    attend(meeting=meeting, hat="member", status="present", by=delegate, now=NOW)
    floor = floor_ask(meeting=meeting, by=delegate, now=NOW)
    item_begin(item=free, by=by, now=NOW)
    if phase == "in force":
        meeting_close(meeting=meeting, by=by, now=NOW)
    consents = ("item_object", "item_vote")
    items = ("item_move", "item_begin", "item_end")
    return {
        "councils:meeting_new": {"council": council.public_id},
        "councils:floor_done": {"floor": floor.public_id},
        **{f"councils:{name}": {"meeting": meeting.public_id} for name in PAGES_OF_MEETINGS},
        **{f"api:{name}": {"public_id": meeting.public_id} for name in API_OF_MEETINGS},
        **{f"councils:{name}": {"item": free.public_id} for name in items},
        **{f"councils:{name}": {"item": consent.public_id} for name in consents},
        "api:floor_done": {"public_id": floor.public_id},
        **{f"api:{name}": {"public_id": free.public_id} for name in items},
        **{f"api:{name}": {"public_id": consent.public_id} for name in consents},
        "api:delegations": {"public_id": council.public_id},
    }
