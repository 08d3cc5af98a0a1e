"""How often one caller may ask, counted over all web processes."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _PerCaller(SimpleRateThrottle):
    def get_rate(self) -> str:
        """Return the rate that this instance sets."""
        return str(settings.API_RATES[self.scope])

    def get_cache_key(self, request: Request, view: object) -> str | None:  # noqa: ARG002
        """Count by person; whoever is not signed in, by address."""
        if (request.method in SAFE) is (self.scope == "write"):
            return None
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


class Reads(_PerCaller):
    """Requests that change nothing."""

    scope = "read"


class Writes(_PerCaller):
    """Requests that may change something."""

    scope = "write"
