"""When a decision can be appealed, and the next layer rule on it. ``check_…`` raises, ``can_…`` says yes or no."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from councils.charter import charter_value
from councils.layers import RULINGS, next_layer
from councils.models import Appeal, Ballot, Council, Motion
from workplaces.errors import Refused, TooLate, passes

APPEALABLE = ("", "sharing")  # what a motion is about; other kinds have referral and appeal of their own


def decided_by(motion: Motion) -> Ballot | None:
    """Return the vote that decided a motion last."""
    return motion.ballots.filter(state=Ballot.State.CLOSED).order_by("-pk").first()


def check_can_appeal(motion: Motion, now: datetime) -> tuple[Ballot, datetime]:
    """What was carried can be appealed within the charter's days; returns the vote and when they are over."""
    ballot = decided_by(motion)
    if motion.state != Motion.State.CARRIED or ballot is None or ballot.closed_at is None:
        raise TooLate(_("Only a motion that was carried can be appealed; this one is %(state)s.")
                      % {"state": motion.get_state_display()})  # fmt: skip
    if motion.subject_kind not in APPEALABLE or motion.prescribed:
        raise Refused(_("This motion is part of a procedure that has referral and appeal of its own."))
    if (
        motion.appeals.filter(decided_at__isnull=True, until__gt=now).exists()
        or motion.appeals.filter(state=Appeal.State.LODGED).exists()
    ):
        raise Refused(_("An appeal against this motion is open already; support that one."))
    days = charter_value("councils.appeal_days", on=ballot.closed_at.date())
    until = ballot.closed_at + timedelta(days=days)
    if now >= until:
        raise TooLate(
            _("By the charter, this decision could be appealed until %(moment)s.")
            % {"moment": until.strftime("%Y-%m-%d %H:%M %Z")}
        )
    return ballot, until


def can_appeal(motion: Motion, now: datetime) -> bool:
    """Say whether the motion can be appealed at this moment."""
    try:
        check_can_appeal(motion, now)
    except Refused:
        return False
    return next_layer(motion.council) is not None


def gathering(motion: Motion, now: datetime) -> Appeal | None:
    """Return the appeal against a motion for which support is gathered."""
    return motion.appeals.filter(state=Appeal.State.GATHERING, until__gt=now).select_related("to").first()


def check_can_bring(motion: Motion, now: datetime) -> datetime:
    """A workplace brings an appeal within the days of all others; one that gathers support is brought with it.

    Returns until when.
    """
    lodged = motion.appeals.filter(state=Appeal.State.LODGED).select_related("to").first()
    if lodged is not None:
        raise Refused(
            _("An appeal against this decision is before %(council)s already, and one is ruled on at a time.")
            % {"council": lodged.to.label}
        )
    if found := gathering(motion, now):
        return found.until
    return check_can_appeal(motion, now)[1]


def can_bring(motion: Motion, now: datetime) -> bool:
    """Say whether a workplace that the decision concerns can bring an appeal at this moment."""
    return passes(check_can_bring, motion, now)


def check_can_support(appeal: Appeal, now: datetime) -> None:
    """Support is gathered until the charter's days are over."""
    if appeal.state != Appeal.State.GATHERING or now >= appeal.until:
        raise TooLate(_("Support for this appeal is no longer gathered."))


def can_support(appeal: Appeal, now: datetime) -> bool:
    """Say whether support is gathered at this moment."""
    return passes(check_can_support, appeal, now)


def needed(appeal: Appeal) -> tuple[int, int]:
    """Return how many of the vote's roll, or how many people in all, bring the appeal before the next layer."""
    on = appeal.filed_at.date()
    ballot = decided_by(appeal.motion)
    people = ballot.roll.values("person").distinct().count() if ballot else 0
    return min(charter_value("councils.appeal_roll", on=on), max(people, 1)), charter_value(
        "councils.appeal_supporters", on=on
    )


def has_support(appeal: Appeal) -> bool:
    """Say whether enough people support the appeal."""
    of_roll, of_all = needed(appeal)
    return appeal.supports.filter(on_roll=True).count() >= of_roll or appeal.supports.count() >= of_all


def check_can_rule(appeal: Appeal, *, refers: bool) -> None:
    """A council rules on an appeal that is before it; it refers a motion back once."""
    if appeal.state != Appeal.State.LODGED:
        raise TooLate(_("This appeal is %(state)s.") % {"state": appeal.get_state_display()})
    if Motion.objects.filter(
        subject_kind__in=RULINGS,
        subject_id=appeal.public_id,
        state__in=[Motion.State.MOVED, Motion.State.VOTING],
    ).exists():
        raise Refused(_("A ruling on this appeal has been moved already; vote on that motion first."))
    if refers and appeal.motion.appeals.filter(state=Appeal.State.REFERRED_BACK).exists():
        raise Refused(_("This motion was referred back before; it can only be overruled, or it stands."))


def can_rule(appeal: Appeal) -> bool:
    """Say whether the appeal waits for a ruling."""
    return passes(lambda: check_can_rule(appeal, refers=False))


def check_named(motion: Motion, secrecy: str) -> None:
    """A council that rules over another votes by name."""
    if motion.subject_kind in RULINGS and secrecy != Ballot.Secrecy.NAMED:
        raise Refused(_("A council rules on an appeal by name."))


def above(motion: Motion) -> Council | None:
    """Return the council to which the motion could be appealed once it is carried."""
    return None if motion.subject_kind not in APPEALABLE or motion.prescribed else next_layer(motion.council)
