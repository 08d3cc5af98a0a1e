"""Calling for lists, putting them up, agreeing to stand: what goes, and what is refused in which words."""

from datetime import timedelta

import pytest

from councils.models import Mandate
from councils.services import ballot_void
from planning.models import AssociationMember, ListCandidate, ListElection, Programme
from planning.services.list_elections import (
    list_election_call,
    list_election_cancel,
    list_election_open,
    list_elections_open_due,
)
from planning.services.lists import (
    candidate_agree,
    candidate_decline,
    candidate_give_up,
    list_put_up,
    list_withdraw,
)
from tests.planning.federation import NOW, TERM, Federation
from tests.planning.lists.world import AFTER, BEGIN, UNTIL, called, put_up, sitting, two_lists, voted
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Association, Membership
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def test_only_a_coordinator_calls_and_days_are_the_charters(federation: Federation, cycle: object) -> None:
    with pytest.raises(Forbidden, match="Only a coordinator"):
        list_election_call(
            title="Lists", lists_until=UNTIL, term_from=BEGIN, by=federation.people["citizen0"], now=NOW
        )
    with pytest.raises(Invalid) as refused:
        called(federation, title=" ", lists_until=NOW + timedelta(days=1), term_from=NOW.date())
    assert set(refused.value.fields) == {"title", "lists_until", "term_from"}
    with pytest.raises(Invalid) as refused:
        called(federation, lists_until=UNTIL.replace(year=9999), term_from=BEGIN.replace(year=9999))
    assert set(refused.value.fields.values()) == {"This is more than ten years off."}
    election = called(federation)
    assert [seat.number for seat in election.seats.order_by("number")] == [2, 3, 4]
    with pytest.raises(Refused, match="is under way"):
        called(federation)
    list_election_cancel(election=election, by=federation.people["coordinator"], now=NOW)
    with pytest.raises(TooLate, match="opened or cancelled already"):
        list_election_cancel(election=election, by=federation.people["coordinator"], now=NOW)
    assert called(federation).state == "collecting"


def test_only_seats_that_nobody_holds_then_are_filled(federation: Federation, cycle: object) -> None:
    seats = list(federation.councils["board"].seats.filter(represents_council=None).order_by("number"))
    for seat in seats[:2]:
        Mandate.objects.create(
            council=seat.council, person=federation.people["villager"], role="member", seat=seat, term=TERM, held=TERM,
            obtained="founding", created_at=NOW,
        )  # fmt: skip
    assert list(called(federation).seats.all()) == [seats[2]]
    ListElection.objects.update(cancelled_at=NOW)
    Mandate.objects.create(
        council=seats[2].council, person=federation.people["citizen0"], role="member", seat=seats[2], term=TERM,
        held=TERM, obtained="founding", created_at=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="becomes free on 2028-01-01"):
        called(federation)


def test_who_puts_up_what(federation: Federation, election: ListElection) -> None:
    association = Association.objects.get(name="Time to Live")
    programme = Programme.objects.get(association=association)
    people = federation.people
    give = {"election": election, "association": association, "now": NOW}
    with pytest.raises(Forbidden, match="Only members of Time to Live"):
        list_put_up(**give, programme=programme, people=[people["citizen5"]], by=people["citizen5"])
    with pytest.raises(Invalid) as refused:
        list_put_up(**give, programme=None, people=[], by=people["citizen0"])
    assert "published programme" in refused.value.fields["programme"]
    assert "between 1 and 200" in refused.value.fields["candidates"]
    with pytest.raises(Invalid) as refused:
        list_put_up(**give, programme=programme, people=[people["villager"]], by=people["citizen0"])
    assert refused.value.fields["candidates"].startswith("Place 1: Villager cannot vote")
    with pytest.raises(TooLate, match="could be put up and changed until"):
        list_put_up(
            **{**give, "now": AFTER}, programme=programme, people=[people["citizen0"]], by=people["citizen0"]
        )
    # a list for the programme of another association, which it supports
    other = Programme.objects.exclude(pk=programme.pk).get()
    assert (
        list_put_up(**give, programme=other, people=[people["citizen0"]], by=people["citizen0"]).programme
        == other
    )


def test_nobody_stands_on_two_lists(federation: Federation, election: ListElection) -> None:
    put_up(federation, election, "Time to Live", ["citizen0", "citizen1"])
    second = put_up(federation, election, "Full Steam", ["citizen5", "citizen1"], agree=False)
    with pytest.raises(Refused, match="You stand on the list of Time to Live already"):
        candidate_agree(one=second, by=federation.people["citizen1"], now=NOW)
    first = election.lists.get(association__name="Time to Live")
    candidate_decline(one=first, by=federation.people["citizen1"], now=NOW)
    with pytest.raises(Refused, match="You declined already"):
        candidate_decline(one=first, by=federation.people["citizen1"], now=NOW)
    assert candidate_agree(one=second, by=federation.people["citizen1"], now=NOW).agreed_at == NOW
    with pytest.raises(Forbidden, match="not asked"):
        candidate_agree(one=second, by=federation.people["citizen2"], now=NOW)


