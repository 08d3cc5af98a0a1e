"""What a letter is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something in a letter: the hour (or nothing), what it is, the lines about it, and where it leads."""

    at: str
    title: str
    lines: tuple[str, ...]
    url: str
    action: str


@dataclass(frozen=True)
class Group:
    """What is due on one day."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Letter:
    """A message's words: subject, plain text, and the same as HTML."""

    subject: str
    text: str
    html: str
