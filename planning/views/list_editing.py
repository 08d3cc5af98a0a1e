"""Putting up a list: its programme, and who stands at which place; people are found by name."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from councils.selectors.rolls import people_named
from planning.models import ListElection, Programme
from planning.selectors import lists as selectors
from planning.services.lists import list_put_up
from planning.views.common import moment, page, person
from planning.views.lists import election_or_404
from workplaces.errors import Invalid, Refused
from workplaces.models import Association, Person

PLACE = "place-"


@login_required
@require_http_methods(["GET", "POST"])
def list_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put up an association's list, or change it."""
    election = election_or_404(public_id)
    asked = request.POST.get("association") or request.GET.get("association", "")
    mine = selectors.associations_of(person(request))
    association = next((one for one in mine if str(one.public_id) == asked), None)
    if request.method == "GET":
        return _form(request, election, association, _standing(election, association, person(request)))
    given = {key: str(value).strip() for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    if given.get("do") == "find":
        return _form(request, election, association, given)
    try:
        if association is None:
            raise Invalid(_("Say whose list it is: an association of which you are a member."))
        list_put_up(
            election=election, association=association, programme=_programme(given), people=_people(given),
            by=person(request), now=moment(),
        )  # fmt: skip
    except Refused as problem:
        return _form(request, election, association, given, problem)
    messages.success(request, _("The list is put up; everybody on it who has not agreed yet is asked."))
    if given.get("add"):
        return redirect(f"{reverse('planning:list_edit', args=[public_id])}?association={asked}")
    return redirect("planning:list_election", public_id=public_id)


def _standing(election: ListElection, association: Association | None, who: Person) -> dict[str, str]:
    """Return the list as it stands in the form's fields; a new one begins with oneself."""
    if association is None:
        return {}
    one = election.lists.filter(association=association, withdrawn_at__isnull=True).first()
    if one is None:
        own = selectors.programmes_open().filter(association=association).first()
        return {f"{PLACE}{who.public_id}": "1", "programme": str(own.public_id) if own else ""}
    rows = one.candidates.select_related("person")
    places = {f"{PLACE}{row.person.public_id}": str(row.place) for row in rows}
    return {**places, "programme": str(one.programme.public_id)}


def _programme(given: Mapping[str, str]) -> Programme | None:
    wanted = _uuid(given.get("programme", ""))
    return selectors.programmes_open().filter(public_id=wanted).first() if wanted else None


def _people(given: Mapping[str, str]) -> list[Person]:
    """Return the people in the order of the numbers at their names, whom the form adds at the end; no number: off."""
    numbered: list[tuple[int, UUID]] = []
    for name, text in given.items():
        found = _uuid(name.removeprefix(PLACE)) if name.startswith(PLACE) and text else None
        if found is None:
            continue
        if not text.isascii() or not text.isdigit() or not 1 <= len(text) < 5:
            raise Invalid(
                _("The list cannot be put up like this."),
                fields={"candidates": _("A place is a whole number: 1, 2, 3 and so on.")},
            )
        numbered.append((int(text), found))
    _check_places([place for place, _found in numbered])
    wanted = [found for _place, found in sorted(numbered)]
    added = _uuid(given.get("add", ""))
    if added and added not in wanted:
        wanted.append(added)
    there = {row.public_id: row for row in Person.objects.filter(public_id__in=wanted)}
    return [there[one] for one in wanted if one in there]


def _check_places(places: list[int]) -> None:
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice:
        told = _("Two people stand at place %(place)s; give each a number of their own.") % {"place": twice}
        raise Invalid(_("The list cannot be put up like this."), fields={"candidates": told})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(
    request: HttpRequest,
    election: ListElection,
    association: Association | None,
    given: Mapping[str, str],
    refused: Refused | None = None,
) -> HttpResponse:
    wanted = {_uuid(name.removeprefix(PLACE)): text for name, text in given.items() if name.startswith(PLACE)}
    people = Person.objects.filter(public_id__in=[one for one in wanted if one])
    rows: list[dict[str, Any]] = [
        {"person": one, "name": f"{PLACE}{one.public_id}", "place": wanted[one.public_id]} for one in people
    ]
    rows.sort(key=lambda row: (not row["place"].isdigit(), row["place"].zfill(5)))
    found = people_named(election.council, moment().date(), given.get("q", ""))
    context = {
        "election": election,
        "association": association,
        "mine": selectors.associations_of(person(request)),
        "given": given,
        "rows": rows,
        "people": [one for one in found if one.public_id not in wanted],
        "programmes": list(selectors.programmes_open()[:60]),
        "faults": refused.fields if refused else {},
        "crumb_items": [
            (_("Elections by lists"), reverse("planning:list_elections")),
            (election.title, reverse("planning:list_election", args=[election.public_id])),
            (_("Put up a list"), ""),
        ],
    }
    return page(request, "planning/list_edit.html", context, refused)
