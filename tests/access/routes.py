"""Every address of the site, taken from the resolver, with what stands in for the parts that vary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

DEMO_ONLY = ("gallery", "demo:")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """An address: its name, the view behind it, and its pattern with named parts (``cycles/<year>/``)."""

    name: str
    template: str
    view: Any

    @property
    def parts(self) -> list[str]:
        """Return the names of the parts that vary."""
        return re.findall(r"<(\w+)>", self.template)

    @property
    def is_api(self) -> bool:
        """Say whether programs use it."""
        return self.template.startswith("api/v1/")

    @property
    def is_third_party(self) -> bool:
        """Say whether the view is allauth's, which knows neither roles nor phases."""
        return self.template.startswith("accounts/")

    def path(self, values: dict[str, Any]) -> str:
        """Return the address with its parts filled in."""
        return "/" + re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), self.template)


def routes() -> list[Route]:
    """Return all routes of the site in the order in which the resolver tries them."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        here = prefix + plain(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name or here}", here, pattern.callback)


def plain(pattern: Any) -> str:
    """Return a pattern (of either kind) with its parts as ``<name>``."""
    text = str(pattern)
    if hasattr(pattern, "_route"):
        return PART.sub(r"<\1>", text)
    text = GROUP.sub(r"<\1>", text.removeprefix("^").removesuffix("$").removesuffix(r"\Z"))
    return text.replace("\\", "")
