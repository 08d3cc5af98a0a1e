"""What goes wrong while servers are found, started or stopped, said in a sentence."""

from pathlib import Path


class ServerError(RuntimeError):
    """A server could not be found, started or stopped; the message says what to do."""


def last_lines(log: Path, count: int = 15) -> str:
    """Return the last `count` lines of a log, indented, or a note that it is empty."""
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return "\n".join(f"    {line}" for line in lines) or "    (the log is empty)"
