"""A guided tour of a round, on a practice round where nothing counts: short pages, each with one thing to do once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms import FigureField, RefusableForm, reason_field
from planning.runner.practice import BAND, BREAD, MILL, OTHER, PROPOSED, UPPER, VILLAGE, YOU, practised
from planning.services.practice import practice_answer, practice_end, practice_of, practice_undo
from planning.views.common import moment, page, person
from planning.wording import tour as wording
from workplaces.errors import Refused

STEPS = ("round", "figure", "accept", "counter", "firm", "undo", "end")
ACTS = ("accept", "counter", "firm", "undo")


class ReasonForm(RefusableForm):
    """Why one holds firm."""

    reason = reason_field(gettext_lazy("Your reason"))


class PracticeForm(ReasonForm):
    """Another figure, and why."""

    figure = FigureField(label=gettext_lazy("You could do"))
    field_order = ("figure", "reason")


@login_required
@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    """Say what the tour is, and where one stopped."""
    practice = practice_of(person(request))
    context = {
        "steps": [(wording.step_title(step), reverse("planning:tour_step", args=[step])) for step in STEPS],
        "tried": [wording.tried(act) for act in ACTS if act in practice.tried],
        "finished": practice.finished_at,
        "crumb_items": [(_("Practise a round"), "")],
    }
    return page(request, "planning/tour.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def tour_step(request: HttpRequest, step: str) -> HttpResponseBase:
    """Show one step, and let its act be done."""
    if step not in STEPS:
        raise Http404
    form = _form(step, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _step_page(request, step, form)
    if form is not None and not form.is_valid():
        return _step_page(request, step, form, status=422)
    try:
        _act(request, step, form)
    except Refused as problem:
        if form is not None:
            form.refuse(problem)
        return _step_page(request, step, form, refused=problem)
    if step == "end":
        messages.success(request, _("You have practised a round. The real ones wait under “My duties”."))
        return redirect("planning:duties")
    return redirect("planning:tour_step", step)


def _form(step: str, data: Any) -> RefusableForm | None:
    if step == "counter":
        return PracticeForm(data)
    return ReasonForm(data) if step == "firm" else None


def _act(request: HttpRequest, step: str, form: forms.Form | None) -> None:
    me = person(request)
    if step == "end":
        practice_end(by=me, now=moment(), finished=True)
    elif step == "undo":
        practice_undo(by=me)
    elif step in ACTS:
        given = form.cleaned_data if form is not None else {}
        practice_answer(by=me, kind=step, figure=given.get("figure"), reason=given.get("reason", ""))


def _step_page(
    request: HttpRequest, step: str, form: RefusableForm | None, refused: Refused | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    practice = practice_of(person(request))
    place, first = STEPS.index(step), practised()
    answered = practised(practice.answer, practice.figure) if practice.answer else None
    context: dict[str, Any] = {
        "step": step,
        "number": place + 1,
        "total": len(STEPS),
        "title": wording.step_title(step),
        "text": wording.step_text(step),
        "previous": reverse("planning:tour_step", args=[STEPS[place - 1]]) if place else "",
        "next": reverse("planning:tour_step", args=[STEPS[place + 1]]) if place + 1 < len(STEPS) else "",
        "form": form,
        "can_act": step in ACTS,
        "done": step in practice.tried,
        "practice": practice,
        "proposed": PROPOSED[YOU],
        "suggested": first.suggested[YOU],
        "capacity": UPPER[YOU],
        "band_low": PROPOSED[YOU] * (1 - BAND),
        "band_high": PROPOSED[YOU] * (1 + BAND),
        "short": -first.before[BREAD],
        "terms": [
            {"label": wording.term(row), "value": amount} for row, amount in first.terms if abs(amount) > 1e-9
        ],
        "others": _others(first, answered),
        "answer": wording.answer(practice) if practice.answer else "",
        "outcome": wording.outcome(answered) if answered is not None else "",
        "crumb_items": [(_("Practise a round"), reverse("planning:tour")), (wording.step_title(step), "")],
    }
    response = page(request, "planning/tour_step.html", context, refused)
    if status != 200:
        response.status_code = status
    return response


def _others(first: Any, answered: Any) -> list[dict[str, Any]]:
    """Return what everybody else would be asked, before and after one's answer."""
    return [
        {
            "name": wording.who(column),
            "proposed": first.proposed[column],
            "before": first.suggested[column],
            "after": answered.suggested[column] if answered is not None else None,
        }
        for column in (OTHER, MILL, VILLAGE)
    ]


@login_required
@require_POST
def tour_dismiss(request: HttpRequest) -> HttpResponse:
    """Offer the tour no more."""
    practice_end(by=person(request), now=moment(), finished=False)
    messages.success(request, _("The tour is not offered any more. You find it under “Sandboxes”."))
    return redirect("planning:duties")
