"""Abandoning a cycle: the way out where no plan comes about, so that the next one can begin."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.services.ballots import ballot_void
from planning import permissions, policies
from planning.models import Cycle
from planning.selectors.guidelines import questions_of
from planning.services.cycles import cycle_move
from planning.services.ending import negotiation_end
from planning.services.guidelines import ballot_of
from planning.services.leftovers import abandoned_return
from planning.services.reasons import reason_given
from workplaces.models import Person


@transaction.atomic
def cycle_abandon(*, cycle: Cycle, reason: str, by: Person, now: datetime) -> Cycle:
    """End a cycle without a plan, for a reason that goes on the record; its baseline can serve the next cycle.

    What is open closes: the round and its runs, the votes on the plan, the proposals; what was set aside for investment goes
    back to the year's output. Raises Forbidden, TooLate once a plan is in force, Invalid without a reason.
    """
    permissions.check_coordinate(by, now.date())
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    policies.check_abandon(cycle)
    said = reason_given(reason, _("Say why the cycle is abandoned."))
    sentence = _("The cycle was abandoned: %(reason)s") % {"reason": said}
    negotiation_end(cycle=cycle, sentence=sentence, reason=said, by=by, now=now)
    _end_votes(cycle, sentence, by, now)
    abandoned_return(cycle=cycle, by=by, now=now)
    return cycle_move(cycle=cycle, event="abandon", by=by, now=now, note=said)


def _end_votes(cycle: Cycle, sentence: str, by: Person, now: datetime) -> None:
    """Declare the votes on the cycle's guidelines void: nothing follows from them any more."""
    for question in questions_of(cycle):
        ballot = ballot_of(question)
        if ballot and ballot.state == Ballot.State.OPEN:
            ballot_void(ballot=ballot, reason=sentence, by=by, now=now)
