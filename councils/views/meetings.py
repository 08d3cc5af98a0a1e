"""Meetings: the page of one, calling, opening, closing, the agenda."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import meeting_policies, meeting_wording, permissions
from councils.meeting_forms import ConsentForm, ItemForm, MeetingForm, NoteForm, ReasonForm
from councils.models import AgendaItem, Council, Meeting
from councils.question_forms import AskingForm
from councils.selectors.agenda import not_listed
from councils.selectors.meetings import Worn, hats_in, speaking_list
from councils.selectors.paper_counts import read_on_paper
from councils.services import (
    agenda_refresh,
    item_add,
    item_move,
    meeting_call,
    meeting_cancel,
    meeting_close,
    meeting_open,
)
from councils.views.attending import attending
from councils.views.choosing import asked_of
from councils.views.common import moment, page, person
from councils.wording import when
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.presentation import figures

Kind = AgendaItem.Kind


def meeting_or_404(meeting: UUID) -> Meeting:
    """Return the meeting with that public id."""
    return get_object_or_404(Meeting.objects.select_related("council", "called_by"), public_id=meeting)


def item_or_404(item: UUID) -> AgendaItem:
    """Return the item with that public id."""
    related = AgendaItem.objects.select_related("meeting__council", "meeting__called_by")
    return get_object_or_404(related, public_id=item)


@login_required
@require_GET
def meeting_detail(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Show a meeting."""
    return meeting_page(request, meeting_or_404(meeting))


def meeting_page(
    request: HttpRequest, meeting: Meeting, refused: Refused | None = None, **forms: Any
) -> HttpResponse:
    """Render a meeting, with a refusal on top if there was one; what was typed stays in ``forms``."""
    who, now = person(request), moment()
    conducts = permissions.can_conduct(who, meeting.council, now.date())
    hats = hats_in(who, meeting.council, now.date())
    items = list(meeting.items.select_related("motion", "ballot__amendment", "election").order_by("position"))
    minutes = sum(item.minutes_expected for item in items)
    not_over = meeting_policies.not_over(meeting)
    context = {
        "meeting": meeting,
        "title": meeting_wording.title(meeting),
        "lead": meeting_wording.lead(len(items), figures.minutes(minutes, get_language())),
        "facts": _facts(meeting),
        "items": [_row(item, meeting, who, hats, forms, conducts=conducts) for item in items],
        "conducts": conducts,
        "is_open": meeting_policies.is_open(meeting),
        "not_over": not_over,
        "is_closed": meeting.state == Meeting.State.CLOSED,
        "can_open": conducts and meeting_policies.can_open(meeting, now),
        "can_close": conducts and meeting_policies.is_open(meeting),
        "can_cancel": conducts and meeting_policies.can_cancel(meeting),
        "new_due": len(not_listed(meeting, now)) if conducts and not_over else 0,
        "item_form": (item_form := _item_form(meeting, who, now, forms, conducts=conducts)),
        "asking_form": (forms.get("asking") or AskingForm(auto_id="asking_%s")) if item_form else None,
        "consent_form": (forms.get("consent") or ConsentForm(auto_id="consent_%s"))
        if conducts and meeting_policies.can_add(meeting, Kind.CONSENT, now)
        else None,
        "speaking": speaking_list(meeting),
        "on_paper": read_on_paper(meeting, who, now),
        "speaking_rule": meeting_wording.speaking_rule(meeting),
        **attending(request, meeting, who, hats, forms, conducts=conducts),
        "crumbs": [
            (_("Councils"), reverse("councils:list")),
            (meeting.council.label, reverse("councils:council", args=[meeting.council.public_id])),
            (_("Meeting %(number)s") % {"number": meeting.number}, ""),
        ],
    }
    return page(request, "councils/meeting_detail.html", context, refused)


def _item_form(
    meeting: Meeting, who: Person, now: Any, forms: dict[str, Any], *, conducts: bool
) -> ItemForm | None:
    may = conducts or permissions.can_move(who, meeting.council, now.date())
    if not may or not meeting_policies.can_add(meeting, Kind.FREE, now):
        return None
    form: ItemForm = forms.get("item") or ItemForm(auto_id="item_%s")
    return form


def _row(
    item: AgendaItem,
    meeting: Meeting,
    who: Person,
    hats: list[Worn],
    forms: dict[str, Any],
    *,
    conducts: bool,
) -> dict[str, Any]:
    """Return an item with what this person can do about it now."""
    language, here = get_language(), forms.get("about") == item.pk
    is_open, not_over = meeting_policies.is_open(meeting), meeting_policies.not_over(meeting)
    objections = list(item.objections.select_related("person")) if item.kind == Kind.CONSENT else []
    can_object = (
        not_over
        and meeting_policies.can_object(item)
        and any(hat.votes for hat in hats)
        and all(one.person_id != who.pk for one in objections)
    )
    ended = item.state in {AgendaItem.State.UNDER_WAY, AgendaItem.State.DONE}
    note = NoteForm(initial={"note": item.note}, auto_id=f"note{item.pk}_%s")
    return {
        "item": item,
        "link": _link(item),
        "expected": figures.minutes(item.minutes_expected, language),
        "taken": figures.minutes(item.seconds_taken / 60, language) if item.seconds_taken else "",
        "objections": objections,
        "reason_form": (here and forms.get("reason")) or ReasonForm(auto_id=f"reason{item.pk}_%s")
        if can_object
        else None,
        "can_begin": conducts and is_open and meeting_policies.can_begin(item),
        "note_form": ((here and forms.get("note")) or note) if conducts and is_open and ended else None,
        "can_vote": conducts and is_open and meeting_policies.can_vote(item),
        "asked": asked_of(item.question),
        "can_move": conducts and not_over,
    }


