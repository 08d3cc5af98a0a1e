"""Programmes and investment in “my duties”: to publish, to divide, to share out, to say what became of a grant."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Council, Motion
from planning import policies_investment, policies_programmes
from planning.models import (
    Account,
    AssociationMember,
    Cycle,
    Envelope,
    Grant,
    InvestmentRequest,
    SharingOut,
)
from planning.models.sharing import ungranted
from planning.selectors.duties import LIMIT
from planning.selectors.grants import waiting_grants
from planning.views.duties_councils import Notice
from planning.wording.duties import Duty
from planning.wording.minutes import COORDINATION, DUTY, PROPOSAL, minutes
from workplaces.authority import DELEGATE, MEMBER, Hat
from workplaces.models import Person, Workplace

SITS = (DELEGATE, MEMBER)


def early_duties(cycle: Cycle, me: Person, hats: tuple[Hat, ...], now: datetime) -> list[Duty]:
    """Return what the year's programmes, envelopes and grants ask of a person, under all hats."""
    found: list[Duty] = []
    if cycle.phase == Cycle.Phase.PRIORITIES:
        found += _to_publish(cycle, me, now)
    if cycle.phase == Cycle.Phase.ENVELOPES:
        found += _to_draft(cycle, hats)
    if cycle.phase in policies_investment.GRANTING:
        found += _to_share(cycle, hats)
    return found + _to_report(hats)


def _to_publish(cycle: Cycle, me: Person, now: datetime) -> list[Duty]:
    """A member of an association whose programme has its supporters publishes it."""
    mine = AssociationMember.objects.filter(person=me, until__isnull=True).values("association")
    drafts = cycle.programmes.filter(published__isnull=True, association__in=mine).select_related(
        "association", "cycle"
    )
    return [
        Duty(
            question=_("Shall %(name)s publish its programme for %(year)s?")
            % {"name": draft.association.label, "year": cycle.year},
            hat=_("as member of %(name)s") % {"name": draft.association.label},
            detail=_("Enough people stand behind it. Once published, it stays as it is."),
            silence=_("If nobody publishes it, it is not voted on."),
            url=reverse("planning:programme", args=[draft.public_id]),
            action=_("Read it again"),
            minutes=minutes(COORDINATION + DUTY),
        )
        for draft in drafts[:LIMIT]
        if policies_programmes.can_publish(draft, now)
    ]


def _to_draft(cycle: Cycle, hats: tuple[Hat, ...]) -> list[Duty]:
    """A member of the board divides the fund."""
    hat = next((h for h in hats if h.role in SITS and h.council_kind == Council.Kind.BOARD), None)
    if hat is None or not policies_investment.can_draft(cycle):
        return []
    return [
        Duty(
            question=_("How shall the investment of %(year)s be divided among sectors and regions?")
            % {"year": cycle.year},
            hat=_("as %(hat)s") % {"hat": hat.label},
            detail=_("The form is filled in; the board votes on your draft."),
            silence=_("If nobody on the board drafts it, proposals cannot begin."),
            url=reverse("planning:envelopes", args=[cycle.year]),
            action=_("Draft"),
            minutes=minutes(COORDINATION + DUTY),
        )
    ]


def _to_share(cycle: Cycle, hats: tuple[Hat, ...]) -> list[Duty]:
    """A delegate in a council that is asked for money moves a dial, as long as nobody has."""
    sits = {
        hat.council: hat for hat in hats if hat.role in SITS and hat.council_kind in {"sector", "regional"}
    }
    if not sits:
        return []
    councils = list(Council.objects.sitting().filter(public_id__in=sits))
    sectors = {one.sector_id: one for one in councils if one.sector_id}
    regions = {one.region_id: one for one in councils if one.region_id}
    waiting = ungranted(InvestmentRequest.objects.filter(cycle=cycle, withdrawn_at__isnull=True))
    open_ = waiting.filter(sector=OuterRef("sector"), region=None)
    asked = waiting.filter(region=OuterRef("region"), sector=None)
    settled = Envelope.objects.filter(draft__cycle=cycle, draft__settled_at__isnull=False)
    own = settled.filter(Exists(open_), sector__in=sectors) | settled.filter(
        Exists(asked), region__in=regions
    )
    found = []
    for envelope in _undecided(own).select_related("draft__cycle", "sector", "region")[:LIMIT]:
        council = sectors[envelope.sector_id] if envelope.sector_id else regions[envelope.region_id or 0]
        found.append(_share(envelope, sits[council.public_id]))
    return found


