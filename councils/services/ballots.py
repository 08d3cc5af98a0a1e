"""Opening, closing and voiding ballots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from councils import (
    permissions,
    policies,
    policies_appeals,
    policies_consent,
    policies_motions,
    policies_parts,
    transitions,
)
from councils.charter import charter_value
from councils.charter_rules import REFUSED, majority_rule
from councils.counting import counted, tie_break_of
from councils.layers import OVERRULE
from councils.models import Ballot, Council, Election, Motion, Option, RollEntry
from councils.selectors.instructions import instructed
from councils.selectors.paper_counts import paper_counts_written
from councils.selectors.rolls import Right, roll_digest, roll_of, unit_rights
from councils.services import consequences
from councils.services.adopting import amendment_moves
from councils.services.delegations import delegations_freeze
from councils.services.dividing import divided_rolls
from councils.services.locks import chain_first, locked
from councils.services.rights_used import rights_used_tell
from councils.services.ruling import appeal_ruled
from councils.tally import STATUS_QUO, Rule, TieBreak
from workplaces.errors import Invalid, Refused, TooLate
from workplaces.models import Person
from workplaces.record.services import Draft, entries_append

ANSWERS = (
    ("yes", gettext_noop("Yes"), Option.Effect.YES),
    ("no", gettext_noop("No"), Option.Effect.NO),
    ("abstain", gettext_noop("Abstain"), Option.Effect.ABSTAIN),
)
BY_CONSENT = (
    ("yes", gettext_noop("No objection"), Option.Effect.YES),
    ("abstain", gettext_noop("Stand aside"), Option.Effect.ABSTAIN),
    ("no", gettext_noop("Objection"), Option.Effect.NO),
)
# Which of the charter's majorities decides, by what the motion is about; any other motion needs the usual one.
MAJORITIES = {
    "charter": "councils.charter.majority",
    "plan": "councils.ratify.majority",
    OVERRULE: "councils.overrule.majority",
    "envelopes-again": "planning.envelopes_overrule",
}
USUAL = "councils.majority"
BATCH = 2000
NO_PARTS: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def ballot_open(
    *,
    motion: Motion,
    by: Person,
    now: datetime,
    closes_at: datetime | None = None,
    tie_break: TieBreak = STATUS_QUO,
    secrecy: str = Ballot.Secrecy.NAMED,
) -> Ballot:
    """Open a ballot on a motion: roll, options and rule freeze, and their digest goes on the record.

    What the motion is about says which majority decides, so a vote that is held anew has the one it had.  The
    ballot is open for the charter's number of days, or until ``closes_at`` if that is later.
    Raises Forbidden, TooLate (the motion's state), Invalid (``closes_at``), Refused (nobody could vote, or
    too few for a secret vote, or this council votes by name).
    """
    hat = permissions.check_can_conduct(by, motion.council, now.date())
    return put_to_the_vote(
        motion, by=by, hat=hat, now=now, closes_at=closes_at, tie_break=tie_break, secrecy=secrecy
    )


def put_to_the_vote(
    motion: Motion,
    *,
    by: Person,
    hat: str,
    now: datetime,
    closes_at: datetime | None = None,
    tie_break: TieBreak = STATUS_QUO,
    secrecy: str = Ballot.Secrecy.NAMED,
) -> Ballot:
    """Open a ballot on a motion in a transaction of the caller, who has checked that it may be opened."""
    chain_first()
    motion = locked(motion, related=("council",))
    policies.check_can_open(motion)
    policies_motions.check_amendments_decided(motion)
    policies_appeals.check_named(motion, secrecy)
    rights = rights_of(motion.council, now)
    policies_consent.check_can_open(motion, secrecy, now.date())
    policies_parts.check_named(motion, secrecy, now.date())
    policies_parts.check_in_secret(motion, secrecy)
    if secrecy == Ballot.Secrecy.SECRET:
        policies.check_can_be_secret(motion.council, now.date())
        rights = secret_rights(rights, now)
    terms = terms_of(motion.subject_kind, now=now, closes_at=closes_at, tie_break=tie_break, secrecy=secrecy)
    ((rights, parts),) = divided_rolls([motion], {motion.council_id: rights}, now)
    ballot = drafted(motion, terms, by=by, now=now, parts=parts)
    ballot.save()
    options = Option.objects.bulk_create(options_of(ballot))
    freeze(ballot, options, rights, now)
    motion.state = transitions.after(transitions.MOTION, motion.state, "ballot_opened")
    motion.save(update_fields=["state"])
    record(ballot, "ballot.opened", by, hat, now, frozen(ballot, options))
    return ballot


@transaction.atomic
def ballot_close(*, ballot: Ballot, by: Person | None, now: datetime) -> Ballot:
    """Close a ballot, count it and settle its motion; ``by=None`` is the clock, once its time is over.

    The exclusive lock waits for every cast under way, so that whatever was committed is counted.
    Raises Forbidden and TooLate (not open, or some have not voted and its time is not over).
    """
    hat = permissions.check_can_conduct(by, ballot.council, now.date()) if by else ""
    chain_first()
    motion = _question_held(ballot)
    ballot = locked(ballot, related=("council",))
    if ballot.secrecy == Ballot.Secrecy.NAMED:
        policies.check_can_close(ballot, ballot.roll.filter(vote__isnull=False).count(), now)
    else:
        policies.check_can_close(ballot, 0, now)
    outcome = counted(ballot)
    ballot.result = outcome.result
    ballot.state, ballot.closed_at = transitions.after(transitions.BALLOT, ballot.state, "closed"), now
    ballot.save(update_fields=["state", "closed_at", "result"])
    if motion:
        motion.state = transitions.after(transitions.MOTION, motion.state, outcome.result["outcome"])
        motion.decided_at = now
        motion.save(update_fields=["state", "decided_at"])
    _election_moves(ballot, "ballot_closed")
    body = {"question": ballot.question, "result": ballot.result, **outcome.written, **instructed(ballot)}
    body |= paper_counts_written(ballot)
    effects = amendment_moves(ballot, outcome.result["outcome"], by, hat, now)
    effects += appeal_ruled(ballot, outcome.result["outcome"], by, hat, now)
    record(ballot, "ballot.closed", by, hat, now, body, *effects)
    rights_used_tell(ballot, now)
    if motion:
        consequences.follow(motion, now)
    return ballot


@transaction.atomic
def ballot_void(*, ballot: Ballot, reason: str, by: Person | None, now: datetime) -> Ballot:
    """Declare a ballot void, with a reason; its motion can then be voted on anew.

    ``by=None`` is the clock: what the vote is about is gone, by what others decided.
    """
    hat = permissions.check_can_conduct(by, ballot.council, now.date()) if by else ""
    if not reason.strip():
        raise Invalid(_("Say why this vote is void."), fields={"reason": _("This is empty.")})
    chain_first()
    motion = _question_held(ballot)
    ballot = locked(ballot, related=("council",))
    policies.check_can_void(ballot)
    event = "voided" if ballot.state == Ballot.State.OPEN else "discarded"
    ballot.state = transitions.after(transitions.BALLOT, ballot.state, event)
    ballot.voided_at, ballot.void_reason = now, reason.strip()
    ballot.save(update_fields=["state", "voided_at", "void_reason"])
    if motion and motion.state == Motion.State.VOTING:
        motion.state = transitions.after(transitions.MOTION, motion.state, "ballot_voided")
        motion.save(update_fields=["state"])
    _election_moves(ballot, "ballot_voided")
    amendment_moves(ballot, "ballot_voided", by, hat, now)
    record(ballot, "ballot.voided", by, hat, now, {"question": ballot.question, "reason": ballot.void_reason})
    return ballot


def ballots_close_due(*, now: datetime, most: int | None = None) -> list[Ballot]:
    """Close the ballots whose time is over, ``most`` or all, each in a transaction of its own; return those closed."""
    due = Ballot.objects.filter(state=Ballot.State.OPEN, closes_at__lte=now).order_by("closes_at", "pk")
    closed = []
    for ballot in due.select_related("motion", "council")[:most]:
        try:
            closed.append(ballot_close(ballot=ballot, by=None, now=now))
        except TooLate:  # somebody else closed or voided it since it was listed
            continue
    return closed


def _question_held(ballot: Ballot) -> Motion | None:
    """Return the motion that the ballot decides, locked; of a vote on an amendment its motion is locked too."""
    if ballot.amendment:
        locked(ballot.amendment.motion)
    return locked(ballot.motion) if ballot.motion else None


def _election_moves(ballot: Ballot, event: str) -> None:
    """Take the election that the ballot decides to its next state; after a void vote people can stand again."""
    election = Election.objects.select_for_update().filter(ballot=ballot).first()
    if election is None:
        return
    election.state = transitions.after(transitions.ELECTION, election.state, event)
    if event == "ballot_voided":
        election.ballot = None
    election.save(update_fields=["state", "ballot"])
    if event == "ballot_voided":
        election.nominations.update(option=None)


def rights_of(council: Council, now: datetime) -> list[Right]:
    """Return the council's voting rights; raises Refused when there are none."""
    rights = roll_of(council, now.date())
    if not rights:
        raise nobody_votes(council)
    return rights


