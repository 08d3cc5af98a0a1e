"""The guidelines of a year: what was decided, how, and beside it what the programmes had proposed; associations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from councils.models import Ballot
from planning.models import AssociationMember, Cycle, Guideline, GuidelineQuestion, Programme, Topic
from planning.selectors.guidelines import (
    Bounded,
    Figures,
    Key,
    bounded,
    guidelines_of,
    keyed,
    questions_of,
    unit_of,
)
from planning.services.associations import association_found, association_join, association_leave
from planning.services.guidelines import ballots_of, carried_in
from planning.services.priorities import published
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.wording import guideline_votes as votes
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
    there, shown, ballots, asked = bounded(cycle), published(cycle), ballots_of(cycle), questions_of(cycle)
    figures = [keyed(p.published.figures.all()) for p in shown if p.published]
    is_open = cycle.phase in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES}
    table = Table(there, list(zip(shown, figures, strict=True)), ballots)
    context = {
        "cycle": cycle,
        "title": wording.guidelines_title(cycle, len(rows)),
        "rows": [table.row(one) for one in rows],
        "lost": [] if is_open else table.lost(rows, asked),
        "unset": [str(topic.label) for topic in Topic if topic not in {one.topic for one in rows}],
        "undecided": [
            {
                "question": question,
                "motion": ballots[question.pk].motion if question.pk in ballots else None,
                "votes": votes.took_part(ballots[question.pk]) if question.pk in ballots else "",
            }
            for question in asked
            if carried_in(question, ballots.get(question.pk)) is None
        ],
        "shown": shown,
        "open": is_open,
        "crumb_items": crumbs(
            cycle, (_("Programmes"), reverse("planning:programmes", args=[year])), (_("Guidelines"), "")
        ),
    }
    return page(request, "planning/guidelines.html", context)


@dataclass
class Table:
    """What was decided, how the votes on it divided, and beside it what each programme had proposed.

    How many went a programme's way stands in its column once for each question (``noted``), however many rows that has.
    """

    there: Bounded
    programmes: Sequence[tuple[Programme, Figures]]
    ballots: Mapping[int, Ballot]  # by question
    noted: set[tuple[int, int]] = field(default_factory=set)

    def row(self, one: Guideline) -> dict[str, Any]:
        """Return a guideline's row."""
        key, question = (one.topic, one.entity), one.question
        ballot = self.ballots.get(question.pk) if question else None
        return {
            "label": wording.name_of(key, self.there),
            "value": wording.told(key, one.value, self.there),
            "why": wording.why(one),
            "votes": votes.divided(question, ballot, key) if question and ballot else "",
            "effect": wording.effect(one.topic),
            "motion": ballot.motion if ballot else None,
            "cells": self._cells(key, question, ballot, one.value),
        }

    def lost(self, rows: Sequence[Guideline], asked: Sequence[GuidelineQuestion]) -> list[dict[str, Any]]:
        """Return a row for everything that was voted on, that some programme speaks of, and that no guideline is about."""
        set_already = {(one.topic, one.entity) for one in rows}
        found = []
        for question in asked:
            ballot = self.ballots.get(question.pk)
            for key in dict.fromkeys(key for _one, said in self.programmes for key in sorted(said, key=str)):
                about_it = key[0] == question.topic and question.resource_id in {None, key[1]}
                if about_it and key not in set_already:
                    found.append(self._lost_row(key, question, ballot))
        return found

    def _lost_row(self, key: Key, question: GuidelineQuestion, ballot: Ballot | None) -> dict[str, Any]:
        return {
            "label": wording.name_of(key, self.there),
            "value": wording.NOTHING,
            "why": _("no guideline came of the vote"),
            "votes": votes.divided(question, ballot, key) if ballot else "",
            "effect": "",
            "motion": ballot.motion if ballot else None,
            "cells": self._cells(key, question, ballot, None),
        }

    def _cells(
        self, key: Key, question: GuidelineQuestion | None, ballot: Ballot | None, decided: float | None
    ) -> list[dict[str, str]]:
        return [
            {
                "value": wording.told(key, said[key], self.there) if key in said else wording.NOTHING,
                "votes": self._beside(question, ballot, programme, said.get(key), decided),
            }
            for programme, said in self.programmes
        ]

    def _beside(
        self, question: GuidelineQuestion | None, ballot: Ballot | None, programme: Programme,
        said: float | None, decided: float | None,
    ) -> str:  # fmt: skip
        if question is None or ballot is None or (question.pk, programme.pk) in self.noted:
            return ""
        if told := votes.beside(question, ballot, programme, said, decided):
            self.noted.add((question.pk, programme.pk))
        return told


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
