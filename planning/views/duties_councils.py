"""The councils in “my duties”: appeals and instructions that wait for somebody, and what they can know of without acting."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils.models import Appeal, Instruction, Motion
from planning import policies_programmes
from planning.models import AssociationMember, Cycle, Supporter
from planning.selectors import duties_councils as selectors
from planning.wording.duties import Duty
from planning.wording.minutes import COORDINATION, DUTY, minutes
from workplaces.models import Person
from workplaces.presentation import figures


@dataclass(frozen=True)
class Notice:
    """Something that is open to a person and needs nothing of them."""

    text: str
    url: str
    detail: str


def councils_duties(me: Person, now: datetime) -> list[Duty]:
    """Return the appeals before the person's councils, and instructions whose vote they have to open."""
    found = [_appeal(appeal) for appeal in selectors.appeals_before(me, now)]
    return found + [_instruction(*pair) for pair in selectors.instructions_to_open(me, now)]


def _appeal(appeal: Appeal) -> Duty:
    words = {"title": appeal.motion.title, "council": appeal.to.label, "below": appeal.motion.council.label}
    return Duty(
        question=_("Shall %(council)s refer back or overrule “%(title)s”?") % words,
        hat=_("as %(hat)s") % {"hat": appeal.to.label},
        detail=_("%(below)s carried it; enough people appeal against it.") % words,
        silence=_("If nobody moves a ruling, the decision stands."),
        url=reverse("councils:appeal", args=[appeal.public_id]),
        action=_("Read the appeal"),
        minutes=minutes(COORDINATION + DUTY),
    )


def _instruction(instruction: Instruction, motion: Motion) -> Duty:
    words = {"sender": instruction.sender.label, "council": instruction.council.label}
    return Duty(
        question=_("Shall %(sender)s vote on instructing its delegates in %(council)s?") % words,
        hat=_("as coordinator of %(sender)s") % words,
        detail=motion.title,
        silence=_("If you do nothing, its delegates vote as they think best."),
        url=reverse("councils:motion", args=[motion.public_id]),
        action=_("Open the vote"),
        minutes=minutes(COORDINATION + DUTY),
    )


def notices(me: Person, now: datetime) -> list[Notice]:
    """Return petitions that the person can sign, and instructions asked of their bodies that are not voted on yet."""
    language = get_language()
    signing = [
        Notice(
            petition.title,
            reverse("councils:petition", args=[petition.public_id]),
            _("%(council)s, %(signed)s of %(needed)s signatures")
            % {
                "council": petition.council.label,
                "signed": figures.number(getattr(petition, "signed", 0), language),
                "needed": figures.number(petition.needed, language),
            },
        )
        for petition in selectors.petitions_to_sign(me, now)
    ]
    asked = [
        Notice(
            motion.title,
            reverse("councils:motion", args=[motion.public_id]),
            _("%(sender)s is asked to instruct its delegates; the vote is not open yet")
            % {"sender": instruction.sender.label},
        )
        for instruction, motion in selectors.instructions_asked(me, now)
    ]
    return signing + asked


def programme_notices(cycle: Cycle, me: Person, now: datetime) -> list[Notice]:
    """Return programmes that the person's associations can write, and drafts to stand behind that they do not yet."""
    if not policies_programmes.can_write(cycle, now):
        return []
    language, needed = get_language(), policies_programmes.supporters_needed(cycle)
    mine = Supporter.objects.filter(person=me, withdrawn_at__isnull=True).values("version__programme")
    drafts = (
        cycle.programmes.filter(published__isnull=True).exclude(pk__in=mine).select_related("association")
    )
    own = AssociationMember.objects.filter(
        person=me, until__isnull=True, association__dissolved_on__isnull=True
    )
    silent = own.exclude(association__in=cycle.programmes.values("association")).select_related("association")
    write = reverse("planning:programme_new", args=[cycle.year])
    return [
        Notice(
            _("%(name)s can write a programme for %(year)s")
            % {"name": one.association.label, "year": cycle.year},
            f"{write}?association={one.association.public_id}",
            _("everybody votes on what the published programmes speak of"),
        )
        for one in silent[: selectors.LIMIT]
    ] + [
        Notice(
            _("The programme of %(name)s for %(year)s")
            % {"name": draft.association.label, "year": cycle.year},
            reverse("planning:programme", args=[draft.public_id]),
            _("%(signed)s of %(needed)s supporters")
            % {
                "signed": figures.number(policies_programmes.supporters(draft), language),
                "needed": figures.number(needed, language),
            },
        )
        for draft in drafts[: selectors.LIMIT]
    ]
