"""One table of transitions per life cycle; the diagrams in the docs are drawn from these."""

from collections.abc import Mapping

from workplaces.errors import TooLate

Table = Mapping[str, Mapping[str, str]]

CYCLE: Table = {
    "preparation": {"freeze": "priorities", "abandon": "abandoned"},
    "priorities": {"settle_priorities": "envelopes", "abandon": "abandoned"},
    "envelopes": {"settle_envelopes": "proposals", "abandon": "abandoned"},
    "proposals": {"open_rounds": "rounds", "abandon": "abandoned"},
    "rounds": {"propose_plan": "ratification", "keep": "in_force", "abandon": "abandoned"},
    "ratification": {
        "put_in_force": "in_force",
        "refer_back": "rounds",
        "keep": "in_force",
        "abandon": "abandoned",
    },
    "in_force": {"revise": "rounds", "settle": "settlement"},
    "settlement": {"close": "closed"},
    "closed": {},
    "abandoned": {},
}
ROUND: Table = {
    "open": {"publish": "answering", "give_back": "closed", "close": "closed"},
    "answering": {"close": "closed"},
    "closed": {},
}
RUN: Table = {
    "queued": {"claim": "running", "cancel": "cancelled"},
    "running": {"claim": "running", "finish": "finished", "fail": "failed", "cancel": "cancelled"},
    "finished": {},
    "failed": {},
    "cancelled": {},
}
PLAN: Table = {
    "proposed": {"ratify": "ratified", "refer_back": "referred_back", "abandon": "abandoned"},
    "ratified": {"put_in_force": "in_force", "abandon": "abandoned"},
    "referred_back": {},
    "in_force": {"expire": "expired"},
    "expired": {},
    "abandoned": {},
}


def after(table: Table, state: str, event: str) -> str:
    """Return the state that ``event`` leads to; raise TooLate where it leads nowhere."""
    try:
        return table[state][event]
    except KeyError:
        known = " or ".join(table.get(state, {})) or "nothing more"
        message = f"“{event}” is not possible in the state “{state}”; what can follow is {known}."
        raise TooLate(message) from None


def before(table: Table, event: str) -> list[str]:
    """Return the states in which ``event`` is possible."""
    return [state for state, events in table.items() if event in events]
