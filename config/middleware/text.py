"""Forms and addresses with a letter that PostgreSQL cannot keep."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

Next = Callable[[HttpRequest], HttpResponseBase]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NUL, SHOWN = "\0", "\ufffd"


class TextMiddleware:
    """Puts "\ufffd" in the place of a NUL, so that a form that holds one is checked, refused or taken like any other."""

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Clean what was typed, where there is need to."""
        if holds_nul(request.GET):
            request.GET = cleaned(request.GET)
        if request.method == "POST" and request.content_type in FORMS and holds_nul(request.POST):
            request.POST = cleaned(request.POST)


def holds_nul(given: QueryDict) -> bool:
    """Say whether a name or a value holds the letter."""
    return any(NUL in name or any(NUL in value for value in values) for name, values in given.lists())


def cleaned[Given: QueryDict](given: Given) -> Given:
    """Return the same with the letter replaced."""
    found = given.copy()
    for name, values in given.lists():
        if found.pop(name, None) is not None:
            found.setlist(name.replace(NUL, SHOWN), [value.replace(NUL, SHOWN) for value in values])
    found._mutable = False
    return found  # type: ignore[return-value]
