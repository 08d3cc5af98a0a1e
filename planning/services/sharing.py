"""A council shares its envelope out: the dial and the criteria are frozen in a motion; carried, it grants, to the cent."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils.models import Motion
from councils.services.ballots import ballot_open
from councils.services.motions import motion_move
from planning import permissions
from planning import policies_investment as policies
from planning.allocation.errors import AllocationError
from planning.models import Cycle, Envelope, Grant, Share, SharingOut
from planning.rules import rule
from planning.selectors.sharing import GROUPS, Criteria, Shared, at, bends, shared
from planning.services.envelopes import account_of
from planning.services.granting import council_of, shares_grant, sharing_note, subject
from planning.services.grants import grants_reverse
from planning.services.projects import projects_settle
from planning.services.saying import in_full, said
from workplaces.errors import Invalid, TooLate
from workplaces.models import Person
from workplaces.presentation.figures import number
from workplaces.record.services import entry_append, lock_chain

NAMED = 200  # parts named in a motion's text; the digest covers them all
HEAVIEST = 100.0


@transaction.atomic
def sharing_propose(
    *, envelope: Envelope, alpha: float, criteria: Criteria, reason: str, by: Person, now: datetime
) -> SharingOut:
    """Move in the envelope's council to share it out at this dial; everybody's part is computed and frozen.

    Raises Forbidden (no seat in the council), TooLate (phase, another motion on it), Invalid: a dial outside the charter's
    range, criteria that cannot be, no reason, nobody who asks, nothing in the envelope.
    """
    lock_chain()
    cycle = (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("baseline")
        .get(pk=envelope.draft.cycle_id)
    )
    policies.check_share(envelope, cycle)
    council = council_of(envelope)
    check_dial(cycle, alpha, criteria)
    if not reason.strip():
        raise Invalid(_("Say why it is shared out like this."), fields={"reason": _("A reason is needed.")})
    try:
        found = shared(envelope, alpha, criteria)
    except AllocationError as problem:
        raise Invalid(str(problem)) from problem
    if not found.sharing.grants.any():
        raise Invalid(
            _("Nobody would get anything: nobody asks, nothing is left, or all stand at the ceiling.")
        )
    sharing = _freeze(envelope, found, criteria, reason, by, now)
    entry_append(
        kind="sharing.proposed", by=by, subject=subject(sharing), now=now,
        body={
            "envelope": envelope.public_id, "envelope_name": str(envelope), "alpha": alpha,
            "criteria": sharing.criteria, "amount": sharing.amount, "digest": sharing.digest,
        },
    )  # fmt: skip
    motion_move(
        council=council, by=by, now=now, subject_kind=policies.SHARING, subject=sharing.public_id,
        title=_("Share out the envelope of %(name)s at α = %(alpha)s") % {"name": envelope, "alpha": said(alpha)},
        text=_text(sharing, found, cycle.baseline.currency),
    )  # fmt: skip
    return sharing


def check_dial(cycle: Cycle, alpha: float, criteria: Criteria) -> None:
    """Raise Invalid for a dial outside the charter's range, an unknown group, a weight or minimum share that cannot be."""
    low, high = rule(cycle.rules, "dial_least"), rule(cycle.rules, "dial_most")
    faults: dict[str, str] = {}
    if not low <= alpha <= high:
        faults["alpha"] = _("By the charter the dial stands between %(low)s and %(high)s; %(alpha)s does not.") % {
            "low": said(low), "high": said(high), "alpha": said(alpha),
        }  # fmt: skip
    faults |= criteria_faults(criteria)
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)


def criteria_faults(criteria: Criteria) -> dict[str, str]:
    """Return what cannot be of social criteria, by field: an unknown group, a weight, the minimum shares."""
    faults: dict[str, str] = {}
    if not set(criteria.weights) | set(criteria.least) <= set(GROUPS):
        faults["criteria"] = _("There are criteria for these groups: %(groups)s.") % {
            "groups": ", ".join(GROUPS)
        }
    if not all(0 < weight <= HEAVIEST for weight in criteria.weights.values()):
        faults["weights"] = _("A weight is more than 0 and at most %(most)s; 1 changes nothing.") % {
            "most": said(HEAVIEST)
        }
    if not all(0 <= share <= 1 for share in criteria.least.values()) or sum(criteria.least.values()) > 1:
        faults["least"] = _("Minimum shares are shares of the envelope, together at most all of it.")
    return faults


def _freeze(
    envelope: Envelope, found: Shared, criteria: Criteria, reason: str, by: Person, now: datetime
) -> SharingOut:
    rows = found.asked.rows
    parts = [
        [str(row.public_id), row.amount, row.level, row.size, row.effect, int(grant)]
        for row, grant in zip(rows, found.sharing.grants, strict=True)
    ]
    words = [str(envelope.public_id), found.envelope, found.alpha, criteria.stored(), parts]
    number_of = SharingOut.objects.filter(envelope=envelope).count() + 1
    sharing = SharingOut.objects.create(
        envelope=envelope, number=number_of, alpha=found.alpha, criteria=criteria.stored(),
        amount=found.envelope, measures=found.measures, reason=reason.strip(),
        digest=hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest(), proposed_by=by,
        proposed_at=now,
    )  # fmt: skip
    sharing.shares.bulk_create(_shares(sharing, found, envelope.draft.cycle))
    return sharing


