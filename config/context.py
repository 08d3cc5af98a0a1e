"""What every page knows: navigation, the hat one wears, the record's head, demo mode."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.hats import choices, worn
from config.second_factor import going_on, needs_second_factor
from councils.models import Council
from planning.demo.roles import demo_roles
from workplaces.authority import COORDINATOR, REGISTRAR, Hat
from workplaces.record.selectors import head

# Address name, label, and what the paths that belong to it begin with besides its own; the longest fit is the current one.
NAV: tuple[tuple[str, Any, str], ...] = (
    ("planning:duties", gettext_lazy("My duties"), ""),
    (
        "planning:current",
        gettext_lazy("Rounds"),
        "/(cycles|runs|programmes|associations|ledger|envelopes|grants)/",
    ),
    ("planning:current_plan", gettext_lazy("The plan"), "/cycles/[0-9]+/plan/"),
    (
        "workplaces:workplaces",
        gettext_lazy("Workplaces"),
        "/(products|sectors|regions|labour-pools|resources|counterparties|agreements|scenarios|imports)/",
    ),
    ("councils:list", gettext_lazy("Councils"), ""),
    ("record:record", gettext_lazy("Public record"), ""),
    ("planning:sandboxes", gettext_lazy("Sandboxes"), "/compare/"),
    ("help", gettext_lazy("Help"), "/tour/"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context that ``base.html`` expects."""
    known = {"demo": settings.DEMO, "release": version(), "record_url": address("record:record")}
    if not hasattr(request, "user"):  # the request failed before anybody was known
        return known
    number, digest = head()
    return {
        **known,
        "nav": _nav(request) if request.user.is_authenticated else [],
        **_hats(request),
        "record_head": digest if number else "",
        "demo_roles": _demo_roles(request),
        "needs_second_factor": needs_second_factor(request),
        "going_on": going_on(request),
    }


def address(name: str) -> str:
    """Return the address of that name, nothing where there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@cache
def version() -> str:
    """Return the version that the project's own description states."""
    return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the main navigation; ``current`` is ``page`` for the page itself, ``true`` for one below it."""
    items = [(address(name), label, more) for name, label, more in NAV]
    fits = [_fit(request.path, url, more) for url, _label, more in items]
    longest = max(fits)
    return [
        {
            "url": url,
            "label": label,
            "current": ("page" if url == request.path else "true") if fit and fit == longest else "",
        }
        for (url, label, _more), fit in zip(items, fits, strict=True)
        if url
    ]


def _fit(path: str, url: str, more: str) -> int:
    """Return how many characters of the path belong to this part of the navigation; 0 for none."""
    if url and path.startswith(url):
        return len(url)
    found = re.match(more, path) if more else None
    return found.end() if found else 0


def _hats(request: HttpRequest) -> dict[str, Any]:
    now, labels = worn(request), _labels(choices(request))
    return {
        "hat": labels[now.mandate] if now else "",
        "sets_up": any(hat.role in {COORDINATOR, REGISTRAR} for hat in choices(request)),
        "hats": [
            {"id": hat.mandate, "label": labels[hat.mandate], "current": hat == now}
            for hat in choices(request)
        ],
    }


def _labels(hats: Sequence[Hat]) -> dict[UUID, str]:
    """Tell hats of one name apart by the council: a workplace's delegate speaks in its assembly and in its sector."""
    often = Counter(hat.label for hat in hats)
    twins = [hat for hat in hats if often[hat.label] > 1]
    found = Council.objects.filter(public_id__in={hat.council for hat in twins}) if twins else ()
    names = {council.public_id: council.label for council in found}
    return {
        hat.mandate: _("%(hat)s, in %(council)s") % {"hat": hat.label, "council": names[hat.council]}
        if hat in twins and names[hat.council] not in hat.label
        else hat.label
        for hat in hats
    }


def _demo_roles(request: HttpRequest) -> list[dict[str, str]]:
    """Return the roles that the sign-in page of a demonstration offers."""
    if not settings.DEMO or request.path != address("account_login"):
        return []
    url = address("demo:sign_in")
    return [
        {"label": f"{role.label}: {role.person}", "description": role.description, "url": url,
         "person": role.person_id}
        for role in demo_roles()
    ]  # fmt: skip
