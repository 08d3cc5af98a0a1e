"""A council with votes that wait for people, and a mail server that keeps what it is sent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.utils import timezone

from config.servers.valkey import free_port
from councils.models import Ballot
from councils.services import ballot_open, vote_cast
from tests.councils.world import NOW, World, build
from workplaces.models import Person

HOUR = timedelta(hours=1)


class Mailbox:
    """What the server took, oldest first; addresses in ``refused`` get that answer instead."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take or refuse a recipient."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def to(self, name: str) -> list[EmailMessage]:
        """The letters to that person."""
        return [letter for letter in self.letters if letter["To"] == f"{name}@example.org"]


@pytest.fixture
def server() -> Iterator[tuple[Mailbox, Controller]]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield mailbox, controller
    controller.stop()


@pytest.fixture
def mailbox(server: tuple[Mailbox, Controller], settings: Any) -> Mailbox:
    """The mail server, named in the settings."""
    settings.MAILERS = to_port(server[1].port)
    settings.SITE_URL = "https://plan.example.org"
    return server[0]


def to_port(port: int) -> dict[str, Any]:
    """Settings for mail to that port of this machine."""
    options = {"host": "127.0.0.1", "port": port, "timeout": 20}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return build()


def reachable(person: Person) -> Person:
    """Give somebody an address that they confirmed."""
    person.email = f"{person.username}@example.org"
    person.save(update_fields=["email"])
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def ask(world: World) -> Callable[..., list[Ballot]]:
    """``ask(3)``: open that many votes in the council of metal, for eight days."""

    def asked(count: int = 1, **options: Any) -> list[Ballot]:
        by = world.person("carla")
        motions = [world.motion(title=f"Lathe {n}", **options) for n in range(1, count + 1)]
        return [ballot_open(motion=motion, by=by, now=options.get("now", NOW)) for motion in motions]

    return asked


def vote(ballot: Ballot, person: Person, now: Any = NOW, option: str = "yes", key: str = "k") -> Any:
    """Vote by name."""
    entry = ballot.roll.get(person=person)
    return vote_cast(
        ballot=ballot,
        right=entry.right,
        option=option,
        by=person,
        idempotency_key=f"{key}{entry.pk}",
        now=now,
    )
