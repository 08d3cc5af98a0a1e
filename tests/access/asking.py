"""Asking an address as somebody, without leaving a trace, and noting what it wrote."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access import bodies
from tests.access.routes import Route
from tests.access.world import ROLES, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|COPY|TRUNCATE|MERGE)\b|^\s*WITH\b.*\b(INSERT\s+INTO|DELETE\s+FROM|SET)\s",
    re.IGNORECASE | re.DOTALL,
)
# Sessions come and go with reading, and allauth copies a person's own address into its table: nobody's data.
BY_THE_WAY = re.compile(r"\"workplaces_session\"|\"account_emailaddress\"")


@dataclass
class Outcome:
    """What came back."""

    status: int
    writes: list[str]
    response: Any


@dataclass
class Asker:
    """Asks as each role; whatever a request changes is taken back at once."""

    world: World
    clients: dict[str, Client]

    @classmethod
    def of(cls, world: World) -> "Asker":
        """Sign everybody in."""
        clients = {}
        for role, name in ROLES.items():
            clients[role] = Client(raise_request_exception=False)
            if name is not None:
                clients[role].force_login(world.federation.people[name])
        return cls(world, clients)

    def ask(self, role: str, method: str, route: Route) -> Outcome:
        """Send a request as the role."""
        cache.clear()
        client = self.clients[role]
        before = client.cookies.copy()
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = self._send(client, method, route)
            transaction.set_rollback(True)  # whatever it did is taken back
        client.cookies = before
        writes = [q["sql"] for q in queries if WRITES.match(q["sql"]) and not BY_THE_WAY.search(q["sql"])]
        return Outcome(response.status_code, writes, response)

    def _send(self, client: Client, method: str, route: Route) -> Any:
        path = route.path(self.world.parts(route.name))
        if route.is_api:
            body = json.dumps(bodies.document(route.name, self.world))
            headers = {"If-Match": "*"} if method in {"POST", "PUT"} else {}
            if route.name == "api:line_report":  # nothing is reported yet
                headers = {"If-None-Match": "*"}
            if route.name in {"api:line_answer", "api:demand_answer"} and not self.world.values["answered"]:
                headers = {"If-None-Match": "*"}
            if method == "GET":
                return client.get(path)
            return client.generic(method, path, body, content_type="application/json", headers=headers)
        if method == "POST":
            return client.post(path, bodies.form(route.name, self.world))
        return client.generic(method, path)
