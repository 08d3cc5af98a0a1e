"""Rival programmes: side by side, one by one with what it would bring; writing, supporting, publishing them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils.forms import ServiceForm
from councils.permissions import can_comment
from councils.views.threads import Debate, comments_csv, comments_part
from planning import permissions
from planning import policies_programmes as policies
from planning.models import AssociationMember, Cycle, Programme, Supporter, Topic
from planning.runner.consequences import Sheet, before
from planning.selectors.guidelines import Bounded, Figures, bounded, keyed, questions_of
from planning.services.consequences import consequences_asked
from planning.services.guidelines import ballot_of
from planning.services.priorities import guidelines_ask, priorities_open, published
from planning.services.programmes import (
    programme_publish,
    programme_support,
    programme_unsupport,
    programme_write,
)
from planning.views.common import crumbs, cycle_or_404, cycle_steps, moment, page, person
from planning.views.steps_early import guidelines_open, support_waits
from planning.wording import programmes as wording
from planning.wording.reading import Unreadable, read_figure, typed
from workplaces.errors import Invalid, Refused
from workplaces.models import Association, Person


@login_required
@require_GET
def programmes(request: HttpRequest, year: int) -> HttpResponse:
    """Show the year's programmes side by side, with what each would bring."""
    return programmes_page(request, cycle_or_404(year))


def programmes_page(request: HttpRequest, cycle: Cycle, refused: Refused | None = None) -> HttpResponse:
    """Render the page, with a refusal on top if there was one."""
    now, who = moment(), person(request)
    shown, call = published(cycle), policies.call_of(cycle)
    there = bounded(cycle)
    coordinator = permissions.can_coordinate(who, now.date())
    drafts = list(cycle.programmes.filter(published__isnull=True).select_related("association"))
    behind = policies.supporters_of(drafts)
    figures = [keyed(p.published.figures.all()) for p in shown if p.published]
    found = sheets_of(cycle, figures)
    proposals, folds = wording.proposals(cycle, there, figures)
    context: dict[str, Any] = {
        "cycle": cycle,
        "title": wording.title(
            cycle, len(shown), bool(call and call.asked_at), cycle.phase not in policies.WRITING
        ),
        "steps": cycle_steps(cycle),
        "call": call,
        "shown": shown,
        "drafts": [(draft, behind[draft.pk]) for draft in drafts],
        "needed": policies.supporters_needed(cycle),
        "proposals": proposals,
        "folds": folds,
        "consequences": wording.consequences(cycle, there, found.sheets),
        "assumptions": wording.assumptions(cycle, there, figures),
        "why_not": found.why_not,
        "waiting": found.is_waiting,
        "looks_again": bool(request.htmx),  # type: ignore[attr-defined]
        "again": reverse("planning:programmes", args=[cycle.year]),
        "votes": _votes(cycle),
        "mine": [one for one in _mine(request) if one.pk not in {p.association_id for p in shown}],
        "can_write": policies.can_write(cycle, now),
        "can_open": coordinator and policies.can_open(cycle),
        "can_ask": coordinator and policies.can_ask(cycle, now),
        "offer": _offer(cycle, now) if coordinator else None,
        "crumb_items": crumbs(cycle, (_("Programmes"), "")),
    }
    return page(request, "planning/programmes.html", context, refused)


def _offer(cycle: Cycle, now: datetime) -> dict[str, str] | None:
    """Return what the demo's made-up people would do next, in words."""
    if not settings.DEMO or cycle.phase != Cycle.Phase.PRIORITIES:
        return None
    if support_waits(cycle, now):
        return {
            "what": "support",
            "label": _("Let the others write and support"),
            "text": _(
                "Made-up lists write programmes, and people stand behind every draft that lacks supporters."
            ),
        }
    if guidelines_open(cycle):
        return {
            "what": "decide",
            "label": _("Let the others vote"),
            "text": _(
                "Whoever is made up and has not voted yet votes on every question; what is decided is counted."
            ),
        }
    return None


@dataclass
class Sheets:
    """Each programme's consequences, None where they cannot be computed (``why_not``) or a worker has not done it yet."""

    sheets: list[Sheet | None] = field(default_factory=list)
    why_not: str = ""
    is_waiting: bool = False


def sheets_of(cycle: Cycle, every: list[Figures], *, preview: bool = False) -> Sheets:
    """Return what programmes with these figures would bring; what takes long is left to a worker."""
    found, start = Sheets(), before(cycle) if every else None
    for figures in every:
        sheet = None
        try:
            sheet = consequences_asked(cycle, figures, start, preview=preview)
            found.is_waiting |= sheet is None
        except Refused as problem:
            found.why_not = problem.message
        found.sheets.append(sheet)
    return found


