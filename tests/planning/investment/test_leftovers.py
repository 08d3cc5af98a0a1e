"""What nobody was granted goes back to the year's output when the year ends: settled or abandoned."""

import pytest
from django.test import Client
from django.utils import timezone

from planning.models import Account, Cycle, Envelope, Grant, JournalEntry
from planning.services.abandoning import cycle_abandon
from planning.services.leftovers import unspent_return
from planning.services.settlement import cycle_settle
from tests.planning.board.world import figures
from tests.planning.federation import NOW, Federation
from tests.planning.investment.test_grants import in_force, report
from tests.planning.investment.test_reversal import appealed, held, shared_by
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
UNGRANTED = 1120  # the three sectors' envelopes: 6.00, 3.20 and 2.00, of which nobody asks anything


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def settled(federation: Federation, cycle: Cycle) -> Cycle:
    plan = in_force(federation, cycle)
    cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    return Cycle.objects.get(pk=cycle.pk)


def output() -> int:
    """What stands in the year's output, but for what workplaces' surplus took out of it when the year was settled."""
    return held("output") + held("levy") + held("surplus")


def test_settling_gives_it_back_to_the_output(federation: Federation, envelope: Envelope) -> None:
    assert (held("output"), held("sector"), held("region"), held("investment")) == (-1600, UNGRANTED, 0, 480)
    cycle = settled(federation, envelope.draft.cycle)
    assert (output(), held("sector"), held("region"), held("investment")) == (-480, 0, 0, 480)
    entry = JournalEntry.objects.get(cause="unspent")
    assert (entry.subject, entry.cycle, entry.postings_count) == (cycle.public_id, cycle, 4)
    assert Entry.objects.get(kind="investment.unspent").body["amount"] == UNGRANTED
    assert Entry.objects.get(kind="baseline.drawn").body["unspent"] == UNGRANTED
    assert unspent_return(cycle=cycle, by=None, now=NOW) == 0
    assert JournalEntry.objects.filter(cause="unspent").count() == 1


def test_a_fault_while_settling_leaves_it_where_it_was(
    federation: Federation, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = in_force(federation, envelope.draft.cycle)

    def fault(**_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("planning.services.settlement.cycle_move", fault)
    with pytest.raises(RuntimeError):
        cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
    assert (held("output"), held("sector")) == (-1600, UNGRANTED)


@pytest.mark.parametrize("how", ["diverted", "overruled"])
def test_what_comes_back_later_follows(federation: Federation, envelope: Envelope, how: str) -> None:
    """Late equipment is reported on in later years; a year that is settled has no council to share it out again."""
    settled(federation, envelope.draft.cycle)
    amounts = {grant.request.workplace.code: grant.amount for grant in Grant.objects.all()}
    if how == "diverted":
        report(federation, "diverted", text="A roof instead.")
        left = 480 - amounts["bread-works"]
    else:
        appealed(federation, shared_by(envelope))
        left = 0
    assert (held("region"), held("investment"), output()) == (0, left, -left)


def test_an_abandoned_year_gives_all_of_it_back(
    federation: Federation, envelope: Envelope, client: Client
) -> None:
    cycle = envelope.draft.cycle
    cycle_abandon(cycle=cycle, reason="A flood.", by=federation.people["coordinator"], now=NOW)
    assert not Account.objects.exclude(balance=0).exists()
    assert Entry.objects.filter(kind="grant.abandoned").count() == Grant.objects.count()
    assert Entry.objects.get(kind="investment.abandoned").body["amount"] == UNGRANTED
    client.force_login(federation.people["stranger"])
    grant = Grant.objects.first()
    assert grant is not None
    assert "2027 was abandoned" in client.get(f"/grants/{grant.public_id}/").content.decode()


def test_pages_and_sheet_say_where_it_went(
    federation: Federation, envelope: Envelope, client: Client
) -> None:
    client.force_login(federation.people["stranger"])
    sentence = "R$\u202f11.20 of what was set aside for 2027 was granted to nobody"
    sector = envelope.draft.envelopes.get(sector__code="bread")
    assert sentence not in client.get("/ledger/").content.decode()
    cycle = settled(federation, envelope.draft.cycle)
    assert sentence in client.get("/ledger/").content.decode()
    assert sentence in client.get("/cycles/2027/envelopes/").content.decode()
    page = client.get(f"/envelopes/{sector.public_id}/").content.decode()
    assert "R$\u202f6.00 of what was set aside for 2027 was granted to nobody" in page
    assert "granted to nobody" not in client.get(f"/envelopes/{envelope.public_id}/").content.decode()
    inputs = {one.name: one.values.actual for one in figures(cycle)["envelopes_sectors"].inputs}
    assert inputs["unspent"] == pytest.approx(11.2)
