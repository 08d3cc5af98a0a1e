"""When something can be done: each rule as twins, ``check_…`` raises TooLate, ``can_…`` says yes or no."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from planning.models import Cycle, Plan, Response, Round, Run, RunLine, RunRow
from planning.policies_revision import revision_of
from planning.transitions import CYCLE
from workplaces.errors import TooLate, passes

GRANTED = (
    2  # rounds that a plan sent back gives: one in which people are asked, one that shows what came of it
)


def check_abandon(cycle: Cycle) -> None:
    """A cycle can be abandoned as long as no plan is in force; a plan under revision is kept or replaced."""
    if "abandon" not in CYCLE[cycle.phase]:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; only a cycle whose plan is not in force can be abandoned."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    if revision_of(cycle) is not None:
        raise TooLate(
            _(
                "The plan for %(year)s stays in force while it is revised. End the revision by keeping the plan."
            )
            % {"year": cycle.year}
        )


def can_abandon(cycle: Cycle) -> bool:
    """Say whether the cycle can be abandoned."""
    return passes(check_abandon, cycle)


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
    return passes(check_propose, cycle)


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
    return passes(check_answer, round, now)


def check_open_round(cycle: Cycle) -> None:
    """A round opens from the proposals or after the last round closed.

    The charter's number of rounds says when a plan that does not add up goes to the councils, not that nothing
    can go on: see ``is_last``.
    """
    if cycle.phase not in {Cycle.Phase.PROPOSALS, Cycle.Phase.ROUNDS}:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; rounds open after the proposals.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    last = cycle.rounds.order_by("-number").first()
    if last and last.state != Round.State.CLOSED:
        raise TooLate(_("%(round)s is still under way; close it first.") % {"round": last})


def can_open_round(cycle: Cycle) -> bool:
    """Say whether a round can open now."""
    return passes(check_open_round, cycle)


def rounds_allowed(cycle: Cycle) -> int:
    """Return the charter's number of rounds, and for each plan that was sent back one to ask in and one to see.

    A revision has as many of its own, beside those that were held before it.
    """
    revision = revision_of(cycle)
    since = revision.first_round if revision else 1
    back = cycle.plans.filter(state=Plan.State.REFERRED_BACK, run__round__number__gte=since).count()
    before = _held(cycle, since).count() if revision else 0
    return before + int(cycle.rules["round_limit"]) + GRANTED * back


def _held(cycle: Cycle, number: int) -> QuerySet[Round]:
    """Return the rounds before this number, without those given back for correction."""
    plans = Plan.objects.filter(run__round=OuterRef("pk"))
    return cycle.rounds.filter(Q(published_run__isnull=False) | Exists(plans), number__lt=number)


def is_last(round: Round) -> bool:
    """Say whether the round is the last that the charter allows; rounds given back for correction do not count."""
    return _held(round.cycle, round.number).count() + 1 >= rounds_allowed(round.cycle)


def check_start_run(round: Round) -> None:
    """An iteration starts while its round is open and nothing has been published."""
    if round.state != Round.State.OPEN:
        raise TooLate(
            _("%(round)s is %(state)s; an iteration can only start in an open round.")
            % {"round": round, "state": round.get_state_display()}
        )


def can_start_run(round: Round) -> bool:
    """Say whether an iteration can start now."""
    return passes(check_start_run, round)


def check_give_back(round: Round) -> None:
    """Proposals are given back for correction as long as nobody was asked to answer."""
    if round.state != Round.State.OPEN:
        raise TooLate(
            _("%(round)s is %(state)s; proposals can only be given back from an open round.")
            % {"round": round, "state": round.get_state_display()}
        )


def can_give_back(round: Round) -> bool:
    """Say whether the proposals of the round can be given back."""
    return passes(check_give_back, round)


def check_publish(round: Round, run: Run) -> None:
    """Suggestions come from a finished run of the round itself, and not in the charter's last round.

    Where a cap is exceeded the round is not the last: such a plan can never close, so people are asked again.
    """
    check_start_run(round)
    if run.round_id != round.pk or run.state != Run.State.FINISHED:
        raise TooLate(_("Suggestions can be published from a finished iteration of this round only."))
    if is_last(round) and not run.summary["caps_exceeded"]:
        raise TooLate(
            _(
                "%(round)s is the last that the charter allows; nobody is asked again. Put its proposals to the councils, "
                "with what does not add up."
            )
            % {"round": round}
        )


def can_publish(round: Round, run: Run) -> bool:
    """Say whether this run's suggestions can be published."""
    return passes(check_publish, round, run)


