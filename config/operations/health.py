"""Whether a part of the instance does its work: asked by whatever supervises it."""

import http.client
import os
import time
from pathlib import Path

from config.servers import ServerError

BROKEN = 500
LATELY = 900.0  # seconds; beat writes its schedule every three to five minutes


def page_answers(port: int) -> str:
    """Ask the web server on this machine for its first page, as the reverse proxy would; returns a sentence.

    Raises ServerError when there is no answer or a server error.
    """
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise ServerError(f"The web server on port {port} does not answer: {error}.") from None
    finally:
        connection.close()
    # A refusal of the host or of the visitor is an answer too; only a fault of the server is none.
    if status >= BROKEN:
        raise ServerError(f"The web server on port {port} answers with status {status}; its log says why.")
    return f"The web server on port {port} answers with status {status}."


def written_recently(file: Path, *, seconds: float = LATELY) -> str:
    """Look when the file was last written; raises ServerError when that is too long ago."""
    if not file.exists():
        raise ServerError(f"{file} does not exist.")
    age = time.time() - file.stat().st_mtime
    if age > seconds:
        raise ServerError(f"{file} was last written {age:.0f} s ago, more than {seconds:.0f} s.")
    return f"{file} was written {age:.0f} s ago."
