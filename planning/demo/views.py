"""Signing in as a made-up person with one click. It exists in demo mode only."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from planning.demo.roles import demo_person

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the made-up person whose public id is posted as ``person``, and go on to ``next``.

    Outside demo mode, and for anybody who is not made up, there is no such page.
    """
    person = demo_person(_public_id(request)) if settings.DEMO else None
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect(_next(request))


def _public_id(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("person", "")))
    except ValueError:
        raise Http404 from None


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