def _votes(cycle: Cycle) -> list[dict[str, Any]]:
    found = []
    for question in questions_of(cycle):
        ballot = ballot_of(question)
        if ballot and ballot.motion:
            found.append({"ballot": ballot, "motion": ballot.motion, "rule": wording.rule_said(question)})
    return found


def _mine(request: HttpRequest) -> list[Association]:
    members = AssociationMember.objects.filter(person=person(request), until__isnull=True)
    return list(Association.objects.filter(pk__in=members.values("association"), dissolved_on__isnull=True))


def programme_or_404(public_id: UUID) -> Programme:
    """Return that programme."""
    related = Programme.objects.select_related("cycle__baseline", "association", "published")
    return get_object_or_404(related, public_id=public_id)


@login_required
@require_GET
def programme_detail(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show one programme: its words, its figures, what it would bring, who stands behind it, the debate; that as CSV too."""
    programme = programme_or_404(public_id)
    if request.GET.get("format") == "csv":
        return comments_csv(programme.comments)
    return programme_page(request, programme)


def programme_page(
    request: HttpRequest, programme: Programme, refused: Refused | None = None, **forms: ServiceForm
) -> HttpResponse:
    """Render the programme, with a refusal on top if there was one, and the form that was refused."""
    now, who, cycle = moment(), person(request), programme.cycle
    latest = programme.published or programme.versions.order_by("-number").first()
    figures, there = keyed(latest.figures.all()) if latest else {}, bounded(cycle)
    found = sheets_of(cycle, [figures], preview=not programme.published_at)
    proposals, folds = wording.proposals(cycle, there, [figures])
    behind = Supporter.objects.filter(version=latest, withdrawn_at__isnull=True).select_related("person")
    drafting = policies.can_draft(programme, now)
    member = programme.association in _mine(request)
    context = {
        "cycle": cycle,
        "programme": programme,
        "version": latest,
        "versions": programme.versions.count(),
        "proposals": proposals,
        "folds": folds,
        "consequences": wording.consequences(cycle, there, found.sheets),
        "assumptions": wording.assumptions(cycle, there, [figures]),
        "preview": not cycle.baseline.digest,
        "why_not": found.why_not,
        "waiting": found.is_waiting,
        "looks_again": bool(request.htmx),  # type: ignore[attr-defined]
        "again": reverse("planning:programme", args=[programme.public_id]),
        "supporters": [one.person for one in behind.order_by("at")],
        "needed": policies.supporters_needed(cycle),
        "stands": behind.filter(person=who).exists(),
        "drafting": drafting,
        "may_support": permissions.can_support(who, now.date()),
        "member": member,
        "can_publish": member and policies.can_publish(programme, now),
        "votes": _votes(cycle) if programme.published_at else [],
        "crumb_items": crumbs(
            cycle,
            (_("Programmes"), reverse("planning:programmes", args=[cycle.year])),
            (programme.association.label, ""),
        ),
    }
    if programme.published_at:
        context |= comments_part(_debate(programme, who, now), forms)
    return page(request, "planning/programme_detail.html", context, refused)


def _debate(programme: Programme, who: Person, now: datetime) -> Debate:
    return Debate(
        comments=programme.comments,
        say_url=reverse("planning:programme_comment", args=[programme.public_id]),
        hide_route="planning:programme_comment_hide",
        record_url=f"{reverse('record:record')}?{urlencode({'subject': programme.subject})}",
        debated=policies.can_debate(programme, now),
        speaks=can_comment(who),
        conducts=permissions.can_coordinate(who, now.date()),
        authors=set(programme.versions.values_list("written_by", flat=True)),
    )


@login_required
@require_http_methods(["GET", "POST"])
def programme_new(request: HttpRequest, year: int) -> HttpResponse:
    """Write an association's programme, or its next version."""
    cycle, now = cycle_or_404(year), moment()
    asked = request.POST.get("association") or request.GET.get("association", "")
    association = next((a for a in _mine(request) if str(a.public_id) == asked), None)
    there = bounded(cycle)
    if request.method == "GET":
        return _form(request, cycle, there, association, _standing(cycle, association, there))
    given = {key: str(value) for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    try:
        if association is None:
            raise Invalid(_("Say whose programme it is: an association of which you are a member."))
        version = programme_write(
            cycle=cycle, association=association, title=given.get("title", ""), text=given.get("text", ""),
            figures=_read(given), by=person(request), now=now,
        )  # fmt: skip
    except Refused as problem:
        return _form(request, cycle, there, association, given, problem)
    messages.success(request, _("Version %(number)s is written.") % {"number": version.number})
    return redirect("planning:programme", public_id=version.programme.public_id)


def _standing(cycle: Cycle, association: Association | None, there: Bounded) -> dict[str, str]:
    """Return the latest version as it stands in the form's fields."""
    last = cycle.programmes.filter(association=association).first() if association else None
    version = last.versions.order_by("-number").first() if last else None
    if version is None:
        return {}
    found = {"title": version.title, "text": version.text}
    for name, key in _fields(there):
        value = keyed(version.figures.all()).get(key)
        if value is not None:
            found[name] = "1" if key[0] == Topic.FREE else typed(value, get_language())
    return found


def _fields(there: Bounded) -> list[tuple[str, tuple[str, int | None]]]:
    """Return the form's fields by name: the topic, and the code of what it is about."""
    found: list[tuple[str, tuple[str, int | None]]] = [
        (topic.value, (topic.value, None)) for topic in (Topic.INVESTMENT, Topic.COLLECTIVE, Topic.HOURS)
    ]
    found += [(f"cap-{one.code}", ("cap", entity)) for entity, one in there.resources.items()]
    for topic in ("sector", "region"):
        found += [(f"{topic}-{part.code}", (topic, part.entity)) for part in there.parts(topic)]
    return found + [(f"free-{one.code}", ("free", entity)) for entity, one in there.products.items()]


def _read(given: dict[str, str]) -> list[tuple[str, str, float]]:
    found, faults = [], {}
    for name, text in given.items():
        if name in {"association", "title", "text"} or not text.strip():
            continue
        topic, _dash, code = name.partition("-")
        try:
            found.append((topic, code, 1.0 if topic == "free" else read_figure(text, get_language())))
        except Unreadable as problem:
            faults[name] = str(problem)
    if faults:
        raise Invalid(_("Some figures cannot be read."), fields=faults)
    return found


def _form(
    request: HttpRequest, cycle: Cycle, there: Bounded, association: Association | None, given: dict[str, str],
    refused: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    faults = refused.fields if refused else {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, key in _fields(there):
        bounds = there.numbers.get(key)
        group = key[0] if key[0] in {"sector", "region", "free"} else "numbers"
        groups.setdefault(group, []).append(
            {
                "name": name, "label": wording.name_of(key, there), "value": given.get(name, ""),
                "error": faults.get(name, ""), "unit": bounds.unit if bounds else "‰",
                "hint": wording.hint(key, cycle, there),
            }
        )  # fmt: skip
    context = {
        "cycle": cycle, "association": association, "mine": _mine(request), "groups": groups, "given": given,
        "faults": faults, "least": there.least,
        "crumb_items": crumbs(
            cycle, (_("Programmes"), reverse("planning:programmes", args=[cycle.year])), (_("Write"), "")
        ),
    }  # fmt: skip
    return page(request, "planning/programme_new.html", context, refused)


def _on_programme(
    request: HttpRequest, public_id: UUID, action: Callable[[Programme], Any], done: str
) -> HttpResponse:
    programme = programme_or_404(public_id)
    try:
        action(programme)
    except Refused as problem:
        return programme_page(request, programme, problem)
    messages.success(request, done)
    return redirect("planning:programme", public_id=public_id)


@login_required
@require_POST
def programme_support_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stand behind the version that was read."""
    text = request.POST.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    def act(programme: Programme) -> None:
        programme_support(programme=programme, number=number, by=person(request), now=moment())

    return _on_programme(request, public_id, act, _("You stand behind this programme, in public."))


@login_required
@require_POST
def programme_unsupport_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's support back."""

    def act(programme: Programme) -> None:
        programme_unsupport(programme=programme, by=person(request), now=moment())

    return _on_programme(request, public_id, act, _("You no longer stand behind this programme."))


@login_required
@require_POST
def programme_publish_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish it."""

    def act(programme: Programme) -> None:
        programme_publish(programme=programme, by=person(request), now=moment())

    return _on_programme(request, public_id, act, _("The programme is published; it stays as it is."))


@login_required
@require_POST
def priorities_open_view(request: HttpRequest, year: int) -> HttpResponse:
    """Open the phase of priorities to programmes."""
    cycle = cycle_or_404(year)
    try:
        priorities_open(cycle=cycle, by=person(request), now=moment())
    except Refused as problem:
        return programmes_page(request, cycle, problem)
    return redirect("planning:programmes", year=year)


@login_required
@require_POST
def guidelines_ask_view(request: HttpRequest, year: int) -> HttpResponse:
    """Put the guidelines to everybody's vote."""
    cycle = cycle_or_404(year)
    try:
        guidelines_ask(cycle=cycle, by=person(request), now=moment())
    except Refused as problem:
        return programmes_page(request, cycle, problem)
    return redirect("planning:programmes", year=year)
