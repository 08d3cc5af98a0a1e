"""The page of a year's envelopes: what there is, drafting, referring back, CSV."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Cycle, EnvelopeDraft
from planning.views.envelopes import as_typed, read_money
from planning.wording.reading import Unreadable
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import draft, investing, motion_on, settled, vote
from tests.unguarded import unguarded
from workplaces.models import Scenario

pytestmark = pytest.mark.django_db
TYPED = {
    "sector-bread": "6", "sector-flour": "3.20", "sector-energy": "2.00", "region-valley": "4.8", "reason": "Bread first.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    """A year in the phase of envelopes."""
    return investing(federation)


def as_person(client: Client, federation: Federation, name: str) -> Client:
    client.force_login(federation.people[name])
    return client


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_the_board_drafts_from_what_is_filled_in(
    client: Client, federation: Federation, cycle: Cycle
) -> None:
    board = as_person(client, federation, "boardmember")
    page = text(board.get("/cycles/2027/envelopes/"))
    assert "R$\u202f16 for investment in 2027: who gets how much?" in page
    assert 'name="sector-bread" id="sector-bread" value="2.42"' in page
    answer = board.post("/cycles/2027/envelopes/draft/", TYPED)
    assert (answer.status_code, EnvelopeDraft.objects.get().sector_total) == (302, 1120)
    page = text(board.get("/cycles/2027/envelopes/"))
    assert "the board&#x27;s motion" in page or "the board's motion" in page
    assert "Put this draft to the board" not in page


def test_what_was_typed_stays_with_the_fault_at_its_field(
    client: Client, federation: Federation, cycle: Cycle
) -> None:
    board = as_person(client, federation, "boardmember")
    answer = board.post(
        "/cycles/2027/envelopes/draft/", TYPED | {"sector-energy": "0.10", "sector-bread": "7.90"}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "gets R$\u202f0.74 at least" in page
    assert 'value="7.90"' in page
    answer = board.post("/cycles/2027/envelopes/draft/", TYPED | {"sector-energy": "two"})
    assert answer.status_code == 422
    assert "is not a number" in text(answer)


def test_others_see_it_and_a_council_refers_it_back(
    client: Client, federation: Federation, cycle: Cycle
) -> None:
    made = draft(federation, cycle)
    stranger = text(as_person(client, federation, "stranger").get("/cycles/2027/envelopes/"))
    assert "Draft 1" in stranger
    assert "Refer it back" not in stranger
    delegate = as_person(client, federation, "bread_delegate")
    assert "Refer it back in the name of Bread Sector" in text(delegate.get("/cycles/2027/envelopes/"))
    council = federation.councils["bread sector"].public_id
    given = {"council": str(council), "reasons": "Old ovens."}
    answer = delegate.post("/cycles/2027/envelopes/1/refer-back/", given)
    assert answer.status_code == 302
    assert motion_on(made).subject_kind == "envelopes-refer-back"
    assert "Envelopes for 2027, draft 1" in text(delegate.get(answer["Location"]))
    assert delegate.post("/cycles/2027/envelopes/1/refer-back/", {}).status_code == 422


def test_a_referral_is_told_on_both_pages_and_asked_of_the_coordinator_first(
    client: Client, federation: Federation, cycle: Cycle
) -> None:
    made = draft(federation, cycle)
    board = motion_on(made)
    delegate = as_person(client, federation, "bread_delegate")
    assert "Bread Sector can refer draft 1 of the envelopes for 2027 back" in text(delegate.get("/duties/"))
    council = federation.councils["bread sector"]
    given = {"council": str(council.public_id), "reasons": "Old ovens."}
    here = delegate.post("/cycles/2027/envelopes/1/refer-back/", given)["Location"]
    referral = motion_on(made)
    moved = "Bread Sector is asked to refer draft 1 back; it is not settled before the council has voted."
    assert moved in text(delegate.get(here))
    assert moved in text(delegate.get("/cycles/2027/envelopes/"))
    assert "Bread Sector is asked to refer draft 1 of the envelopes" in text(delegate.get("/duties/"))
    coordinator = as_person(client, federation, "coordinator")
    asks = "Shall Bread Sector vote on referring the envelopes for 2027 back?"
    assert asks in text(coordinator.get("/duties/"))
    vote(federation, board)
    assert asks in text(coordinator.get("/duties/"))
    waits = "carried by the board, not settled: it waits for Bread Sector"
    assert waits in text(coordinator.get("/cycles/2027/envelopes/"))
    assert waits in text(coordinator.get(f"/councils/motions/{board.public_id}/"))
    vote(federation, referral)
    told = "Bread Sector referred draft 1 back to the board; it cannot be settled."
    for page in (here, f"/councils/motions/{board.public_id}/", "/cycles/2027/envelopes/"):
        assert told in text(coordinator.get(page)), page


def test_streams_have_totals_and_last_years_figure_beside(
    client: Client, federation: Federation, cycle: Cycle
) -> None:
    settled(federation, cycle)
    reader = as_person(client, federation, "stranger")
    page = " ".join(text(reader.get("/cycles/2027/envelopes/")).replace("\u202f", "").split())
    assert '<a href="#draft-1-region">Regions</a></th><td class="num" data-label="Amount">R$4.80</td>' in page
    assert '<td class="num" data-label="Share of the fund">30%</td>' in page
    assert '<h3 id="draft-1-sector">Sectors</h3>' in page
    assert 'data-label="2026"' not in page
    elsewhere = Scenario.objects.create(name="Old", kind="baseline", number=7)
    closed = {"phase": "closed", "baseline": elsewhere, "next_baseline": federation.baseline}
    with unguarded(Cycle):
        Cycle.objects.filter(pk=cycle.pk).update(year=2026, **closed)
    draft(federation, investing(federation))
    page = " ".join(text(reader.get("/cycles/2027/envelopes/")).replace("\u202f", "").split())
    assert '<td class="num" data-label="2026">R$6</td>' in page.replace("R$6.00", "R$6")
    assert '<td class="num" data-label="2026">R$4.80</td>' in page


def test_a_year_without_investment_says_so(client: Client, federation: Federation) -> None:
    investing(federation, investment_share=0.0)
    page = text(as_person(client, federation, "boardmember").get("/cycles/2027/envelopes/"))
    assert "Nothing is set aside for investment in 2027" in page
    assert "Put this draft to the board" not in page


def test_the_cycle_waits_and_says_what_for(client: Client, federation: Federation, cycle: Cycle) -> None:
    coordinator = as_person(client, federation, "coordinator")
    assert "Proposals begin once the board has settled the envelopes" in text(
        coordinator.get("/cycles/2027/")
    )
    assert coordinator.post("/cycles/2027/begin/").status_code == 409
    settled(federation, cycle)
    assert "Begin proposals" in text(coordinator.get("/cycles/2027/"))
    assert coordinator.post("/cycles/2027/begin/").status_code == 302


def test_envelopes_come_as_csv(client: Client, federation: Federation, cycle: Cycle) -> None:
    settled(federation, cycle)
    reader = as_person(client, federation, "stranger")
    told = b"".join(reader.get("/cycles/2027/envelopes/?format=csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    rows = {line.split(",")[1]: line.split(",")[3:5] for line in told[1:]}
    assert rows == {
        "bread": ["6.0", "0.74"], "flour": ["3.2", "0.74"], "energy": ["2.0", "0.74"], "valley": ["4.8", "0.96"],
    }  # fmt: skip


def test_money_is_typed_to_the_cent() -> None:
    assert [read_money(typed) for typed in ("6", "3.2", "0.07", "-1")] == [600, 320, 7, -100]
    assert (as_typed(242), as_typed(7), as_typed(1200)) == ("2.42", "0.07", "12.00")
    with pytest.raises(Unreadable, match="more than two decimals"):
        read_money("0.1234")