def unanswered(round: Round) -> int:
    """Count the lines that were asked to move beyond their band and have not answered."""
    given = Response.objects.filter(round=round)
    asked = RunLine.objects.filter(run_id=round.published_run_id, asked=True)
    lines = asked.filter(kind=RunLine.Kind.PRODUCTION).exclude(
        Exists(given.filter(line_id=OuterRef("entity")))
    )
    demand = asked.filter(kind=RunLine.Kind.DEMAND).exclude(
        Exists(given.filter(demand_line_id=OuterRef("entity")))
    )
    return lines.count() + demand.count()


def check_close_round(round: Round, now: datetime) -> None:
    """A round closes when the time for answers is over, before that only once all who were asked have answered."""
    if round.state != Round.State.ANSWERING:
        raise TooLate(_("%(round)s is %(state)s; only a round whose suggestions are out can be closed.")
                      % {"round": round, "state": round.get_state_display()})  # fmt: skip
    if round.answers_close_at is None or now >= round.answers_close_at:
        return
    if missing := unanswered(round):
        raise TooLate(
            _(
                "Answers to %(round)s were promised until %(date)s, and %(missing)s of the lines asked have not answered "
                "yet."
            )
            % {
                "round": round,
                "date": f"{round.answers_close_at:%Y-%m-%d %H:%M} UTC",
                "missing": missing,
            }
        )


def can_close_round(round: Round, now: datetime) -> bool:
    """Say whether the round can be closed now."""
    return passes(check_close_round, round, now)


def overdrawn(run: Run, tolerance: float) -> QuerySet[RunRow]:
    """Return the labour pools of which the proposals take more hours than there are, beyond the tolerance.

    Hours left idle keep nobody from closing a plan: they are shown, and where they go is the councils' business.
    """
    return run.rows.filter(kind=RunRow.Kind.POOL, imbalance_before__gt=tolerance).order_by(
        "-imbalance_before", "entity"
    )


def check_propose_plan(round: Round, run: Run | None) -> Run:
    """A plan closes when no product and no labour pool exceeds the tolerance, or in the charter's last round.

    A plan with a cap exceeded can never close. Returns the run that shows it.
    """
    if round.state != Round.State.OPEN:
        raise TooLate(
            _(
                "%(round)s is %(state)s; a plan is put to the councils from an open round, whose answers are counted in."
            )
            % {"round": round, "state": round.get_state_display()}
        )
    if run is None or run.state != Run.State.FINISHED:
        raise TooLate(
            _("Run the iteration of %(round)s first: it shows whether the plan adds up.") % {"round": round}
        )
    if run.summary["caps_exceeded"]:
        raise TooLate(_("A resource cap is exceeded; a plan that exceeds a cap can never close."))
    if not is_last(round):
        check_adds_up(run, float(round.cycle.rules["tolerance"]))
    return run


def check_adds_up(run: Run, tolerance: float) -> None:
    """No product, short or in glut, and no labour pool, short of hours, exceeds the charter's tolerance."""
    values = {"worst": 100 * run.summary["worst_before"], "tolerance": 100 * tolerance}
    if run.summary["worst_before"] > tolerance:
        raise TooLate(
            _(
                "The worst imbalance is %(worst).2f %%, the charter's tolerance %(tolerance).2f %%; go on to answers."
            )
            % values
        )
    if pool := overdrawn(run, tolerance).first():
        raise TooLate(
            _(
                "%(worst).2f %% of the hours that the proposals take from a labour pool are nobody's, the charter's "
                "tolerance is %(tolerance).2f %%; go on to answers."
            )
            % {**values, "worst": 100 * pool.imbalance_before}
        )


def can_propose_plan(round: Round, run: Run | None) -> bool:
    """Say whether the round's proposals can be put to the councils as a plan."""
    return passes(check_propose_plan, round, run)


def adds_up(round: Round, run: Run | None) -> bool:
    """Say whether the round's proposals can be a plan because they add up, not only because it is the last round."""
    if run is None or not can_propose_plan(round, run):
        return False
    return passes(check_adds_up, run, float(round.cycle.rules["tolerance"]))
