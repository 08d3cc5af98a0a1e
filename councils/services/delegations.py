"""Giving one's vote to somebody on the same roll, taking it back, and freezing what runs when a vote opens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from councils import permissions
from councils.charter import charter_value
from councils.delegated import KEY, proxies_frozen
from councils.models import Ballot, Council, Delegation, Proxy, RollEntry
from councils.selectors.delegations import allowed_in, edges
from councils.services.locks import chain_first, locked
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append

MEMBERS = (Council.Kind.WORKPLACE, Council.Kind.GENERAL)
BATCH = 2000


@transaction.atomic
def delegation_give(
    *, council: Council, to: Person, until: datetime, by: Person, now: datetime, subject_kind: str = ""
) -> Delegation:
    """Let somebody on the same roll vote for one in votes that open from now until ``until``.

    On everything, or on subjects of one kind, which goes before. Raises Refused (not allowed by the charter, given
    already, a circle), Forbidden (either is not on the roll), Invalid (to oneself, ``until``).
    """
    if not allowed_in(council, now.date()):
        raise Refused(
            _("By the charter nobody delegates their vote in %(council)s.") % {"council": council.label}
        )
    permissions.check_on_roll(by, council, now.date())
    if not permissions.on_roll(to, council, now.date()):
        words = {"person": to, "council": council.label}
        raise Forbidden(_("%(person)s is not on the roll of %(council)s and cannot vote for you.") % words)
    _check_words(to, until, by, now)
    chain_first()
    term = DateTimeTZRange(now, until)
    delegation = Delegation(
        council=council,
        giver=by,
        receiver=to,
        subject_kind=subject_kind,
        term=term,
        held=term,
        created_at=now,
    )
    _save(delegation)
    _record(delegation, "delegation.given", by, now)
    return delegation


@transaction.atomic
def delegation_end(*, delegation: Delegation, by: Person, now: datetime) -> Delegation:
    """Take one's vote back: votes that open from now on are one's own again; in open ones, vote oneself."""
    permissions.check_takes_part(by)
    chain_first()
    delegation = locked(delegation, related=("council", "giver", "receiver"))
    if delegation.giver_id != by.pk:
        raise Forbidden(_("Only who gave a vote away can take it back."))
    if delegation.held.isempty or delegation.held.upper <= now:
        raise TooLate(_("This delegation has already ended."))
    begun = delegation.held.lower
    delegation.held = DateTimeTZRange(begun, now) if now > begun else DateTimeTZRange(empty=True)
    delegation.save(update_fields=["held"])
    _record(delegation, "delegation.ended", by, now)
    return delegation


def delegations_freeze(ballot: Ballot, roll: Sequence[RollEntry], now: datetime) -> None:
    """Write the delegations that run into a ballot that is about to open, and their digest into its params."""
    if ballot.secrecy != Ballot.Secrecy.NAMED or ballot.council.kind not in MEMBERS or ballot.motion is None:
        return
    if not allowed_in(ballot.council, now.date()):
        return
    entries = {entry.person_id: entry for entry in roll}
    pairs = [
        (entries[giver], entries[receiver])
        for giver, receiver in edges(ballot.council, ballot.motion.subject_kind, now).items()
        if giver in entries and receiver in entries
    ]
    if not pairs:
        return
    Proxy.objects.bulk_create(
        [Proxy(ballot=ballot, giver=giver, receiver=receiver) for giver, receiver in pairs], batch_size=BATCH
    )
    ballot.params = {**ballot.params, KEY: proxies_frozen((g.number, r.number) for g, r in pairs)}


def _check_words(to: Person, until: datetime, by: Person, now: datetime) -> None:
    if to.pk == by.pk:
        sentence = _("You vote for yourself anyway; choose somebody else.")
        raise Invalid(sentence, fields={"to": sentence})
    days = charter_value("councils.delegation.days", on=now.date())
    if not now < until <= now + timedelta(days=days):
        sentence = _("By the charter a delegation lasts %(days)s days at most, and it ends after today.")
        raise Invalid(sentence % {"days": days}, fields={"until": _("Choose another day.")})


def _save(delegation: Delegation) -> None:
    words = {"person": delegation.receiver}
    try:
        with transaction.atomic():
            delegation.save()
    except IntegrityError as error:
        if "delegation_one_at_a_time" in str(error):
            raise Refused(_("You have given this vote away already; take it back first.")) from error
        if "lead back to whom" in str(error):
            raise Refused(
                _(
                    "%(person)s's vote already comes to you, directly or through others: that would be a circle."
                )
                % words
            ) from error
        raise


def _record(delegation: Delegation, kind: str, by: Person, now: datetime) -> None:
    body: dict[str, Any] = {
        "council": delegation.council.public_id,
        "council_name": delegation.council.name,
        "giver": delegation.giver.public_id,
        "giver_name": str(delegation.giver),
        "receiver": delegation.receiver.public_id,
        "receiver_name": str(delegation.receiver),
        "subject_kind": delegation.subject_kind,
        "until": delegation.term.upper,
    }
    entry_append(kind=kind, by=by, subject=delegation.subject, body=body, now=now)
