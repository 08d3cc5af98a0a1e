"""What is answered when there is no view to answer: pages for people, problem documents for programs."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from planning.api.problems import problem_response

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    if request.path.startswith(API):
        return problem_response(400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    if request.path.startswith(API):
        return problem_response(403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    if request.path.startswith(API):
        return problem_response(404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something broke; the log says what."""
    if request.path.startswith(API):
        return problem_response(500)
    return defaults.server_error(request)
