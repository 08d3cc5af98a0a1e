"""Collecting signatures; the last one that is needed opens the vote, in the transaction that writes it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, policies, policies_parts, transitions
from councils.charter import charter_value
from councils.models import Ballot, Council, Mandate, Motion, Petition, Signature
from councils.questions import question_checked
from councils.selectors import petitions as selectors
from councils.selectors.petitions import signed
from councils.services import consequences
from councils.services.ballots import put_to_the_vote, rights_of
from councils.services.locks import chain_first, locked
from councils.services.mandates import mandate_end_by_vote
from councils.services.motions import already_open, check_words, motion_put
from workplaces.errors import Refused
from workplaces.models import Person
from workplaces.record.services import entry_append

Kind = Petition.Kind
SHARES = {Kind.RECALL: "councils.recall.share", Kind.INITIATIVE: "councils.initiative.share"}
SUBJECTS = {Kind.RECALL: "mandate", Kind.INITIATIVE: "petition"}


@transaction.atomic
def recall_start(*, mandate: Mandate, reason: str, by: Person, now: datetime) -> Petition:
    """Begin to collect signatures for the recall of a mandate, among the roll of those who gave it; it is signed by
    whoever begins it.

    Raises Forbidden (not on that roll), Invalid (no reason), TooLate (it has ended), Refused (under way already).
    """
    council = selectors.electors_of(mandate)
    if council is None:
        raise Refused(_("Nobody has given this mandate; there is no roll that could recall it."))
    permissions.check_on_roll(by, council, now.date())
    chain_first()
    mandate = locked(mandate, related=("council", "person", "represents"))
    policies.check_can_end(mandate, "recalled", now)
    policies.check_no_other_recall(mandate)
    if selectors.is_before_the_body(mandate, council):
        raise already_open(council)
    title = _("Recall %(person)s, %(hat)s") % {"person": mandate.person, "hat": mandate.label}
    secrecy = Ballot.Secrecy.SECRET
    return _start(Kind.RECALL, council, title[:200], reason, by, now, secrecy=secrecy, mandate=mandate)


@transaction.atomic
def initiative_start(
    *,
    council: Council,
    title: str,
    text: str,
    by: Person,
    now: datetime,
    secrecy: str = Ballot.Secrecy.NAMED,
    asks: Mapping[str, Any] | None = None,
) -> Petition:
    """Begin to collect signatures for a motion to a body, among its roll; it is signed by whoever begins it.

    ``asks`` describes a question with options (``councils.questions``); without it the motion asks for yes or no.
    Raises Forbidden (not on the roll), Invalid (words, question), TooLate (dissolved), Refused (secret where the charter
    votes by name).
    """
    permissions.check_on_roll(by, council, now.date())
    chain_first()
    if secrecy == Ballot.Secrecy.SECRET:
        policies.check_can_be_secret(council, now.date())
    asked = question_checked(asks).written if asks is not None else ""
    return _start(Kind.INITIATIVE, council, title, text, by, now, secrecy=secrecy, asks=asked)


@transaction.atomic
def petition_sign(*, petition: Petition, by: Person, now: datetime) -> Petition:
    """Sign a petition, in public and once. The last signature that is needed moves the motion and opens its vote.

    Raises Forbidden (not on the roll), TooLate (over, or the mandate has ended), Refused (signed already).
    """
    permissions.check_on_roll(by, petition.council, now.date())
    chain_first()
    return _sign(locked(petition, related=selectors.RELATED[:-2]), by, now)


@transaction.atomic
def petition_unsign(*, petition: Petition, by: Person, now: datetime) -> Petition:
    """Take one's signature back: possible until there are enough, or the time is over."""
    permissions.check_takes_part(by)
    chain_first()
    petition = locked(petition, related=("council", "mandate"))
    policies.check_can_sign(petition, now)
    signature = selectors.signatures_standing(petition).filter(person=by).first()
    if signature is None:
        raise Refused(_("You have not signed this petition."))
    signature.withdrawn_at = now
    signature.save(update_fields=["withdrawn_at"])
    _record(petition, "petition.unsigned", by, now, {"name": str(by), "signed": signed(petition)})
    return petition


