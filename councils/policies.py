"""When something can be done in the councils. ``check_…`` raises TooLate or Refused, ``can_…`` says yes or no."""

from datetime import datetime

from django.utils.translation import gettext as _

from councils import transitions
from councils.models import Ballot, Council, Mandate, Motion
from workplaces.errors import Refused, TooLate


def check_sitting(council: Council) -> None:
    """A dissolved council decides nothing any more."""
    if council.dissolved_on:
        raise TooLate(_("%(council)s has been dissolved.") % {"council": council.label})


def check_can_open(motion: Motion) -> None:
    """A ballot opens on a motion that was moved and is not being voted on."""
    check_sitting(motion.council)
    if not transitions.can(transitions.MOTION, motion.state, "ballot_opened"):
        raise TooLate(
            _("“%(title)s” is already %(state)s.")
            % {"title": motion.title, "state": motion.get_state_display()}
        )


def can_open(motion: Motion) -> bool:
    """Say whether a ballot can open on the motion."""
    return not motion.council.dissolved_on and transitions.can(
        transitions.MOTION, motion.state, "ballot_opened"
    )


def check_can_withdraw(motion: Motion) -> None:
    """A motion can be withdrawn until it is voted on."""
    if not transitions.can(transitions.MOTION, motion.state, "withdrawn"):
        raise TooLate(
            _("“%(title)s” is already %(state)s.")
            % {"title": motion.title, "state": motion.get_state_display()}
        )


def can_withdraw(motion: Motion) -> bool:
    """Say whether the motion can be withdrawn."""
    return transitions.can(transitions.MOTION, motion.state, "withdrawn")


def check_can_cast(ballot: Ballot, now: datetime) -> None:
    """Votes are cast, and changed, while the ballot is open and before its closing time."""
    if ballot.secrecy != Ballot.Secrecy.NAMED:
        raise Refused(_("This is a secret ballot; its papers are cast in the booth."))
    if ballot.state == Ballot.State.DRAFT or (ballot.opened_at and now < ballot.opened_at):
        raise TooLate(_("The vote has not opened yet."))
    if ballot.state != Ballot.State.OPEN or now >= ballot.closes_at:
        raise TooLate(_("The vote is closed; nothing was cast or changed."))


def can_cast(ballot: Ballot, now: datetime) -> bool:
    """Say whether votes can be cast at this moment."""
    return bool(
        ballot.secrecy == Ballot.Secrecy.NAMED
        and ballot.state == Ballot.State.OPEN
        and ballot.opened_at
        and ballot.opened_at <= now < ballot.closes_at
    )


def check_can_close(ballot: Ballot, votes: int, now: datetime) -> None:
    """A ballot closes at its closing time, or before when everybody on the roll has voted."""
    if not transitions.can(transitions.BALLOT, ballot.state, "closed"):
        raise TooLate(_("This vote is %(state)s.") % {"state": ballot.get_state_display()})
    if now < ballot.closes_at and votes < ballot.roll_size:
        raise TooLate(
            _("The vote stays open until %(moment)s, because %(missing)s of %(all)s have not voted yet.")
            % {
                "moment": ballot.closes_at.strftime("%Y-%m-%d %H:%M %Z"),
                "missing": ballot.roll_size - votes,
                "all": ballot.roll_size,
            }
        )


def can_close(ballot: Ballot, votes: int, now: datetime) -> bool:
    """Say whether the ballot can be closed at this moment."""
    return ballot.state == Ballot.State.OPEN and (now >= ballot.closes_at or votes >= ballot.roll_size)


def check_can_void(ballot: Ballot) -> None:
    """What has been closed stays; before that a ballot can be declared void, with a reason."""
    if ballot.state not in {Ballot.State.DRAFT, Ballot.State.OPEN}:
        raise TooLate(
            _("This vote is %(state)s; it stays on the record.") % {"state": ballot.get_state_display()}
        )


def can_void(ballot: Ballot) -> bool:
    """Say whether the ballot can be declared void."""
    return ballot.state in {Ballot.State.DRAFT, Ballot.State.OPEN}


def check_can_end(mandate: Mandate, event: str, now: datetime) -> None:
    """A mandate ends once."""
    state = mandate.state_on(now.date())
    if not transitions.can(transitions.MANDATE, state, event):
        raise TooLate(_("This mandate has already come to its end (%(state)s).") % {"state": state})


def can_end(mandate: Mandate, event: str, now: datetime) -> bool:
    """Say whether the mandate can end in this way."""
    return transitions.can(transitions.MANDATE, mandate.state_on(now.date()), event)
