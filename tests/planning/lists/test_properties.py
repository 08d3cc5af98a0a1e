"""Seats always come to what is to be filled: held or said to be vacant, whatever the votes and however short the lists."""

import pytest

from planning.models import ListElection, ListSeating
from tests.planning.federation import Federation
from tests.planning.lists.world import sitting, two_lists, voted
from tests.planning.priorities.world import CITIZENS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("first", "votes"), [(1, 6), (1, 3), (2, 5), (3, 4), (4, 1), (3, 6)])
def test_seats_come_to_what_is_to_be_filled(
    federation: Federation, election: ListElection, first: int, votes: int
) -> None:
    two_lists(federation, election, CITIZENS[:first], CITIZENS[:-3:-1])
    ballot = voted(federation, election, {"Time to Live": votes, "Full Steam": 6 - votes})
    assert ballot.result is not None
    assert sum(ballot.result["seats"].values()) == election.places == 3
    steps = ListSeating.objects.exclude(outcome="passed_over")
    assert steps.count() == 3
    held = [name for name in sitting(election) if name]
    assert len(held) == steps.filter(outcome="seated").count()
    assert len(set(held)) == len(held)
    names = {one.code: one.association.name for one in election.lists.all()}
    for code, seats in ballot.result["seats"].items():
        of_list = steps.filter(list__association__name=names[code])
        assert of_list.count() == seats
        placed = list(of_list.filter(outcome="seated").values_list("candidate__place", flat=True))
        assert placed == sorted(placed) == list(range(1, len(placed) + 1))
