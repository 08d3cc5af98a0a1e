"""What every page knows: navigation, the hat one wears, demo mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context that ``base.html`` expects."""
    return {"demo": settings.DEMO}
