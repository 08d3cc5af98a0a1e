"""Every form that a person may send, sent twice from the same page: a double click, a second try after a lost connection."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from config.kept import TOKEN
from config.middleware.once import MAKING
from tests.access import bodies
from tests.access.asking import Asker
from tests.access.routes import Route, routes
from tests.access.test_matrix import listed
from tests.access.world import PHASES, ROLES, World, make_world
from tests.planning.federation import NOW

# What may be done again, and is: each of these is one more deed by intent, and harmless.
AGAIN = {
    "notices:calendar_renew": "the address that was just made is replaced by one that nobody has seen",
    "workplaces:line_edit": "the same figures stated again are stated again, and the record says so",
    "tokens:list": "a token is shown once; the second press shows another, and both are listed to be ended",
}
OFF_LIMITS = {"federation:setup"}  # there is a federation already


def rows() -> dict[str, int]:
    """Count the rows of every table, but of sessions and of the notes of what was done."""
    skipped = {"workplaces_session", "planning_idempotentrequest", "account_emailaddress"}
    tables = [name for name in connection.introspection.table_names() if name not in skipped]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


def role_that_may(route: Route, phase: str) -> str | None:
    """Return who is led on after sending the form in that phase, by the matrix."""
    row = listed().get((route.name, "POST"), {}).get(phase, {})
    return next((role for role in reversed(ROLES) if row.get(role) == "302" and role != "anonymous"), None)


def sent_twice(asker: Asker, role: str, route: Route) -> tuple[list[int], dict[str, int], list[Any]]:
    """Send the form twice; return the answers, what the second one added to the tables, and where they led."""
    client, world = asker.clients[role], asker.world
    cache.clear()
    before, statuses, led, counts = client.cookies.copy(), [], [], []
    with transaction.atomic():
        body = {**bodies.form(route.name, world), TOKEN: "of-this-page"}
        for _time in range(2):
            answer = client.post(route.path(world.parts(route.name)), body)
            statuses.append(answer.status_code)
            led.append(answer.headers.get("Location"))
            counts.append(rows())
        transaction.set_rollback(True)
    client.cookies = before
    return statuses, {name: n - counts[0][name] for name, n in counts[1].items() if n != counts[0][name]}, led


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phase", PHASES)
def test_what_is_sent_twice_is_done_once(phase: str, settings: Any, broker_url: str) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    asker, wrong, tried = Asker.of(make_world(phase)), [], set()
    for route in routes():
        role = role_that_may(route, phase)
        if role is None or route.is_api or route.is_third_party or route.name in OFF_LIMITS:
            continue
        statuses, added, led = sent_twice(asker, role, route)
        if statuses[0] != 302:
            continue
        tried.add(route.name)
        if added and route.name not in AGAIN:
            wrong.append(f"{route.name} as {role}: the second one added {added}")
        if route.name in MAKING and (statuses[1] != 302 or led[0] != led[1]):
            wrong.append(f"{route.name}: led to {led[0]}, then {statuses[1]} {led[1]}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(tried) > 10


@pytest.mark.django_db(transaction=True)
def test_what_makes_two(settings: Any, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: other words, or the same words ten minutes later. Another page with the same words is no other form."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    world: World = make_world("proposals")
    asker = Asker.of(world)
    route = next(route for route in routes() if route.name == "councils:motion_new")
    role = role_that_may(route, "proposals")
    assert role is not None
    first = rows()["councils_motion"]

    def motions_after(token: str, **words: str) -> int:
        body = {**bodies.form(route.name, world), **words, TOKEN: token}
        asker.clients[role].post(route.path(world.parts(route.name)), body)
        return rows()["councils_motion"] - first

    assert motions_after("one-page") == 1
    assert motions_after("one-page") == 1
    assert motions_after("another-page") == 1
    assert motions_after("another-page", title="Buy rye") == 2
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=11))
    assert motions_after("another-page", title="Buy rye") == 3