def _shares(sharing: SharingOut, found: Shared, cycle: Cycle) -> list[Share]:
    low, high = (at(found, rule(cycle.rules, name)) for name in ("dial_least", "dial_most"))
    there = [bends(found, i) or (None, None) for i in range(len(found.asked.rows))]
    return [
        Share(
            sharing=sharing, request=row, weight=float(found.asked.requests.weight[i]),
            amount=int(found.sharing.grants[i]), before=float(found.sharing.before[i]),
            after=float(found.sharing.after[i]), standing=int(found.sharing.standing[i]),
            begins=there[i][0], full=there[i][1], at_low=int(low[i]), at_high=int(high[i]),
        )
        for i, row in enumerate(found.asked.rows)
    ]  # fmt: skip


def _text(sharing: SharingOut, found: Shared, currency: str) -> str:
    lang = get_language()
    lines = [
        sharing.reason,
        "",
        _("%(sum)s at the dial α = %(alpha)s.") % {"sum": in_full(sharing.amount, currency), "alpha": said(found.alpha)},
    ]  # fmt: skip
    for name, weight in sharing.criteria["weights"].items():
        lines.append(
            _("Weight of the group “%(group)s”: %(weight)s") % {"group": name, "weight": said(weight)}
        )
    for name, share in sharing.criteria["least"].items():
        values = {"group": name, "share": number(100 * share, lang, digits=1)}
        lines.append(_("Least that the group “%(group)s” gets: %(share)s %% of the envelope") % values)
    granted = [
        f"{row.workplace.label}: {in_full(int(grant), currency)}"
        for row, grant in zip(found.asked.rows, found.sharing.grants, strict=True)
        if grant
    ]
    lines += ["", *granted[:NAMED]]
    if len(granted) > NAMED:
        lines.append(_("and %(count)s more") % {"count": number(len(granted) - NAMED, lang)})
    return "\n".join([*lines, "", _("Digest of all parts: %(digest)s") % {"digest": sharing.digest}])


def sharing_follow(motion: Motion, now: datetime) -> None:
    """What follows when the council has voted: carried, everybody gets the part that was frozen, in one transaction.

    Lost when voted on again after an appeal, or overruled by the layer above, what was granted goes back to the envelope.
    """
    related = SharingOut.objects.select_related(
        "envelope__draft__cycle", "envelope__sector", "envelope__region"
    )
    sharing = related.filter(public_id=str(motion.subject_id)).first()
    if sharing is not None and sharing.settled_at is not None and motion.state in policies.GONE:
        grants_reverse(cycle=sharing.envelope.draft.cycle, by=None, now=now)
        return
    if sharing is None or motion.state != Motion.State.CARRIED:
        return
    if sharing.is_of_projects:
        projects_settle(sharing, motion, now)
    elif sharing.settled_at is None:  # voted again after an appeal, what was granted stands
        _dial_settle(sharing, motion, now)


def _dial_settle(sharing: SharingOut, motion: Motion, now: datetime) -> None:
    """Grant all parts that were frozen, or none, and note why."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=sharing.envelope.draft.cycle_id)
    why = _hindrance(sharing, cycle)
    if why:
        sharing_note("not_settled", sharing, motion, {"why": why}, now)
        return
    sharing.settled_at = now
    sharing.save(update_fields=["settled_at"])
    grants = shares_grant(
        sharing, sharing.shares.select_related("request").filter(amount__gt=0), cycle, motion, now
    )
    sharing_note("settled", sharing, motion, {"digest": sharing.digest, "grants": len(grants)}, now)


def _hindrance(sharing: SharingOut, cycle: Cycle) -> str:
    """Say what keeps a carried motion from granting: the phase, or requests and money that are no longer as they were."""
    if cycle.phase not in policies.GRANTING:
        return "phase"
    shares = sharing.shares.filter(amount__gt=0)
    if shares.filter(request__withdrawn_at__isnull=False).exists():
        return "withdrawn"
    if Grant.objects.not_taken_back().filter(request__in=shares.values("request")).exists():
        return "granted already"
    return "" if account_of(sharing.envelope).balance >= sum(s.amount for s in shares) else "money"


def sharings_moved(cycle: Cycle) -> QuerySet[Motion]:
    """Return the year's motions to share an envelope out that nobody has put to the vote yet."""
    made = SharingOut.objects.filter(envelope__draft__cycle=cycle).values("public_id")
    found = Motion.objects.filter(
        subject_kind=policies.SHARING, subject_id__in=made, state=Motion.State.MOVED
    )
    return found.select_related("council").order_by("pk")


@transaction.atomic
def sharings_put_to_the_vote(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Open the named votes on all sharings-out of the year that were moved; return how many.

    Each stays open for the charter's days, and closes before that once its whole council has voted. Raises Forbidden (no
    coordinator of the board), TooLate (none was moved).
    """
    permissions.check_coordinate(by, now.date())
    lock_chain()
    motions = list(sharings_moved(cycle))
    if not motions:
        raise TooLate(_("No council has moved to share its envelope out; there is nothing to vote on."))
    for motion in motions:
        ballot_open(motion=motion, by=by, now=now)
    return len(motions)