def _undecided(envelopes: QuerySet[Envelope]) -> QuerySet[Envelope]:
    """Return those that hold money and of which the council has not begun to decide; what is left it may keep.

    What was decided and overruled on an appeal is to be decided again.
    """
    made = SharingOut.objects.filter(envelope=OuterRef(OuterRef("pk"))).values("public_id")
    motions = Motion.objects.filter(subject_kind=policies_investment.SHARING, subject_id__in=made)
    motions = motions.exclude(state=Motion.State.OVERRULED)
    accounts = Account.objects.filter(cycle=OuterRef("draft__cycle"), balance__gt=0)
    holding = Exists(accounts.filter(kind=Account.Kind.SECTOR, sector=OuterRef("sector"))) | Exists(
        accounts.filter(kind=Account.Kind.REGION, region=OuterRef("region"))
    )
    return envelopes.filter(holding).exclude(Exists(motions))


def _share(envelope: Envelope, hat: Hat) -> Duty:
    return Duty(
        question=_("How shall the envelope of %(name)s be shared out?") % {"name": envelope},
        hat=_("as %(hat)s") % {"hat": hat.label},
        detail=_("Move the dial, see who gets what, and put it to your council."),
        silence=_("If nobody in the council moves it, nobody is granted anything."),
        url=reverse("planning:sharing", args=[envelope.public_id]),
        action=_("Move the dial"),
        minutes=minutes(COORDINATION + DUTY),
    )


def _to_report(hats: tuple[Hat, ...]) -> list[Duty]:
    """A delegate says what became of what the workplace was granted, this year or before, until it is done."""
    places = [hat.workplace for hat in hats if hat.role == DELEGATE and hat.workplace is not None]
    if not places:
        return []
    return [_report(grant) for grant in waiting_grants(places, policies_investment.IN_FORCE)[:LIMIT]]


def _report(grant: Grant) -> Duty:
    name = grant.request.workplace.label
    return Duty(
        question=_("Is the equipment that %(name)s was granted in place?") % {"name": name},
        hat=_("as delegate of %(name)s") % {"name": name},
        detail=grant.request.purpose,
        silence=_("If you do nothing, its money stays in the investment account and no capacity is added."),
        url=reverse("planning:grant", args=[grant.public_id]),
        action=_("Report"),
        minutes=minutes(PROPOSAL + DUTY),
    )


def investment_notices(cycle: Cycle, hats: tuple[Hat, ...]) -> list[Notice]:
    """Return that a council can refer a draft of envelopes back, and that a workplace can ask for investment."""
    referring = _referring(cycle, hats) if cycle.phase == Cycle.Phase.ENVELOPES else []
    return referring + _asking(cycle, hats)


def _referring(cycle: Cycle, hats: tuple[Hat, ...]) -> list[Notice]:
    """Tell the members of a council with a part in the draft before the board what it can do, or has moved, about it."""
    sits = {hat.council for hat in hats if hat.role in SITS and hat.council_kind in {"sector", "regional"}}
    draft = cycle.envelope_drafts.order_by("-number").first() if sits else None
    if draft is None or draft.settled_at:
        return []
    page = f"{reverse('planning:envelopes', args=[cycle.year])}#draft-{draft.number}"
    moved = {one.council.public_id: one for one in policies_investment.referrals_moved(draft)}
    parts = list(draft.envelopes.values_list("sector_id", "region_id"))
    own = Council.objects.sitting().filter(public_id__in=sits).order_by("name", "pk")
    found = []
    for council in own:
        if (council.sector_id, None) not in parts and (None, council.region_id) not in parts:
            continue
        words = {"council": council.label, "year": cycle.year, "number": draft.number}
        referral = moved.get(council.public_id)
        if referral and referral.state == Motion.State.MOVED:
            text = _("%(council)s is asked to refer draft %(number)s of the envelopes for %(year)s back")
            detail = _("the draft is not settled before the council has voted; its vote is not open yet")
            found.append(Notice(text % words, reverse("councils:motion", args=[referral.public_id]), detail))
        elif referral is None and policies_investment.can_refer_back(draft, council.pk):
            text = _("%(council)s can refer draft %(number)s of the envelopes for %(year)s back")
            found.append(Notice(text % words, page, _("with reasons, before the board has decided on it")))
    return found[:LIMIT]


def _asking(cycle: Cycle, hats: tuple[Hat, ...]) -> list[Notice]:
    """Return that a delegate's workplace can ask for investment, as long as it has not."""
    places = [hat.workplace for hat in hats if hat.role == DELEGATE and hat.workplace is not None]
    if not places or not policies_investment.can_request(cycle):
        return []
    asked = cycle.investment_requests.filter(withdrawn_at__isnull=True, workplace__in=places)
    done = set(asked.values_list("workplace_id", flat=True))
    works = Workplace.objects.in_scenario(cycle.baseline).filter(entity_id__in=set(places) - done)
    return [
        Notice(
            _("%(name)s can ask for investment") % {"name": one.label},
            reverse("planning:workplace", args=[cycle.year, one.public_id]),
            _("of its sector or its region, for equipment of one of its lines"),
        )
        for one in works[:LIMIT]
    ]