def nobody_votes(council: Council) -> Refused:
    """Return the refusal of a vote in a council where nobody could vote."""
    sentence = _("Nobody holds a seat in %(council)s, so nobody could vote. Fill its seats first.")
    return Refused(sentence % {"council": council.label})


def secret_rights(rights: list[Right], now: datetime) -> list[Right]:
    """Return the rights as unit papers; raises Refused when too few people share the secret."""
    policies.check_enough_for_secrecy(len({right.person.pk for right in rights}), now.date())
    return unit_rights(rights)


def freeze(ballot: Ballot, options: list[Option], rights: list[Right], now: datetime) -> None:
    """Write the roll, and open the ballot with its size and digest."""
    roll = RollEntry.objects.bulk_create(roll_entries(ballot, rights), batch_size=BATCH)
    opened(ballot, options, roll, now)
    ballot.save()


def opened(ballot: Ballot, options: list[Option], roll: list[RollEntry], now: datetime) -> None:
    """Open a ballot with the delegations that run, the size and digest of its roll; the caller saves it."""
    delegations_freeze(ballot, roll, now)
    ballot.roll_size, ballot.roll_digest = len(roll), roll_digest(ballot, options, roll)
    ballot.state, ballot.opened_at = transitions.after(transitions.BALLOT, ballot.state, "opened"), now


