"""Whether the person of a request serves as staff without a second factor, and where they were going."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config.hats import may_have_hats
from planning.api.identity import lacks_second_factor

GO_ON = "go-on-after-second-factor"


def needs_second_factor(request: HttpRequest) -> bool:
    """Say whether this person must set one up before changing anything; asked for once a request."""
    if not settings.STAFF_NEED_SECOND_FACTOR or not request.user.is_authenticated:
        return False
    found: bool | None = getattr(request, "_needs_second_factor", None)
    if found is None:
        found = may_have_hats(request) and lacks_second_factor(request.user, timezone.now().date())
        request._needs_second_factor = found  # type: ignore[attr-defined]
    return found


def going_on(request: HttpRequest) -> str:
    """Return the page from which somebody was led away to set the factor up, once they have done so."""
    there: str = request.session.get(GO_ON, "") if hasattr(request, "session") else ""
    return "" if not there or needs_second_factor(request) else there
