"""What the database refuses in elections by lists, whoever asks."""

from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from councils.models import Mandate
from planning.models import CandidateList, ListCandidate, ListElection, ListSeating, Programme
from tests.planning.federation import NOW, Federation
from tests.planning.lists.world import AFTER, put_up, two_lists, voted
from tests.planning.priorities.world import found

pytestmark = pytest.mark.django_db


def refused(name: str, action: Any) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        action()


def test_an_election_stays_as_it_was_called(federation: Federation, election: ListElection) -> None:
    rows = ListElection.objects.filter(pk=election.pk)
    refused("stays as it was called", lambda: rows.update(places=9))
    refused("stays as it was", lambda: rows._raw_delete("default"))
    two_lists(federation, election)
    refused("when it was called", lambda: election.seats.set([]))
    voted(federation, election, {"Time to Live": 1})
    refused("stays as it was called", lambda: rows.update(motion=None))


def test_lists_stay_as_they_were_voted_on(federation: Federation, election: ListElection) -> None:
    one, other = two_lists(federation, election)
    rows = ListCandidate.objects.filter(list=one)
    refused("listcandidate_on_one_list", lambda: ListCandidate.objects.create(
        list=other, election=election, person=federation.people["citizen0"], place=9, asked_at=NOW, agreed_at=NOW,
    ) if member(other, federation) else None)  # fmt: skip
    refused("members", lambda: ListCandidate.objects.create(
        list=one, election=election, person=federation.people["villager"], place=9, asked_at=NOW, agreed_at=NOW,
    ))  # fmt: skip
    refused("runs the site", lambda: ListCandidate.objects.create(
        list=one, election=election, person=federation.people["root"], place=9, asked_at=NOW,
    ))  # fmt: skip
    refused("whose and for what", lambda: rows.update(person=federation.people["villager"]))
    refused("given up once", lambda: rows.update(gave_up_at=NOW))
    voted(federation, election, {"Time to Live": 2, "Full Steam": 1})
    refused("as they stood", lambda: rows.filter(place=2).update(place=7))
    refused("stays on the list", lambda: rows.filter(place=2)._raw_delete("default"))
    refused("until the vote opens", lambda: CandidateList.objects.filter(pk=one.pk).update(code="o9"))


def member(one: CandidateList, federation: Federation) -> bool:
    one.association.members.create(person=federation.people["citizen0"], since=NOW)
    return True


def test_a_list_stands_for_a_published_programme(federation: Federation, election: ListElection) -> None:
    one = put_up(federation, election, "Time to Live", ["citizen0"])
    third = found(federation, "Third", "citizen3")
    draft = Programme.objects.create(
        cycle=one.programme.cycle, association=third, created_by=one.created_by, created_at=NOW
    )
    refused("published", lambda: CandidateList.objects.filter(pk=one.pk).update(programme=draft))


def test_seats_go_as_counted_and_in_order(federation: Federation, election: ListElection) -> None:
    one, _other = two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    seat = election.seats.order_by("number").first()
    third = one.candidates.get(place=3)
    made = Mandate.objects.get(person=federation.people["citizen0"])
    step = {"list": one, "at": AFTER, "seat": seat}
    refused("no further seat", lambda: ListSeating.objects.create(**step, outcome="vacant", reason="held"))
    refused("follows somebody", lambda: ListSeating.objects.create(
        **step, outcome="passed_over", reason="terms", candidate=third, after=made
    ))  # fmt: skip
    refused("listseating_says_what_happened", lambda: ListSeating.objects.create(
        **step, outcome="passed_over", candidate=third
    ))  # fmt: skip
    refused("stays as it was", lambda: ListSeating.objects.update(reason="x"))
    refused("stays as it was", lambda: ListSeating.objects.all()._raw_delete("default"))


def test_no_seat_is_given_before_the_vote(federation: Federation, election: ListElection) -> None:
    one, _other = two_lists(federation, election)
    seat = election.seats.order_by("number").first()
    refused("closed secret vote", lambda: ListSeating.objects.create(
        list=one, at=NOW, seat=seat, outcome="vacant", reason="exhausted"
    ))  # fmt: skip
