"""Pages of elections by lists: call, put up, agree, see the result and how it was counted."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import CandidateList, ListElection, Programme
from tests.planning.federation import NOW, Federation
from tests.planning.lists.world import put_up, two_lists, voted
from workplaces.models import Association

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client, monkeypatch: pytest.MonkeyPatch, settings: object) -> Client:
    """A client whose pages stand at the federation's time."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.STAFF_NEED_SECOND_FACTOR = False  # type: ignore[attr-defined]
    return client


def read(client: Client, federation: Federation, name: str, *address: object, who: str = "citizen0") -> str:
    client.force_login(federation.people[who])
    answer = client.get(reverse(f"planning:{name}", args=address))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_coordinator_calls_one(client: Client, federation: Federation, cycle: object) -> None:
    client.force_login(federation.people["coordinator"])
    address = reverse("planning:list_election_new")
    assert "3/4 of the board's seats" in client.get(address).content.decode()
    early = {"title": "Lists", "lists_until": "2026-03-03", "term_from": "2026-03-04"}
    refused = client.post(address, early)
    assert refused.status_code == 422
    assert "Terms begin once the vote is over" in refused.content.decode()
    made = client.post(address, {"title": "Lists", "lists_until": "2026-03-12", "term_from": "2026-05-01"})
    election = ListElection.objects.get()
    assert made.status_code == 302
    assert (election.places, election.rule) == (3, "dhondt")
    assert "Lists: 0 lists so far" in read(client, federation, "list_election", election.public_id)
    assert "Lists" in read(client, federation, "list_elections")


def test_a_list_is_put_up_in_the_order_of_its_numbers(
    client: Client, federation: Federation, election: ListElection
) -> None:
    association = Association.objects.get(name="Time to Live")
    people = federation.people
    page = read(client, federation, "list_election", election.public_id)
    assert "Put up the list of Time to Live" in page
    address = reverse("planning:list_edit", args=[election.public_id])
    form = client.get(f"{address}?association={association.public_id}").content.decode()
    assert f'name="place-{people["citizen0"].public_id}"' in form
    body = {
        "association": association.public_id, "programme": Programme.objects.get(association=association).public_id,
        f"place-{people['citizen1'].public_id}": "1", f"place-{people['citizen0'].public_id}": "1", "do": "save",
    }  # fmt: skip
    twice = client.post(address, body)
    assert twice.status_code == 422
    assert "Two people stand at place 1" in twice.content.decode()
    found = client.post(address, {**body, "do": "find", "q": "citizen2"}).content.decode()
    assert "Citizen2</option>" in found
    assert "Citizen3</option>" not in found
    body |= {f"place-{people['citizen0'].public_id}": "2", "add": people["citizen2"].public_id}
    assert client.post(address, body).status_code == 302
    one = CandidateList.objects.get()
    rows = one.candidates.order_by("place")
    assert [row.person.username for row in rows] == ["citizen1", "citizen0", "citizen2"]
    assert [bool(row.agreed_at) for row in rows] == [False, True, False]
    shown = read(client, federation, "list_election", election.public_id)
    assert "asked, has not answered" in shown
    assert "asked, has not answered" not in read(
        client, federation, "list_election", election.public_id, who="citizen5"
    )
    assert "Citizen1" not in read(client, federation, "list_election", election.public_id, who="citizen5")


def test_who_is_asked_finds_it_under_my_duties(
    client: Client, federation: Federation, election: ListElection
) -> None:
    one = put_up(federation, election, "Time to Live", ["citizen0", "citizen1"], agree=False)
    assert "Will you stand on the list of Time to Live" in read(client, federation, "duties", who="citizen1")
    page = read(client, federation, "list_election", election.public_id, who="citizen1")
    assert "Will you stand on the list of Time to Live, at place 2?" in page
    assert client.post(reverse("planning:list_agree", args=[one.public_id])).status_code == 302
    assert one.candidates.get(place=2).agreed_at == NOW
    assert "Will you stand" not in read(client, federation, "duties", who="citizen1")
    again = client.post(reverse("planning:list_agree", args=[one.public_id]))
    assert again.status_code == 409
    assert "You agreed already" in again.content.decode()


def test_the_result_is_shown_with_its_count(
    client: Client, federation: Federation, election: ListElection
) -> None:
    two_lists(federation, election, ("citizen0",))
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    page = read(client, federation, "list_election", election.public_id)
    assert "The board&#x27;s lists: decided" in page
    assert "Place 1, Citizen0, is elected." in page
    assert "The seat stays vacant: nobody is left on the list." in page
    count = read(client, federation, "list_count", election.public_id)
    assert "4 votes ÷ 1 = 4" in count
    assert "stays vacant: it is not given to another list" in count
    board = reverse("councils:council", args=[federation.councils["board"].public_id])
    assert reverse("planning:list_elections") in client.get(board).content.decode()
