"""Answers to suggested changes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response as HttpResponse

from planning.api.etags import check_match, detail
from planning.api.operations import listing, putting, query, reading
from planning.api.serializers.answers import AnswerSerializer, AnswerWriting
from planning.api.views.base import (
    Endpoint,
    demand_of,
    found,
    lines_of,
    listed,
    moment,
    person,
    taken,
    the_round,
    truth,
)
from planning.models import Response, Round, RunLine
from planning.services.answers import Answer, demand_answer, line_answer

MINE = query("mine", OpenApiTypes.BOOL, "`true`: only those that I gave.")


class Answers(Endpoint):
    """All answers of a round."""

    @listing("listAnswers", "List a round's answers", "answers", AnswerSerializer, MINE)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the answers."""
        rows = Response.objects.filter(round=the_round(public_id)).select_related("line", "demand_line")
        if truth(request, "mine"):
            rows = rows.filter(by=person(request))
        return listed(request, rows, AnswerSerializer, order="id")


class LineAnswer(Endpoint):
    """A workplace's answer for one of its lines."""

    scope = "answer"

    @reading("getLineAnswer", "Read a line's answer", "answers", AnswerSerializer)
    def get(self, request: Request, public_id: UUID, line: UUID) -> HttpResponse:
        """Read the answer."""
        return detail(request, shown_or_404(the_round(public_id), line__public_id=line))

    @putting("answerLine", "Answer a change suggested to a line", "answers", AnswerWriting, AnswerSerializer)
    def put(self, request: Request, public_id: UUID, line: UUID) -> HttpResponse:
        """Write the answer."""
        answer = given(request)
        round = the_round(public_id)
        subject = found(lines_of(round.scenario), public_id=line)
        with transaction.atomic():
            hold(round, RunLine.Kind.PRODUCTION, subject.entity_id)
            check_match(request, shown(round, line_id=subject.entity_id))
            line_answer(round=round, line=subject, answer=answer, by=person(request), now=moment())
        return detail(request, shown(round, line_id=subject.entity_id))


class DemandAnswer(Endpoint):
    """A place's answer for one of its demand lines."""

    scope = "answer"

    @reading("getConsumptionAnswer", "Read a demand line's answer", "answers", AnswerSerializer)
    def get(self, request: Request, public_id: UUID, demand_line: UUID) -> HttpResponse:
        """Read the answer."""
        return detail(request, shown_or_404(the_round(public_id), demand_line__public_id=demand_line))

    @putting(
        "answerConsumption",
        "Answer a change suggested to consumption",
        "answers",
        AnswerWriting,
        AnswerSerializer,
    )
    def put(self, request: Request, public_id: UUID, demand_line: UUID) -> HttpResponse:
        """Write the answer."""
        answer = given(request)
        round = the_round(public_id)
        subject = found(demand_of(round.scenario), public_id=demand_line)
        with transaction.atomic():
            hold(round, RunLine.Kind.DEMAND, subject.entity_id)
            check_match(request, shown(round, demand_line_id=subject.entity_id))
            demand_answer(round=round, demand_line=subject, answer=answer, by=person(request), now=moment())
        return detail(request, shown(round, demand_line_id=subject.entity_id))


def given(request: Request) -> Answer:
    """Return the answer in the body."""
    values = taken(request, AnswerWriting)
    return Answer(kind=values["kind"], figure=values.get("figure"), reason=values.get("reason", ""))


def hold(round: Round, kind: int, entity: int) -> None:
    """Hold the suggestion until the transaction ends, so that two first answers do not both find none."""
    suggestions = RunLine.objects.select_for_update().filter(run_id=round.published_run_id)
    suggestions.filter(kind=kind, entity=entity).first()


def shown(round: Round, **keys: Any) -> Any | None:
    """Return the answer's representation, None where nobody answered."""
    answers = Response.objects.filter(round=round, **keys).select_related("line", "demand_line")
    answer = answers.first()
    return AnswerSerializer(answer).data if answer else None


def shown_or_404(round: Round, **keys: Any) -> Any:
    """Return the answer's representation."""
    data = shown(round, **keys)
    if data is None:
        raise Http404
    return data
