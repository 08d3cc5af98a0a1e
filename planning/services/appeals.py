"""A workplace appeals on the rule by which a council shared its envelope out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.services.appeals import appeal_bring
from planning import permissions
from planning import policies_investment as policies
from planning.models import InvestmentRequest, SharingAppeal, SharingOut
from planning.selectors.appeals import motion_of
from planning.services.requests import subject
from workplaces.errors import Invalid, TooLate
from workplaces.models import Line, Person
from workplaces.record.services import lock_chain


@transaction.atomic
def sharing_appeal(
    *, sharing: SharingOut, request: InvestmentRequest, rule: str, reason: str, by: Person, now: datetime
) -> SharingAppeal:
    """Appeal for the workplace that made ``request`` on the ``rule`` (SharingAppeal.Rule) by which it was dealt with.

    It is before the next layer at once, needs no support, has the days and the consequence of every appeal. Sent again
    while it is open, it is the same. Raises Forbidden (no delegate of the workplace), Refused (its request had no part in
    it, or an appeal is before the next layer), TooLate (not carried, the days are over), Invalid (no such rule, no reason).
    """
    hat = permissions.check_speak_for_line(by, Line.objects.get(pk=request.line_id), now.date())
    share = policies.check_has_part(request, sharing)
    rules = SharingAppeal.rules_of(sharing)
    if rule not in rules:
        told = _("Say which rule was broken: %(rules)s.") % {
            "rules": "; ".join(str(SharingAppeal.Rule(one).label) for one in rules)
        }
        raise Invalid(told, fields={"rule": told})
    lock_chain()
    open_ones = SharingAppeal.objects.filter(share=share, rule=rule, appeal__decided_at__isnull=True)
    same = open_ones.filter(reason=reason.strip()).first()
    if same is not None:
        return same
    motion = motion_of(sharing)
    if motion is None:
        raise TooLate(_("No council has voted on this sharing-out."))
    workplace = request.workplace
    appeal = appeal_bring(
        motion=motion, reason=reason, by=by, hat=hat.label, now=now,
        body={
            "workplace": workplace.public_id, "workplace_name": workplace.label, "request": subject(request), "rule": rule,
        },
    )  # fmt: skip
    return SharingAppeal.objects.create(
        appeal=appeal, share=share, rule=rule, reason=reason.strip(), by=by, at=now
    )
