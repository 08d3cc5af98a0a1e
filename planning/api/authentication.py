"""Who calls: a person's browser by its session, a program by a token."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from planning.models import ApiToken
from planning.services.tokens import token_use
from workplaces.models import Person

SCHEME = "Bearer"


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer cp_…`` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        """Return the token's person, None where no token was sent."""
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = token_use(secret=secret.strip(), now=timezone.now())
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is unknown, revoked or has expired."))
        return token.person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Return the challenge that makes an unknown caller's answer 401."""
        return 'Bearer realm="Commonplan"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a signed-in browser; writes need the CSRF token."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token in the schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A token made at /tokens/, with scopes."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session in the schema."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """Return the OpenAPI security scheme."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A signed-in browser; writes also need the header X-CSRFToken.",
        }
