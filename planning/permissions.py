"""Who may do something: each rule as twins, ``check_…`` raises Forbidden, ``can_…`` says yes or no.

The site's superuser has no right here that their mandates do not give.
"""

from datetime import date

from django.utils.translation import gettext as _

from councils.models import Council
from councils.permissions import check_takes_part, is_member
from workplaces import authority
from workplaces.authority import COORDINATOR, DELEGATE, Hat
from workplaces.errors import Forbidden, passes
from workplaces.models import DemandLine, Line, Membership, Person, Workplace


def check_coordinate(person: Person, on: date) -> Hat:
    """Cycles, rounds, iterations and plans are moved by a coordinator of the planning board."""
    hat = authority.wears(person, on, COORDINATOR)
    if hat is None:
        raise Forbidden(_("Only a coordinator of the planning board can do this."))
    return hat


def can_coordinate(person: Person, on: date) -> bool:
    """Say whether the person is a coordinator."""
    return passes(check_coordinate, person, on)


def check_speak_for_line(person: Person, line: Line, on: date) -> Hat:
    """A line is proposed and answered for by a delegate of its workplace."""
    hat = authority.wears(person, on, DELEGATE, workplace=line.workplace_id)
    if hat is None:
        raise Forbidden(_("Only a delegate of this workplace can speak for its lines."))
    return hat


def can_speak_for_line(person: Person, line: Line, on: date) -> bool:
    """Say whether the person speaks for the line."""
    return passes(check_speak_for_line, person, line, on)


def check_report_for(person: Person, workplace: Workplace, on: date) -> Hat:
    """What a workplace made is reported by its delegates, as its lines are proposed and answered for."""
    hat = authority.wears(person, on, DELEGATE, workplace=workplace.entity_id)
    if hat is None:
        raise Forbidden(_("Only a delegate of this workplace can report what it made."))
    return hat


def can_report_for(person: Person, workplace: Workplace, on: date) -> bool:
    """Say whether the person reports for the workplace."""
    return passes(check_report_for, person, workplace, on)


def check_speak_for_demand(person: Person, line: DemandLine, on: date) -> Hat:
    """Consumption is proposed and answered for by a delegate of the community or region it belongs to."""
    hat = authority.wears(person, on, DELEGATE, region=line.region_id)
    if hat is None:
        raise Forbidden(_("Only a delegate of this community or region can speak for its consumption."))
    return hat


def can_speak_for_demand(person: Person, line: DemandLine, on: date) -> bool:
    """Say whether the person speaks for the demand line."""
    return passes(check_speak_for_demand, person, line, on)


def check_examine(person: Person, on: date) -> None:
    """Whoever holds a mandate may have a worker compute what would happen to a plan."""
    if not authority.hats(person, on):
        raise Forbidden(_("Who holds a mandate can ask this; the answers are open to everybody."))


def can_examine(person: Person, on: date) -> bool:
    """Say whether the person may have a stress test computed."""
    return passes(check_examine, person, on)


def check_support(person: Person, on: date) -> None:
    """Whoever belongs to a workplace or a community, or holds a mandate, can stand behind a programme."""
    check_takes_part(person)
    belongs = Membership.objects.filter(person=person, validity__contains=on).exists()
    if not belongs and not authority.hats(person, on):
        raise Forbidden(
            _(
                "Only people who belong to a workplace or a community of the federation stand behind programmes."
            )
        )


def can_support(person: Person, on: date) -> bool:
    """Say whether the person can stand behind programmes."""
    return passes(check_support, person, on)


def check_divide_surplus(person: Person, assembly: Council, on: date) -> None:
    """A surplus is its members' to divide: whoever belongs to the workplace moves it, and nobody else."""
    check_takes_part(person)
    if not is_member(person, assembly, on):
        raise Forbidden(_("Only members of the workplace move how its surplus is divided."))


def can_divide_surplus(person: Person, assembly: Council, on: date) -> bool:
    """Say whether the person can move a division in the assembly."""
    return passes(check_divide_surplus, person, assembly, on)


def check_see_bonuses(person: Person, assembly: Council, on: date) -> None:
    """Who gets how much is seen by the members of the assembly; everybody else sees sum, key and number of members."""
    check_takes_part(person)
    if not is_member(person, assembly, on):
        raise Forbidden(
            _(
                "Only members of the workplace see who gets how much. The sums are open to everybody, and your own bonuses "
                "to you."
            )
        )


def can_see_bonuses(person: Person, assembly: Council, on: date) -> bool:
    """Say whether the person sees everybody's bonus in the assembly."""
    return passes(check_see_bonuses, person, assembly, on)
