"""The board drafts envelopes, councils refer back, a carried motion settles them and moves the money."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Council, Motion
from councils.services.motions import motion_move
from planning import policies_investment as policies
from planning.models import Account, Cycle, Envelope, EnvelopeDraft, EnvelopeReferral, JournalEntry
from planning.selectors.envelopes import REGION, SECTOR, Fund, fund
from planning.services.ledger import account, journal_post
from planning.services.saying import in_full
from workplaces.errors import Forbidden, Invalid
from workplaces.models import Person
from workplaces.record.services import entry_append, lock_chain


@transaction.atomic
def envelopes_draft(
    *, cycle: Cycle, amounts: Mapping[str, int], reason: str, by: Person, now: datetime
) -> EnvelopeDraft:
    """Draft the year's envelopes and move them in the board; ``amounts`` by part (``sector-code``), in minor units.

    The same amounts as a draft that was referred back need the charter's greater majority. Raises Forbidden (no seat on the
    board), TooLate (phase, another draft under way), Invalid (a part that is missing, unknown, negative, smaller than its
    legal minimum; a stream whose parts do not add up to its total; no reason).
    """
    lock_chain()
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("baseline").get(pk=cycle.pk)
    policies.check_draft(cycle)
    board = Council.objects.sitting().filter(kind=Council.Kind.BOARD).first()
    if board is None:
        raise Forbidden(_("There is no planning board; found one, so that somebody can divide the fund."))
    found = fund(cycle)
    check_amounts(found, amounts, reason, cycle.baseline.currency)
    digest = digest_of(amounts)
    draft = EnvelopeDraft.objects.create(
        cycle=cycle,
        number=cycle.envelope_drafts.count() + 1,
        sector_total=found.sectors,
        region_total=found.regions,
        reason=reason.strip(),
        digest=digest,
        proposed_by=by,
        proposed_at=now,
    )
    Envelope.objects.bulk_create(
        Envelope(
            draft=draft, amount=amounts[part.key], least=part.least,
            **{f"{part.stream}_id": part.entity},
        )
        for part in found.parts
    )  # fmt: skip
    entry_append(
        kind="envelopes.drafted", by=by, subject=subject(draft), now=now,
        body={"year": cycle.year, "number": draft.number, "digest": digest, "amounts": dict(amounts)},
    )  # fmt: skip
    again = cycle.envelope_drafts.filter(digest=digest, referrals__isnull=False).exists()
    motion_move(
        council=board,
        title=_("Envelopes for %(year)s, draft %(number)s") % {"year": cycle.year, "number": draft.number},
        text=_text(found, amounts, draft, cycle.baseline.currency),
        by=by,
        now=now,
        mechanism=Motion.Mechanism.ADMINISTRATION,
        subject_kind=policies.ENVELOPES_AGAIN if again else policies.ENVELOPES,
        subject=draft.public_id,
    )
    return draft


def check_amounts(found: Fund, amounts: Mapping[str, int], reason: str, currency: str) -> None:
    """Raise Invalid that names every part and stream at fault."""
    parts = {part.key: part for part in found.parts}
    faults = {key: _("Nobody of this name has a part in the fund.") for key in amounts if key not in parts}
    for key, part in parts.items():
        amount = amounts.get(key)
        if amount is None:
            faults[key] = _("%(name)s has a part in the fund; give 0 if it gets nothing.") % {
                "name": part.label
            }
        elif amount < 0:
            faults[key] = _("An envelope cannot be smaller than nothing.")
        elif amount < part.least:
            faults[key] = _("By the charter %(name)s gets %(least)s at least.") % {
                "name": part.label,
                "least": in_full(part.least, currency),
            }
        elif part.low is not None and part.high is not None and not part.low <= amount <= part.high:
            faults[key] = _("The guideline that was voted gives %(name)s between %(low)s and %(high)s.") % {
                "name": part.label,
                "low": in_full(part.low, currency),
                "high": in_full(part.high, currency),
            }
    sentences = [] if faults else _off(found, amounts, currency)
    if not reason.strip():
        faults["reason"] = _("Say why the fund is divided like this.")
    if faults or sentences:
        raise Invalid(" ".join(sentences) or _("The fund cannot be divided like this."), fields=faults)


def _off(found: Fund, amounts: Mapping[str, int], currency: str) -> list[str]:
    """Say of each stream whose parts do not add up to its total by how much."""
    sentences = []
    for stream, total, name in (
        (SECTOR, found.sectors, _("The sectors' envelopes")),
        (REGION, found.regions, _("The regions' envelopes")),
    ):
        given = sum(amounts[part.key] for part in found.stream(stream))
        if given != total:
            more = _("%(name)s add up to %(given)s, which is %(off)s more than the %(total)s there are.")
            less = _("%(name)s add up to %(given)s, which is %(off)s less than the %(total)s there are.")
            values = {"given": given, "off": abs(given - total), "total": total}
            words = {key: in_full(value, currency) for key, value in values.items()}
            sentences.append((more if given > total else less) % {"name": name, **words})
    return sentences


def digest_of(amounts: Mapping[str, int]) -> str:
    """Return the SHA-256 over the amounts as JSON, parts in alphabetical order: equal amounts, equal digest."""
    return hashlib.sha256(
        json.dumps(dict(amounts), sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _text(found: Fund, amounts: Mapping[str, int], draft: EnvelopeDraft, currency: str) -> str:
    lines = [draft.reason, ""]
    for stream, total, name in (
        (SECTOR, found.sectors, _("Sectors")),
        (REGION, found.regions, _("Regions")),
    ):
        if parts := found.stream(stream):
            lines.append(f"{name}: {in_full(total, currency)}")
            lines += [f"{part.label}: {in_full(amounts[part.key], currency)}" for part in parts] + [""]
    lines.append(_("Digest of the amounts: %(digest)s") % {"digest": draft.digest})
    return "\n".join(lines)


def envelopes_follow(motion: Motion, now: datetime) -> None:
    """What follows when the board has voted: a carried draft is settled, unless a council referred it back meanwhile.

    While a council's motion to refer it back is open, the carried draft waits for that vote.
    """
    draft = _draft_of(motion)
    if draft is None or motion.state != Motion.State.CARRIED:
        return
    waits = [] if draft.referrals.exists() else policies.waits_for(draft)
    if waits:
        _note("waits", draft, motion, {"waits_for": [one.council.name for one in waits]}, now)
        return
    _settle(draft, motion, now)


def _settle(draft: EnvelopeDraft, motion: Motion, now: datetime) -> None:
    """Settle the draft that the board's motion carried, or note that it cannot be settled any more."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=draft.cycle_id)
    referred = list(draft.referrals.select_related("council"))
    if referred or cycle.phase != Cycle.Phase.ENVELOPES or policies.settled(cycle):
        names = [one.council.name for one in referred]
        _note("not_settled", draft, motion, {"referred_by": names, "phase": cycle.phase}, now)
        return
    draft.settled_at = now
    draft.save(update_fields=["settled_at"])
    _move_money(draft, motion, now)
    _note("settled", draft, motion, {"digest": draft.digest}, now)


