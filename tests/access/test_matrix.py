"""Who may do what where and when: every address × method × phase × role, from the resolver.

``matrix.tsv`` holds one row for each address and method, with the phases it holds for and the status that each
role gets.  A route that is not listed fails, and so does a row whose route is gone.
"""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.access.asking import METHODS, Asker
from tests.access.routes import DEMO_ONLY, Route, routes
from tests.access.world import PHASES, ROLES, make_world

FEW = ("anonymous", "stranger", "coordinator")  # who asks third parties' pages, in the first phase
FULL = "rounds"  # reading that does not depend on the phase is asked by everybody in this one, by those few in others
TABLE = Path(__file__).with_name("matrix.tsv")
Key = tuple[str, str]
Row = dict[str, str]


def listed() -> dict[Key, dict[str, Row]]:
    """Return the matrix: route and method → phase → role → status."""
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    header = lines[0].split()
    assert header == ["route", "method", "phases", *ROLES]
    found: dict[Key, dict[str, Row]] = {}
    for line in lines[1:]:
        route, method, phases, *statuses = line.split()
        row = dict(zip(ROLES, statuses, strict=True))
        for phase in [name.replace("_", " ") for name in phases.split(",")] if phases != "*" else PHASES:
            assert phase not in found.get((route, method), {}), f"{route} {method} {phase} is listed twice"
            found.setdefault((route, method), {})[phase] = row
    return found


def test_every_route_is_listed_and_every_listed_one_is_there() -> None:
    known, there = {route for route, _method in listed()}, {route.name for route in routes()}
    missing = sorted(there - known)
    gone = sorted(name for name in known - there if settings.DEMO or not name.startswith(DEMO_ONLY))
    assert not missing, f"not in the access matrix: {missing}"
    assert not gone, f"in the access matrix, but no longer there: {gone}"


def test_every_listed_row_says_something_for_every_phase() -> None:
    gaps = [key for key, phases in listed().items() if set(phases) != set(PHASES)]
    assert not gaps


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", PHASES)
def test_the_matrix_holds(phase: str, settings: Any, broker_url: str) -> None:
    """Ask everything; reading writes nothing; a method that is not listed does not exist."""
    expected, asker = listed(), Asker.of(make_world(phase))
    wrong: list[str] = []
    for route in routes():
        if route.is_third_party and phase != PHASES[0]:
            continue
        for method in METHODS:
            phases = expected.get((route.name, method))
            if phases is not None:
                wrong += as_listed(asker, route, method, phase, phases)
            elif phase == PHASES[0]:
                wrong += not_listed(asker, route, method)
    assert not wrong, "\n" + "\n".join(wrong)


def not_listed(asker: Asker, route: Route, method: str) -> list[str]:
    """A method that is not listed is answered by 405."""
    status = asker.ask("stranger", method, route).status
    return [] if status == 405 else [f"{route.name} {method} is not listed, but answers {status}"]


def as_listed(asker: Asker, route: Route, method: str, phase: str, phases: dict[str, Row]) -> list[str]:
    """Return what is not as the matrix says."""
    row, wrong, got = phases[phase], [], {}
    always = method == "GET" and all(other == row for other in phases.values())
    for role in ROLES:
        if row[role] == "-" or (always and phase != FULL and role not in FEW):
            got[role] = row[role]
            continue
        outcome = asker.ask(role, method, route)
        got[role] = str(outcome.status)
        if method == "GET" and outcome.writes:
            wrong.append(f"{route.name} GET writes as {role}: {outcome.writes[0][:200]}")
    if got != row:
        wrong.append("\t".join([route.name, method, phase.replace(" ", "_"), *got.values()]))
    return wrong
