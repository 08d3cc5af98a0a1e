"""A form that came when its session, or its token, had ended: nothing is done, and nothing that was written is lost.

The page that answers holds what was sent, in the browser where it was written, and sends it again on one press. Nothing
of it is stored here: it may be a paper of a secret vote.
"""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.views import csrf

from councils.padding import padded

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
OWN_FORMS = "/accounts/"  # signing in and out, and what holds passwords, is never held ready
FROM_ELSEWHERE = "Origin checking failed"  # how Django's reason begins when another site has sent the form


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is wrong: one of our own that is older than the last signing in can be sent again.

    Only what the browser says comes from a page of this site is held ready: another site could otherwise have a person
    send its form on with one press.
    """
    is_ours = "Origin" in request.headers and not reason.startswith(FROM_ELSEWHERE)
    if not is_ours or request.path.startswith(OWN_FORMS):
        return csrf.csrf_failure(request, reason)
    return kept(request)


def asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether a form of ours was answered by leading to the page for signing in, where it would be lost."""
    if request.method != "POST" or response.status_code != 302 or TOKEN not in request.POST:
        return False
    there = urlsplit(response["Location"])
    back = parse_qs(there.query).get(REDIRECT_FIELD_NAME)
    return there.path == resolve_url(settings.LOGIN_URL) and back == [request.get_full_path()]


@padded  # it may hold a secret paper
def kept(request: HttpRequest) -> HttpResponse:
    """Hold ready what was sent to this address, with a fresh token; the files have to be chosen once more."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and "password" not in name and isinstance(value, str)
    ]
    context = {
        "fields": fields,
        "written": [value for _name, value in fields if " " in value.strip() or "\n" in value.strip()],
        "files": [(name, file.name) for name, files in request.FILES.lists() for file in files],
        "address": request.get_full_path(),
    }
    response = render(request, "form_kept.html", context, status=403)
    add_never_cache_headers(response)
    return response
