"""Changing a figure of a sandbox: finding it, typing another one, undoing that; putting the whole as a motion."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils import permissions as council_permissions
from councils.models import Council
from planning.forms import FigureField, RefusableForm
from planning.models import Sandbox, SandboxChange
from planning.selectors import sandbox_figures as selectors
from planning.selectors.sandboxes import motions_on, place_of
from planning.services.sandbox_changes import figure_set, figure_undo, parent_of
from planning.services.sandbox_motions import sandbox_move
from planning.services.sandboxes import is_current, result_of
from planning.views.common import act, moment, page, person
from planning.views.sandboxes import sandbox_or_404, sandbox_page
from planning.wording.sandbox_words import words_of
from workplaces.errors import Refused
from workplaces.presentation import figures

Kind = SandboxChange.Kind


class FigureForm(RefusableForm):
    """The figure to be tried; of which input, where there are several."""

    new = FigureField(
        label=gettext_lazy("Try instead"), error_messages={"required": gettext_lazy("Type a figure.")}
    )

    def __init__(self, *args: Any, parts: list[selectors.Figure], **options: Any) -> None:
        """Offer the inputs to choose from, where there are several figures."""
        super().__init__(*args, **options)
        if parts and parts[0].part:
            choices = [(str(figure.part), f"{figure.name}: {told(figure)}") for figure in parts]
            field = forms.TypedChoiceField(label=_("Which input"), choices=choices, coerce=int)
            self.fields = {"part": field, **self.fields}

    @property
    def part(self) -> int:
        """The input chosen, 0 where there is nothing to choose."""
        return int(self.cleaned_data.get("part") or 0)


def told(figure: selectors.Figure) -> str:
    """Return what a figure is now."""
    if figure.old is None:
        return _("no limit")
    if abs(figure.old) < 1:
        return (
            f"{figures.number(figure.old, get_language(), digits=figures.decimals(figure.old))} {figure.unit}"
        )
    return figures.quantity(figure.old, figure.unit, get_language())


def _kind_or_404(kind: str) -> str:
    if kind not in Kind.values:
        raise Http404
    return kind


@login_required
@require_GET
def figure_search(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Find the figure that is to be changed."""
    sandbox = sandbox_or_404(request, public_id)
    label = Kind(_kind_or_404(kind)).label
    text = request.GET.get("q", "").strip()[:80].replace("\0", "")
    found = selectors.search(parent_of(sandbox), kind, text)
    rows = [
        (selectors.NAME[kind](row), reverse("planning:sandbox_figure", args=[public_id, kind, row.public_id]))
        for row in found[: selectors.FOUND]
    ]
    context = {
        "sandbox": sandbox,
        "kind": kind,
        "title": _("Change: %(what)s") % {"what": label},
        "q": text,
        "rows": rows,
        "more": len(found) > selectors.FOUND,
        "crumb_items": _crumbs(sandbox, (str(label), "")),
    }
    return page(request, "planning/sandbox_search.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def figure_change(request: HttpRequest, public_id: UUID, kind: str, target: UUID) -> HttpResponseBase:
    """Show a figure and take the one that is to be tried instead."""
    sandbox = sandbox_or_404(request, public_id)
    parent = parent_of(sandbox)
    row = selectors.row_of(parent, _kind_or_404(kind), target)
    if row is None:
        raise Http404
    parts = selectors.parts_of(parent, kind, row)
    form = FigureForm(request.POST if request.method == "POST" else None, parts=parts)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            figure_set(
                sandbox=sandbox, kind=kind, target=target, new=form.cleaned_data["new"], by=person(request),
                now=moment(), part=form.part,
            )  # fmt: skip
        except Refused as problem:
            form.refuse(problem)
            refused = problem
        else:
            messages.success(request, _("The figure is changed in this sandbox, and nowhere else."))
            return redirect("planning:sandbox", public_id)
    name = selectors.NAME[kind](row)
    context = {
        "sandbox": sandbox,
        "form": form,
        "name": name,
        "several": bool(parts) and parts[0].part > 0,
        "now_is": told(parts[0]) if len(parts) == 1 and not parts[0].part else "",
        "unit": parts[0].unit if parts and (not parts[0].part or len({p.unit for p in parts}) == 1) else "",
        "nothing": not parts,
        "place": place_of(parent)[0],
        "crumb_items": _crumbs(sandbox, (name, "")),
    }
    response = page(request, "planning/sandbox_figure.html", context, refused)
    if form.is_bound and refused is None:
        response.status_code = 422
    return response


def _crumbs(sandbox: Sandbox, *items: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Sandboxes"), reverse("planning:sandboxes")),
        (sandbox.name, reverse("planning:sandbox", args=[sandbox.public_id])),
        *items,
    ]


@login_required
@require_POST
def figure_undo_view(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Take one change back."""
    sandbox = sandbox_or_404(request, public_id)
    return act(
        request,
        lambda: figure_undo(sandbox=sandbox, number=number, by=person(request)),
        done=_("That change is undone; the others stand."),
        to=reverse("planning:sandbox", args=[public_id]),
        refused=lambda problem: sandbox_page(request, sandbox, problem),
    )


class MotionForm(RefusableForm):
    """To which council, under which title."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)

    def __init__(self, *args: Any, councils: list[Council], **options: Any) -> None:
        """Offer the councils where the person may move."""
        super().__init__(*args, **options)
        choices = [(str(council.public_id), council.label) for council in councils]
        field = forms.ChoiceField(label=_("Council"), choices=choices)
        self.fields = {"council": field, **self.fields}


@login_required
@require_http_methods(["GET", "POST"])
def sandbox_motion(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Put the sandbox as a motion: show the words it would have, and take council and title."""
    sandbox, me, now = sandbox_or_404(request, public_id), person(request), moment()
    councils = sorted(
        council_permissions.bodies_of(me, now.date()).values(), key=lambda c: c.label.casefold()
    )
    posted = request.POST if request.method == "POST" else None
    form = MotionForm(posted, councils=councils, initial={"title": sandbox.name})
    refused: Refused | None = None
    if posted is not None and form.is_valid():
        chosen = next(c for c in councils if str(c.public_id) == form.cleaned_data["council"])
        try:
            motion = sandbox_move(
                sandbox=sandbox, council=chosen, title=form.cleaned_data["title"], by=me, now=now,
                words=lambda frozen: words_of(frozen, request.build_absolute_uri("/")[:-1]),
            )  # fmt: skip
        except Refused as problem:
            form.refuse(problem)
            refused = problem
        else:
            messages.success(request, _("The motion is put. Those who decide can read the frozen figures."))
            return redirect("councils:motion", motion.public_id)
    run = result_of(sandbox)
    context = {
        "sandbox": sandbox,
        "form": form,
        "councils": councils,
        "words": words_of(sandbox, ""),
        "computed": run is not None and is_current(sandbox, run),
        "motions": motions_on(sandbox),
        "crumb_items": _crumbs(sandbox, (_("Motion"), "")),
    }
    response = page(request, "planning/sandbox_motion.html", context, refused)
    if form.is_bound and refused is None:
        response.status_code = 422
    return response
