"""When something may be done: the state that a scenario, a batch or an agreement must be in."""

from django.utils.translation import gettext as _

from workplaces.errors import TooLate
from workplaces.models import Agreement, ImportBatch, Scenario

EDITED_BY_HAND = (Scenario.Kind.BASELINE,)


def check_is_open(scenario: Scenario) -> None:
    """Figures change only in an open baseline; rounds' states are computed, a sandbox holds its own list of changes."""
    if scenario.state != Scenario.State.OPEN:
        raise TooLate(
            _("“%(name)s” is closed; its figures cannot change. Open the next baseline to go on from it.")
            % {"name": scenario.name}
        )
    if scenario.kind == Scenario.Kind.SANDBOX:
        raise TooLate(
            _("“%(name)s” is a sandbox; its figures are changed on its own page.") % {"name": scenario.name}
        )
    if scenario.kind not in EDITED_BY_HAND:
        raise TooLate(
            _("“%(name)s” is the state of a round; it is computed, not typed in.") % {"name": scenario.name}
        )


def is_open(scenario: Scenario) -> bool:
    """Say whether figures of the scenario may be typed in."""
    return scenario.state == Scenario.State.OPEN and scenario.kind in EDITED_BY_HAND


def check_can_undo(batch: ImportBatch) -> None:
    """A batch is undone once, while its scenario is open."""
    if batch.state == ImportBatch.State.UNDONE:
        raise TooLate(_("This import has been undone already."))
    check_is_open(batch.scenario)


def check_is_offered(agreement: Agreement) -> None:
    """Only an offer that stands can be accepted."""
    if agreement.state == Agreement.State.AGREED:
        raise TooLate(_("This is agreed already."))
    if agreement.state == Agreement.State.ENDED:
        raise TooLate(_("This offer has ended; make a new one."))


def check_is_live(agreement: Agreement) -> None:
    """Only what stands can be ended."""
    if agreement.state == Agreement.State.ENDED:
        raise TooLate(_("This agreement has ended already."))
