"""Addresses that name the same kind of thing, by the names of their routes."""

API_OF_BALLOTS = (
    "api:ballot",
    "api:papers",
    "api:votes",
    "api:ballot_close",
    "api:ballot_void",
    "api:paper_counts",
)
API_OF_MOTIONS = ("api:motion", "api:motion_withdraw", "api:ballot_open")
API_OF_ELECTIONS = tuple(
    f"api:election{act}" for act in ("", "_count", "_stand", "_stand_down", "_open", "_cancel", "_seat")
)
API_OF_MEETINGS = (
    "meeting", "minutes", "meeting_items", "meeting_open", "meeting_close", "meeting_cancel",
    "attend", "floor_ask", "floor_leave",
)  # fmt: skip
PAGES_OF_MEETINGS = (
    "meeting", "item_new", "agenda_refresh", "meeting_open", "meeting_close", "meeting_cancel", "attend",
    "attend_other", "floor_ask", "floor_leave", "minutes", "minutes_pdf",
)  # fmt: skip
