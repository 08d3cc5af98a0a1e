"""What pages of grants and requests say of the vote behind a part, and how a workplace appeals on the rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from councils import permissions as council_permissions
from councils import policies_appeals
from councils.grounds import grounds_of
from councils.models import Motion
from planning import permissions
from planning import policies_investment as policies
from planning.forms import RuleAppealForm
from planning.models import Cycle, Grant, InvestmentRequest, JournalEntry, Share
from planning.models.sharing import GIVEN_BACK
from planning.rules import rule
from planning.selectors.projects import fared_in
from planning.wording import granted as wording
from planning.wording import projects
from planning.wording.appeals import rules_of
from workplaces.errors import Refused
from workplaces.models import Person


def decided(share: Share, motion: Motion | None, cycle: Cycle, who: Person, now: datetime) -> dict[str, Any]:
    """Return why a request got its part, what would change it, and whether the vote can be appealed against."""
    if share.sharing.is_of_projects:
        return {**_competed(share, motion, cycle), **_of_the_vote(share, motion, who, now)}
    currency = cycle.baseline.currency
    low, high = rule(cycle.rules, "dial_least"), rule(cycle.rules, "dial_most")
    return {
        "share": share,
        "motion": motion,
        "amount": share.amount,
        "why": wording.why_this_much(share, currency),
        "what_would_change_it": wording.what_would_change_it(share, low, high, currency),
        **_of_the_vote(share, motion, who, now),
    }


def _competed(share: Share, motion: Motion | None, cycle: Cycle) -> dict[str, Any]:
    """Return the same of a request that competed as a whole: how it fared in the vote."""
    row = next(row for row in fared_in(share.sharing, motion) if row.share.pk == share.pk)
    granted = Grant.objects.not_taken_back().filter(request=share.request_id).first()
    grant = granted if granted and granted.share_id == share.pk else None
    waits = granted is None and share.request.withdrawn_at is None and cycle.phase in policies.GRANTING
    return {
        "share": share,
        "motion": motion,
        "amount": grant.amount if grant else 0 if row.bid else None,
        "why": projects.why(row, motion, grant, cycle.baseline.currency),
        "what_would_change_it": projects.what_would_change_it(row, waits=waits),
    }


def _of_the_vote(share: Share, motion: Motion | None, who: Person, now: datetime) -> dict[str, Any]:
    return {**_appeal(motion, who, now), **_of_its_own(share, motion, who, now)}


def _of_its_own(share: Share, motion: Motion | None, who: Person, now: datetime) -> dict[str, Any]:
    """Return the appeals of workplaces against the vote, and the form for whoever speaks for this one."""
    if motion is None:
        return {}
    appeals = list(motion.appeals.select_related("to").order_by("pk"))
    grounds = grounds_of(appeals)
    shown: dict[str, Any] = {
        "brought": [(one, grounds[one.pk]) for one in appeals if one.pk in grounds],
    }
    if permissions.can_speak_for_line(who, share.request.line, now.date()) and policies_appeals.can_bring(
        motion, now
    ):
        initial = {"sharing": share.sharing.public_id}
        shown["appeal_form"] = RuleAppealForm(rules=rules_of(share), initial=initial, auto_id="appeal-%s")
    return shown


def _appeal(motion: Motion | None, who: Person, now: datetime) -> dict[str, Any]:
    """Return until when and to which council the rule can be appealed, or why it cannot; nothing where none was carried."""
    above = policies_appeals.above(motion) if motion and motion.state == Motion.State.CARRIED else None
    if motion is None or above is None:
        return {}
    try:
        until = policies_appeals.check_can_appeal(motion, now)[1]
    except Refused as refused:
        return {"why_no_appeal": str(refused)}
    return {"can_appeal": council_permissions.can_take_part(who), "until": until, "above": above}


def decided_on(request: InvestmentRequest, cycle: Cycle, who: Person, now: datetime) -> list[dict[str, Any]]:
    """Return the same of every sharing-out that a request had a part in, the latest first."""
    shares = list(request.shares.select_related("sharing").order_by("-pk"))
    motions = motions_on([share.sharing.public_id for share in shares])
    return [decided(share, motions.get(share.sharing.public_id), cycle, who, now) for share in shares]


def show_again(decided: list[dict[str, Any]], typed: Mapping[str, str], refused: Refused) -> None:
    """Put what was typed back into the form of that sharing-out, with what is wrong with it."""
    for one in decided:
        if "appeal_form" in one and str(one["share"].sharing.public_id) == typed["sharing"]:
            form = RuleAppealForm(typed, rules=rules_of(one["share"]), auto_id="appeal-%s")
            form.refuse(refused)
            one["appeal_form"] = form


def motions_on(sharings: list[UUID]) -> dict[UUID | None, Motion]:
    """Return the motions on sharings-out."""
    found = Motion.objects.filter(subject_kind=policies.SHARING, subject_id__in=sharings).select_related(
        "council"
    )
    return {motion.subject_id: motion for motion in found.order_by("pk")}


def told(grant: Grant, motion: Motion | None, currency: str) -> str:
    """Return the sentence on where a grant's money went, if it is not where the council sent it."""
    entry = JournalEntry.objects.filter(cause__in=GIVEN_BACK, subject=grant.public_id).first()
    if entry is not None:
        return wording.given_back(grant, entry, motion, currency)
    if motion is not None and motion.state == Motion.State.OVERRULED:
        return wording.stays_though_overruled(motion)
    return ""


def returned(grants: list[Grant]) -> dict[UUID, str]:
    """Return by grant the cause by which its money was given back."""
    found = JournalEntry.objects.filter(
        cause__in=GIVEN_BACK, subject__in=[grant.public_id for grant in grants]
    )
    return dict(found.values_list("subject", "cause"))
