"""When a motion can be amended and debated. ``check_…`` raises TooLate or Refused, ``can_…`` says yes or no."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from councils import transitions
from councils.charter import charter_value
from councils.models import Amendment, Appeal, Ballot, Motion
from councils.policies import check_sitting
from workplaces.errors import Refused, TooLate, passes


def check_can_amend(motion: Motion, now: datetime) -> None:
    """Amendments are proposed until the vote opens, and within the charter's days, so that they come to an end."""
    check_sitting(motion.council)
    if motion.state != Motion.State.MOVED:
        raise TooLate(
            _("“%(title)s” is already %(state)s; its words stay as they are.")
            % {"title": motion.title, "state": motion.get_state_display()}
        )
    if motion.subject_kind or motion.prescribed:
        raise Refused(
            _(
                "This motion decides on something whose words and figures stand elsewhere; vote it down to refer it back."
            )
        )
    last = amendable_until(motion)
    if now >= last:
        raise TooLate(
            _("By the charter, amendments to this motion could be proposed until %(moment)s.")
            % {"moment": last.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_amend(motion: Motion, now: datetime) -> bool:
    """Say whether amendments can be proposed at this moment."""
    return passes(check_can_amend, motion, now)


def amendable_until(motion: Motion) -> datetime:
    """Return when the charter's days for amendments are over: they count anew when the motion was referred back."""
    back = (
        motion.appeals.filter(state=Appeal.State.REFERRED_BACK).values_list("decided_at", flat=True).first()
    )
    since = back or motion.moved_at
    days: int = charter_value("councils.amendment_days", on=since.date())
    return since + timedelta(days=days)


def check_amendment_can(amendment: Amendment, event: str) -> None:
    """An amendment is accepted, withdrawn or voted on while it is undecided."""
    if not transitions.can(transitions.AMENDMENT, amendment.state, event):
        raise TooLate(
            _("Amendment %(number)s is already %(state)s.")
            % {"number": amendment.number, "state": amendment.get_state_display()}
        )


def amendment_can(amendment: Amendment, event: str) -> bool:
    """Say whether this can happen to the amendment."""
    return transitions.can(transitions.AMENDMENT, amendment.state, event)


def check_no_amendment_voted(motion: Motion) -> None:
    """While the council votes on one amendment the words that it would change stay."""
    voted = motion.amendments.filter(state=Amendment.State.VOTING).first()
    if voted:
        raise Refused(
            _("Amendment %(number)s is being voted on; the motion's words wait for its result.")
            % {"number": voted.number}
        )


def no_amendment_voted(motion: Motion) -> bool:
    """Say whether no amendment is being voted on."""
    return passes(check_no_amendment_voted, motion)


def check_amendments_decided(motion: Motion) -> None:
    """The vote on a motion opens on its final words: once every amendment is decided."""
    waiting = [str(number) for number in undecided(motion)]
    if waiting:
        raise Refused(
            _(
                "Amendments that are not decided: %(numbers)s. The mover accepts them, who proposed them withdraws "
                "them, or the council votes on them; then the vote on the motion can open."
            )
            % {"numbers": ", ".join(waiting)}
        )


def amendments_decided(motion: Motion) -> bool:
    """Say whether no amendment waits."""
    return not undecided(motion)


def undecided(motion: Motion) -> list[int]:
    """Return the numbers of the amendments that are not decided."""
    found = motion.amendments.filter(state__in=Amendment.UNDECIDED).order_by("number")
    return list(found.values_list("number", flat=True))


def check_can_comment_on(motion: Motion, now: datetime) -> None:
    """A motion is debated until its vote closes."""
    ballot = motion.ballots.filter(state=Ballot.State.OPEN).first()
    is_open = motion.state == Motion.State.MOVED or (ballot is not None and now < ballot.closes_at)
    if not is_open:
        raise TooLate(_("The debate closed with the vote; nothing was added."))


def can_comment_on(motion: Motion, now: datetime) -> bool:
    """Say whether the motion is still debated."""
    return passes(check_can_comment_on, motion, now)


def reports_until(ballot: Ballot) -> datetime:
    """Return until when a minority can report on a vote that has closed."""
    closed = ballot.closed_at or ballot.closes_at
    days: int = charter_value("councils.minority_days", on=closed.date())
    return closed + timedelta(days=days)


def check_can_report(motion: Motion, now: datetime) -> Ballot:
    """A minority reports on the vote that decided a motion, within the charter's days; returns that vote."""
    ballot = motion.ballots.filter(state=Ballot.State.CLOSED).order_by("-pk").first()
    if ballot is None or motion.state in {Motion.State.MOVED, Motion.State.VOTING}:
        raise TooLate(_("The motion is not decided; a minority reports after the vote has closed."))
    last = reports_until(ballot)
    if now >= last:
        raise TooLate(
            _("By the charter, a minority could report on this vote until %(moment)s.")
            % {"moment": last.strftime("%Y-%m-%d %H:%M %Z")}
        )
    return ballot


def reportable(motion: Motion, now: datetime) -> Ballot | None:
    """Return the vote on which a minority can report at this moment, if there is one."""
    try:
        return check_can_report(motion, now)
    except Refused:
        return None
