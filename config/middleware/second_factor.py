"""Staff act only with a second factor: a password alone must not open a round or close a vote."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from config.second_factor import GO_ON, needs_second_factor
from planning.api.problems import problem_response
from planning.federation.founding import is_founded

Next = Callable[[HttpRequest], HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Where a second factor is set up, where one signs out, what changes nothing but the look, and where mail is ended.
OPEN = ("/accounts/", "/language/", "/theme/", "/hat/", "/notices/stop/")
API = "/api/"
# Pages that are a form to be filled in and nothing to read: whoever could not send them is told before.
FORMS = frozenset(
    {
        "councils:amendment_new", "councils:election_new", "councils:motion_new",
        "federation:delegates", "federation:invitations",
        "planning:cycle_new",
        "workplaces:agreement_new", "workplaces:import_new", "workplaces:line_edit", "workplaces:line_new",
        "workplaces:row_new",
    }
)  # fmt: skip
SETUP = "federation:setup"
SENTENCE = gettext_lazy("You serve as staff: set up a second factor for signing in, then do this again.")


class SecondFactorMiddleware:
    """Has coordinators, registrars and auditors without a second factor set one up before they act.

    Reading stays open. A page that is nothing but a form leads to the set-up before anything is typed in or
    chosen; what is sent all the same waits on a page that the browser sends again. Demo mode asks nobody.
    """

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is safe, or open to all; ask for the factor otherwise."""
        if request.method in SAFE or request.path.startswith(OPEN) or not needs_second_factor(request):
            return self.get_response(request)
        if request.path.startswith(API):
            return problem_response(403, detail=str(SENTENCE), code="second-factor-needed")
        return render(request, "second_factor_first.html", status=403)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any  # noqa: ARG002
    ) -> HttpResponseBase | None:  # fmt: skip
        """Lead from a form to the set-up before it is filled in, and remember where to go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_form = name in FORMS or (name == SETUP and not is_founded())
        if request.method not in SAFE or not is_form:
            return None
        if not needs_second_factor(request):
            request.session.pop(GO_ON, None)
            return None
        request.session[GO_ON] = request.get_full_path()
        return redirect("mfa_activate_totp")
