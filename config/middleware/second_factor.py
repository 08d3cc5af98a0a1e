"""Staff act only with a second factor: a password alone must not open a round or close a vote."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.api.identity import lacks_second_factor
from planning.api.problems import problem_response

Next = Callable[[HttpRequest], HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Where a second factor is set up, where one signs out, and what changes nothing but the look.
OPEN = ("/accounts/", "/language/", "/theme/", "/hat/")
API = "/api/"


class SecondFactorMiddleware:
    """Sends coordinators, registrars and auditors without a second factor to set one up before they act.

    Reading stays open; every request that could change something waits. Demo mode asks nobody.
    """

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is safe, or open to all; ask for the factor otherwise."""
        if request.method in SAFE or request.path.startswith(OPEN) or not _lacks(request):
            return self.get_response(request)
        sentence = _("You serve as staff: set up a second factor for signing in, then do this again.")
        if request.path.startswith(API):
            return problem_response(403, detail=sentence, code="second-factor-needed")
        messages.warning(request, sentence)
        return redirect("mfa_activate_totp")


def _lacks(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and lacks_second_factor(user, timezone.now().date())
