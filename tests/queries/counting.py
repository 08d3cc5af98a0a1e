"""How often each page asks the database, and the file in which that is fixed.

Counted is the second of two equal requests. What a process remembers (frozen chains, values of finished runs, the
cache they share) hangs on who asked before, so a first request's number would hang on the order of the tests; after
one request of the same page all of it is there, whatever was asked before. The second is also what a page costs day
by day. What only a first request costs, once per finished run and for all processes, is not counted here.
"""

from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.routes import DEMO_ONLY, Route, routes
from tests.access.test_matrix import listed
from tests.access.world import ROLES, World

FILE = Path(__file__).with_name("queries.tsv")
ASKING = ("own", "coordinator")
HEADER = ("route", "role", "phase", "count")
type Counts = dict[tuple[str, str], int]  # by route and role


def pages() -> list[Route]:
    """Return the routes that people read: neither programs' nor third parties', nor the demo's own."""
    reading = {route for route, method in listed() if method == "GET"}
    return [
        route
        for route in routes()
        if route.name in reading
        and not (route.is_api or route.is_third_party or route.name.startswith(DEMO_ONLY))
    ]


def counts(world: World, *, only: tuple[str, ...] = (), within: str = "") -> Counts:
    """Ask every page (those named, those whose names begin so) as each role; count the statements of what it shows."""
    found: Counts = {}
    for role in ASKING:
        client = Client(raise_request_exception=False)
        client.force_login(world.federation.people[str(ROLES[role])])
        for route in pages():
            if route.name.startswith(within) and (not only or route.name in only):
                number = count(client, route.path(world.parts(route.name)))
                if number is not None:
                    found[route.name, role] = number
    return found


def count(client: Client, path: str) -> int | None:
    """Return how many statements the page takes once what is kept of finished runs is kept; None if it shows nothing."""
    if _read(client.get(path)) != 200:
        return None
    with CaptureQueriesContext(connection) as queries:
        _read(client.get(path))
    return len(queries)


def _read(response: Any) -> int:
    """Read all of a response: what is streamed asks the database as it goes."""
    if response.streaming:
        list(response.streaming_content)
    response.close()
    return int(response.status_code)


def fixed(phase: str) -> Counts:
    """Return what the file says of the phase."""
    return {(route, role): int(number) for route, role, when, number in _rows() if when == _word(phase)}


def fix(phase: str, found: Counts) -> None:
    """Write down what was counted in the phase; the other phases stay."""
    rows = [row for row in _rows() if row[2] != _word(phase)]
    rows += [[route, role, _word(phase), str(number)] for (route, role), number in found.items()]
    FILE.write_text("\n".join("\t".join(row) for row in [HEADER, *sorted(rows)]) + "\n")


def _rows() -> list[list[str]]:
    return [line.split("\t") for line in FILE.read_text().splitlines()[1:]] if FILE.exists() else []


def _word(phase: str) -> str:
    return phase.replace(" ", "_")


def differences(phase: str, found: Counts, expected: Counts) -> list[str]:
    """Say in a sentence each where what was counted is not what is fixed."""
    return [
        f"{', '.join(key)}, {phase}: {_said(expected.get(key))}, it took {_took(found.get(key))}"
        for key in sorted({*found, *expected})
        if found.get(key) != expected.get(key)
    ]


def _said(number: int | None) -> str:
    return (
        "the baseline does not know the page" if number is None else f"the baseline says {number} statements"
    )


def _took(number: int | None) -> str:
    return "none (shows nothing)" if number is None else str(number)