@dataclass(frozen=True)
class Terms:
    """What the charter says of a vote that opens now, and what was chosen: the same for every council asked alike."""

    rule: Rule
    quorum: Any
    tie_break: TieBreak
    secrecy: str
    closes_at: datetime
    more: dict[str, Any] = field(default_factory=dict)


def terms_of(
    subject_kind: str,
    *,
    now: datetime,
    closes_at: datetime | None = None,
    tie_break: TieBreak = STATUS_QUO,
    secrecy: str = Ballot.Secrecy.NAMED,
) -> Terms:
    """Return the terms of a vote on a motion about something of this kind; raises Invalid for ``closes_at``."""
    rule = majority_rule(charter_value(MAJORITIES.get(subject_kind, USUAL), on=now.date()))
    quorum = charter_value("councils.quorum", on=now.date())
    more: dict[str, Any] = {}
    if secrecy == Ballot.Secrecy.NAMED and charter_value("councils.instructions", on=now.date()) == REFUSED:
        more["instructions"] = REFUSED
    return Terms(rule, quorum, tie_break, secrecy, closing_time(now, closes_at), more)


def drafted(
    motion: Motion, terms: Terms, *, by: Person | None, now: datetime, parts: Mapping[str, Any] = NO_PARTS
) -> Ballot:
    """Return the ballot on a motion, not saved and not open yet: by the charter's majority, by consent, or as it asks.

    ``parts`` are those of the roll, where the charter asks for a majority of them besides.
    """
    question = motion.question
    rule, params = (
        (Ballot.Rule.CONSENT, terms.more) if motion.by_consent else (terms.rule.name, majority_of(terms))
    )
    return Ballot(
        council=motion.council,
        motion=motion,
        wording=motion.wording,
        question=motion.title,
        rule=question.rule if question else rule,
        params=question.frozen if question else {**params, **parts},
        quorum=terms.quorum,
        tie_break=tie_break_of(question) if question else terms.tie_break.name,
        secrecy=terms.secrecy,
        closes_at=terms.closes_at,
        created_by=by,
        created_at=now,
    )


