"""Ratification goes on by itself: when the councils that were asked have decided, the next step follows."""

import logging
from datetime import datetime

from celery import current_app
from django.db import transaction

from councils.models import Motion
from councils.outcomes import CARRIED, LOST, motions_on, outcome
from councils.services.ballots import ballot_close
from planning import permissions
from planning.models import Plan
from planning.selectors.plans import all_voted
from planning.services.plans import SUBJECT, plan_advance, plan_put_in_force
from workplaces.errors import Refused, TooLate
from workplaces.models import Person

logger = logging.getLogger(__name__)
ALIVE = (Plan.State.PROPOSED, Plan.State.RATIFIED)


def plan_follow(motion: Motion, now: datetime) -> None:  # noqa: ARG001
    """What follows when the last council asked about a plan has decided, or one has refused: a worker takes it further.

    Not in the transaction that closes the vote, which asking the next councils, or a hindrance, would hold up.
    """
    asked = Motion.objects.filter(subject_kind=SUBJECT, subject_id=motion.subject_id)
    undecided = asked.filter(state__in=[Motion.State.MOVED, Motion.State.VOTING])
    if motion.state == Motion.State.LOST or not undecided.exists():
        transaction.on_commit(_hand_over)


def _hand_over() -> None:
    """Let a worker look; if the broker is away, the clock does within a minute."""
    try:
        current_app.send_task("planning.plans_go_on")
    except Exception:
        logger.warning("A plan goes on a little later: the broker cannot be reached", exc_info=True)


def plans_go_on(*, now: datetime) -> int:
    """Take every plan before the councils as far as their decisions carry it; return how many moved.

    Called again it changes nothing.  Every step is a transaction of its own: what fails leaves the plan as it was,
    and the next call tries again.
    """
    moved = 0
    for plan in Plan.objects.filter(state__in=ALIVE).order_by("pk"):
        try:
            moved += _go_on(plan, now)
        except Refused as hindrance:
            logger.warning("Plan %s waits: %s", plan.public_id, hindrance)
    return moved


def _go_on(plan: Plan, now: datetime) -> bool:
    """Take the plan one stage further, and in force right after its last."""
    if plan.state == Plan.State.PROPOSED:
        if not is_decided(plan):
            return False
        plan = plan_advance(plan=plan, by=None, now=now)
    if plan.state == Plan.State.RATIFIED:
        plan_put_in_force(plan=plan, by=None, now=now)
    return True


def plan_votes_count(*, plan: Plan, by: Person, now: datetime) -> int:
    """Close and count the votes on the plan in which all have voted, before their time is over; return how many.

    Each is closed as by its own button, in a transaction of its own. Raises Forbidden.
    """
    permissions.check_coordinate(by, now.date())
    counted = 0
    for ballot in all_voted(plan).select_related("motion", "council").order_by("pk"):
        try:
            ballot_close(ballot=ballot, by=by, now=now)
        except TooLate:  # somebody else closed it since it was listed
            continue
        counted += 1
    return counted


def is_decided(plan: Plan) -> bool:
    """Say whether every council asked has decided, or one refused.

    A motion that was withdrawn, or whose vote was declared void, is in somebody's hands: nothing goes on over them.
    """
    found = {outcome(motion) for motion in motions_on(SUBJECT, plan.public_id)}
    return LOST in found or found == {CARRIED}
