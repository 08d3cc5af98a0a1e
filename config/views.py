"""Pages that belong to no room: the first page, the look, the hat one wears, what operators ask."""

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_prometheus.exports import ExportToDjangoView

from config.hats import CHOSEN, choices
from planning.notices.keeping import outbox_state
from workplaces.presentation.gallery import samples

log = structlog.get_logger(__name__)
LOOKS = {"theme": ("light", "dark"), "contrast": ("more", "less")}  # or "system", which forgets the choice
YEAR = 365 * 24 * 3600
TIMEOUT = 3.0  # seconds that a server may take to say that it is there
CLOCKS_APART = timedelta(seconds=30)  # the database refuses moments that are a minute off


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is to those who come for the first time, their duties to all others."""
    if request.user.is_authenticated:
        return redirect("planning:duties")
    return render(request, "home.html")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page one came from, if it is one of ours."""
    there = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        there = "/"
    return HttpResponseRedirect(there)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark colours, more or less contrast, each in a cookie; ``system`` forgets it."""
    name = next((name for name in LOOKS if name in request.POST), "")
    chosen = request.POST.get(name, "")
    if chosen not in (*LOOKS.get(name, ()), "system"):
        raise Http404
    response = _back(request)
    if chosen == "system":
        response.delete_cookie(name)
    else:
        response.set_cookie(name, chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show what one can do here in each role, and where it stands."""
    return render(request, "help.html")


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Put on one of one's hats, or none; somebody else's hat does not exist."""
    chosen = request.POST.get("hat", "")
    if chosen and chosen not in {str(hat.mandate) for hat in choices(request)}:
        raise Http404
    request.session[CHOSEN] = chosen
    return _back(request)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT
    )
    try:
        client.ping()
    finally:
        client.close()


def _clock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(datetime.now(UTC) - cursor.fetchone()[0])
    if apart > CLOCKS_APART:
        raise ValueError(f"The database's clock and this computer's are {apart} apart.")


def _answers(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (DatabaseError, redis.RedisError, ValueError):
        log.exception("health", part=name)
        return False
    return True


def _mail() -> str:
    stands = outbox_state()
    if stands.is_late(datetime.now(UTC)):
        return f"{stands.waiting} messages wait, the first since {stands.since:%Y-%m-%d %H:%M} UTC"
    return f"{stands.given_up} messages could not be delivered" if stands.given_up else "ok"


WRONG = {"clock": "differs"}
PARTS = {"database": _database, "broker": _broker, "clock": _clock}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Say whether the database and the broker answer and the clocks agree; 503 if not. Why not stands in the log.

    How the outbox stands is said besides: mail that waits is no reason to start the site anew.
    """
    parts = {name: _answers(name, ask) for name, ask in PARTS.items()}
    return JsonResponse(
        {name: "ok" if answers else WRONG.get(name, "no answer") for name, answers in parts.items()}
        | ({"mail": _mail()} if parts["database"] else {}),
        status=200 if all(parts.values()) else 503,
    )


def _may_measure(request: HttpRequest) -> bool:
    """Only a direct caller from a listed network: what came through a proxy bears a forwarding header."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        caller = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(network) for network in settings.METRICS_NETWORKS)


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures; to everybody else this page does not exist."""
    if not _may_measure(request):
        raise Http404
    return ExportToDjangoView(request)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every part that pages are made of."""
    return render(request, "_components/gallery.html", samples(timezone.now()))
