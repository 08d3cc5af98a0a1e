"""What a caller who means well would send to each address that takes something."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access import investing, listing, programmes, trying
from tests.access.world import World

FORMS: dict[str, dict[str, Any]] = {
    "theme": {"theme": "dark"},
    "act_as": {"hat": ""},
    "set_language": {"language": "en"},
    "notices:settings": {
        "rhythm": "daily", "hour": "7", "weekday": "0", "remind_hours": "24", "language": "en", "time_zone": "UTC",
    },
    "tokens:list": {"name": "ERP", "scopes": ["read"], "expires": "30"},
    "planning:line_review": {"kind": "accept"},
    "planning:line": {"output": "90"},
    "planning:stress": {"kind_1": "workplace", "code_1": "flour-works", "share_1": "50"},
    "planning:cycle_abandon": {"reason": "The baseline lacks a product."},
    "planning:cycle_revise": {"reason": "A frost took a third of the wheat."},
    "planning:cycle_keep": {"reason": "The frost was mild."},
    "planning:round_open_start": {"number": "1"},
    "planning:round_give_back": {"reason": "The mill wrote kilograms for tonnes."},
    "planning:cycle_new": {"year": "2028"},
    "councils:motion_new": {"title": "Buy flour", "text": "From the mill."},
    "councils:initiative_new": {"title": "Shorter hours", "text": "Six a day.", "secrecy": "named"},
    "councils:recall_new": {"text": "Absent."},
    "councils:amendment_new": {"version": "1", "title": "Buy an oven", "text": "Alone."},
    "councils:amendment_accept": {"version": "1"},
    "councils:comment": {"text": "Good."},
    "councils:appeal_file": {"reason": "It harms us."},
    "councils:appeal_rule": {"kind": "appeal-overrule", "text": "Unjust to many."},
    "councils:minority": {"text": "It will stand idle."},
    "councils:comment_hide": {"reason": "An insult."},
    "councils:stand": {"statement": "I can count."},
    "councils:paper_counts": {"mark": "1", "papers-yes": "1"},
    "councils:meeting_new": {"place": "The hall", "starts_at": "2026-12-01T18:00"},
    "councils:item_new": {"title": "The roof"},
    "councils:attend": {"hat": "member", "status": "present"},
    "councils:item_end": {"note": "We wait."},
    "councils:item_object": {"reason": "Blue!"},
    "councils:item_move": {"to": "down"},
    "councils:ballot_void": {"reason": "The text was wrong."},
    "workplaces:row_new": {"c_code": "tin", "c_name": "Tin", "c_unit": "t"},
    "workplaces:agreement_new": {
        "role": "supplies", "other": "world", "product": "bread", "quantity": "1", "first_day": "2026-03-02",
        "last_day": "2026-12-31",
    },
    "workplaces:line_new": {
        "product": "salt", "output": "5", "capacity": "6", "first_day": "2027-01-01", "last_day": "2027-12-31",
        "needs-TOTAL_FORMS": "0", "needs-INITIAL_FORMS": "0", "work-TOTAL_FORMS": "0", "work-INITIAL_FORMS": "0",
    },
    "workplaces:line_edit": {
        "product": "bread", "output": "90", "capacity": "120", "first_day": "2027-01-01", "last_day": "2027-12-31",
        "needs-TOTAL_FORMS": "0", "needs-INITIAL_FORMS": "0", "work-TOTAL_FORMS": "0", "work-INITIAL_FORMS": "0",
    },
}  # fmt: skip
DOCUMENTS: dict[str, dict[str, Any]] = {
    "api:proposal": {"output": 90.0},
    "api:plan_revise": {"reason": "A frost took a third of the wheat."},
    "api:plan_keep": {"reason": "The frost was mild."},
    "api:line_report": {"output": 90.0, "cause": "inputs", "note": "No flour in May."},
    "api:attend": {"hat": "member", "status": "present"},
    "api:item_object": {"reason": "Blue!"},
    "api:item_end": {"note": "Talked about."},
    "api:item_move": {"up": True},
    "api:paper_counts": {"marks": [1], "papers": [{"choice": ["yes"], "times": 1}]},
    "api:amendments": {"version": 1, "title": "Buy an oven", "text": "Alone."},
    "api:amendment_accept": {"version": 1},
    "api:amendment_open": {"secrecy": "named"},
    "api:appeals": {"reason": "It harms us."},
    "api:appeal_rule": {"kind": "appeal-overrule", "reasons": "Unjust to many."},
    "api:minority_reports": {"text": "It will stand idle."},
    "api:comments": {"text": "Good."},
    "api:comment_hide": {"reason": "An insult."},
    "api:consumption_line": {"quantity": 110.0},
    "api:line_answer": {"kind": "accept"},
    "api:demand_answer": {"kind": "accept"},
    "api:meeting_items": {"title": "The roof", "text": "It leaks.", "consent": False},
    "api:ballot_open": {"secrecy": "named"},
    "api:ballot_void": {"reason": "The text was wrong."},
    "api:election_stand": {"statement": "I can count."},
}


def form(route: str, world: World) -> dict[str, Any]:
    """Return the fields that a page would post."""
    if route == "planning:round_publish":
        return {"run": str(world.values["published"])}
    if route == "planning:cycle_new":
        return {**FORMS[route], "baseline": str(world.federation.baseline.public_id)}
    if route == "councils:vote":
        right = world.by_route["councils"]["right"]
        return {"right": str(right), "option": "yes", "idempotency_key": str(uuid.uuid4())}
    if route == "councils:election_new":
        return {
            "title": "Auditor", "role": "role:auditor", "rule": "stv", "nominations_until": "2030-01-01",
            "term_from": "2030-02-01",
        }  # fmt: skip
    if route == "councils:instruction_new":
        return {
            "question": f"motion:{world.by_route['councils']['motion']}",
            "answer": "yes",
            "reason": "Old.",
        }
    if route == "councils:attend_other":
        return {"right": str(world.federation.people["baker"].public_id)}
    if route == "councils:booth":
        return {"tracker": "A" * 20, "choice": "yes", "do": "cast"}
    if route in {"planning:consumption", "planning:consumption_review", "planning:lines_review"}:
        return _row(route, world)
    if route == "demo:sign_in":
        return {"person": str(world.federation.people["madeup"].public_id)}
    tried = trying.form(route, world.federation)
    return (
        tried
        or _made(route, world)
        or FORMS.get(route)
        or programmes.form(route)
        or listing.form(route)
        or investing.form(route, world.federation)
    )


def _row(route: str, world: World) -> dict[str, Any]:
    """Return one row of a table that is sent as a whole."""
    things, letter = world.federation.demand, "d"
    if route == "planning:lines_review":
        things, letter = world.federation.lines, "l"
    row = f"{letter}{things['bread'].entity_id}"
    return {f"{row}-quantity": "110", f"{row}-kind": "firm", f"{row}-reason": "We need it."}


def _made(route: str, world: World) -> dict[str, Any]:
    """Return what a workplace made, as its table, as a file, by program."""
    line = world.federation.lines["bread"]
    return {
        "planning:report": {f"o{line.entity_id}-made": "90", f"o{line.entity_id}-cause": "inputs"},
        "planning:report_file": {
            "file": SimpleUploadedFile("made.csv", f"line,made\n{line.public_id},90\n".encode())
        },
        "api:workplace_reports": {"lines": [{"line": str(line.public_id), "output": 90.0}]},
    }.get(route, {})


def document(route: str, world: World) -> dict[str, Any]:
    """Return the JSON that a program would send."""
    if route == "api:cycles":
        return {"year": 2028, "baseline": str(world.federation.baseline.public_id)}
    if route == "api:round_publish":
        return {"run": str(world.values["published"])}
    if route in {"api:motions", "api:meetings", "api:elections"}:
        return _called(route, world)
    if route == "api:petitions":
        assembly = str(world.federation.councils["bread assembly"].public_id)
        return {"council": assembly, "title": "Hours", "text": "Six a day."}
    if route == "api:recalls":
        return {"mandate": str(world.by_route["councils:recall_new"]["mandate"]), "reason": "Absent."}
    if route == "api:instructions":
        councils = world.federation.councils
        return {
            "sender": str(councils["bread assembly"].public_id), "council": str(councils["bread sector"].public_id),
            "motion": str(world.by_route["councils"]["motion"]), "answer": "no", "reason": "Too dear.",
        }  # fmt: skip
    if route == "api:delegations":
        to = str(world.federation.people["mate0"].public_id)
        return {"to": to, "until": "2026-04-01T00:00:00Z"}
    if route in {"api:papers", "api:votes"}:
        right = world.by_route["councils:booth"]["right"]
        if route == "api:papers":
            return {"right": right, "tracker": "A" * 20, "choice": ["yes"]}
        return {"right": right, "option": "yes", "key": "k"}
    tried = trying.document(route, world.federation)
    return (
        tried
        or _made(route, world)
        or DOCUMENTS.get(route)
        or programmes.document(route)
        or listing.document(route)
        or investing.document(route, world.federation)
    )


def _called(route: str, world: World) -> dict[str, Any]:
    """Return a motion, a meeting, an election as their callers would send them."""
    if route == "api:motions":
        return {
            "council": str(world.by_route["councils"]["council"]),
            "title": "Buy flour",
            "text": "From the mill.",
        }
    if route == "api:meetings":
        council = str(world.by_route["councils:meeting_new"]["council"])
        return {"council": council, "place": "The hall", "starts_at": "2026-12-01T18:00:00Z"}
    return {
        "council": str(world.by_route["councils:election_new"]["council"]), "title": "Auditor", "role": "auditor",
        "rule": "stv", "nominations_until": "2030-01-01T12:00:00Z", "term_from": "2030-02-01",
    }  # fmt: skip
