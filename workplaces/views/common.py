"""What the views share: who asks, in which scenario, and where a figure came from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workplaces import permissions, policies, selectors
from workplaces.errors import Refused
from workplaces.models import Person, Scenario, ScenarioRow
from workplaces.presentation import notes

Fact = dict[str, Any]


def moment() -> datetime:
    """Return the present: read here, handed on to everything else."""
    return timezone.now()


def person(request: HttpRequest) -> Person:
    """Return who asks; views are for people who are signed in."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


@dataclass(frozen=True)
class Here:
    """The scenario that a page shows, for whom, and when."""

    scenario: Scenario
    person: Person
    now: datetime
    is_current: bool

    @property
    def suffix(self) -> str:
        """What keeps the scenario in an address, if it is not the current one."""
        return "" if self.is_current else f"?scenario={self.scenario.public_id}"

    def url(self, name: str, *arguments: Any) -> str:
        """Return the address of a page of this room in the same scenario."""
        return f"{reverse(f'workplaces:{name}', args=arguments)}{self.suffix}"

    @property
    def can_import(self) -> bool:
        """Whether this person may take tables into this scenario."""
        return policies.is_open(self.scenario) and permissions.can_import(self.person, self.now.date())


def here(request: HttpRequest) -> Here | None:
    """Return the scenario asked for; None in an instance that has none yet, 404 for one that is not theirs."""
    who, wanted = person(request), request.GET.get("scenario") or None
    current = selectors.scenario_current()
    if not wanted:
        return Here(current, who, moment(), is_current=True) if current else None
    try:
        found = selectors.scenario_seen(who, UUID(wanted))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return Here(found, who, moment(), is_current=found == current)


def here_or_404(request: HttpRequest) -> Here:
    """Return the scenario asked for; 404 where there is none."""
    found = here(request)
    if found is None:
        raise Http404
    return found


def row_or_404[Row: ScenarioRow](table: type[Row], place: Here, public_id: UUID) -> Row:
    """Return the row of that public id as the scenario shows it."""
    found = selectors.version(table, place.scenario, public_id)
    if found is None:
        raise Http404
    return found


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    refused: Refused | None = None,
    status: int = 0,
) -> HttpResponse:
    """Render a page; a refusal stands on top of it and decides its status."""
    context = {"now": moment(), **context, "refused": refused}
    return render(request, template, context, status=status or (refused.status if refused else 200))


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


def fact(label: str, value: Any, url: str = "") -> Fact:
    """Return an item of a list of facts."""
    return {"label": label, "value": value, "url": url}


def day(value: Any) -> str:
    """Return a date in the reader's language."""
    return date_format(value, "DATE_FORMAT") if value else "–"


def period(value: Any) -> str:
    """Return dates as people say them: the last day is the one before the range's end."""
    if value is None:
        return "–"
    last = value.upper.fromordinal(value.upper.toordinal() - 1) if value.upper else None
    if last is None:
        return _("from %(day)s") % {"day": day(value.lower)}
    return _("%(first)s to %(last)s") % {"first": day(value.lower), "last": day(last)}


def provenance(place: Here, row: ScenarioRow) -> list[Fact]:
    """Say where a row's figures came from: file or hand, who, and in which scenario."""
    facts = []
    batch = selectors.origin_batch(row)
    if batch and permissions.can_see_batch(place.person, batch, place.now.date()):
        facts.append(
            fact(_("Taken in from"), batch.file_name, reverse("workplaces:import", args=[batch.public_id]))
        )
    elif row.created_by:
        facts.append(fact(_("Entered by"), str(row.created_by)))
    home = row.scenario
    facts.append(fact(_("Stands in"), home.name, reverse("workplaces:scenario", args=[home.public_id])))
    if home.source_note:
        facts.append(fact(_("Source"), notes.in_words(home.source_note)))
    return facts
