"""What is due in a council besides its own votes and elections: the app that knows registers how to list it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from councils.models import Council


@dataclass(frozen=True)
class Task:
    """Something a council, or who speaks for it, has to do: what, and the address of its page."""

    title: str
    link: str


Provider = Callable[[Council, datetime], list[Task]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Let agendas name what ``provider`` lists for a council."""
    _providers[name] = provider


def tasks_of(council: Council, now: datetime) -> list[Task]:
    """Return what is due in the council, provider by provider."""
    return [task for _name, provider in sorted(_providers.items()) for task in provider(council, now)]
