"""Who was signed out while writing gets back what was written, instead of an empty page for signing in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.kept import asks_to_sign_in, kept

Next = Callable[[HttpRequest], HttpResponse]


class SignedOutMiddleware:
    """Answers a form that would be lost on the way to the page for signing in with a page that holds it ready."""

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and look at where the answer leads."""
        response = self.get_response(request)
        return kept(request) if asks_to_sign_in(request, response) else response
