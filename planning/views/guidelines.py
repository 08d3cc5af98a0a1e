"""The guidelines of a year: what was decided, how, and beside it what the programmes had proposed; associations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.models import AssociationMember, Cycle, Guideline, Topic
from planning.selectors.guidelines import Bounded, bounded, guidelines_of, keyed, questions_of, unit_of
from planning.services.associations import association_found, association_join, association_leave
from planning.services.guidelines import carried, motion_of
from planning.services.priorities import published
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.wording import programmes as wording
from workplaces.errors import Refused
from workplaces.models import Association
from workplaces.tables_out import csv_response


@login_required
@require_GET
def guidelines(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show what was decided beside what was proposed; as CSV too."""
    cycle = cycle_or_404(year)
    rows = guidelines_of(cycle)
    if request.GET.get("format") == "csv":
        return _csv(cycle, rows)
    there, shown = bounded(cycle), published(cycle)
    figures = [keyed(p.published.figures.all()) for p in shown if p.published]
    context = {
        "cycle": cycle,
        "title": wording.guidelines_title(cycle, len(rows)),
        "rows": [_row(one, there, figures) for one in rows],
        "unset": [str(topic.label) for topic in Topic if topic not in {one.topic for one in rows}],
        "undecided": [
            {"question": question, "motion": motion_of(question)}
            for question in questions_of(cycle)
            if carried(question) is None
        ],
        "shown": shown,
        "open": cycle.phase in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES},
        "crumb_items": crumbs(
            cycle, (_("Programmes"), reverse("planning:programmes", args=[year])), (_("Guidelines"), "")
        ),
    }
    return page(request, "planning/guidelines.html", context)


def _row(one: Guideline, there: Bounded, figures: list[dict[Any, float]]) -> dict[str, Any]:
    key = (one.topic, one.entity)
    motion = motion_of(one.question) if one.question else None
    return {
        "label": wording.name_of(key, there),
        "value": wording.told(key, one.value, there),
        "why": wording.why(one),
        "effect": wording.effect(one.topic),
        "motion": motion,
        "cells": [
            wording.told(key, said[key], there) if key in said else wording.NOTHING for said in figures
        ],
    }


def _csv(cycle: Cycle, rows: list[Guideline]) -> HttpResponseBase:
    return csv_response(
        filename=f"guidelines-{cycle.year}",
        header=["topic", "code", "name", "value", "unit", "rule", "source", "decided_for"],
        rows=(
            [
                one.topic, getattr(_about(one), "code", ""), str(_about(one) or ""), one.value,
                unit_of(one.topic, one.resource), one.question.rule if one.question else "", one.source, one.decided_in.year,
            ]
            for one in rows
        ),
    )  # fmt: skip


def _about(one: Guideline) -> Any:
    return one.resource or one.sector or one.region or one.product


@login_required
@require_http_methods(["GET", "POST"])
def associations(request: HttpRequest) -> HttpResponse:
    """Show the associations; found one."""
    if request.method == "GET":
        return _associations_page(request)
    given = {"name": request.POST.get("name", ""), "kind": request.POST.get("kind", "")}
    try:
        association_found(name=given["name"], kind=given["kind"], by=person(request), now=moment())
    except Refused as problem:
        return _associations_page(request, problem, given)
    return redirect("planning:associations")


def _associations_page(
    request: HttpRequest, refused: Refused | None = None, given: dict[str, str] | None = None
) -> HttpResponse:
    mine = AssociationMember.objects.filter(person=person(request), until__isnull=True)
    own = set(mine.values_list("association", flat=True))
    belonging = Count("members", filter=Q(members__until__isnull=True))
    rows = (
        Association.objects.filter(dissolved_on__isnull=True).annotate(belonging=belonging).order_by("name")
    )
    context = {
        "rows": [{"association": one, "count": one.belonging, "mine": one.pk in own} for one in rows],
        "kinds": Association.Kind.choices,
        "given": given or {"name": "", "kind": Association.Kind.LIST},
        "crumb_items": [(_("Associations"), "")],
    }
    return page(request, "planning/associations.html", context, refused)


@login_required
@require_POST
def association_join_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Become a member."""
    return _on_association(request, public_id, association_join)


@login_required
@require_POST
def association_leave_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop being a member."""
    return _on_association(request, public_id, association_leave)


def _on_association(request: HttpRequest, public_id: UUID, action: Callable[..., None]) -> HttpResponse:
    association = get_object_or_404(Association, public_id=public_id)
    try:
        action(association=association, by=person(request), now=moment())
    except Refused as problem:
        return _associations_page(request, problem)
    return redirect("planning:associations")
