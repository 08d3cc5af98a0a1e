"""Rounds: opened on the standing proposals, suggestions published, answers turned into the next proposals."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from planning import permissions, policies
from planning.models import Cycle, Round, Run
from planning.services.cycles import cycle_move, standing, standing_open
from planning.services.grants import grants_enter_demand
from planning.services.reasons import reason_given
from planning.services.runs import runs_end
from planning.services.settling import settle_answers
from planning.transitions import ROUND, after
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append
from workplaces.services.scenarios import scenario_close


@transaction.atomic
def round_open(*, cycle: Cycle, by: Person, now: datetime, number: int | None = None) -> Round:
    """Close the proposals as they stand and open the next round on them.

    With ``number`` it is that round or none: TooLate says that it was opened before.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    policies.check_open_round(cycle)
    last = cycle.rounds.order_by("-number").first()
    following = last.number + 1 if last else 1
    if number not in {None, following}:
        raise TooLate(_("Round %(number)s is not the next one any more.") % {"number": number})
    scenario = standing(cycle)
    if scenario is None:
        raise TooLate(f"{cycle} has no standing proposals to open a round on.")
    grants_enter_demand(cycle=cycle, scenario=scenario, by=by, now=now)
    scenario = scenario_close(scenario=scenario, by=by, now=now)
    if cycle.phase == Cycle.Phase.PROPOSALS:
        cycle = cycle_move(cycle=cycle, event="open_rounds", by=by, now=now)
    round = Round.objects.create(
        cycle=cycle, number=following, scenario=scenario, opened_by=by, opened_at=now
    )
    entry_append(
        kind="round.opened",
        by=by,
        subject=f"round:{round.public_id}",
        body={"cycle": cycle.year, "number": round.number, "proposals": scenario.digest},
        now=now,
    )
    return round


@transaction.atomic
def round_publish(*, round: Round, run: Run, by: Person, now: datetime) -> Round:
    """Publish a run's suggestions; from now until the deadline delegates answer them."""
    permissions.check_coordinate(by, now.date())
    round = Round.objects.select_for_update().select_related("cycle").get(pk=round.pk)
    policies.check_publish(round, run)
    runs_end(round=round, by=by, now=now)
    round.state = after(ROUND, round.state, "publish")
    round.published_run = run
    round.answers_close_at = now + timedelta(days=float(round.cycle.rules["answer_days"]))
    round.save(update_fields=["state", "published_run", "answers_close_at"])
    entry_append(
        kind="round.published",
        by=by,
        subject=f"round:{round.public_id}",
        body={
            "run": str(run.public_id),
            "inputs": run.input_digest,
            "answers_close_at": f"{round.answers_close_at:%FT%TZ}",
        },
        now=now,
    )
    return round


@transaction.atomic
def round_give_back(*, round: Round, reason: str, by: Person, now: datetime) -> Round:
    """Close the round without a plan and open its proposals again, unchanged: those who wrote them correct them.

    For a round whose iteration fails or shows a slip. Raises Invalid without a reason.
    """
    permissions.check_coordinate(by, now.date())
    round = Round.objects.select_for_update(of=("self",)).select_related("cycle", "scenario").get(pk=round.pk)
    policies.check_give_back(round)
    said = reason_given(reason, _("Say what has to be corrected."))
    runs_end(round=round, by=by, now=now)
    round.state, round.closed_by, round.closed_at = after(ROUND, round.state, "give_back"), by, now
    round.save(update_fields=["state", "closed_by", "closed_at"])
    standing_open(cycle=round.cycle, parent=round.scenario, number=round.number + 1, by=by, now=now)
    subject = f"round:{round.public_id}"
    entry_append(kind="round.given_back", by=by, subject=subject, body={"reason": said}, now=now)
    return round


@transaction.atomic
def round_close(*, round: Round, by: Person, now: datetime) -> Round:
    """Close the round and write the next standing proposals out of its answers, mandates and silences."""
    permissions.check_coordinate(by, now.date())
    round = Round.objects.select_for_update().select_related("cycle", "scenario").get(pk=round.pk)
    policies.check_close_round(round, now)
    round.state, round.closed_by, round.closed_at = after(ROUND, round.state, "close"), by, now
    round.save(update_fields=["state", "closed_by", "closed_at"])
    scenario = standing_open(
        cycle=round.cycle, parent=round.scenario, number=round.number + 1, by=by, now=now
    )
    settled = settle_answers(round=round, scenario=scenario)
    entry_append(
        kind="round.closed", by=by, subject=f"round:{round.public_id}", body={"settled": settled}, now=now
    )
    return round
