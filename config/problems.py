"""What is answered when there is no view to answer: pages for people, problem documents for programs."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from planning.api.problems import problem_response

API = "/api/"
MEGABYTE = 2**20
LISTENED_TO = (
    100 * MEGABYTE
)  # of what is too large anyway: a browser shows no answer before it has sent everything
PIECE = 2**16


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if request.path.startswith(API):
        return problem_response(400)
    return defaults.bad_request(request, exception)


def too_large(request: HttpRequest) -> HttpResponse:
    """Say how much may be sent at once, after listening to the rest of it."""
    for _piece in range(LISTENED_TO // PIECE):
        if not request.read(PIECE):
            break
    if request.path.startswith(API):
        return problem_response(413)
    context = {"megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE}
    return render(request, "too_large.html", context, status=413)


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
