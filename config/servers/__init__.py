"""Private PostgreSQL and Valkey for demos, tests and rehearsals; needs Python's standard library only."""

from config.servers.problems import ServerError
from config.servers.session import private_servers

__all__ = ["ServerError", "private_servers"]
