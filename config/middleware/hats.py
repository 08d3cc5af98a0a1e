"""Views know the hat that was put on without asking the wiring: ``request.hat``. Who reads has their hats looked up once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from config.hats import worn
from workplaces import authority

Next = Callable[[HttpRequest], HttpResponseBase]


class HatsMiddleware:
    """Gives every request a lazy ``hat``: falsy when none was put on (then all hats count)."""

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach the hat."""
        request.hat = SimpleLazyObject(lambda: worn(request))  # type: ignore[attr-defined]
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with authority.remembered():
            return self.get_response(request)
