"""One table of transitions per life cycle: ``{state: {event: next state}}``. The diagrams in docs come from it."""

from collections.abc import Mapping

type Table = Mapping[str, Mapping[str, str]]

MOTION: Table = {
    "moved": {"ballot_opened": "voting", "withdrawn": "withdrawn"},
    "voting": {"carried": "carried", "lost": "lost", "ballot_voided": "moved"},
    "carried": {"referred_back": "moved", "overruled": "overruled"},
    "lost": {},
    "withdrawn": {},
    "overruled": {},
}
APPEAL: Table = {
    "gathering": {"supported": "lodged", "brought_by_a_workplace": "lodged"},
    "lodged": {"referred_back": "referred_back", "overruled": "overruled", "dismissed": "dismissed"},
    "referred_back": {},
    "overruled": {},
    "dismissed": {},
}
AMENDMENT: Table = {
    "proposed": {
        "ballot_opened": "voting",
        "accepted_by_the_mover": "accepted",
        "withdrawn": "withdrawn",
        "overtaken": "lapsed",
    },
    "voting": {"carried": "adopted", "lost": "rejected", "ballot_voided": "proposed"},
    "accepted": {},
    "adopted": {},
    "rejected": {},
    "withdrawn": {},
    "lapsed": {},
}
BALLOT: Table = {
    "draft": {"opened": "open", "discarded": "void"},
    "open": {"closed": "closed", "voided": "void"},
    "closed": {},
    "void": {},
}
ELECTION: Table = {
    "nominating": {"ballot_opened": "voting", "cancelled": "cancelled"},
    "voting": {"ballot_closed": "decided", "ballot_voided": "nominating"},
    "decided": {},
    "cancelled": {},
}
MANDATE: Table = {
    "upcoming": {"begun": "held", "resigned": "resigned", "recalled": "recalled"},
    "held": {"term_over": "ended", "resigned": "resigned", "recalled": "recalled"},
    "ended": {},
    "resigned": {},
    "recalled": {},
}
INSTRUCTION: Table = {
    "proposed": {"carried": "in_force", "lost": "dropped", "withdrawn": "dropped", "overtaken": "dropped"},
    "in_force": {"replaced": "replaced"},
    "replaced": {},
    "dropped": {},
}
PETITION: Table = {
    "collecting": {"reached": "reached", "deadline_passed": "lapsed", "mandate_ended": "moot"},
    "reached": {},
    "lapsed": {},
    "moot": {},
}
MEETING: Table = {
    "called": {"opened": "open", "cancelled": "cancelled"},
    "open": {"closed": "closed"},
    "closed": {},
    "cancelled": {},
}
AGENDA_ITEM: Table = {
    "waiting": {
        "begun": "under_way",
        "no_objection": "passed",
        "objection": "objected",
        "question_put": "voted",
        "meeting_over": "postponed",
    },
    "under_way": {"ended": "done", "interrupted": "waiting", "question_put": "voted"},
    "done": {},
    "objected": {"put_to_the_vote": "voted"},
    "voted": {},
    "passed": {},
    "postponed": {},
}
PAPER_COUNT: Table = {"counting": {"read_alike_by_two": "counted"}, "counted": {}}
TABLES: Mapping[str, Table] = {
    "motion": MOTION,
    "amendment": AMENDMENT,
    "appeal": APPEAL,
    "ballot": BALLOT,
    "election": ELECTION,
    "mandate": MANDATE,
    "instruction": INSTRUCTION,
    "petition": PETITION,
    "meeting": MEETING,
    "agenda item": AGENDA_ITEM,
    "count of papers": PAPER_COUNT,
}


def after(table: Table, state: str, event: str) -> str:
    """Return the state that ``event`` leads to; raises KeyError when it cannot happen in ``state``."""
    return table[state][event]


def can(table: Table, state: str, event: str) -> bool:
    """Say whether ``event`` can happen in ``state``."""
    return event in table[state]


def ends(table: Table) -> set[str]:
    """Return the states in which a life cycle is over."""
    return {state for state, events in table.items() if not events}


def reachable(table: Table, start: str) -> set[str]:
    """Return the states that can follow on ``start``, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for state in table[waiting.pop()].values():
            if state not in found:
                found.add(state)
                waiting.append(state)
    return found


def diagram(table: Table) -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for state, events in table.items():
        lines += [f"    {state} --> {target}: {event.replace('_', ' ')}" for event, target in events.items()]
        if not events:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)
