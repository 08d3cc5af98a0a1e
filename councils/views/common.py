"""What the views share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from councils.models import Motion
from workplaces.errors import Refused
from workplaces.models import Person
from workplaces.paging import Pages, Searched

PAGE = 50


def moment() -> datetime:
    """Return the present: read here, handed on to everything else."""
    return timezone.now()


def person(request: HttpRequest) -> Person:
    """Return who asks; these views are for people who are signed in."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def crumbs_of(motion: Motion) -> list[tuple[str, str]]:
    """Return the way to a motion, for pages below it."""
    return [
        (motion.council.label, reverse("councils:council", args=[motion.council.public_id])),
        (
            _("Motion %(number)s") % {"number": motion.number},
            reverse("councils:motion", args=[motion.public_id]),
        ),
    ]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None = None
) -> HttpResponse:
    """Render a page; a refusal stands on top of it and decides its status."""
    context = {"now": moment(), **context, "refused": refused}
    return render(request, template, context, status=refused.status if refused else 200)


def act(
    request: HttpRequest,
    action: Callable[[], Any],
    *,
    done: str,
    to: str,
    refused: Callable[[Refused], HttpResponse],
) -> HttpResponse:
    """Do it and go on with a message; a refusal shows the page again with the reason."""
    try:
        action()
    except Refused as problem:
        return refused(problem)
    messages.success(request, done)
    return redirect(to)


def paged(request: HttpRequest, rows: Any, size: int = PAGE) -> "Page[Any]":
    """Return the page of a list that the address asks for."""
    return Pages(rows, size).get_page(request.GET.get("page"))


def searched(request: HttpRequest, rows: Any, size: int = PAGE) -> "Page[Any]":
    """Return that page of what a search found."""
    return Searched(rows, size).get_page(request.GET.get("page"))
