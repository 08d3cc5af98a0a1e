"""From the closed vote on lists to mandates, and to the next on the list when one ends early."""

from datetime import timedelta

import pytest

from councils.models import Mandate
from councils.services import mandate_resign
from planning.models import ListElection, ListSeating
from planning.services.list_seats import seats_named_due
from planning.wording.board_lists import step_told
from tests.planning.federation import NOW, TERM, Federation
from tests.planning.lists.world import BEGIN, sitting, two_lists, voted
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def test_the_closed_vote_gives_the_seats_in_the_order_of_the_lists(
    federation: Federation, election: ListElection
) -> None:
    first, second = two_lists(federation, election)
    ballot = voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    assert (ballot.secrecy, ballot.rule, ballot.params["seats"]) == ("secret", "dhondt", 3)
    # 4, then 4/2 and 2/1 are equal: the lot says which of the two gets its seat first
    first.refresh_from_db()
    second.refresh_from_db()
    assert ballot.result is not None
    assert ballot.result["seats"] == {first.code: 2, second.code: 1}
    assert sorted(sitting(election)) == ["citizen0", "citizen1", "citizen5"]
    mandate = Mandate.objects.get(person=federation.people["citizen0"])
    assert (mandate.role, mandate.obtained, mandate.term.lower) == ("member", "elected", BEGIN)
    assert mandate.motion == ListElection.objects.get().motion
    assert (mandate.term.upper - BEGIN).days == 730
    body = Entry.objects.get(kind="list_election.decided").body
    assert [step["outcome"] for step in body["steps"]] == ["seated"] * 3


def test_who_leaves_is_followed_by_the_next_on_the_same_list(
    federation: Federation, election: ListElection
) -> None:
    two_lists(federation, election, ("citizen0", "citizen1", "citizen2", "citizen3"))
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    mandate = Mandate.objects.get(person=federation.people["citizen0"])
    later = NOW.replace(month=9)
    mandate_resign(mandate=mandate, by=federation.people["citizen0"], now=later)
    follower = Mandate.objects.get(person=federation.people["citizen2"])
    assert (follower.seat, follower.held.lower, follower.held.upper) == (
        mandate.seat, later.date(), mandate.term.upper
    )  # fmt: skip
    assert ListSeating.objects.get(mandate=follower).after == mandate
    assert Entry.objects.get(kind="list_election.followed").body["steps"][0]["name"] == "Citizen2"


def test_an_exhausted_list_leaves_its_seat_vacant(federation: Federation, election: ListElection) -> None:
    two_lists(federation, election, ("citizen0",))
    voted(federation, election, {"Time to Live": 5, "Full Steam": 1})
    assert sitting(election).count("") == 2
    vacant = ListSeating.objects.filter(outcome="vacant")
    assert {step.reason for step in vacant} == {"exhausted"}
    assert vacant.count() == 2


def test_a_seat_speaks_for_its_list_once_the_term_begins(
    federation: Federation, election: ListElection
) -> None:
    two_lists(federation, election)
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    assert seats_named_due(now=NOW) == 0
    begun = NOW + timedelta(days=31)
    assert seats_named_due(now=begun) == 3
    assert seats_named_due(now=begun) == 0
    names = [seat.represents for seat in election.seats.order_by("number")]
    assert sorted(names) == ["Full Steam", "Time to Live", "Time to Live"]


def test_who_sits_already_is_passed_over_with_the_reason(
    federation: Federation, election: ListElection
) -> None:
    two_lists(federation, election, ("citizen0", "citizen1", "citizen2", "citizen3"))
    Mandate.objects.create(
        council=federation.councils["board"], person=federation.people["citizen0"], role="member", term=TERM,
        held=TERM, obtained="sent", created_at=NOW,
    )  # fmt: skip
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    assert sorted(sitting(election)) == ["citizen1", "citizen2", "citizen5"]
    step = ListSeating.objects.get(outcome="passed_over")
    assert (step.reason, step.candidate.person.username) == ("sits", "citizen0")  # type: ignore[union-attr]
    assert step_told(step) == "Place 1, Citizen0, was passed over: sits on the board already."
