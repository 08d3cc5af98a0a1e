"""Seats always come to what is to be filled: held or said to be vacant, whatever the votes and however short the lists.

What the literature says of both rules (no seat lost in a larger house, nobody below the whole part of their share by
D'Hondt, ties by the lot that was passed in) is drawn and tested in tests/councils/rules/test_highest_averages.py; here it
is the seats in the database.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from councils.rules.highest_averages import DHONDT, SAINTE_LAGUE, highest_averages
from councils.rules.results import by_lot
from planning.models import ListElection, ListSeating
from tests.planning.federation import Federation, make_federation
from tests.planning.lists.world import called, seated_board, sitting, two_lists, voted
from tests.planning.priorities.world import CITIZENS, both, opened, peopled

pytestmark = pytest.mark.django_db
LISTS = ("Full Steam", "Time to Live")
drawn = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def bare(db: None) -> Federation:
    """Two associations with programmes, and a board that has one seat, which speaks for a council, and no charter yet."""
    federation = peopled(make_federation())
    both(federation, opened(federation))
    return federation


def counted(election: ListElection) -> dict[str, int]:
    """Return by association the seats that the database gave, vacant ones included."""
    found = ListSeating.objects.filter(list__election=election).exclude(outcome="passed_over")
    names = list(found.values_list("list__association__name", flat=True))
    return {name: names.count(name) for name in names}


def check(election: ListElection, votes: dict[str, int], result: dict[str, Any]) -> None:
    """Seats add up, nobody sits twice or out of order, D'Hondt gives everybody the whole part of their share."""
    seats = counted(election)
    assert sum(result["seats"].values()) == sum(seats.values()) == election.places
    steps = ListSeating.objects.exclude(outcome="passed_over")
    held = [name for name in sitting(election) if name]
    assert len(held) == len(set(held)) == steps.filter(outcome="seated").count()
    cast = sum(votes.values())
    for name in LISTS:
        placed = list(
            steps.filter(list__association__name=name, outcome="seated").values_list(
                "candidate__place", flat=True
            )
        )
        assert placed == list(range(1, len(placed) + 1))
        assert not seats.get(name) or votes.get(name), "a list without votes gets no seat"
        if election.rule == DHONDT:
            assert seats.get(name, 0) >= votes.get(name, 0) * election.places // cast
    codes = {one.code: one.association.name for one in election.lists.select_related("association")}
    alike = [
        highest_averages(
            election.rule, {code: votes.get(name, 0) for code, name in codes.items()}, seats=election.places,
            tie_break=by_lot(lot),
        ).facts["seats"]
        for lot in (sorted(codes), sorted(codes, reverse=True))
    ]  # fmt: skip
    assert result["seats"] in alike, "only a tie is left to the lot"


@drawn
@given(
    first=st.integers(1, 4),
    second=st.integers(1, 2),
    votes=st.integers(0, 6),
    blank=st.integers(0, 2),
)
def test_seats_come_to_what_is_to_be_filled(
    federation: Federation, election: ListElection, first: int, second: int, votes: int, blank: int
) -> None:
    cast = {"Time to Live": max(votes - blank, 0), "Full Steam": 6 - votes, "": min(blank, votes)}
    with transaction.atomic():
        two_lists(federation, election, CITIZENS[:first], CITIZENS[: -1 - second : -1])
        ballot = voted(federation, election, cast)
        fresh = ListElection.objects.get(pk=election.pk)
        assert ballot.result is not None
        if fresh.state == "decided":
            check(fresh, {name: count for name, count in cast.items() if name}, ballot.result)
        else:
            assert cast["Time to Live"] + cast["Full Steam"] == 0 or ballot.result["outcome"] == "lost"
            assert not ListSeating.objects.exists()
        transaction.set_rollback(True)


@settings(drawn, max_examples=4)
@given(free=st.integers(1, 5), rule=st.sampled_from([DHONDT, SAINTE_LAGUE]), votes=st.integers(1, 5))
def test_a_larger_board_takes_no_seat_from_any_list(
    bare: Federation, free: int, rule: str, votes: int
) -> None:
    """House monotonicity, with the same papers: one election for so many seats, one for one seat more."""
    found: list[dict[str, int]] = []
    for more in (0, 1):
        with transaction.atomic():
            seated_board(bare, free=free + more, **{"planning.lists_rule": rule, "planning.lists_share": "1"})
            election = called(bare)
            assert election.places == free + more
            two_lists(bare, election)
            voted(bare, election, {"Time to Live": votes, "Full Steam": 6 - votes})
            found.append(counted(ListElection.objects.get(pk=election.pk)))
            transaction.set_rollback(True)
    before, after = found
    assert all(after.get(name, 0) >= before.get(name, 0) for name in LISTS)
