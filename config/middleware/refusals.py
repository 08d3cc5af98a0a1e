"""A refusal that a view let through becomes a page that says why."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from workplaces.errors import refusal_in

Next = Callable[[HttpRequest], HttpResponseBase]


class RefusalMiddleware:
    """Turns ``Refused`` into a page with its status; views that hold a form show it there instead."""

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the refusal; anything else is somebody else's."""
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Return the page that says why something was not done; None for what is no refusal."""
    refused = refusal_in(exception)
    if refused is None:
        return None
    return render(request, "refused.html", {"refused": refused}, status=refused.status)
