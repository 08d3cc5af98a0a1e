"""A rendered page as a list of elements with their surroundings: enough to judge it without a browser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


@dataclass
class Element:
    """A tag with its attributes, what it stands in, what stands in it, and the text in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str:
        """Return an attribute, empty where there is none."""
        return self.attributes.get(name, "")

    def ancestors(self) -> "Iterator[Element]":
        """Yield what it stands in, the nearest first."""
        here = self.parent
        while here is not None:
            yield here
            here = here.parent

    def within(self, tag: str) -> "Element | None":
        """Return the element itself or the nearest around it with that tag."""
        return next((e for e in [self, *self.ancestors()] if e.tag == tag), None)

    def all(self) -> "Iterator[Element]":
        """Yield everything in it."""
        for child in self.children:
            yield child
            yield from child.all()

    def __str__(self) -> str:
        """Return the opening tag."""
        return f"<{self.tag} {' '.join(f'{k}={v!r}' for k, v in self.attributes.items())}>"


class Page(HTMLParser):
    """Reads HTML into elements."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element that closes itself."""
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of that tag."""
        if (opened := self.here.within(tag)) is not None and opened.parent is not None:
            self.here = opened.parent

    def handle_data(self, data: str) -> None:
        """Add text to every element around it."""
        for element in [self.here, *self.here.ancestors()]:
            element.text += data

    def every(self, *tags: str) -> list[Element]:
        """Return all elements with one of the tags; all there are without any."""
        return [e for e in self.root.all() if not tags or e.tag in tags]
