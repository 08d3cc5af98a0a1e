"""Amendments: proposing other words, taking them back, accepting them as friendly, putting them to the vote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from councils import permissions, policies, policies_motions, transitions
from councils.models import Amendment, Ballot, Motion, Option
from councils.questions import question_checked
from councils.services.adopting import amendment_settled, entry_of, words, words_change
from councils.services.ballots import (
    drafted,
    freeze,
    frozen,
    majority_of,
    options_of,
    record,
    rights_of,
    secret_rights,
    terms_of,
)
from councils.services.locks import chain_first, locked
from councils.services.motions import check_words, tidy
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import Draft, entries_append

REASON_LENGTH = 2000
QUESTION_LENGTH = 300


class Stale(Refused):
    """The words changed since the person read them; ``version`` is what they had read."""

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message)
        self.version = version


@transaction.atomic
def amendment_propose(
    *,
    motion: Motion,
    version: int,
    title: str,
    text: str,
    by: Person,
    now: datetime,
    reason: str = "",
    asks: Mapping[str, Any] | None = None,
) -> Amendment:
    """Propose a whole new wording for a motion; ``version`` is the one that the person has read.

    ``asks`` is its question with options as it would be (``councils.questions``), as it stands unless given.
    Sent again by the same person with the same words, it is the same amendment.
    Raises Forbidden, TooLate (voted on, or the charter's days are over), Stale, Invalid (too long, no change, a question
    that cannot be put or is counted by another rule), Refused (another of one's own is undecided; the motion is about
    something whose words stand elsewhere).
    """
    hat = permissions.check_can_move(by, motion.council, now.date())
    chain_first()
    motion = locked(motion, related=("council",))
    title, text, reason = title.strip(), tidy(text), tidy(reason)
    mine = motion.amendments.filter(proposed_by=by, state__in=Amendment.UNDECIDED).first()
    if mine and (mine.title, mine.text) == (title, text) and _is_asked(mine, asks):
        return mine
    policies_motions.check_can_amend(motion, now)
    check_words(title, text)
    _check_reason(reason)
    _check_fresh(motion, version)
    asked = _asked(motion, asks)
    if (title, text, asked) == (motion.title, tidy(motion.text), motion.asks):
        raise Invalid(_("These are the words as they stand; change something."), fields={})
    if mine:
        raise Refused(
            _("Your amendment %(number)s is not decided yet; withdraw it before you propose another.")
            % {"number": mine.number}
        )
    amendment = Amendment.objects.create(
        motion=motion, number=_next_number(motion), base=motion.version, title=title, text=text, asks=asked,
        reason=reason, proposed_by=by, hat=hat, proposed_at=now,
    )  # fmt: skip
    told = {"asks": amendment.question.as_dict()} if amendment.question else {}
    body = {"base": amendment.base, "title": title, "text": text, **told, "reason": reason}
    _enter([entry_of(amendment, motion, "amendment.proposed", by, hat, body)], now)
    return amendment


@transaction.atomic
def amendment_accept(*, amendment: Amendment, version: int, by: Person, now: datetime) -> Amendment:
    """Accept an amendment as friendly: the mover of the motion can, and its words become the motion's.

    Accepted again, it stays accepted. Raises Forbidden, TooLate, Stale, Refused (another one is being voted on).
    """
    chain_first()
    motion, amendment = _held(amendment)
    hat = permissions.check_can_accept(by, motion, now.date())
    if amendment.state == Amendment.State.ACCEPTED:
        return amendment
    policies_motions.check_amendment_can(amendment, "accepted_by_the_mover")
    policies_motions.check_no_amendment_voted(motion)
    _check_fresh(motion, version)
    amendment = amendment_settled(amendment, "accepted_by_the_mover", now)
    motion, others = words_change(motion, amendment)
    _enter([entry_of(amendment, motion, "amendment.accepted", by, hat, words(motion)), *others], now)
    return amendment


@transaction.atomic
def amendment_withdraw(*, amendment: Amendment, by: Person, now: datetime) -> Amendment:
    """Take an amendment back before it is voted on: who proposed it can, and nobody else."""
    permissions.check_takes_part(by)
    chain_first()
    motion, amendment = _held(amendment)
    if amendment.proposed_by_id != by.pk:
        raise Forbidden(_("Only who proposed an amendment can withdraw it."))
    policies_motions.check_amendment_can(amendment, "withdrawn")
    amendment = amendment_settled(amendment, "withdrawn", now)
    _enter([entry_of(amendment, motion, "amendment.withdrawn", by, amendment.hat, {})], now)
    return amendment


@transaction.atomic
def amendment_open(
    *, amendment: Amendment, by: Person, now: datetime, secrecy: str = Ballot.Secrecy.NAMED
) -> Ballot:
    """Put an amendment to the vote of the motion's council, as ``ballot_open`` does with a motion.

    Raises Forbidden, TooLate, Refused (another amendment is being voted on, nobody could vote, secrecy).
    """
    hat = permissions.check_can_conduct(by, amendment.motion.council, now.date())
    chain_first()
    motion, amendment = _held(amendment)
    policies.check_sitting(motion.council)
    policies_motions.check_amendment_can(amendment, "ballot_opened")
    policies_motions.check_no_amendment_voted(motion)
    rights = rights_of(motion.council, now)
    if secrecy == Ballot.Secrecy.SECRET:
        policies.check_can_be_secret(motion.council, now.date())
        rights = secret_rights(rights, now)
    terms = terms_of("", now=now, secrecy=secrecy)
    ballot = drafted(motion, terms, by=by, now=now)
    ballot.motion, ballot.amendment = None, amendment
    ballot.rule, ballot.params, ballot.tie_break = terms.rule.name, majority_of(terms), terms.tie_break.name
    question = _("Amendment %(number)s: %(title)s") % {"number": amendment.number, "title": motion.title}
    ballot.question, ballot.wording = question[:QUESTION_LENGTH], amendment.wording
    ballot.save()
    options = Option.objects.bulk_create(options_of(ballot))
    freeze(ballot, options, rights, now)
    amendment.state = transitions.after(transitions.AMENDMENT, amendment.state, "ballot_opened")
    amendment.save(update_fields=["state"])
    record(ballot, "ballot.opened", by, hat, now, frozen(ballot, options))
    return ballot


def _held(amendment: Amendment) -> tuple[Motion, Amendment]:
    """Return motion and amendment as they now are, locked in this order."""
    return locked(amendment.motion, related=("council",)), locked(amendment)


def _asked(motion: Motion, asks: Mapping[str, Any] | None) -> str:
    """Return the question as it would be, in canonical JSON; how it is counted stays."""
    if asks is None:
        return motion.asks
    if motion.question is None:
        sentence = _("This motion asks for yes or no. To ask among options, withdraw it and put another.")
        raise Invalid(sentence, fields={"rule": sentence})
    asked = question_checked(asks)
    if asked.rule != motion.question.rule:
        sentence = _(
            "An amendment cannot change how a question is counted; withdraw the motion and put another."
        )
        raise Invalid(sentence, fields={"rule": sentence})
    return asked.written


def _is_asked(amendment: Amendment, asks: Mapping[str, Any] | None) -> bool:
    try:
        return _asked(amendment.motion, asks) == amendment.asks
    except Invalid:
        return False


def _check_reason(reason: str) -> None:
    if len(reason) > REASON_LENGTH:
        told = _("A reason has at most %(most)s characters; this one has %(number)s.")
        sentence = told % {"most": REASON_LENGTH, "number": len(reason)}
        raise Invalid(sentence, fields={"reason": sentence})


def _check_fresh(motion: Motion, version: int) -> None:
    if version != motion.version:
        raise Stale(
            _(
                "The motion's words have changed since you read them (version %(old)s, now %(new)s). "
                "Nothing was done; read what changed, then send it again."
            )
            % {"old": version, "new": motion.version},
            version=version,
        )


def _next_number(motion: Motion) -> int:
    highest = motion.amendments.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def _enter(drafts: list[Draft], now: datetime) -> None:
    entries_append(drafts=drafts, now=now)
