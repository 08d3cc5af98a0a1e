"""Whom one can be in the demo with one click: a person for every kind of office, and one without."""

from dataclasses import dataclass, replace

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Council, Mandate
from planning.models import Round, RunLine
from planning.views.duties import duties_of
from workplaces.models import Membership, Person, Workplace
from workplaces.presentation import figures

Kind, Role = Council.Kind, Mandate.Role
STEEL = Q(name__istartswith="steel") | Q(main_sector__name__icontains="steel")


@dataclass(frozen=True)
class DemoRole:
    """One entry of the sign-in page. ``person_id`` is the person's public id; ``hat`` is empty without office."""

    key: str
    label: str
    description: str
    person_id: str
    person: str
    hat: str


def demo_roles() -> list[DemoRole]:
    """Return the roles on offer, those with something to do in front, each saying what; none where no demo is loaded."""
    steel = _largest(Workplace.objects.filter(STEEL)) or _largest(Workplace.objects.all())
    other = _largest(Workplace.objects.exclude(main_sector=steel.main_sector_id)) if steel else None
    found = [
        _coordinator(),
        _asked_delegate(),
        *(_workplace_delegate(key, place) for key, place in (("steel", steel), ("workplace", other))),
        _community_delegate(),
        _sector_delegate(steel, other),
        _regional_delegate(),
        _board_member(),
        _member(steel),
    ]
    roles = {role.person_id: role for role in reversed(found) if role}
    told = [_with_duties(role) for role in reversed(roles.values())]
    return [role for role, _waits in sorted(told, key=lambda one: not one[1])]


def _with_duties(role: DemoRole) -> tuple[DemoRole, bool]:
    """Say what waits for the person at present; return whether anything does."""
    waiting = duties_of(Person.objects.get(public_id=role.person_id), timezone.now())
    if not waiting:
        nothing = _("At present nothing waits.")
        return replace(role, description=f"{role.description} {nothing}"), False
    text = ngettext("Waiting: “%(first)s”", "%(count)s things wait, first: “%(first)s”", len(waiting))
    values = {"count": figures.number(len(waiting), get_language()), "first": waiting[0].question}
    return replace(role, description=f"{role.description} {text % values}"), True


def demo_person(public_id: str) -> Person | None:
    """Return the made-up person with this public id; nobody else can be signed in as."""
    people = Person.objects.filter(synthetic=True, is_active=True, is_superuser=False, is_staff=False)
    return people.filter(public_id=public_id).first()


def _coordinator() -> DemoRole | None:
    mandate = _mandates().filter(role=Role.COORDINATOR, council__kind=Kind.BOARD).first()
    label = _("Coordinator of the planning board")
    return _role("coordinator", label, _("Opens cycles and rounds, starts iterations, publishes."), mandate)


def _asked_delegate() -> DemoRole | None:
    """While answers are awaited: the delegate of the line that is asked for the largest change in money."""
    round = Round.objects.filter(state=Round.State.ANSWERING).order_by("-opened_at").first()
    if round is None:
        return None
    answered = round.responses.filter(line__isnull=False).values("line_id")
    asked = RunLine.objects.filter(run_id=round.published_run_id, kind=RunLine.Kind.PRODUCTION, asked=True)
    change = Abs((F("suggested") - F("proposed")) * F("margin"))
    line = asked.exclude(entity__in=answered).annotate(change=change).order_by("-change").first()
    place = Workplace.objects.filter(lines__id=line.entity).first() if line else None
    role = _workplace_delegate("asked", place)
    return (
        replace(role, description=_("Is asked to change something in this round, and has not answered."))
        if role
        else None
    )


def _workplace_delegate(key: str, place: Workplace | None) -> DemoRole | None:
    if place is None:
        return None
    mandate = _mandates().filter(role=Role.DELEGATE, represents__workplace=place.entity_id).first()
    label = _("Delegate of %(workplace)s") % {"workplace": place.label}
    text = _("Proposes what the workplace will make; accepts, counters or holds firm.")
    return _role(key, label, text, mandate)


def _community_delegate() -> DemoRole | None:
    """Somebody who speaks for a community and sits nowhere else."""
    elsewhere = Mandate.objects.exclude(council__kind=Kind.COMMUNITY).values("person")
    mandates = _mandates().filter(role=Role.DELEGATE, council__kind=Kind.COMMUNITY)
    mandate = mandates.exclude(person__in=elsewhere).filter(council__region__name="São Paulo").first()
    mandate = mandate or mandates.exclude(person__in=elsewhere).first()
    label = _("Delegate of the community %(community)s") % {
        "community": mandate.council.label if mandate else ""
    }
    return _role(
        "community", label, _("Proposes what the community consumes and sees what became of it."), mandate
    )


def _sector_delegate(*taken: Workplace | None) -> DemoRole | None:
    """Somebody in a sector council whose workplace is not on offer yet, and who does not sit on the board."""
    board = Mandate.objects.filter(council__kind=Kind.BOARD).values("person")
    mandates = _mandates().filter(role=Role.DELEGATE, council__kind=Kind.SECTOR).exclude(person__in=board)
    mandate = mandates.exclude(
        represents__workplace__in=[place.entity_id for place in taken if place]
    ).first()
    return _council_role("sector", _("Delegate in the sector council %(council)s"), mandate)


def _regional_delegate() -> DemoRole | None:
    board = Mandate.objects.filter(council__kind=Kind.BOARD).values("person")
    mandates = _mandates().filter(role=Role.DELEGATE, council__kind=Kind.REGIONAL)
    mandate = mandates.exclude(person__in=board).first() or mandates.first()
    return _council_role("regional", _("Delegate in the regional council %(council)s"), mandate)


def _council_role(key: str, label: str, mandate: Mandate | None) -> DemoRole | None:
    council = mandate.council.label if mandate else ""
    text = _("Moves, votes and answers to those who sent the delegate.")
    return _role(key, label % {"council": council}, text, mandate)


def _board_member() -> DemoRole | None:
    mandate = _mandates().filter(role=Role.MEMBER, council__kind=Kind.BOARD).first()
    text = _("Votes on envelopes and on the plan as a whole.")
    return _role("board", _("Member of the planning board"), text, mandate)


def _member(place: Workplace | None) -> DemoRole | None:
    """A worker who holds no office."""
    if place is None:
        return None
    members = Membership.objects.filter(workplace=place.entity_id, person__synthetic=True)
    free = members.exclude(person__in=Mandate.objects.values("person")).select_related("person")
    member = free.order_by("pk").first()
    if member is None:
        return None
    label = _("Member of %(workplace)s, without office") % {"workplace": place.label}
    text = _("Votes in the assembly and in general votes; elects and recalls delegates.")
    return DemoRole("member", label, text, str(member.person.public_id), str(member.person), "")


def _role(key: str, label: str, description: str, mandate: Mandate | None) -> DemoRole | None:
    if mandate is None:
        return None
    person = mandate.person
    return DemoRole(key, label, description, str(person.public_id), str(person), mandate.label)


def _mandates() -> QuerySet[Mandate]:
    related = ("person", "council", "represents")
    return Mandate.objects.filter(person__synthetic=True).select_related(*related).order_by("pk")


def _largest(places: QuerySet[Workplace]) -> Workplace | None:
    return places.filter(origin=None).order_by("-size", "pk").first()
