"""Lists put up, agreed to, voted on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from councils.models import Ballot, Mandate, Seat
from councils.services import ballot_close, charter_found, paper_cast
from councils.votes_written import tracker_new
from planning.models import AssociationMember, CandidateList, ListElection, Programme
from planning.services.list_elections import list_election_call, list_election_open
from planning.services.lists import candidate_agree, list_put_up
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.world import CITIZENS
from workplaces.models import Association

UNTIL = NOW + timedelta(days=8)
BEGIN = (NOW + timedelta(days=30)).date()
AFTER = NOW + timedelta(days=9)


def seated_board(federation: Federation, free: int = 3, **charter: Any) -> Federation:
    """Give the board free seats beside the one that it has, and a charter by which three quarters go to lists."""
    board = federation.councils["board"]
    for number in range(2, 2 + free):
        Seat.objects.create(council=board, number=number)
    charter_found(values={"planning.lists_share": "3/4", **charter}, by=None, now=NOW)
    return federation


def called(federation: Federation, **more: Any) -> ListElection:
    """Call for lists."""
    given = {"title": "The board's lists", "lists_until": UNTIL, "term_from": BEGIN} | more
    return list_election_call(by=federation.people["coordinator"], now=NOW, **given)


def put_up(
    federation: Federation, election: ListElection, name: str, people: Sequence[str], *, agree: bool = True
) -> CandidateList:
    """Let everybody named join the association, the first put up its list, and everybody agree."""
    association = Association.objects.get(name=name)
    for key in people:
        AssociationMember.objects.get_or_create(
            association=association, person=federation.people[key], until=None, defaults={"since": NOW}
        )
    one = list_put_up(
        election=election, association=association, programme=Programme.objects.get(association=association),
        people=[federation.people[key] for key in people], by=federation.people[people[0]], now=NOW,
    )  # fmt: skip
    for key in people[1:] if agree else []:
        candidate_agree(one=one, by=federation.people[key], now=NOW)
    return one


def two_lists(
    federation: Federation,
    election: ListElection,
    first: Sequence[str] = ("citizen0", "citizen1"),
    second: Sequence[str] = ("citizen5", "citizen4"),
) -> tuple[CandidateList, CandidateList]:
    """Put up the lists of both associations."""
    return (
        put_up(federation, election, "Time to Live", first),
        put_up(federation, election, "Full Steam", second),
    )


def voted(federation: Federation, election: ListElection, votes: dict[str, int]) -> Ballot:
    """Open the vote, cast so many papers for each association's list (``""``: blank), and close it at its time."""
    ballot = list_election_open(election=election, by=federation.people["coordinator"], now=AFTER)
    codes = dict(CandidateList.objects.filter(election=election).values_list("association__name", "code"))
    papers = [name for name, count in votes.items() for _paper in range(count)]
    for key, name in zip(CITIZENS, papers, strict=False):
        entry = ballot.roll.get(person=federation.people[key])
        paper_cast(
            ballot=ballot, right=entry.right, choice=[codes[name]] if name else [], tracker=tracker_new(),
            by=entry.person, now=AFTER,
        )  # fmt: skip
    return ballot_close(ballot=ballot, by=None, now=ballot.closes_at)


def sitting(election: ListElection) -> list[str]:
    """Return who holds the election's seats on the first day of the term, in the seats' order; empty: nobody."""
    found = []
    for seat in election.seats.order_by("number"):
        mandate = Mandate.objects.filter(seat=seat, held__contains=election.term_from).first()
        found.append(mandate.person.username if mandate else "")
    return found
