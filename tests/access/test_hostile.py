"""What nobody who means well would send: whatever stands in a form or a document, it is refused or taken, never a crash."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.access import bodies
from tests.access.asking import Asker
from tests.access.routes import Route, routes
from tests.access.test_matrix import listed
from tests.access.world import make_world

UNKEEPABLE = ("a\0b", "\ud800")  # PostgreSQL keeps no NUL, and half a pair is no letter that could be sent on
TEXTS = ("a\0b", "\u202e" * 3, "9" * 400, "-1", "NaN", "1e400", "")
OTHERS: tuple[Any, ...] = (
    -1,
    10**400,
    1.5,
    True,
    None,
    [],
    {},
    ["\ud800"],
    {"\ud800": 1},
    [[]],
    {"": [None]},
)
VALUES = (*TEXTS, *UNKEEPABLE, *OTHERS)
PHASE = "rounds"


def takers() -> Iterator[tuple[Route, str]]:
    """Yield every address that takes something, with the role that gets furthest there."""
    for route in routes():
        row = listed().get((route.name, "POST"), {}).get(PHASE, {})
        roles = sorted((status, role) for role, status in row.items() if status.startswith(("2", "3", "4")))
        roles = [found for found in roles if found[1] != "anonymous"] or roles
        if roles and not route.is_third_party:
            yield route, roles[0][1]


def changed(given: dict[str, Any], values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Yield what was given with each part replaced by each value, deep inside too."""
    for name, part in given.items():
        for value in values:
            yield {**given, name: value}
        if isinstance(part, dict):
            for deeper in changed(part, values):
                yield {**given, name: deeper}


def sent(asker: Asker, role: str, route: Route, body: dict[str, Any]) -> int:
    cache.clear()
    client = asker.clients[role]
    path = route.path(asker.world.parts(route.name))
    with transaction.atomic():
        if route.is_api:
            text = json.dumps(body)
            response = client.generic(
                "POST", path, text, content_type="application/json", headers={"If-Match": "*"}
            )
        else:
            response = client.post(path, {name: value for name, value in body.items() if value is not None})
        transaction.set_rollback(True)
    return int(response.status_code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("space", ["pages", "programs"])
@pytest.mark.parametrize("few", [True, pytest.param(False, marks=pytest.mark.long)])
def test_no_field_brings_an_address_down(settings: Any, broker_url: str, space: str, few: bool) -> None:
    """A few letters that cannot be kept or sent on in the quick run, values of every other kind in the long one."""
    asker, down = Asker.of(make_world(PHASE)), list[str]()
    values = UNKEEPABLE if few else VALUES if space == "programs" else TEXTS
    for route, role in takers():
        if route.is_api != (space == "programs"):
            continue
        body = (
            bodies.document(route.name, asker.world) if route.is_api else bodies.form(route.name, asker.world)
        )
        for given in changed(body or {"x": "y"}, values[:1] if few and space == "pages" else values):
            status = sent(asker, role, route, given)
            if status >= 500:
                down.append(f"{route.name} as {role}: {status} {str(given)[:300]}")
                break
    assert not down, "\n" + "\n".join(down)
