"""Which hat a person wears in this session: one of their mandates, or all at once."""

from django.http import HttpRequest
from django.utils import timezone

from workplaces import authority
from workplaces.authority import Hat

CHOSEN = "hat"


def choices(request: HttpRequest) -> tuple[Hat, ...]:
    """Return the person's mandates today, asked for once a request."""
    found: tuple[Hat, ...] | None = getattr(request, "_hats", None)
    if found is None:
        user = request.user
        asks = user.is_authenticated and may_have_hats(request)
        found = authority.hats(user, timezone.now().date()) if asks else ()
        request._hats = found  # type: ignore[attr-defined]
    return found


def may_have_hats(request: HttpRequest) -> bool:
    """Say whether the person could hold a mandate today: not where the session was read with none of theirs."""
    session = getattr(request, "session", None)
    return getattr(session, "holds_mandate", None) is not False or session.person != request.user


def worn(request: HttpRequest) -> Hat | None:
    """Return the hat that was put on, if its mandate still holds."""
    chosen = request.session.get(CHOSEN) if hasattr(request, "session") else None
    return next((hat for hat in choices(request) if str(hat.mandate) == chosen), None) if chosen else None
