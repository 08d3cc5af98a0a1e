"""From the closed vote on lists to mandates, and to the next on the list when one ends early."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from councils.models import Ballot, Mandate
from councils.services import (
    ballot_close,
    ballot_open,
    ballot_void,
    mandate_resign,
    paper_cast,
    petition_sign,
    recall_start,
)
from councils.votes_written import tracker_new
from planning.models import ListElection, ListSeating
from planning.services.list_elections import _standing, list_election_open
from planning.services.list_seats import seats_named_due
from planning.wording.board_lists import step_told
from tests.planning.federation import NOW, TERM, Federation
from tests.planning.lists.world import AFTER, BEGIN, put_up, sitting, two_lists, voted
from tests.planning.priorities.world import CITIZENS
from workplaces.errors import Refused
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


def test_who_is_recalled_is_followed_by_the_next_on_the_same_list(
    federation: Federation, election: ListElection
) -> None:
    """Everybody gave the seat, so everybody can take it back: by signatures, then in secret."""
    two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    mandate = Mandate.objects.get(person=federation.people["citizen0"])
    later = NOW.replace(month=9)
    petition = recall_start(mandate=mandate, reason="Absent.", by=federation.people[CITIZENS[3]], now=later)
    assert petition.council == federation.councils["everyone"]
    for name in CITIZENS[4:]:
        if petition.state == "collecting":
            petition = petition_sign(petition=petition, by=federation.people[name], now=later)
    assert petition.motion is not None
    ballot = petition.motion.ballots.get()
    for entry in ballot.roll.select_related("person"):
        paper_cast(
            ballot=ballot, right=entry.right, choice=["yes"], tracker=tracker_new(), by=entry.person, now=later
        )  # fmt: skip
    assert Mandate.objects.filter(person=federation.people["citizen2"]).count() == 0, "before it is counted"
    ballot_close(ballot=ballot, by=None, now=ballot.closes_at)
    mandate.refresh_from_db()
    assert mandate.recalled_at == ballot.closes_at
    follower = Mandate.objects.get(person=federation.people["citizen2"])
    day = ballot.closes_at.date()
    assert (follower.seat, follower.held.lower, follower.held.upper) == (
        mandate.seat,
        day,
        mandate.term.upper,
    )
    step = ListSeating.objects.get(mandate=follower)
    assert (step.after, step.list.association.name) == (mandate, "Time to Live")
    assert Entry.objects.get(kind="list_election.followed").body["name"] == "Citizen0"


class TestVoid:
    def void(self, federation: Federation, election: ListElection) -> Ballot:
        """Open the vote on both lists, let somebody vote, and declare it void."""
        ballot = list_election_open(election=election, by=federation.people["coordinator"], now=AFTER)
        entry = ballot.roll.get(person=federation.people["citizen0"])
        paper_cast(
            ballot=ballot, right=entry.right, choice=["o1"], tracker=tracker_new(), by=entry.person, now=AFTER
        )  # fmt: skip
        return ballot_void(
            ballot=ballot, reason="The roll lacked a village.", by=federation.people["coordinator"], now=AFTER
        )

    def again(self, federation: Federation, election: ListElection, at: datetime = AFTER) -> Ballot:
        """Put the same lists to the vote anew, let everybody vote for the first one, and close it."""
        motion = ListElection.objects.get(pk=election.pk).motion
        assert motion is not None
        by = federation.people["coordinator"]
        ballot = ballot_open(motion=motion, by=by, now=at, secrecy=Ballot.Secrecy.SECRET)
        code = election.lists.get(association__name="Time to Live").code
        for name in CITIZENS:
            entry = ballot.roll.get(person=federation.people[name])
            paper_cast(
                ballot=ballot, right=entry.right, choice=[code], tracker=tracker_new(), by=entry.person, now=at
            )  # fmt: skip
        return ballot_close(ballot=ballot, by=None, now=ballot.closes_at)

    def test_it_seats_nobody_and_is_held_anew(self, federation: Federation, election: ListElection) -> None:
        two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
        self.void(federation, election)
        assert not ListSeating.objects.exists()
        assert not Mandate.objects.filter(obtained="elected").exists()
        assert not any(sitting(election))
        assert ListElection.objects.get().state == "voting"
        ballot = self.again(federation, election)
        assert ballot.result is not None
        assert sorted(sitting(election)) == ["citizen0", "citizen1", "citizen2"]
        assert ListElection.objects.get().state == "decided"

    def test_it_is_held_anew_in_secret(
        self, federation: Federation, election: ListElection, client: Client
    ) -> None:
        """By name its close could give no seat: the vote would never come to an end."""
        two_lists(federation, election)
        self.void(federation, election)
        motion = ListElection.objects.get().motion
        assert motion is not None
        with pytest.raises(Refused, match="held in secret, also when it is held anew"):
            ballot_open(motion=motion, by=federation.people["coordinator"], now=AFTER)
        client.force_login(federation.people["coordinator"])
        page = client.get(reverse("councils:motion", args=[motion.public_id])).content.decode()
        assert '<input type="hidden" name="secrecy" value="secret">' in page
        assert 'value="named"' not in page

    def test_closed_after_the_day_called_for_terms_begin_then(
        self, federation: Federation, election: ListElection
    ) -> None:
        """Nobody sat before they were elected; terms end when they would have."""
        two_lists(federation, election, ("citizen0", "citizen1", "citizen2"))
        self.void(federation, election)
        ballot = self.again(federation, election, NOW + timedelta(days=28))
        day = ballot.closes_at.date()
        assert day > BEGIN
        terms = [mandate.term for mandate in Mandate.objects.filter(motion=ballot.motion)]
        assert {(term.lower, (term.upper - BEGIN).days) for term in terms} == {(day, 730)}
        assert len(terms) == 3


def test_opening_asks_as_often_for_many_candidates(federation: Federation, election: ListElection) -> None:
    two_lists(federation, election, ("citizen0",), ("citizen5",))
    with CaptureQueriesContext(connection) as few:
        _standing(election, AFTER)
    put_up(federation, election, "Time to Live", CITIZENS[:4])
    with CaptureQueriesContext(connection) as more:
        standing = _standing(election, AFTER)
    assert [len(rows) for _one, rows in standing] == [1, 4]
    assert len(more) == len(few)


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
