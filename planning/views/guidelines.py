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
    DIVIDED,
    Bounded,
    Figures,
    Key,
    bounded,
    guidelines_of,
    keyed,
    unit_of,
)
from planning.services.associations import association_found, association_join, association_leave
from planning.services.guidelines import Outcome, outcomes_of
from planning.services.priorities import published
from planning.views.common import crumbs, cycle_or_404, moment, page, person
from planning.wording import guideline_votes as votes
from planning.wording import guidelines as guideline_words
from planning.wording import programmes as wording
from planning.wording.beginning import left
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
    there, shown, outcomes = bounded(cycle), published(cycle), outcomes_of(cycle)
    figures = [keyed(p.published.figures.all()) for p in shown if p.published]
    is_open = cycle.phase in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES}
    table = Table(there, list(zip(shown, figures, strict=True)), {one.question.pk: one for one in outcomes})
    spoken_of = {one.question.topic for one in outcomes} | {one.topic for one in rows}
    context = {
        "cycle": cycle,
        "title": guideline_words.guidelines_title(cycle, len(rows), outcomes),
        "left": left(cycle) if is_open else "",
        "counted": [_counted(one, there) for one in outcomes] if is_open else [],
        "rows": [table.row(one) for one in rows],
        "lost": [] if is_open else table.lost(rows),
        "unset": [str(topic.label) for topic in Topic if topic not in spoken_of],
        "today": [one for one in outcomes if one.is_today and not one.figures],
        "undecided": [
            {
                "question": one.question,
                "motion": one.motion,
                "votes": votes.took_part(one.ballot) if one.ballot else "",
            }
            for one in outcomes
            if one.is_over and one.figures is None
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
    outcomes: Mapping[int, Outcome]  # by question
    noted: set[tuple[int, int]] = field(default_factory=set)

    def row(self, one: Guideline) -> dict[str, Any]:
        """Return a guideline's row."""
        key, question = (one.topic, one.entity), one.question
        vote = self._vote_on(key)
        ballot = vote.ballot if vote and question else None
        return {
            "label": wording.name_of(key, self.there),
            "value": wording.told(key, one.value, self.there),
            "why": guideline_words.why(one, vote),
            "votes": votes.divided(question, ballot, key) if question and ballot else "",
            "effect": guideline_words.effect(one.topic),
            "motion": vote.motion if vote else None,
            "cells": self._cells(key, question, ballot, one.value),
        }

    def _vote_on(self, key: Key) -> Outcome | None:
        """Return this year's vote on a topic; of a cap on that resource."""
        about = key[1] if key[0] == Topic.CAP else None
        every = self.outcomes.values()
        return next((o for o in every if (o.question.topic, o.question.resource_id) == (key[0], about)), None)

    def lost(self, rows: Sequence[Guideline]) -> list[dict[str, Any]]:
        """Return a row for everything that was voted on, that some programme speaks of, and that no guideline is about."""
        set_already = {(one.topic, one.entity) for one in rows}
        found = []
        for vote in self.outcomes.values():
            question = vote.question
            for key in dict.fromkeys(key for _one, said in self.programmes for key in sorted(said, key=str)):
                about_it = key[0] == question.topic and question.resource_id in {None, key[1]}
                if about_it and key not in set_already:
                    found.append(self._lost_row(key, vote))
        return found

    def _lost_row(self, key: Key, vote: Outcome) -> dict[str, Any]:
        question, ballot = vote.question, vote.ballot
        return {
            "label": wording.name_of(key, self.there),
            "value": wording.NOTHING if vote.figures and key[0] in DIVIDED else _("as it is today"),
            "why": guideline_words.why_not(vote),
            "votes": votes.divided(question, ballot, key) if ballot else "",
            "effect": "",
            "motion": vote.motion,
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


def _counted(one: Outcome, there: Bounded) -> dict[str, Any]:
    """Return a vote with what it decided, before that is written down as a guideline."""
    return {
        "motion": one.motion,
        "title": one.motion.title if one.motion else str(one.question),
        "told": guideline_words.outcome_told(one, there),
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
