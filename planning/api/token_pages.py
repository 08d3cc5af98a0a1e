"""The page on which a person makes and revokes tokens for programs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms import RefusableForm
from planning.models import ApiToken
from planning.services.tokens import token_create, token_revoke
from workplaces.errors import Refused
from workplaces.models import Person

DAYS = (
    ("30", gettext_lazy("in 30 days")),
    ("90", gettext_lazy("in 90 days")),
    ("365", gettext_lazy("in a year")),
)


class TokenForm(RefusableForm):
    """A new token."""

    name = forms.CharField(label=gettext_lazy("Which program is it for?"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    expires = forms.ChoiceField(label=gettext_lazy("When does it end?"), choices=DAYS)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens; make one and show its secret, this once."""
    form = TokenForm(request.POST if request.method == "POST" else None, initial={"scopes": ["read"]})
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    now = timezone.now()
    try:
        token, secret = token_create(
            name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], by=_person(request), now=now,
            expires_at=now + timedelta(days=int(form.cleaned_data["expires"])),
        )  # fmt: skip
    except Refused as problem:
        form.refuse(problem)
        return _page(request, form, status=problem.status)
    return _page(request, TokenForm(initial={"scopes": ["read"]}), status=201, made=token, secret=secret)


@login_required
@require_POST
def token_revoked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End one of one's own tokens; somebody else's does not exist."""
    token = get_object_or_404(ApiToken, public_id=public_id, person=_person(request))
    token_revoke(token=token, by=_person(request), now=timezone.now())
    messages.success(request, _("“%(name)s” can no longer be used.") % {"name": token.name})
    return redirect("tokens:list")


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _page(request: HttpRequest, form: TokenForm, *, status: int, **more: Any) -> HttpResponse:
    now = timezone.now()
    rows = [(token, _state(token, now)) for token in ApiToken.objects.filter(person=_person(request))]
    return render(request, "planning/tokens.html", {"form": form, "rows": rows, **more}, status=status)


def _state(token: ApiToken, now: datetime) -> str:
    """Say whether the token can be used: empty if it can."""
    if token.revoked_at:
        return _("revoked")
    return _("ended") if token.expires_at <= now else ""
