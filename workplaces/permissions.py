"""Who may do what with the economy's tables: ``check_…`` raises Forbidden, ``can_…`` says yes or no.

The checks return the hat that allows it, so that the record can name it. Whoever runs the site as superuser
wears none.
"""

from datetime import date

from django.utils.translation import gettext as _

from workplaces import authority
from workplaces.authority import AUDITOR, COORDINATOR, DELEGATE, REGISTRAR, Hat
from workplaces.errors import Forbidden, passes
from workplaces.importing.kinds import KINDS
from workplaces.models import Agreement, ImportBatch, Membership, Person, Scenario, Workplace

SEE_PEOPLE = (REGISTRAR, AUDITOR)
PRIVATE_KINDS = tuple(code for code, kind in KINDS.items() if kind.private)


def check_can_import(person: Person, on: date) -> Hat:
    """Registrars take tables in and undo that."""
    hat = authority.wears(person, on, REGISTRAR)
    if hat is None:
        raise Forbidden(_("Only a registrar can take tables in or undo that."))
    return hat


def can_import(person: Person, on: date) -> bool:
    """Say whether the person may take tables in."""
    return passes(check_can_import, person, on)


def check_can_state(person: Person, workplace: Workplace, on: date) -> Hat:
    """The workplace's delegate states its lines and agreements; a registrar may type them in for it."""
    hat = authority.wears(person, on, DELEGATE, workplace=workplace.entity_id) or authority.wears(
        person, on, REGISTRAR
    )
    if hat is None:
        raise Forbidden(
            _("Only a delegate of %(workplace)s, or a registrar, can do this.")
            % {"workplace": workplace.label}
        )
    return hat


def can_state(person: Person, workplace: Workplace, on: date) -> bool:
    """Say whether the person may state the workplace's lines."""
    return passes(check_can_state, person, workplace, on)


def check_can_answer(person: Person, agreement: Agreement, on: date) -> Hat:
    """An offer is accepted by a delegate of the side that did not make it; nobody accepts an own offer.

    An outside counterparty is spoken for by the delegate of the side that is in the federation.
    """
    for side in answering_sides(agreement):
        hat = authority.wears(person, on, DELEGATE, workplace=side)
        if hat:
            return hat
    raise Forbidden(_("This offer is answered by a delegate of the other side."))


def can_answer(person: Person, agreement: Agreement, on: date) -> bool:
    """Say whether the person may accept the offer."""
    return passes(check_can_answer, person, agreement, on)


def answering_sides(agreement: Agreement) -> list[int]:
    """Return the workplaces (entity ids) whose delegates may accept the offer."""
    sides = [side for side in (agreement.supplier_id, agreement.client_id) if side is not None]
    if agreement.counterparty_id is not None:
        return sides
    return [side for side in sides if side != agreement.offered_for_id]


def check_can_end(person: Person, agreement: Agreement, on: date) -> Hat:
    """Either side's delegate can end an agreement or withdraw an offer."""
    for side in (agreement.supplier_id, agreement.client_id):
        hat = authority.wears(person, on, DELEGATE, workplace=side) if side is not None else None
        if hat:
            return hat
    raise Forbidden(_("Only a delegate of one of the two sides can end this agreement."))


def can_end(person: Person, agreement: Agreement, on: date) -> bool:
    """Say whether the person may end the agreement."""
    return passes(check_can_end, person, agreement, on)


def can_see_members(person: Person, workplace: Workplace, on: date) -> bool:
    """Members of a workplace see each other; so do registrars, coordinators and auditors see them."""
    hats = authority.hats(person, on)
    if any(hat.role in (REGISTRAR, COORDINATOR, AUDITOR) for hat in hats):
        return True
    belongs = Membership.objects.filter(
        person_id=person.pk, workplace__entity_id=workplace.entity_id, validity__contains=on
    )
    return belongs.exists()


def can_see_scenario(person: Person, scenario: Scenario) -> bool:
    """A sandbox is its maker's; every other scenario is public."""
    return scenario.kind != Scenario.Kind.SANDBOX or scenario.created_by_id in (None, person.pk)


def can_see_batch(person: Person, batch: ImportBatch, on: date) -> bool:
    """Everybody sees where figures came from; batches of people are for registrars and auditors."""
    if batch.kind not in PRIVATE_KINDS:
        return True
    return any(hat.role in SEE_PEOPLE for hat in authority.hats(person, on))
