"""A surplus that waits in “my duties”: members can divide what their workplace's year left."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Council
from planning import policies_division as policies
from planning.models import Account, Cycle
from planning.selectors.duties import LIMIT
from planning.services.saying import in_full
from planning.views.duties_councils import Notice
from workplaces.models import Membership, Person

TOLD = (Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED, Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES)


def surplus_notices(cycle: Cycle, me: Person, now: datetime) -> list[Notice]:
    """Tell the members of a workplace what of its surplus they can divide, from settling to the next year's priorities."""
    if cycle.phase not in TOLD or me.is_superuser:
        return []
    mine = Membership.objects.filter(person=me, validity__contains=now.date(), workplace__isnull=False)
    accounts = Account.objects.filter(
        kind=Account.Kind.SURPLUS, balance__gt=0, workplace__in=mine.values("workplace__entity_id")
    )
    held = {one.workplace_id: one for one in accounts.select_related("workplace").order_by("pk")[:LIMIT]}
    assemblies = Council.objects.sitting().filter(workplace__in=held).order_by("pk")
    return [
        _notice(held[assembly.workplace_id], cycle)
        for assembly in assemblies
        if policies.can_divide(assembly)
    ]


def _notice(account: Account, cycle: Cycle) -> Notice:
    place = account.workplace
    assert place is not None  # noqa: S101  (a constraint holds it)
    words = {"name": place.label, "sum": in_full(account.balance, cycle.baseline.currency)}
    return Notice(
        _("%(name)s has %(sum)s of surplus to divide") % words,
        reverse("planning:surplus", args=[place.public_id]),
        _("any member can move how, as goods for all or bonuses; the assembly votes"),
    )