def _draft_of(motion: Motion) -> EnvelopeDraft | None:
    if motion.subject_id is None:
        return None
    return EnvelopeDraft.objects.select_related("cycle__baseline").filter(public_id=motion.subject_id).first()


def _note(what: str, draft: EnvelopeDraft, motion: Motion, body: Mapping[str, object], now: datetime) -> None:
    """Say on the record what a vote brought about, or could no longer bring about."""
    entry_append(
        kind=f"envelopes.{what}",
        by=None,
        subject=subject(draft),
        motion=motion.public_id,
        body={"year": draft.cycle.year, "number": draft.number, **body},
        now=now,
    )


def _move_money(draft: EnvelopeDraft, motion: Motion, now: datetime) -> None:
    """Set the fund aside out of the year's output, and give every envelope its part of it."""
    cycle, cause = draft.cycle, JournalEntry.Cause
    total = draft.sector_total + draft.region_total
    if not total:
        return
    board = account(Account.Kind.BOARD, cycle=cycle)
    given = {"subject": draft.public_id, "cycle": cycle, "by": motion.moved_by, "now": now}
    output = account(Account.Kind.OUTPUT, cycle=cycle)
    journal_post(cause=cause.FUND, amounts={output: -total, board: total}, **given)  # type: ignore[arg-type]
    parts = {account_of(envelope): envelope.amount for envelope in draft.envelopes.all()}
    journal_post(cause=cause.ENVELOPE, amounts={board: -total, **parts}, **given)  # type: ignore[arg-type]


