"""Settling the guidelines out of the closed votes, and applying them to what the cycle works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from councils.models import Ballot, Motion
from councils.questions import INDEPENDENT_MARKETS, MEDIAN
from planning import policies_programmes as policies
from planning.models import Cycle, Guideline, GuidelineQuestion, Topic
from planning.policies_investment import invests
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


@dataclass(frozen=True)
class Outcome:
    """What became of a question: ``figures`` that its vote set (none where today's empty package won), None where it set
    nothing; ``is_today`` where the option without a programme won; ``ballot`` is the latest that is not void.
    """

    question: GuidelineQuestion
    motion: Motion | None
    ballot: Ballot | None
    is_over: bool
    figures: Figures | None
    is_today: bool = False


def outcomes_of(cycle: Cycle) -> list[Outcome]:
    """Return what became of each of the cycle's questions, in their order."""
    motions = {
        m.subject_id: m for m in policies.votes_on(cycle).order_by("pk").prefetch_related("ballots__motion")
    }
    return [_outcome(question, motions.get(question.public_id)) for question in questions_of(cycle)]


def _outcome(question: GuidelineQuestion, motion: Motion | None) -> Outcome:
    votes = [one for one in motion.ballots.all() if one.state != Ballot.State.VOID] if motion else []
    ballot = max(votes, key=lambda one: one.pk, default=None)
    is_over = motion is None or motion.state not in {Motion.State.MOVED, Motion.State.VOTING}
    figures = carried_in(question, ballot)
    is_today = figures is not None and _today_won(question, ballot.result if ballot and ballot.result else {})
    return Outcome(question, motion, ballot, is_over, figures, is_today)


def _today_won(question: GuidelineQuestion, result: Mapping[str, Any]) -> bool:
    """Say whether of the packages that were ranked the one of no programme won: as it is today."""
    won = [one for one in question.options if one["code"] in result.get("winners", [])]
    return bool(won) and won[0].get("programmes") == []


def will_invest(cycle: Cycle, outcomes: Iterable[Outcome]) -> bool:
    """Say whether envelopes come before proposals: before the guidelines are set by what the votes and the year before
    leave of the share that is invested.
    """
    if cycle.phase not in {Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES}:
        return invests(cycle)
    key: Key = (Topic.INVESTMENT, None)
    voted = [one.figures[key] for one in outcomes if one.figures and key in one.figures]
    shares = voted or [one.value for one in kept(cycle) if one.topic == Topic.INVESTMENT]
    return shares[0] > 0 if shares else invests(cycle)


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
