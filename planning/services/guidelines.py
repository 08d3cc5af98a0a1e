"""Settling the guidelines out of the closed votes, and applying them to what the cycle works with."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from councils.models import Ballot, Motion
from councils.questions import INDEPENDENT_MARKETS, MEDIAN
from planning import policies_programmes as policies
from planning.models import Cycle, Guideline, GuidelineQuestion, Topic
from planning.rules import rule
from planning.selectors.guidelines import Figures, Key, capped, kept, questions_of
from planning.services.programmes import about
from workplaces.models import LabourPool, Person, Product, Resource, Scenario, ScenarioRow
from workplaces.record.services import entry_append

Source = Guideline.Source


def guidelines_settle(*, cycle: Cycle, by: Person, now: datetime) -> list[Guideline]:
    """Write down what holds for the cycle: what closed votes carried, and what the year before leaves on other topics.

    A topic that was voted on and lost (quorum, or blank votes only) stays as it was. Raises TooLate while programmes can
    still be published or votes are open. In a transaction of the caller.
    """
    policies.check_settle(cycle, now)
    made: list[Guideline] = []
    decided: set[Key] = set()
    for question in questions_of(cycle):
        figures = carried(question)
        if figures is None:
            continue
        decided.add((question.topic, question.resource_id))
        made += [
            _row(cycle, key, value, now, source=Source.BALLOT, question=question, decided_in=cycle)
            for key, value in figures.items()
        ]
    made += _left(cycle, decided, now)
    Guideline.objects.bulk_create(made)
    if made:
        body = {"year": cycle.year, "guidelines": [[g.topic, g.entity, g.value, g.source] for g in made]}
        entry_append(kind="guidelines.settled", by=by, subject=f"cycle:{cycle.public_id}", body=body, now=now)
    return made


def _left(cycle: Cycle, decided: set[Key], now: datetime) -> list[Guideline]:
    """Return what the year before leaves, of topics on which no vote decided; things that are gone are left out."""
    caps = capped(cycle)
    rows = []
    for one in kept(cycle):
        key: Key = (one.topic, one.entity if one.topic == Topic.CAP else None)
        if key in decided or (one.topic == Topic.CAP and one.entity not in caps):
            continue
        rows.append(
            _row(
                cycle, (one.topic, one.entity), one.value, now, source=Source.LAST, decided_in=one.decided_in
            )
        )
    return rows


def _row(cycle: Cycle, key: Key, value: float, now: datetime, **more: Any) -> Guideline:
    return Guideline(cycle=cycle, topic=key[0], value=value, settled_at=now, **about(*key), **more)


def motion_of(question: GuidelineQuestion) -> Motion | None:
    """Return the motion that put a question to the vote."""
    found = Motion.objects.filter(subject_kind=policies.GUIDELINE, subject_id=question.public_id)
    return found.order_by("-pk").first()


def ballots_of(cycle: Cycle) -> dict[int, Ballot]:
    """Return by question (its primary key) the latest vote on it that was not declared void, with its motion."""
    asked = dict(GuidelineQuestion.objects.filter(cycle=cycle).values_list("public_id", "pk"))
    votes = Ballot.objects.filter(
        motion__subject_kind=policies.GUIDELINE, motion__subject_id__in=list(asked)
    ).exclude(state=Ballot.State.VOID)
    rows = votes.select_related("motion").order_by("pk")
    return {asked[row.motion.subject_id]: row for row in rows if row.motion and row.motion.subject_id}


def ballot_of(question: GuidelineQuestion) -> Ballot | None:
    """Return the latest vote on a question that was not declared void."""
    votes = Ballot.objects.filter(
        motion__subject_kind=policies.GUIDELINE, motion__subject_id=question.public_id
    ).exclude(state=Ballot.State.VOID)
    return votes.select_related("motion").order_by("-pk").first()


def carried(question: GuidelineQuestion) -> Figures | None:
    """Return the figures that the closed vote on a question set; None where it set nothing."""
    return carried_in(question, ballot_of(question))


def carried_in(question: GuidelineQuestion, ballot: Ballot | None) -> Figures | None:
    """Return the figures that a vote on the question set; None where it set nothing, or is not closed."""
    if ballot is None or ballot.state != Ballot.State.CLOSED or ballot.motion is None:
        return None
    if ballot.motion.state != Motion.State.CARRIED or not ballot.result:
        return None
    return read(question, ballot.result)


def read(question: GuidelineQuestion, result: Mapping[str, Any]) -> Figures:
    """Return what a vote's result says, in the figures of its question."""
    topic = question.topic
    if question.rule == MEDIAN:
        return {(topic, question.resource_id): float(result["number"])}
    if question.rule == INDEPENDENT_MARKETS:
        parts = result["parts"]
        if topic == Topic.COLLECTIVE:
            return {(topic, None): float(parts[question.options[0]["code"]])}
        return {(topic, one["entity"]): float(parts[one["code"]]) for one in question.options}
    won = next(one for one in question.options if one["code"] == result["winners"][0])
    return {(topic, entity): float(value) for entity, value in won["figures"]}


def guidelines_apply(*, cycle: Cycle, scenario: Scenario, by: Person | None) -> None:
    """Write into the scenario in which proposals begin what the guidelines change of it.

    Caps become the resources' caps; labour pools offer their hours times voted weekly hours over those for which the
    baseline stands (the charter's ``weekly_hours``); goods that become free get that price status. The rest guides.
    """
    found = list(Guideline.objects.filter(cycle=cycle, topic__in=[Topic.CAP, Topic.HOURS, Topic.FREE]))
    caps = {one.resource_id: one.value for one in found if one.topic == Topic.CAP}
    if caps:
        rows = Resource.objects.in_scenario(scenario).filter(entity_id__in=caps)
        _overlay(scenario, by, rows, lambda row: {"cap": caps[row.entity_id]})
    hours = next((one.value for one in found if one.topic == Topic.HOURS), None)
    if hours is not None:
        factor = hours / rule(cycle.rules, "weekly_hours")
        _overlay(
            scenario, by, LabourPool.objects.in_scenario(scenario), lambda row: {"hours": row.hours * factor}
        )
    goods = {one.product_id for one in found if one.topic == Topic.FREE}
    if goods:
        rows = Product.objects.in_scenario(scenario).filter(entity_id__in=goods)
        _overlay(scenario, by, rows, lambda _row: {"price_status": Product.PriceStatus.FREE})


def _overlay(scenario: Scenario, by: Person | None, rows: Iterable[Any], changed: Any) -> None:
    """Write a version of each row into the scenario in which some columns differ."""
    fresh: list[ScenarioRow] = []
    for row in rows:
        entity = row.entity_id
        for name, value in changed(row).items():
            setattr(row, name, value)
        row.pk, row.origin_id, row.scenario, row.created_by = None, entity, scenario, by
        row._state.adding = True
        fresh.append(row)
    if fresh:
        type(fresh[0])._base_manager.bulk_create(fresh)


def kept_note(cycle: Cycle) -> str:
    """Say for the record why priorities ended without a vote."""
    if policies.call_of(cycle):
        return _("No programme was published; last year's guidelines stay.")
    return _("No programme was put to a vote; last year's guidelines stay.")