def _link(item: AgendaItem) -> str:
    if item.motion:
        return reverse("councils:motion", args=[item.motion.public_id])
    if item.ballot and item.ballot.amendment:
        return reverse("councils:amendment", args=[item.ballot.amendment.public_id])
    if item.election:
        return reverse("councils:election", args=[item.election.public_id])
    return item.link


def _facts(meeting: Meeting) -> list[dict[str, Any]]:
    facts = [
        {"label": _("Place"), "value": meeting.place},
        {"label": _("Begins"), "value": when(meeting.starts_at)},
        {"label": _("Called"), "value": f"{when(meeting.called_at)}, {meeting.called_by} ({meeting.hat})"},
    ]
    if meeting.opened_at:
        facts.append({"label": _("Opened"), "value": when(meeting.opened_at)})
    if meeting.closed_at:
        facts.append({"label": _("Closed"), "value": when(meeting.closed_at)})
    return facts


@login_required
@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest, council: UUID) -> HttpResponse:
    """Call a meeting."""
    found, now = get_object_or_404(Council, public_id=council), moment()
    permissions.check_can_conduct(person(request), found, now.date())
    form, problem = MeetingForm(request.POST or None), None
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid(_("The meeting cannot be called like this."))
            meeting = meeting_call(council=found, by=person(request), now=now, **form.cleaned_data)
        except Refused as refused:
            form.show(refused)
            problem = refused
        else:
            return redirect("councils:meeting", meeting=meeting.public_id)
    context = {
        "council": found,
        "form": form,
        "crumbs": [
            (found.label, reverse("councils:council", args=[found.public_id])),
            (_("New meeting"), ""),
        ],
    }
    return page(request, "councils/meeting_new.html", context, problem)


@login_required
@require_POST
def item_new(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Put an item on the agenda."""
    consent = request.POST.get("kind") == Kind.CONSENT
    asks = request.POST.get("kind") == Kind.QUESTION
    name, made = (
        ("consent", ConsentForm) if consent else ("asking", AskingForm) if asks else ("item", ItemForm)
    )
    form = made(request.POST, auto_id=f"{name}_%s")
    asked = form.asks() or {} if isinstance(form, AskingForm) else None
    title, text = request.POST.get("title", ""), request.POST.get("text", "")
    return done(
        request,
        meeting_or_404(meeting),
        lambda found: item_add(
            meeting=found,
            title=title,
            text=text,
            consent=consent,
            asks=asked,
            by=person(request),
            now=moment(),
        ),
        **{name: form},
    )


@login_required
@require_POST
def item_moved(request: HttpRequest, item: UUID) -> HttpResponse:
    """Move an item up or down."""
    found, up = item_or_404(item), request.POST.get("to") == "up"
    return done(
        request, found.meeting, lambda _found: item_move(item=found, up=up, by=person(request), now=moment())
    )


@login_required
@require_POST
def refreshed(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Put on the agenda what has become due."""
    return done(
        request,
        meeting_or_404(meeting),
        lambda found: agenda_refresh(meeting=found, by=person(request), now=moment()),
    )


@login_required
@require_POST
def opened(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Open the meeting."""
    return done(
        request,
        meeting_or_404(meeting),
        lambda found: meeting_open(meeting=found, by=person(request), now=moment()),
    )


@login_required
@require_POST
def closed(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Close the meeting; its minutes are made."""
    return done(
        request,
        meeting_or_404(meeting),
        lambda found: meeting_close(meeting=found, by=person(request), now=moment()),
    )


@login_required
@require_POST
def cancelled(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Cancel the meeting."""
    return done(
        request,
        meeting_or_404(meeting),
        lambda found: meeting_cancel(meeting=found, by=person(request), now=moment()),
    )


def done(
    request: HttpRequest, meeting: Meeting, action: Callable[[Meeting], Any], **forms: Any
) -> HttpResponse:
    """Do it and show the meeting; a refusal shows it with the reason and what was typed."""
    try:
        action(meeting)
    except Refused as problem:
        for form in forms.values():
            if hasattr(form, "show"):
                form.show(problem)
        return meeting_page(request, meeting_or_404(meeting.public_id), problem, **forms)
    return redirect("councils:meeting", meeting=meeting.public_id)