def majority_of(terms: Terms) -> dict[str, Any]:
    """Return the params of a vote by majority."""
    return {"threshold": str(terms.rule.threshold), "strict": terms.rule.strict, **terms.more}


def closing_time(now: datetime, wanted: datetime | None) -> datetime:
    """Return when a vote that opens now closes; raises Invalid for earlier than the charter keeps votes open."""
    earliest = now + timedelta(days=charter_value("councils.ballot_days", on=now.date()))
    if wanted is not None and wanted < earliest:
        raise Invalid(
            _("The charter keeps votes open until %(moment)s at least.")
            % {"moment": earliest.strftime("%Y-%m-%d %H:%M %Z")},
            fields={"closes_at": _("This is too early.")},
        )
    return wanted or earliest


def options_of(ballot: Ballot) -> list[Option]:
    """Return the options of a vote on a motion, not saved yet."""
    question = ballot.motion and ballot.motion.question
    plain = BY_CONSENT if ballot.is_by_consent else ANSWERS
    answers = [(one.code, one.label, Option.Effect.OPTION) for one in question.options] if question else plain
    return [
        Option(ballot=ballot, number=number, code=code, label=label, effect=effect)
        for number, (code, label, effect) in enumerate(answers, 1)
    ]


def roll_entries(ballot: Ballot, rights: list[Right]) -> list[RollEntry]:
    """Return the roll of a ballot, numbered, not saved yet."""
    return [
        RollEntry(
            ballot=ballot,
            number=number,
            right=right.right,
            person=right.person,
            name=right.name,
            represents=right.represents,
            sender_id=right.sender,
            weight=right.weight,
            part=right.part,
        )
        for number, right in enumerate(rights, 1)
    ]


def frozen(ballot: Ballot, options: list[Option]) -> dict[str, Any]:
    """Return what the record says of a ballot that opens."""
    return {
        "question": ballot.question,
        "rule": ballot.rule,
        "secrecy": ballot.secrecy,
        "params": ballot.params,
        "quorum": ballot.quorum,
        "tie_break": ballot.tie_break,
        "options": [[option.code, option.label, option.effect] for option in options],
        "wording": ballot.wording,
        "closes_at": ballot.closes_at,
        "roll_size": ballot.roll_size,
        "roll_digest": ballot.roll_digest,
    }


def record(
    ballot: Ballot, kind: str, by: Person | None, hat: str, now: datetime, body: dict[str, Any], *more: Draft
) -> None:
    """Enter what happened to a ballot on the record, and what followed from it."""
    entries_append(drafts=[entry_of(ballot, kind, by, hat, body), *more], now=now)


def entry_of(ballot: Ballot, kind: str, by: Person | None, hat: str, body: dict[str, Any]) -> Draft:
    """Return the entry of what happened to a ballot."""
    asked = ballot.amendment.motion if ballot.amendment else ballot.motion
    motion = asked.public_id if asked else None
    about = {"council": ballot.council.public_id, "council_name": ballot.council.name, **body}
    return Draft(kind=kind, by=by, hat=hat, subject=ballot.subject, motion=motion, body=about)