def test_who_is_moved_down_is_asked_again(federation: Federation, election: ListElection) -> None:
    one = put_up(federation, election, "Time to Live", ["citizen0", "citizen1", "citizen2"])
    people = [federation.people[name] for name in ("citizen0", "citizen2", "citizen1")]
    list_put_up(
        election=election, association=one.association, programme=one.programme, people=people, by=people[0], now=NOW
    )  # fmt: skip
    rows = one.candidates.order_by("place")
    assert [(row.person.username, bool(row.agreed_at)) for row in rows] == [
        ("citizen0", True),
        ("citizen2", True),
        ("citizen1", False),
    ]
    list_put_up(
        election=election, association=one.association, programme=one.programme, people=people[:1], by=people[0],
        now=NOW,
    )  # fmt: skip
    assert one.candidates.count() == 1


def test_a_list_is_withdrawn_and_put_up_again(federation: Federation, election: ListElection) -> None:
    one = put_up(federation, election, "Time to Live", ["citizen0"])
    list_withdraw(one=one, by=federation.people["citizen0"], now=NOW)
    with pytest.raises(Refused, match="withdrawn already"):
        list_withdraw(one=one, by=federation.people["citizen0"], now=NOW)
    again = put_up(federation, election, "Time to Live", ["citizen0"])
    assert (again.pk, again.withdrawn_at) == (one.pk, None)


def test_who_has_not_agreed_or_has_left_is_left_off(federation: Federation, election: ListElection) -> None:
    one, _other = two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
    AssociationMember.objects.filter(person=federation.people["citizen0"]).update(until=NOW)
    candidate_decline(one=one, by=federation.people["citizen1"], now=NOW)
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    assert sorted(sitting(election)) == ["", "citizen2", "citizen5"]


def test_one_list_is_no_choice(federation: Federation, election: ListElection) -> None:
    put_up(federation, election, "Time to Live", ["citizen0"])
    by = federation.people["coordinator"]
    with pytest.raises(TooLate, match="the vote opens after that"):
        list_election_open(election=election, by=by, now=NOW)
    with pytest.raises(Refused, match="a choice needs two at least"):
        list_election_open(election=election, by=by, now=AFTER)
    assert list_elections_open_due(now=AFTER) == []
    put_up(federation, election, "Full Steam", ["citizen5"])
    (ballot,) = list_elections_open_due(now=AFTER)
    assert (ballot.secrecy, ballot.roll_size) == ("secret", 6)
    assert list_elections_open_due(now=AFTER) == []
    with pytest.raises(TooLate):
        candidate_decline(one=election.lists.all()[0], by=federation.people["citizen0"], now=AFTER)
    assert "Time to Live, for the programme" in ballot.motion.text  # type: ignore[union-attr]


def test_blank_papers_give_no_seat(federation: Federation, election: ListElection) -> None:
    two_lists(federation, election)
    voted(federation, election, {"": 3})
    assert ListElection.objects.get().state == "lost"
    assert Entry.objects.filter(kind="list_election.lost").exists()
    assert called(federation, title="Once more").state == "collecting"


def test_a_void_vote_can_be_opened_again_on_the_same_lists(
    federation: Federation, election: ListElection
) -> None:
    two_lists(federation, election)
    by = federation.people["coordinator"]
    ballot = list_election_open(election=election, by=by, now=AFTER)
    ballot_void(ballot=ballot, reason="A power cut.", by=by, now=AFTER)
    assert ListElection.objects.get().state == "voting"


def test_a_place_is_given_up_once_the_vote_has_opened(federation: Federation, election: ListElection) -> None:
    one, _other = two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
    with pytest.raises(TooLate, match="before that, decline"):
        candidate_give_up(one=one, by=federation.people["citizen1"], now=NOW)
    by = federation.people["coordinator"]
    list_election_open(election=election, by=by, now=AFTER)
    assert candidate_give_up(one=one, by=federation.people["citizen1"], now=AFTER).gave_up_at == AFTER
    with pytest.raises(TooLate, match="already"):
        candidate_give_up(one=one, by=federation.people["citizen1"], now=AFTER)
    assert ListCandidate.objects.filter(gave_up_at__isnull=False).count() == 1


def test_few_people_keep_no_secret(federation: Federation, election: ListElection) -> None:
    two_lists(federation, election)
    with unguarded(Membership):
        Membership.objects.filter(person__username__in=["citizen2", "citizen3"]).delete()
    with pytest.raises(Refused, match="at least 5 people"):
        list_election_open(election=election, by=federation.people["coordinator"], now=AFTER)
