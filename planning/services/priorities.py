"""The phase of priorities: opening it to programmes, putting the guidelines to everybody's vote."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from councils import policies as council_policies
from councils.models import Ballot, Council, Motion
from councils.permissions import check_can_conduct
from councils.questions import INDEPENDENT_MARKETS, MEDIAN, decimal
from councils.selectors.rolls import roll_of
from councils.services.ballots import put_to_the_vote
from councils.services.motions import motion_put
from planning import permissions
from planning import policies_programmes as policies
from planning.models import Cycle, GuidelineQuestion, Programme, ProgrammeCall, Topic
from planning.rules import NUMBERS as NUMBERS_RULE
from planning.rules import PACKAGES, SHARES, rule
from planning.selectors.guidelines import NUMBERS, WHOLE, Bounded, Key, bounded, kept, keyed
from planning.services.cycles import cycle_move
from planning.services.programme_options import Option, divisions, rankings, said_of, too_many_parts
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append, lock_chain


@transaction.atomic
def priorities_open(*, cycle: Cycle, by: Person, now: datetime) -> ProgrammeCall:
    """Freeze the baseline and open the phase of priorities to programmes, for the charter's days.

    Raises Forbidden (not a coordinator), TooLate (the cycle's phase).
    """
    permissions.check_coordinate(by, now.date())
    lock_chain()
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)
    policies.check_open(cycle)
    cycle = cycle_move(cycle=cycle, event="freeze", by=by, now=now)
    days = int(rule(cycle.rules, "programme_days"))
    call = ProgrammeCall.objects.create(
        cycle=cycle, opened_at=now, opened_by=by, publish_until=now + timedelta(days=days) if days else None
    )
    entry_append(
        kind="priorities.opened", by=by, subject=f"cycle:{cycle.public_id}",
        body={"year": cycle.year, "publish_until": call.publish_until}, now=now,
    )  # fmt: skip
    return call


@transaction.atomic
def guidelines_ask(*, cycle: Cycle, by: Person, now: datetime) -> list[GuidelineQuestion]:
    """Put to the general vote whatever a published programme speaks of, each question by the charter's rule.

    In secret where the charter and the number of people allow it. Raises Forbidden, TooLate (phase, deadline, no
    programme, nobody to ask).
    """
    permissions.check_coordinate(by, now.date())
    lock_chain()
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)
    policies.check_ask(cycle, now)
    council = Council.objects.sitting().filter(kind=Council.Kind.GENERAL).first()
    if council is None:
        raise TooLate(
            _("There is no general vote; found one, so that everybody can decide on the guidelines.")
        )
    hat = check_can_conduct(by, council, now.date())
    there, programmes = bounded(cycle), published(cycle)
    secrecy = _secrecy(council, now)
    asked = []
    for topic, resource in _subjects(there, programmes):
        question, asks = _question(cycle, there, programmes, topic, resource, by, now)
        if question is None:
            continue
        question.save()
        status_quo = _status_quo(there, cycle, topic, resource)
        motion = motion_put(
            council=council, title=_title(cycle, there, topic, resource),
            text=said_of(there, programmes, topic, resource, status_quo), by=by, hat=hat, now=now,
            mechanism=Motion.Mechanism.VOTE, subject_kind=policies.GUIDELINE,
            subject=question.public_id, asks=asks,
            prescribed=_("The charter puts the guidelines of a plan year to a general vote."),
        )  # fmt: skip
        put_to_the_vote(motion, by=by, hat=hat, now=now, secrecy=secrecy)
        asked.append(question)
    call = ProgrammeCall.objects.get(cycle=cycle)
    call.asked_at = now
    call.save(update_fields=["asked_at"])
    body = {"year": cycle.year, "programmes": [str(p.public_id) for p in programmes], "questions": len(asked)}
    entry_append(kind="guidelines.asked", by=by, subject=f"cycle:{cycle.public_id}", body=body, now=now)
    return asked


def published(cycle: Cycle) -> list[Programme]:
    """Return the published programmes in the order of their publication, with their figures.

    Each has ``comment_count``: how many comments on it are not hidden.
    """
    rows = cycle.programmes.filter(published__isnull=False).select_related("association", "published")
    rows = rows.annotate(comment_count=Count("comments", filter=Q(comments__hiding__isnull=True)))
    return list(rows.prefetch_related("published__figures").order_by("published_at", "pk"))


def _secrecy(council: Council, now: datetime) -> str:
    on = now.date()
    people = len({right.person.pk for right in roll_of(council, on)})
    secret = council_policies.can_be_secret(council, on) and council_policies.can_hide(people, on)
    return Ballot.Secrecy.SECRET if secret else Ballot.Secrecy.NAMED


def _subjects(there: Bounded, programmes: Sequence[Programme]) -> list[tuple[str, int | None]]:
    """Return what some programme speaks of, in the topics' order; caps one by one."""
    spoken = {key for p in programmes for key in keyed(p.published.figures.all())}  # type: ignore[union-attr]
    found: list[tuple[str, int | None]] = []
    for topic in Topic.values:
        if topic == Topic.CAP:
            found += [(topic, entity) for entity in there.resources if (topic, entity) in spoken]
        elif any(name == topic for name, _entity in spoken):
            found.append((topic, None))
    return found


def _rule_of(there: Bounded, topic: str, now: datetime) -> str:
    """Return the charter's rule for a topic; a whole of more parts than a paper can divide is decided by ranking."""
    from councils.charter import charter_value

    key = NUMBERS_RULE if topic in NUMBERS else PACKAGES if topic == Topic.FREE else SHARES
    found = str(charter_value(key, on=now.date()))
    if found == INDEPENDENT_MARKETS and too_many_parts(there, topic):
        return str(charter_value(PACKAGES, on=now.date()))
    return found


def _question(
    cycle: Cycle, there: Bounded, programmes: Sequence[Programme], topic: str, resource: int | None, by: Person,
    now: datetime,
) -> tuple[GuidelineQuestion | None, Mapping[str, Any]]:  # fmt: skip
    """Return the question, not saved, and what its motion asks; None where all propose what holds already."""
    counted = _rule_of(there, topic, now)
    question = GuidelineQuestion(
        cycle=cycle, topic=topic, resource_id=resource, rule=counted, asked_by=by, asked_at=now
    )
    if counted == MEDIAN:
        bounds = there.numbers[(topic, resource)]
        params = {
            "least": decimal(f"{bounds.least:.6f}"), "most": decimal(f"{bounds.most:.6f}"),
            "status_quo": decimal(f"{bounds.status_quo:.6f}"), "unit": bounds.unit[:30],
        }  # fmt: skip
        return question, {"rule": counted, "params": params}
    if counted == INDEPENDENT_MARKETS:
        options = divisions(there, topic)
        question.options = [option.as_dict() for option in options]
        whole = 100 if topic == Topic.COLLECTIVE else WHOLE
        return question, {"rule": counted, "options": _labels(options), "params": {"whole": whole}}
    options = rankings(there, programmes, topic, resource, _status_quo(there, cycle, topic, resource))
    question.options = [option.as_dict() for option in options]
    if len(options) < 2:
        return None, {}
    return question, {"rule": counted, "options": _labels(options)}


def _labels(options: Sequence[Option]) -> list[dict[str, Any]]:
    return [{"label": one.label, **({"least": one.least} if one.least else {})} for one in options]


def _status_quo(there: Bounded, cycle: Cycle, topic: str, resource: int | None) -> dict[Key, float]:
    """Return what holds today of a topic, as figures; nothing where no guideline was ever set for shares and goods."""
    if (topic, resource) in there.numbers:
        return {(topic, resource): there.numbers[(topic, resource)].now}
    return {key: value for key, value in keyed(kept(cycle)).items() if key[0] == topic}


def _title(cycle: Cycle, there: Bounded, topic: str, resource: int | None) -> str:
    name = there.resources[resource].label if resource else Topic(topic).label
    words = {"year": cycle.year, "topic": name}
    if resource:
        return (_("Guideline for %(year)s: cap of %(topic)s") % words)[:200]
    return (_("Guideline for %(year)s: %(topic)s") % words)[:200]
