"""What a token may be used for; a session may be used for all that its person may do."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from planning.api.identity import lacks_second_factor
from planning.api.problems import Problem
from planning.models import ApiToken

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ScopePermission(BasePermission):
    """People who are signed in, with a token that has the view's scope for this method.

    A view names the scope of its writes as ``scope``; reading needs ``read``.
    Staff without a second factor change nothing, by whatever way they come.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the request may reach the view; the services ask who may do what."""
        if not request.user.is_authenticated:
            return False
        if request.method not in view.allowed_methods:
            return True  # the view answers 405
        safe = request.method in SAFE
        if isinstance(request.auth, ApiToken):
            self._check_scope(request.auth, "read" if safe else getattr(view, "scope", ""))
        if not safe and lacks_second_factor(request.user, timezone.now().date()):
            sentence = _("You serve as staff: set up a second factor for signing in, then do this again.")
            raise Problem(403, sentence, "second-factor-needed")
        return True

    def _check_scope(self, token: ApiToken, scope: str) -> None:
        if not scope or scope not in token.scopes:
            message = _("This token may not be used for “%(scope)s”; it is for: %(scopes)s.")
            raise Problem(403, message % {"scope": scope, "scopes": ", ".join(token.scopes)}, "scope-missing")