def recall_settle(motion: Motion, now: datetime) -> None:
    """End the mandate that a carried recall is about, at once; one that has ended meanwhile stays as it ended."""
    if motion.state != Motion.State.CARRIED:
        return
    rows = Mandate.objects.select_related("council", "person", "represents")
    mandate = rows.filter(public_id=motion.subject_id).first() if motion.subject_id else None
    if (
        mandate
        and selectors.electors_of(mandate) == motion.council
        and policies.can_end(mandate, "recalled", now)
    ):
        mandate_end_by_vote(mandate, motion, now)


consequences.register("mandate", recall_settle)


def _start(
    kind: Kind, council: Council, title: str, text: str, by: Person, now: datetime, *, secrecy: str,
    mandate: Mandate | None = None, asks: str = "",
) -> Petition:  # fmt: skip
    council = locked(council)
    policies.check_sitting(council)
    check_words(title, text)
    share = charter_value(SHARES[kind], on=now.date())
    people = selectors.people_on_roll(council, now.date())
    petition = Petition.objects.create(
        council=council,
        kind=kind,
        mandate=mandate,
        title=title.strip(),
        text=text.strip(),
        asks=asks,
        secrecy=secrecy,
        roll_size=people,
        needed=selectors.signatures_needed(share, people),
        closes_at=now + timedelta(days=charter_value("councils.petition_days", on=now.date())),
        created_by=by,
        created_at=now,
    )
    told = {
        "kind": kind,
        "text": petition.text,
        **({"asks": petition.question.as_dict()} if petition.question else {}),
        "mandate": mandate.public_id if mandate else None,
        "needed": petition.needed,
        "roll_size": people,
        "closes_at": petition.closes_at,
    }
    _record(petition, "petition.started", by, now, told)
    return _sign(petition, by, now)


def _sign(petition: Petition, by: Person, now: datetime) -> Petition:
    """Write a signature into a petition that is locked."""
    policies.check_can_sign(petition, now)
    if selectors.has_signed(petition, by):
        raise Refused(_("You have signed this petition already; a signature counts once."))
    Signature.objects.create(petition=petition, person=by, signed_at=now)
    number = signed(petition)
    _record(petition, "petition.signed", by, now, {"name": str(by), "signed": number})
    return _reach(petition, now) if number >= petition.needed else petition


def _reach(petition: Petition, now: datetime) -> Petition:
    """Move the motion and open its vote, by the procedure itself."""
    starter, kind = petition.created_by, Kind(petition.kind)
    motion = motion_put(
        council=petition.council,
        title=petition.title,
        text=petition.text,
        by=starter,
        hat=_("petition of %(number)s people") % {"number": petition.needed},
        now=now,
        subject_kind=SUBJECTS[kind],
        subject=petition.mandate.public_id if petition.mandate else petition.public_id,
        prescribed=_prescribed(petition),
        asks=petition.question.as_dict() if petition.question else None,
    )
    put_to_the_vote(motion, by=starter, hat=motion.hat, now=now, secrecy=_secrecy(petition, motion, now))
    petition.motion, petition.ended_at = motion, now
    petition.state = transitions.after(transitions.PETITION, petition.state, "reached")
    petition.save(update_fields=["motion", "ended_at", "state"])
    _record(petition, "petition.reached", None, now, {"motion": motion.public_id, "signed": petition.needed})
    return petition


def _secrecy(petition: Petition, motion: Motion, now: datetime) -> str:
    """Return how the vote is held: in secret only where the charter and the size of the roll allow it."""
    today = now.date()
    people = len({right.person.pk for right in rights_of(petition.council, now)})
    hides = policies.can_be_secret(petition.council, today) and policies.can_hide(people, today)
    hides = hides and policies_parts.can_be_secret(motion, today)
    return petition.secrecy if hides else Ballot.Secrecy.NAMED


def _prescribed(petition: Petition) -> str:
    sentence = _("By the charter, the signatures of %(needed)s of %(roll)s people put this to the vote.")
    return sentence % {"needed": petition.needed, "roll": petition.roll_size}


def _record(petition: Petition, kind: str, by: Person | None, now: datetime, body: dict[str, Any]) -> None:
    council = petition.council
    about = {"council": council.public_id, "council_name": council.name, "title": petition.title, **body}
    motion = petition.motion.public_id if petition.motion else None
    entry_append(kind=kind, by=by, subject=petition.subject, motion=motion, body=about, now=now)
