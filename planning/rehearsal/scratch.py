"""A database of one's own on the server at hand, which goes away afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from councils.clock import time_simulate

ADDRESS = ("dbname", "user", "password", "host", "port", "sslmode")
LONGEST = 63  # characters of a name in PostgreSQL


def prefix(own: str) -> str:
    """How the scratch databases begin that a database's rehearsals made: whose they are shows in their name."""
    return f"{own[: LONGEST - 24]}_rehearsal_"


@contextmanager
def scratch_database() -> Iterator[str]:
    """Point the default connection at a new, migrated database that simulates time; drop it at the end and point back."""
    own = connection.settings_dict["NAME"]
    name = prefix(own) + secrets.token_hex(6)
    administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        point_at(name)
        call_command("migrate", verbosity=0, interactive=False)
        time_simulate()
        yield name
    finally:
        point_at(own)
        administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_at(name: str) -> None:
    """Turn the default connection to another database of the server."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def administer(statement: sql.Composed) -> None:
    """Run a statement that no transaction can hold, on a connection of its own to the current database."""
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in ADDRESS}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute(statement)