def account_of(envelope: Envelope) -> Account:
    """Return the account that holds an envelope's money."""
    if envelope.sector_id is not None:
        return account(Account.Kind.SECTOR, cycle=envelope.draft.cycle, sector_id=envelope.sector_id)
    return account(Account.Kind.REGION, cycle=envelope.draft.cycle, region_id=envelope.region_id)


@transaction.atomic
def envelopes_refer_back(
    *, draft: EnvelopeDraft, council: Council, reasons: str, by: Person, now: datetime
) -> Motion:
    """Move in a council that gets an envelope to refer the board's draft back, with reasons; once a year.

    It is moved before the board has decided; if the council carries it, the draft cannot be settled, and until the council
    has voted the draft is not settled either, though the board may have carried it. Raises Forbidden (no seat in the
    council), TooLate, Invalid (no reasons, or a council that gets no envelope).
    """
    lock_chain()
    policies.check_refer_back(draft, council.pk)
    own = Envelope.objects.filter(draft=draft)
    mine = own.filter(sector_id=council.sector_id) if council.sector_id else own.filter(region=council.region)
    if council.kind not in {Council.Kind.SECTOR, Council.Kind.REGIONAL} or not mine.exists():
        raise Invalid(_("%(council)s has no part in these envelopes.") % {"council": council.label})
    if not reasons.strip():
        raise Invalid(_("Say why it is referred back."), fields={"reasons": _("Reasons are needed.")})
    values = {"number": draft.number, "year": draft.cycle.year}
    return motion_move(
        council=council, title=_("Refer back draft %(number)s of the envelopes for %(year)s") % values, text=reasons,
        by=by, now=now, subject_kind=policies.REFER_BACK, subject=draft.public_id,
    )  # fmt: skip


def referral_follow(motion: Motion, now: datetime) -> None:
    """What follows when a council has voted on referring back: the draft goes back to the board, or is settled after all."""
    draft = _draft_of(motion)
    if draft is None:
        return
    if motion.state == Motion.State.CARRIED:
        _refer(draft, motion, now)
    boards = policies.board_motion(draft)
    is_waiting = boards is not None and boards.state == Motion.State.CARRIED and not draft.settled_at
    before = draft.referrals.exclude(motion=motion.public_id).exists()
    if boards and is_waiting and not before and (draft.referrals.exists() or not policies.waits_for(draft)):
        _settle(draft, boards, now)


def _refer(draft: EnvelopeDraft, motion: Motion, now: datetime) -> None:
    if not policies.can_be_referred(draft, motion.council_id):
        body = {"year": draft.cycle.year, "number": draft.number, "council_name": motion.council.name}
        _note("not_referred", draft, motion, body, now)
        return
    EnvelopeReferral.objects.create(
        cycle=draft.cycle, draft=draft, council=motion.council, motion=motion.public_id, reasons=motion.text, at=now
    )  # fmt: skip
    body = {
        "year": draft.cycle.year, "number": draft.number, "council_name": motion.council.name, "reasons": motion.text,
    }  # fmt: skip
    _note("referred_back", draft, motion, body, now)


def subject(draft: EnvelopeDraft) -> str:
    """How the public record names a draft."""
    return f"envelopes:{draft.public_id}"
