"""Figures for Prometheus: what was answered by which page, and how long it took, all middleware included."""

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

Next = Callable[[HttpRequest], HttpResponseBase]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
NO_PAGE = "<unnamed view>"
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, float("inf"))
ANSWERED = Counter(
    "django_http_responses_total_by_status_view_method",
    "Answers by status, page and method.",
    ["status", "view", "method"],
)
TOOK = Histogram(
    "django_http_requests_latency_seconds_by_view_method",
    "Seconds until the answer, by page and method.",
    ["view", "method"],
    buckets=BUCKETS,
)
BROKE = Counter("django_http_exceptions_total_by_view", "Exceptions by page and kind.", ["view", "type"])


class FiguresMiddleware:
    """Stands in front of everything else."""

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, count and time it."""
        began = perf_counter()
        response = self.get_response(request)
        answered, took = figures(response.status_code, page_of(request), method_of(request))
        answered.inc()
        took.observe(perf_counter() - began)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Count it; somebody else answers."""
        BROKE.labels(page_of(request), type(exception).__name__).inc()


@lru_cache(maxsize=4096)
def figures(status: int, page: str, method: str) -> tuple[Any, Any]:
    """Return the figures of such answers."""
    return ANSWERED.labels(str(status), page, method), TOOK.labels(page, method)


def page_of(request: HttpRequest) -> str:
    """Return the name of the page's address, never the address itself."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or NO_PAGE) if match else NO_PAGE


def method_of(request: HttpRequest) -> str:
    """Return the method, one name for all that do not exist: nobody can make up figures."""
    return request.method if request.method in METHODS else "<invalid method>"
