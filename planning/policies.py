"""When something can be done: each rule as twins, ``check_…`` raises TooLate, ``can_…`` says yes or no."""

from datetime import datetime

from django.utils.translation import gettext as _

from planning.models import Cycle, Round, Run
from workplaces.errors import Refused, TooLate


def check_propose(cycle: Cycle) -> None:
    """Proposals are written in their phase, and between rounds."""
    between = (
        cycle.phase == Cycle.Phase.ROUNDS and not cycle.rounds.exclude(state=Round.State.CLOSED).exists()
    )
    if cycle.phase != Cycle.Phase.PROPOSALS and not between:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; proposals are written in the phase “proposals” and between rounds."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )


def can_propose(cycle: Cycle) -> bool:
    """Say whether proposals can be written now."""
    return _passes(check_propose, cycle)


def check_answer(round: Round, now: datetime) -> None:
    """Answers are taken once suggestions are published, until the deadline or the close."""
    if round.state == Round.State.CLOSED:
        raise TooLate(_("%(round)s is closed; answers can no longer be given or changed.") % {"round": round})
    if round.state == Round.State.OPEN:
        raise TooLate(
            _("%(round)s has no published suggestions yet; there is nothing to answer.") % {"round": round}
        )
    if round.answers_close_at and now >= round.answers_close_at:
        raise TooLate(
            _("Answers to %(round)s closed on %(date)s.")
            % {"round": round, "date": f"{round.answers_close_at:%Y-%m-%d %H:%M} UTC"}
        )


def can_answer(round: Round, now: datetime) -> bool:
    """Say whether answers are taken now."""
    return _passes(check_answer, round, now)


def check_open_round(cycle: Cycle) -> None:
    """A round opens from the proposals or after the last round closed, within the charter's limit."""
    if cycle.phase not in {Cycle.Phase.PROPOSALS, Cycle.Phase.ROUNDS}:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; rounds open after the proposals.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    last = cycle.rounds.order_by("-number").first()
    if last and last.state != Round.State.CLOSED:
        raise TooLate(_("%(round)s is still under way; close it first.") % {"round": last})
    if last and last.number > int(cycle.rules["round_limit"]):
        raise TooLate(
            _(
                "The charter allows %(limit)s rounds. Propose the plan; what still does not add up goes to the councils."
            )
            % {"limit": cycle.rules["round_limit"]}
        )


def can_open_round(cycle: Cycle) -> bool:
    """Say whether a round can open now."""
    return _passes(check_open_round, cycle)


def check_start_run(round: Round) -> None:
    """An iteration starts while its round is open and nothing has been published."""
    if round.state != Round.State.OPEN:
        raise TooLate(
            _("%(round)s is %(state)s; an iteration can only start in an open round.")
            % {"round": round, "state": round.get_state_display()}
        )


def can_start_run(round: Round) -> bool:
    """Say whether an iteration can start now."""
    return _passes(check_start_run, round)


def check_give_back(round: Round) -> None:
    """Proposals are given back for correction as long as nobody was asked to answer."""
    if round.state != Round.State.OPEN:
        raise TooLate(
            _("%(round)s is %(state)s; proposals can only be given back from an open round.")
            % {"round": round, "state": round.get_state_display()}
        )


def can_give_back(round: Round) -> bool:
    """Say whether the proposals of the round can be given back."""
    return _passes(check_give_back, round)


def check_publish(round: Round, run: Run) -> None:
    """Suggestions come from a finished run of the round itself."""
    check_start_run(round)
    if run.round_id != round.pk or run.state != Run.State.FINISHED:
        raise TooLate(_("Suggestions can be published from a finished iteration of this round only."))


def can_publish(round: Round, run: Run) -> bool:
    """Say whether this run's suggestions can be published."""
    return _passes(check_publish, round, run)


def check_close_round(round: Round) -> None:
    """A round closes once its suggestions have been out."""
    if round.state != Round.State.ANSWERING:
        raise TooLate(_("%(round)s is %(state)s; only a round whose suggestions are out can be closed.")
                      % {"round": round, "state": round.get_state_display()})  # fmt: skip


def can_close_round(round: Round) -> bool:
    """Say whether the round can be closed now."""
    return _passes(check_close_round, round)


def check_propose_plan(round: Round, run: Run | None) -> Run:
    """A plan closes when nothing exceeds the tolerance and no cap is exceeded, or the round limit is reached.

    A plan with a cap exceeded can never close. Returns the run that shows it.
    """
    if run is None or run.state != Run.State.FINISHED:
        raise TooLate(
            _("Run the iteration of %(round)s first: it shows whether the plan adds up.") % {"round": round}
        )
    tolerance, limit = float(round.cycle.rules["tolerance"]), int(round.cycle.rules["round_limit"])
    if run.summary["caps_exceeded"]:
        raise TooLate(_("A resource cap is exceeded; a plan that exceeds a cap can never close."))
    if run.summary["worst_before"] > tolerance and round.number <= limit:
        raise TooLate(
            _(
                "The worst imbalance is %(worst).2f %%, the charter's tolerance %(tolerance).2f %%; go on to answers."
            )
            % {"worst": 100 * run.summary["worst_before"], "tolerance": 100 * tolerance}
        )
    return run


def can_propose_plan(round: Round, run: Run | None) -> bool:
    """Say whether the round's proposals can be put to the councils as a plan."""
    return _passes(check_propose_plan, round, run)


def _passes(check, *arguments) -> bool:  # type: ignore[no-untyped-def]
    try:
        check(*arguments)
    except Refused:
        return False
    return True
