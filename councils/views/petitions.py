"""Petitions: a body's list, one of them with its signatures, beginning one, signing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import permissions, petition_wording, policies, why_not, wording
from councils.forms import InitiativeForm, RecallForm
from councils.models import Ballot, Council, Mandate, Petition
from councils.question_forms import QuestionForm
from councils.selectors import petitions as selectors
from councils.services import initiative_start, petition_sign, petition_unsign, recall_start
from councils.views.choosing import asked_of
from councils.views.common import act, moment, page, paged, person
from workplaces.errors import Refused
from workplaces.tables_out import csv_response

COLUMNS = (
    "council", "kind", "title", "state", "signed", "needed", "roll", "begun", "closes", "motion", "id",
)  # fmt: skip
SIGNATURES_PAGE = 200


@login_required
@require_GET
def petition_list(request: HttpRequest, council: UUID) -> HttpResponseBase:
    """Show the petitions among a body's roll, and whose mandate it could recall."""
    found, now = get_object_or_404(Council, public_id=council), moment()
    rows = selectors.petitions_of(found)
    if request.GET.get("format") == "csv":
        return csv_response(filename="petitions", header=COLUMNS, rows=selectors.as_rows(rows))
    listed = paged(request, rows)
    context = {
        "council": found,
        "page": listed,
        "rows": [(row, petition_wording.progress(row, row.signed)) for row in listed],
        "mandates": selectors.mandates_given_by(found, now)[:SIGNATURES_PAGE],
        "may_begin": permissions.on_roll(person(request), found, now.date()),
        "why_not": why_not.to_petition(found, person(request), now.date()),
        "crumbs": _crumbs(found, _("Petitions")),
    }
    return page(request, "councils/petition_list.html", context)


@login_required
@require_GET
def petition_detail(request: HttpRequest, petition: UUID) -> HttpResponseBase:
    """Show one petition: how far it is, who has signed, what happens then."""
    found = petition_or_404(petition)
    if request.GET.get("format") == "csv":
        rows = (
            (s.person, s.signed_at) for s in selectors.signatures_standing(found).iterator(chunk_size=1000)
        )
        return csv_response(filename="signatures", header=("name", "signed_at"), rows=rows)
    return petition_page(request, found)


def petition_or_404(petition: UUID) -> Petition:
    """Return the petition with that public id."""
    return get_object_or_404(Petition.objects.select_related(*selectors.RELATED), public_id=petition)


def petition_page(request: HttpRequest, found: Petition, refused: Refused | None = None) -> HttpResponse:
    """Render a petition, with a refusal on top if there was one."""
    now, who = moment(), person(request)
    number = selectors.signed(found)
    signs, unable = policies.can_sign(found, now), why_not.to_sign(found, number, who, now)
    context = {
        "petition": found,
        "title": petition_wording.title(found, number, now),
        "signed": number,
        "progress": petition_wording.progress(found, number),
        "happens": petition_wording.what_happens(found),
        "facts": _facts(found),
        "asked": asked_of(found.question),
        "page": paged(request, selectors.signatures_standing(found), SIGNATURES_PAGE),
        "signs": signs,
        "has_signed": selectors.has_signed(found, who),
        "why_not": unable,
        "may_sign": not unable,
        "crumbs": [
            *_crumbs(found.council, "")[:2],
            (_("Petitions"), reverse("councils:petitions", args=[found.council.public_id])),
            (found.get_kind_display(), ""),
        ],
    }
    return page(request, "councils/petition_detail.html", context, refused)


def _facts(petition: Petition) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("Begun by"), "value": petition.created_by},
        {"label": _("On"), "value": wording.when(petition.created_at)},
        {"label": _("Signatures until"), "value": wording.when(petition.closes_at)},
        {
            "label": _("How it would be voted"),
            "value": _("in secret, where the charter and the size of the roll allow it")
            if petition.secrecy == Ballot.Secrecy.SECRET
            else _("by name"),
        },
    ]
    if petition.mandate:
        url = reverse("councils:person", args=[petition.mandate.person.public_id])
        facts.append({"label": _("Mandate"), "value": petition.mandate, "url": url})
    if petition.motion:
        url = reverse("councils:motion", args=[petition.motion.public_id])
        facts.append({"label": _("Vote"), "value": petition.motion.get_state_display(), "url": url})
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def initiative_new(request: HttpRequest, council: UUID) -> HttpResponse:
    """Begin to collect signatures for a motion."""
    found = get_object_or_404(Council, public_id=council)
    today = moment().date()
    form = InitiativeForm(request.POST or None, may_be_secret=policies.can_be_secret(found, today))
    question = QuestionForm(request.POST or None)

    def begin() -> Petition:
        return initiative_start(
            council=found,
            title=request.POST.get("title", ""),
            text=request.POST.get("text", ""),
            secrecy=Ballot.Secrecy.SECRET
            if request.POST.get("secrecy") == Ballot.Secrecy.SECRET
            else Ballot.Secrecy.NAMED,
            asks=question.asks(),
            by=person(request),
            now=moment(),
        )

    heading = _("What should %(council)s decide?") % {"council": found.label}
    return _begin(request, found, form, begin, heading, question)


@login_required
@require_http_methods(["GET", "POST"])
def recall_new(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Begin to collect signatures for a recall."""
    related = Mandate.objects.select_related("person", "council", "represents")
    found = get_object_or_404(related, public_id=mandate)
    council = selectors.electors_of(found) or found.council

    def begin() -> Petition:
        reason = request.POST.get("text", "")
        return recall_start(mandate=found, reason=reason, by=person(request), now=moment())

    words = {"person": found.person, "hat": found.label}
    heading = _("Recall %(person)s, %(hat)s?") % words
    return _begin(request, council, RecallForm(request.POST or None), begin, heading)


def _begin(
    request: HttpRequest,
    council: Council,
    form: Any,
    begin: Callable[[], Petition],
    heading: str,
    question: QuestionForm | None = None,
) -> HttpResponse:
    problem = None
    if request.method == "POST":
        try:
            petition = begin()
        except Refused as refused:
            form.show(refused)
            if question:
                question.show(refused)
            problem = refused
        else:
            return redirect("councils:petition", petition=petition.public_id)
    context = {
        "council": council,
        "form": form,
        "question": question,
        "heading": heading,
        "may_begin": permissions.on_roll(person(request), council, moment().date()),
        "crumbs": _crumbs(council, _("New petition")),
    }
    return page(request, "councils/petition_new.html", context, problem)


@login_required
@require_POST
def signed(request: HttpRequest, petition: UUID) -> HttpResponse:
    """Sign."""
    found = petition_or_404(petition)
    return act(
        request,
        lambda: petition_sign(petition=found, by=person(request), now=moment()),
        done=_("You have signed. Everybody can see your name below."),
        to=reverse("councils:petition", args=[petition]),
        refused=lambda problem: petition_page(request, petition_or_404(petition), problem),
    )


@login_required
@require_POST
def unsigned(request: HttpRequest, petition: UUID) -> HttpResponse:
    """Take one's signature back."""
    found = petition_or_404(petition)
    return act(
        request,
        lambda: petition_unsign(petition=found, by=person(request), now=moment()),
        done=_("Your signature is taken back."),
        to=reverse("councils:petition", args=[petition]),
        refused=lambda problem: petition_page(request, petition_or_404(petition), problem),
    )


def _crumbs(council: Council, here: str) -> list[tuple[str, str]]:
    return [
        (_("Councils"), reverse("councils:list")),
        (council.label, reverse("councils:council", args=[council.public_id])),
        (here, ""),
    ]
