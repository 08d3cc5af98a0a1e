"""Requests that compete, on the pages: putting them to the council, the vote, why one was chosen or not, the table."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot
from councils.services.motions import motion_withdraw
from planning.models import Envelope, Grant, SharingOut
from tests.planning.federation import NOW, Federation
from tests.planning.investment.projects_world import cast, competing, decided, opened, propose
from tests.planning.investment.sharing_world import propose as propose_dial
from tests.planning.investment.test_projects import request_of
from tests.planning.investment.world import motion_on, vote

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = "\u202f"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def valley(federation: Federation) -> Envelope:
    return competing(federation)[1]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    found: str = answer.content.decode().replace(NARROW, " ")
    return found


def post(client: Client, valley: Envelope, *names: str, **typed: Any) -> tuple[int, str, str]:
    """Return status, page and where it leads."""
    address = reverse("planning:projects_propose", args=[valley.public_id])
    given = {"request": [str(request_of(name).public_id) for name in names], "reason": "Whole ones.", **typed}
    answer = client.post(address, given)
    return answer.status_code, answer.content.decode().replace(NARROW, " "), answer.get("Location", "")


class TestPuttingThem:
    def test_from_the_envelope_to_the_motion(
        self, client: Client, federation: Federation, valley: Envelope
    ) -> None:
        client.force_login(federation.people["neighbour"])
        address = reverse("planning:projects", args=[valley.public_id])
        assert address in read(client, reverse("planning:sharing", args=[valley.public_id]))
        page = read(client, address)
        assert "3 requests for R$ 5.90 together; the envelope holds R$ 4.80." in page
        assert page.count(" checked") == 3
        assert "equal share of the budget of 4.80 R$" in page
        status, _page, leads = post(client, valley, "flour", "energy", budget="4")
        assert status == 302
        sharing = SharingOut.objects.get()
        assert leads == reverse("councils:motion", args=[motion_on(sharing).public_id])
        assert (sharing.amount, sharing.shares.count()) == (400, 2)
        page = read(client, leads)
        assert "Flour works: A new flour machine" in page
        assert "2.00 R$" in page

    def test_looking_changes_nothing(self, client: Client, federation: Federation, valley: Envelope) -> None:
        client.force_login(federation.people["neighbour"])
        status, page, _leads = post(client, valley, "flour", "bread", do="check", budget="2.30")
        assert status == 200
        assert "1 request for R$ 2.00; the envelope holds R$ 4.80." in page
        assert (
            "Bread works asks for R$ 2.40, more than the budget of R$ 2.30: it could never be chosen." in page
        )
        assert "Whole ones." in page, "what was typed stays"
        assert not SharingOut.objects.exists()

    @pytest.mark.parametrize(
        ("names", "typed", "sentence"),
        [
            (["flour"], {}, "Only one request would compete"),
            ([], {}, "No request can compete"),
            (["flour", "bread"], {"budget": "9"}, "more than the envelope holds"),
            (["flour", "bread"], {"budget": "0"}, "The budget is more than nothing"),
            (["flour", "bread"], {"budget": "much"}, "much"),
            (["flour", "bread"], {"budget": "1.005"}, "1.005"),
            (["flour", "bread"], {"reason": " "}, "A reason is needed"),
            ([], {"request": ["nonsense"]}, "does not ask this envelope for anything"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, client: Client, federation: Federation, valley: Envelope, names: list[str], typed: dict[str, Any], sentence: str
    ) -> None:  # fmt: skip
        client.force_login(federation.people["neighbour"])
        status, page, _leads = post(client, valley, *names, **typed)
        assert status == 422
        assert sentence in page
        assert not SharingOut.objects.exists()

    def test_others_look_and_cannot_move(
        self, client: Client, federation: Federation, valley: Envelope
    ) -> None:
        client.force_login(federation.people["stranger"])
        page = read(client, reverse("planning:projects", args=[valley.public_id]))
        assert "Move that these compete" not in page
        assert "Bread works" in page
        assert post(client, valley, "flour", "energy")[0] == 403


class TestTheVote:
    @pytest.fixture
    def sharing(self, client: Client, federation: Federation, valley: Envelope) -> SharingOut:
        client.force_login(federation.people["stranger"])
        return propose(federation, valley)

    def vote_page(self, client: Client, sharing: SharingOut) -> str:
        return read(client, reverse("planning:projects_vote", args=[sharing.public_id]))

    def request_page(self, client: Client, name: str) -> str:
        return read(client, reverse("planning:request", args=[2027, request_of(name).public_id]))

    def test_before_the_vote_nothing_is_told(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        ballot = opened(federation, sharing)
        cast(ballot, sharing, {"anna": ["bread"]})
        for page in (self.vote_page(client, sharing), self.request_page(client, "bread")):
            assert "It competes in the vote: it is granted in full or not at all." in page
        assert "nothing is counted before" in self.vote_page(client, sharing)

    def test_a_delegate_approves_whole_requests(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        """In the booth of everybody's ballots, with each request's cost."""
        opened(federation, sharing)
        client.force_login(federation.people["anna"])
        page = read(client, reverse("councils:motion", args=[motion_on(sharing).public_id]))
        assert "Bread works: A new bread machine" in page
        assert "2.40 R$" in page

    def test_why_one_was_chosen_and_another_not(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        decided(federation, sharing)
        chosen = "Chosen as number 1: 3 votes approve it and paid its R$ 2.00 together, at most R$ 0.67 each."
        energy = "Chosen as number 2: 2 votes approve it and paid its R$ 1.50 together, at most R$ 0.97 each."
        missed = (
            "Not chosen: the 2 votes that approve it had R$ 1.07 left together of the R$ 2.40 that it costs; R$ 1.33 was "
            "missing."
        )
        page = self.vote_page(client, sharing)
        for sentence in (chosen, energy, missed):
            assert sentence in page
        assert page.index(chosen) < page.index(energy) < page.index(missed)
        assert "R$ 1.30 of the budget was granted to nobody in this vote." in page
        assert "Of the budget 1.30 R$ is left." in page, "the last step of the count"
        assert chosen in self.request_page(client, "flour")
        assert missed in self.request_page(client, "bread")
        assert "The request waits" in self.request_page(client, "bread")
        grant = Grant.objects.get(request=request_of("flour"))
        assert chosen in read(client, reverse("planning:grant", args=[grant.public_id]))
        envelope = read(client, reverse("planning:sharing", args=[sharing.envelope.public_id]))
        assert "Requests competed for R$ 4.80." in envelope
        assert reverse("planning:projects_vote", args=[sharing.public_id]) in envelope

    def test_what_was_left_is_not_said_to_wait_once_the_dial_has_shared_it_out(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        decided(federation, sharing)
        vote(federation, motion_on(propose_dial(federation, sharing.envelope)))
        page = self.vote_page(client, sharing)
        assert "R$ 1.30 of the budget was granted to nobody in this vote." in page
        assert "stays in the envelope" not in page
        assert "The request waits" not in self.request_page(client, "bread")

    def test_a_workplace_that_was_not_chosen_can_appeal(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        decided(federation, sharing)
        client.force_login(federation.people["bread_delegate"])
        page = self.request_page(client, "bread")
        assert "Which requests competed: 3 requests" in page
        assert "The dial: " not in page
        address = reverse("planning:request_appeal", args=[2027, request_of("bread").public_id])
        told = {"rule": "count", "reason": "Costs count twice.", "sharing": str(sharing.public_id)}
        assert client.post(address, told).status_code == 302
        assert "The rule of counting: Approve the projects" in self.request_page(client, "flour")

    def test_nobody_approves_anything(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        decided(federation, sharing, {})
        page = self.vote_page(client, sharing)
        assert page.count("Not chosen: no vote approves it.") == 3
        assert "Nothing was chosen: nobody asked for anything." in page

    def test_a_motion_that_was_withdrawn(
        self, client: Client, federation: Federation, sharing: SharingOut
    ) -> None:
        motion_withdraw(motion=motion_on(sharing), by=federation.people["neighbour"], now=NOW)
        page = self.vote_page(client, sharing)
        assert page.count("The motion was withdrawn before a vote; nothing was decided.") == 3

    def test_the_table(self, client: Client, federation: Federation, sharing: SharingOut) -> None:
        decided(federation, sharing)
        answer = client.get(reverse("planning:projects_vote", args=[sharing.public_id]), {"format": "csv"})
        header, *rows = answer.getvalue().decode("utf-8-sig").strip().splitlines()  # type: ignore[attr-defined]
        assert header == "code,workplace,name,purpose,cost,votes,chosen_as,most_paid,left,missing,granted"
        assert len(rows) == 3
        assert rows[1].startswith("o3,energy-works,Energy works,A new energy machine.,1.5,2,2,0.966")
        assert rows[2].startswith("o1,bread-works,Bread works,A new bread machine.,2.4,2,,,1.066")

    def test_a_sharing_out_by_the_dial_is_no_vote_among_requests(
        self, client: Client, federation: Federation, valley: Envelope
    ) -> None:
        client.force_login(federation.people["stranger"])
        made = propose_dial(federation, valley)
        assert client.get(reverse("planning:projects_vote", args=[made.public_id])).status_code == 404
        assert not Ballot.objects.filter(motion=motion_on(made)).exists()
