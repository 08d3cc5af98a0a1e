"""Requests compete for an envelope: frozen with their costs in a motion; a vote chooses whole ones, which are granted."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Motion
from councils.permissions import check_can_move
from councils.services.motions import motion_move
from planning import policies_investment as policies
from planning import policies_projects
from planning.allocation.sharing import Standing
from planning.models import Cycle, Envelope, Grant, InvestmentRequest, Share, SharingOut
from planning.models.ledger import DECIMALS
from planning.selectors.projects import Entrant, chosen_in, entrants, labels_of, rule_on
from planning.selectors.sharing import money_in
from planning.services.envelopes import account_of
from planning.services.granting import council_of, shares_grant, sharing_note, subject
from planning.services.grants import grants_reverse
from planning.services.saying import in_full
from workplaces.errors import Invalid
from workplaces.models import Person
from workplaces.record.services import entry_append, lock_chain

NAMED = 60  # as many as a ballot holds


@transaction.atomic
def projects_propose(
    *, envelope: Envelope, requests: Collection[UUID] | None, budget: int | None, reason: str, by: Person, now: datetime
) -> SharingOut:  # fmt: skip
    """Move in the envelope's council to let ``requests`` compete for ``budget`` minor units, each as a whole.

    None stands for all that can compete, and for all that the envelope's account holds. The council votes among them by the
    charter's rule. Raises Forbidden (no seat in the council), TooLate (phase, another motion on it), Invalid: no reason, a
    budget of nothing or above the account, a request that cannot compete, fewer than two, more than a ballot holds.
    """
    lock_chain()
    cycle = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("baseline")
        .get(pk=envelope.draft.cycle_id)
    )
    policies.check_share(envelope, cycle)
    council = council_of(envelope)
    check_can_move(by, council, now.date())
    if not reason.strip():
        raise Invalid(_("Say why they compete."), fields={"reason": _("A reason is needed.")})
    held = money_in(envelope)
    budget = held if budget is None else budget
    policies_projects.check_budget(budget, held, cycle.baseline.currency)
    rows = _competing(envelope, budget, requests)
    labels = labels_of(row.request for row in rows)
    rule, params = rule_on(now.date())
    params |= {"budget": budget, "unit": cycle.baseline.currency, "decimals": DECIMALS}
    asks = {
        "rule": rule,
        "options": [
            {"label": label, "cost": row.request.amount} for label, row in zip(labels, rows, strict=True)
        ],
        "params": params,
    }
    sharing = _freeze(envelope, rows, asks, reason, by, now)
    entry_append(
        kind="sharing.proposed", by=by, subject=subject(sharing), now=now,
        body={
            "envelope": envelope.public_id, "envelope_name": str(envelope), "method": sharing.method, "rule": rule,
            "amount": budget, "digest": sharing.digest,
            "requests": [[f"o{number}", row.request.public_id, row.request.amount] for number, row in enumerate(rows, 1)],
        },
    )  # fmt: skip
    motion_move(
        council=council, by=by, now=now, subject_kind=policies.SHARING, subject=sharing.public_id, asks=asks,
        title=_("Let requests compete for the envelope of %(name)s") % {"name": envelope},
        text=_text(sharing, rows, held, cycle.baseline.currency),
    )  # fmt: skip
    return sharing


def _competing(envelope: Envelope, budget: int, requests: Collection[UUID] | None) -> list[Entrant]:
    """Return those that were named, or all that can compete; raise Invalid that says of each that cannot why."""
    found = entrants(envelope, budget)
    if requests is None:
        rows = [row for row in found if not row.why_not]
    else:
        there = {row.request.public_id for row in found}
        faults = [_gone(envelope, one) for one in requests if one not in there]
        rows = [row for row in found if row.request.public_id in set(requests)]
        faults += [row.why_not for row in rows if row.why_not]
        if faults:
            told = " ".join(dict.fromkeys(faults))
            raise Invalid(told, fields={"requests": told})
    policies_projects.check_number(len(rows))
    return rows


def _gone(envelope: Envelope, public_id: UUID) -> str:
    """Say why a request that was named does not wait in this envelope."""
    own = {
        "sector_id": envelope.sector_id,
        "region_id": envelope.region_id,
        "cycle_id": envelope.draft.cycle_id,
    }
    request = InvestmentRequest.objects.filter(public_id=public_id).select_related("workplace").first()
    if request is None or any(getattr(request, name) != value for name, value in own.items()):
        return _("A request that you named does not ask this envelope for anything.")
    if request.withdrawn_at:
        return _("%(workplace)s has withdrawn its request.") % {"workplace": request.workplace.label}
    return _("%(workplace)s was granted its request already.") % {"workplace": request.workplace.label}


def _freeze(
    envelope: Envelope, rows: Sequence[Entrant], asks: dict[str, Any], reason: str, by: Person, now: datetime
) -> SharingOut:
    parts = [[str(row.request.public_id), row.request.amount, row.request.purpose] for row in rows]
    words = [str(envelope.public_id), asks["rule"], asks["params"], parts]
    sharing = SharingOut.objects.create(
        envelope=envelope, number=SharingOut.objects.filter(envelope=envelope).count() + 1,
        method=SharingOut.Method.PROJECTS, alpha=None, criteria={"weights": {}, "least": {}},
        amount=asks["params"]["budget"], reason=reason.strip(),
        digest=hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest(), proposed_by=by,
        proposed_at=now,
    )  # fmt: skip
    sharing.shares.bulk_create(
        Share(
            sharing=sharing, request=row.request, amount=row.request.amount, before=row.request.level, after=row.after,
            standing=Standing.ASKED, code=f"o{number}",
        )
        for number, row in enumerate(rows, 1)
    )  # fmt: skip
    return sharing


def _text(sharing: SharingOut, rows: Sequence[Entrant], held: int, currency: str) -> str:
    total = sum(row.request.amount for row in rows)
    words = {
        "number": len(rows),
        "total": in_full(total, currency),
        "budget": in_full(sharing.amount, currency),
        "held": in_full(held, currency),
    }
    lines = [
        sharing.reason,
        "",
        _("%(number)s requests for %(total)s together compete for %(budget)s; the envelope holds %(held)s.") % words,
        _("Each is granted in full or not at all. What is left stays in the envelope."),
        "",
        *(f"{row.request.workplace.label}: {in_full(row.request.amount, currency)}" for row in rows[:NAMED]),
    ]  # fmt: skip
    return "\n".join([*lines, "", _("Digest of all parts: %(digest)s") % {"digest": sharing.digest}])


def projects_settle(sharing: SharingOut, motion: Motion, now: datetime) -> None:
    """Grant in full what the council's vote chose, or note why nothing could be; in the transaction that counted it.

    A request that was withdrawn or granted meanwhile is passed over, and its money stays in the envelope. Voted on again
    after an appeal, a grant that is chosen again stands, one that is not goes back, and what is chosen newly is granted.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=sharing.envelope.draft.cycle_id)
    if sharing.settled_at is not None:
        grants_reverse(cycle=cycle, by=None, now=now)
    standing = list(Grant.objects.not_taken_back().filter(share__sharing=sharing))
    by_code = {share.code: share for share in sharing.shares.select_related("request__workplace")}
    chosen = [by_code[code] for code in chosen_in(motion)]
    wanted = [share for share in chosen if share.pk not in {grant.share_id for grant in standing}]
    granting = [share for share in wanted if _can_be_granted(share)]
    why = _hindrance(sharing, cycle, granting, standing)
    if why:
        sharing_note("not_settled", sharing, motion, {"why": why}, now)
        return
    if sharing.settled_at is None:
        sharing.settled_at = now
        sharing.save(update_fields=["settled_at"])
    grants = shares_grant(sharing, granting, cycle, motion, now)
    passed = [share.request.workplace.name for share in wanted if share not in granting]
    body = {"digest": sharing.digest, "grants": len(grants), "chosen": len(chosen), "passed_over": passed}
    sharing_note("settled", sharing, motion, body, now)


def _can_be_granted(share: Share) -> bool:
    """Say whether a chosen request still waits; a part is granted once, and not again after it was taken back."""
    taken = Grant.objects.not_taken_back().filter(request=share.request).exists()
    return share.request.withdrawn_at is None and not taken and not Grant.objects.filter(share=share).exists()


def _hindrance(
    sharing: SharingOut, cycle: Cycle, granting: Sequence[Share], standing: Sequence[Grant]
) -> str:
    """Say what keeps the whole vote from granting: the phase, the money, or that none of the chosen waits any more."""
    if cycle.phase not in policies.GRANTING:
        return "phase"
    if not granting and not standing:
        return "none waits"
    total = sum(share.amount for share in granting)
    held = account_of(sharing.envelope).balance
    committed = sum(grant.amount for grant in standing)
    return "" if total <= held and total + committed <= sharing.amount else "money"
