"""A year of the small federation through the services, in the database of DATABASE_URL: what an application writes.

Proposals, rounds, an iteration, answers, named and secret votes, an election, imports, a plan in force, settlement.
"""

from django.utils import timezone

from councils.models import Ballot
from councils.services import mandate_resign
from planning.models import Cycle
from planning.services.settlement import cycle_close, cycle_settle
from tests.access.world import make_world
from tests.planning.federation import NOW
from workplaces.record.services import record_root


def live() -> None:
    """Live through the year; raises what the database refuses."""
    timezone.now = lambda: NOW  # the mandates of the federation have terms
    federation = make_world("in force", guarded=True).federation
    by, cycle = federation.people["coordinator"], Cycle.objects.get()
    cycle_settle(cycle=cycle, by=by, now=NOW)
    cycle_close(cycle=cycle, by=by, now=NOW)
    mandate_resign(
        mandate=federation.people["neighbour"].mandates.get(), by=federation.people["neighbour"], now=NOW
    )
    record_root(NOW)
    closed = Ballot.objects.filter(state=Ballot.State.CLOSED)
    print(f"{closed.count()} votes, {closed.filter(secrecy='secret').count()} of them secret")  # noqa: T201
