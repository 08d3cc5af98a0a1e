"""Tokens for programs: made, used, revoked. They concern their person alone, so the public record has nothing of it."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from planning.models import ApiToken
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person

PREFIX = "cp_"
LONGEST = timedelta(days=366)
MOST = 20
NOTED = timedelta(minutes=1)  # use is noted at most this often


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def token_create(
    *, name: str, scopes: Collection[str], expires_at: datetime, by: Person, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can read again."""
    Person.objects.select_for_update().get(pk=by.pk)
    _check(name, scopes, expires_at, now)
    if ApiToken.objects.filter(person=by, revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise TooLate(_("You have %(most)s tokens in use; revoke one first.") % {"most": MOST})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=by, name=name.strip(), scopes=sorted(set(scopes)), digest=digest(secret), created_at=now,
        expires_at=expires_at,
    )  # fmt: skip
    return token, secret


def _check(name: str, scopes: Collection[str], expires_at: datetime, now: datetime) -> None:
    if not name.strip():
        message = _("Give the token a name, so that you know later which program has it.")
        raise Invalid(message, fields={"name": message})
    if not scopes or not set(scopes) <= set(ApiToken.Scope.values):
        message = _("Choose what the token may be used for.")
        raise Invalid(message, fields={"scopes": message})
    if not now < expires_at <= now + LONGEST:
        message = _("A token ends within a year from now.")
        raise Invalid(message, fields={"expires": message})


@transaction.atomic
def token_revoke(*, token: ApiToken, by: Person, now: datetime) -> ApiToken:
    """End one's own token at once; revoking twice is the same as once."""
    ApiToken.objects.filter(pk=token.pk, person=by, revoked_at=None).update(revoked_at=now)
    token.refresh_from_db()
    return token


def token_use(*, secret: str, now: datetime) -> ApiToken | None:
    """Return the token of that secret if it is in use and its person active; note that it was used."""
    token = (
        ApiToken.objects.select_related("person")
        .filter(digest=digest(secret), revoked_at=None, expires_at__gt=now, person__is_active=True)
        .first()
    )
    if token is None:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token
