"""Why somebody cannot sign, support, rule or instruct here: one sentence with the figures, empty for who can."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils import permissions, policies, policies_appeals
from councils.models import Appeal, Council, Motion, Petition
from councils.selectors.petitions import people_on_roll
from councils.wording import count, when
from workplaces.errors import Refused
from workplaces.models import Person


def to_petition(council: Council, who: Person, on: date) -> str:
    """Say why a person can neither begin nor sign petitions to a council."""
    if permissions.on_roll(who, council, on):
        return ""
    people = people_on_roll(council, on)
    told = ngettext(
        "Petitions to %(council)s are begun and signed by the %(people)s person on its roll; you are not on it.",
        "Petitions to %(council)s are begun and signed by the %(people)s people on its roll; you are not on it.",
        people,
    )
    return _no_part(who) or _not_among(council, people, told)


def to_sign(petition: Petition, signed: int, who: Person, now: datetime) -> str:
    """Say why a person cannot sign a petition."""
    words = {"signed": count(signed), "needed": count(petition.needed), "closes": when(petition.closes_at)}
    if petition.state == Petition.State.REACHED:
        return (
            _("%(needed)s signatures were needed, and %(signed)s came together: the vote has been opened.")
            % words
        )
    if petition.state == Petition.State.LAPSED or now >= petition.closes_at:
        return (
            _("Signatures were collected until %(closes)s: %(signed)s of the %(needed)s that were needed.")
            % words
        )
    try:
        policies.check_can_sign(petition, now)
    except Refused as refused:
        return str(refused)
    return to_petition(petition.council, who, now.date())


def to_support(appeal: Appeal, supports: list[tuple[int, bool]], who: Person, now: datetime) -> str:
    """Say why a person cannot support an appeal, given who (their id) supports it and whether they are on the roll."""
    words = _support(appeal, supports)
    if who.pk in (person for person, _on_roll in supports):
        told = ngettext(
            "You support this appeal, with %(others)s other person.",
            "You support this appeal, with %(others)s other people.",
            len(supports) - 1,
        )
        return told % {"others": count(len(supports) - 1)}
    if policies_appeals.can_support(appeal, now):
        return _no_part(who)
    told = _(
        "Support is no longer gathered: %(on_roll)s of the roll (%(of_roll)s needed), %(all)s in all (%(of_all)s needed)."
    )
    return told % words


def to_rule(appeal: Appeal, supports: list[tuple[int, bool]], who: Person, now: datetime) -> str:
    """Say why a person cannot move a ruling on an appeal; nothing once it is decided."""
    if policies_appeals.can_support(appeal, now):
        told = _(
            "%(to)s can rule once %(missing_roll)s more of the roll, or %(missing_all)s more people in all, support it."
        )
        return told % _support(appeal, supports)
    if appeal.state != Appeal.State.LODGED:
        return ""
    try:
        policies_appeals.check_can_rule(appeal, refers=False)
    except Refused as refused:
        return str(refused)
    if permissions.can_move(who, appeal.to, now.date()):
        return ""
    people = people_on_roll(appeal.to, now.date())
    told = ngettext(
        "A ruling is moved in %(council)s, by the %(people)s person on its roll or its staff; you are neither.",
        "A ruling is moved in %(council)s, by the %(people)s people on its roll or its staff; you are neither.",
        people,
    )
    return _no_part(who) or _not_among(appeal.to, people, told)


def to_appeal(motion: Motion, who: Person, now: datetime) -> str:
    """Say why a person cannot appeal against what was carried; nothing where there is nothing to appeal to."""
    if motion.state != Motion.State.CARRIED or policies_appeals.above(motion) is None:
        return ""
    try:
        policies_appeals.check_can_appeal(motion, now)
    except Refused as refused:
        return str(refused)
    return _no_part(who)


def to_instruct(council: Council, who: Person, on: date, *, sends: bool) -> str:
    """Say why a person cannot put an instruction to a council; ``sends``: it has delegates elsewhere."""
    if not sends:
        told = _(
            "%(council)s has 0 seats in other councils and sent nobody there, so there is nobody to instruct."
        )
        return told % {"council": council.label}
    if permissions.can_move(who, council, on):
        return ""
    people = people_on_roll(council, on)
    told = ngettext(
        "Instructions are put to %(council)s by the %(people)s person on its roll or its staff; you are neither.",
        "Instructions are put to %(council)s by the %(people)s people on its roll or its staff; you are neither.",
        people,
    )
    return _no_part(who) or _not_among(council, people, told)


def _no_part(who: Person) -> str:
    try:
        permissions.check_takes_part(who)
    except Refused as refused:
        return str(refused)
    return ""


def _not_among(council: Council, people: int, told: str) -> str:
    words = {"council": council.label, "people": count(people)}
    return (_("%(council)s has been dissolved.") if council.dissolved_on else told) % words


def _support(appeal: Appeal, supports: list[tuple[int, bool]]) -> dict[str, str]:
    of_roll, of_all = policies_appeals.needed(appeal)
    on_roll = sum(is_on_roll for _person, is_on_roll in supports)
    return {
        "to": appeal.to.label,
        "on_roll": count(on_roll),
        "of_roll": count(of_roll),
        "all": count(len(supports)),
        "of_all": count(of_all),
        "missing_roll": count(max(of_roll - on_roll, 0)),
        "missing_all": count(max(of_all - len(supports), 0)),
    }
