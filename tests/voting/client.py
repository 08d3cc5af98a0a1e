"""A browser reduced to what voting needs: HTTP/1.1 on loopback, cookies, forms; many at once in one process."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

PATIENCE = 120.0  # seconds until an answer must be there


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


class Line:
    """One connection that is kept open, and opened anew after it broke."""

    def __init__(self, port: int) -> None:
        """Remember where to; nothing is opened yet."""
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        """Return the line."""
        return self

    async def __aexit__(self, *_problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Hang up."""
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection, if there is one."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def post(self, path: str, cookies: str, form: list[tuple[str, str]]) -> Answer:
        """Send a form; raises OSError or EOFError when the server goes away before it has answered."""
        return await self.send(request(path, cookies, form))

    async def send(self, message: bytes) -> Answer:
        """Send a whole request and wait for its answer."""
        try:
            if self.writer is None or self.reader is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write(message)
            async with asyncio.timeout(PATIENCE):
                return await self._answer(self.reader)
        except BaseException:
            self.hang_up()
            raise

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = await reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _colon, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(status.split()[1]), headers.get("location", ""), body)


def request(path: str, cookies: str, form: list[tuple[str, str]]) -> bytes:
    """Return the bytes of a form that is sent."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
