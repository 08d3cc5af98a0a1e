"""Who asks: the person whom the session names, as read together with it."""

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from workplaces.models import Person


class PeopleMiddleware(AuthenticationMiddleware):
    """Django's own, but that nobody is looked up twice. Whatever is unusual, it looks at itself."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach who asks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: who(request))  # type: ignore[assignment]


def who(request: Any) -> Any:
    """Return the person who asks, or an anonymous one."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = proved(request.session) or auth.get_user(request)
    return request._cached_user


def proved(session: Any) -> Person | None:
    """Return the person read with a session that proves itself by their password; None for any other session.

    A changed secret key, a person who was deactivated, a way of signing in that is no more: all that is left to
    ``django.contrib.auth.get_user``, which asks again.
    """
    number, path, proof = (session.get(key) for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY))
    person: Person | None = session.person
    if person is None or str(person.pk) != number or not proof:
        return None
    if path not in settings.AUTHENTICATION_BACKENDS:
        return None
    if not auth.load_backend(path).user_can_authenticate(person):
        return None
    return person if constant_time_compare(proof, person.get_session_auth_hash()) else None
