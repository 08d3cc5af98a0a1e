"""When something can be done in the councils. ``check_…`` raises TooLate or Refused, ``can_…`` says yes or no."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from councils import transitions
from councils.charter import charter_value
from councils.models import Ballot, Council, Election, Instruction, Mandate, Motion, Option, Petition
from councils.terms import terms_in_a_row
from workplaces.errors import Refused, TooLate, passes
from workplaces.models import Person


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


def check_follows(instruction: Instruction | None, option: Option) -> None:
    """Where the charter binds delegates, a vote against the instruction of those who sent them is not taken."""
    if instruction is None or instruction.is_followed_by(option.effect) is not False:
        return
    words = {"sender": instruction.sender.label, "answer": instruction.get_answer_display()}
    raise Refused(
        _("%(sender)s instructed you to vote “%(answer)s”, and the charter takes no vote against it.") % words
    )


def check_can_put_paper(ballot: Ballot, now: datetime) -> None:
    """Papers are put into the urn of a secret ballot while it is open and before its closing time."""
    if ballot.secrecy != Ballot.Secrecy.SECRET:
        raise Refused(_("This is a named vote; it is cast on the motion's page, not in the booth."))
    if ballot.state == Ballot.State.VOID:
        raise TooLate(_("This vote was declared void; no paper was taken."))
    if ballot.state == Ballot.State.DRAFT or (ballot.opened_at and now < ballot.opened_at):
        raise TooLate(_("The vote has not opened yet."))
    if ballot.state != Ballot.State.OPEN or now >= ballot.closes_at:
        raise TooLate(_("The vote is closed; your paper was not taken."))


def can_put_paper(ballot: Ballot, now: datetime) -> bool:
    """Say whether papers are taken at this moment."""
    return passes(check_can_put_paper, ballot, now)


def check_can_be_secret(council: Council, on: date) -> None:
    """Members vote in secret; delegates answer to those who sent them, so their votes on motions are named."""
    if council.kind not in charter_value("councils.secret_kinds", on=on):
        raise Refused(_("By the charter %(council)s votes on motions by name.") % {"council": council.label})


def can_be_secret(council: Council, on: date) -> bool:
    """Say whether the council may vote on motions in secret."""
    return passes(check_can_be_secret, council, on)


def check_enough_for_secrecy(people: int, on: date) -> None:
    """Few people cannot hide behind one another."""
    least = charter_value("councils.secret_least", on=on)
    if people < least:
        raise Refused(
            _(
                "A secret vote needs at least %(least)s people on its roll; here are %(people)s. "
                "With so few, the result would tell how each of them voted."
            )
            % {"least": least, "people": people}
        )


def can_hide(people: int, on: date) -> bool:
    """Say whether enough people are on a roll for a secret vote."""
    return passes(check_enough_for_secrecy, people, on)


def check_can_close(ballot: Ballot, votes: int, now: datetime) -> None:
    """A ballot closes at its closing time; a named one before when everybody on the roll has voted."""
    if not transitions.can(transitions.BALLOT, ballot.state, "closed"):
        raise TooLate(_("This vote is %(state)s.") % {"state": ballot.get_state_display()})
    if now < ballot.closes_at and ballot.secrecy == Ballot.Secrecy.SECRET:
        raise TooLate(
            _("A secret vote stays open until %(moment)s; nobody learns before how many have voted.")
            % {"moment": ballot.closes_at.strftime("%Y-%m-%d %H:%M %Z")}
        )
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
    return passes(check_can_close, ballot, votes, now)


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


def check_can_stand(election: Election, now: datetime) -> None:
    """People stand, change their statement and withdraw until nominations close."""
    if election.state != Election.State.NOMINATING or now >= election.nominations_until:
        raise TooLate(_("Nominations have closed; the candidates stay as they are."))


def can_stand(election: Election, now: datetime) -> bool:
    """Say whether people can stand at this moment."""
    return passes(check_can_stand, election, now)


def check_can_open_election(election: Election, now: datetime) -> None:
    """The vote opens once nominations have closed."""
    if not transitions.can(transitions.ELECTION, election.state, "ballot_opened"):
        raise TooLate(_("This election is %(state)s.") % {"state": election.get_state_display()})
    if now < election.nominations_until:
        raise TooLate(
            _("People can stand until %(moment)s; the vote opens after that.")
            % {"moment": election.nominations_until.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_open_election(election: Election, now: datetime) -> bool:
    """Say whether the election's vote can open at this moment."""
    return passes(check_can_open_election, election, now)


def check_can_cancel(election: Election) -> None:
    """An election can be cancelled until it is voted on."""
    if not transitions.can(transitions.ELECTION, election.state, "cancelled"):
        raise TooLate(_("This election is %(state)s.") % {"state": election.get_state_display()})


def can_cancel(election: Election) -> bool:
    """Say whether the election can be cancelled."""
    return passes(check_can_cancel, election)


def check_terms(person: Person, council: Council, role: str, begin: date) -> None:
    """Nobody holds a role in a council more terms in a row than the charter allows."""
    most = charter_value("councils.terms_in_a_row", on=begin)
    pause = charter_value("councils.pause_days", on=begin)
    held = Mandate.objects.filter(person=person, council=council, role=role).exclude(held__isempty=True)
    spans = [(mandate.held.lower, mandate.held.upper) for mandate in held]
    if terms_in_a_row(spans, begin, pause) >= most:
        raise Refused(
            _(
                "%(person)s has held this for %(most)s terms in a row; the charter asks for a pause of %(pause)s days."
            )
            % {"person": person, "most": most, "pause": pause}
        )


def within_terms(person: Person, council: Council, role: str, begin: date) -> bool:
    """Say whether one more term is within what the charter allows."""
    return passes(check_terms, person, council, role, begin)


def check_can_sign(petition: Petition, now: datetime) -> None:
    """Petitions are signed, and signatures taken back, until there are enough or the time is over."""
    if petition.state == Petition.State.REACHED:
        raise TooLate(_("There are enough signatures; the vote on it has been opened."))
    if petition.state == Petition.State.LAPSED or now >= petition.closes_at:
        raise TooLate(_("The time for signatures is over; nothing was signed or taken back."))
    mandate = petition.mandate
    if petition.state == Petition.State.MOOT or (mandate and not can_end(mandate, "recalled", now)):
        raise TooLate(_("The mandate has ended meanwhile, so there is nothing left to recall."))


def can_sign(petition: Petition, now: datetime) -> bool:
    """Say whether the petition can be signed at this moment."""
    return passes(check_can_sign, petition, now)


def check_no_other_recall(mandate: Mandate) -> None:
    """Signatures for a mandate's recall are collected once at a time."""
    if Petition.objects.filter(mandate=mandate, state=Petition.State.COLLECTING).exists():
        raise Refused(_("Signatures for this recall are being collected already; sign that petition."))
