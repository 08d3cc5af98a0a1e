"""A workplace appeals on the rule: from a council's grants to the layer above, and back to another sharing-out."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.layers import OVERRULE, REFER_BACK
from councils.models import Appeal, Motion
from councils.services.appeals import appeal_file, appeal_support, ruling_move
from planning.models import Account, Cycle, Envelope, Grant, JournalEntry
from planning.selectors.grants import standing_grants
from planning.selectors.sharing import requests_to
from planning.services.grants import grants_reverse
from planning.services.rounds import round_open
from tests.planning.board.world import figures
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import propose
from tests.planning.investment.test_grants import bought, grant_of, in_force, report
from tests.planning.investment.world import motion_on, vote
from workplaces.models import DemandLine
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def appealed(federation: Federation, motion: Motion, kind: str = OVERRULE, answer: str = "yes") -> Appeal:
    """Let flour's delegate appeal, one of the valley's roll support it, and the board rule."""
    appeal = appeal_file(
        motion=motion, reason="α = 2 leaves flour out.", by=federation.people["flour_delegate"], now=NOW
    )
    appeal = appeal_support(appeal=appeal, by=federation.people["neighbour"], now=NOW)
    assert (appeal.state, appeal.to) == ("lodged", federation.councils["board"])
    member = federation.people["boardmember"]
    ruling = ruling_move(appeal=appeal, kind=kind, reasons="Look at flour again.", by=member, now=NOW)
    vote(federation, ruling, answer)
    appeal.refresh_from_db()
    return appeal


def shared_by(envelope: Envelope) -> Motion:
    sharing = envelope.sharings.order_by("-number").first()
    assert sharing is not None
    return motion_on(sharing)


def held(kind: str) -> int:
    return sum(Account.objects.filter(kind=kind).values_list("balance", flat=True))


def test_overruled_its_grants_go_back_in_the_same_transaction(
    federation: Federation, envelope: Envelope
) -> None:
    assert (held("region"), held("investment")) == (0, 480)
    appeal = appealed(federation, shared_by(envelope))
    assert (appeal.state, shared_by(envelope).state) == ("overruled", "overruled")
    assert (held("region"), held("investment")) == (480, 0)
    entries = JournalEntry.objects.filter(cause="reversal")
    assert {entry.subject for entry in entries} == set(Grant.objects.values_list("public_id", flat=True))
    assert Entry.objects.filter(kind="grant.reversed").count() == Grant.objects.count()
    assert not standing_grants(envelope.draft.cycle).exists()
    assert grants_reverse(cycle=envelope.draft.cycle, by=None, now=NOW) == 0


def test_the_next_round_has_none_of_its_goods(federation: Federation, envelope: Envelope) -> None:
    appealed(federation, shared_by(envelope))
    cycle = Cycle.objects.get(pk=envelope.draft.cycle_id)
    first = round_open(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    assert not DemandLine.objects.in_scenario(first.scenario).filter(category="granted").exists()


def test_the_same_requests_are_granted_by_another_rule(federation: Federation, envelope: Envelope) -> None:
    """Nobody has to ask again: the rule was at fault, not the requests."""
    appealed(federation, shared_by(envelope))
    assert len(requests_to(envelope)) == 3
    before = set(Grant.objects.values_list("pk", flat=True))
    vote(federation, motion_on(propose(federation, envelope, 0.5)))
    again = list(Grant.objects.exclude(pk__in=before))
    assert sum(grant.amount for grant in again) == 480
    assert {grant.share.sharing.alpha for grant in again} == {0.5}
    assert {grant.pk for grant in standing_grants(envelope.draft.cycle)} == {grant.pk for grant in again}
    assert (held("region"), held("investment")) == (0, 480)
    first = round_open(
        cycle=Cycle.objects.get(pk=envelope.draft.cycle_id), by=federation.people["coordinator"], now=NOW
    )
    assert bought(first).floor == pytest.approx(4.8), "once, not twice"


@pytest.mark.parametrize("answer", ["no", "yes"])
def test_what_was_referred_back_stands_unless_it_is_lost(
    federation: Federation, envelope: Envelope, answer: str
) -> None:
    appealed(federation, shared_by(envelope), REFER_BACK)
    assert (shared_by(envelope).state, held("investment")) == ("moved", 480)
    vote(federation, shared_by(envelope), answer)
    assert held("investment") == (480 if answer == "yes" else 0)
    assert held("region") == (0 if answer == "yes" else 480)


def test_a_ruling_that_is_not_carried_changes_nothing(federation: Federation, envelope: Envelope) -> None:
    appeal = appealed(federation, shared_by(envelope), answer="no")
    assert (appeal.state, held("investment")) == ("dismissed", 480)


def test_what_was_paid_for_stays(federation: Federation, envelope: Envelope, client: Client) -> None:
    in_force(federation, envelope.draft.cycle)
    report(federation, "done")
    bread = grant_of("bread")
    appealed(federation, shared_by(envelope))
    assert (held("world"), held("investment"), held("region")) == (bread.amount, 0, 480 - bread.amount)
    client.force_login(federation.people["stranger"])
    page = client.get(f"/grants/{bread.public_id}/").content.decode()
    assert "this equipment was paid for before, and stays" in page


def test_a_request_has_one_grant_that_stands_by_plain_sql(federation: Federation, envelope: Envelope) -> None:
    """The control: after the reversal the same statement is let through by this guard."""
    statement = """INSERT INTO planning_grant (public_id, share_id, request_id, envelope_id, amount, granted_at)
      SELECT gen_random_uuid(), g.share_id, g.request_id, g.envelope_id, g.amount, now() FROM planning_grant g LIMIT 1"""
    with (
        pytest.raises(IntegrityError, match="granted once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    appealed(federation, shared_by(envelope))
    with pytest.raises(IntegrityError, match="share_id"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_grants_money_leaves_once_by_plain_sql(federation: Federation, envelope: Envelope) -> None:
    appealed(federation, shared_by(envelope))
    with (
        pytest.raises(IntegrityError, match="journalentry_grant_leaves_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
            SELECT gen_random_uuid(), 'purchase', subject, cycle_id, 2, now() FROM planning_journalentry
             WHERE cause = 'reversal' LIMIT 1"""
        )


class TestPages:
    def page(self, client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        found: str = answer.content.decode()
        return found

    def test_from_the_grant_a_workplace_comes_to_its_appeal(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        """Why it got what it got, what would change it, and the form; on the request's page too."""
        client.force_login(federation.people["flour_delegate"])
        grant, motion = grant_of("flour"), shared_by(envelope)
        form = reverse("councils:motion", args=[motion.public_id])
        for address in (f"/grants/{grant.public_id}/", f"/cycles/2027/requests/{grant.request.public_id}/"):
            page = self.page(client, address)
            assert "Why this much, and what would change it" in page
            assert "it gets something from R$\u202f4.00 on" in page
            assert f"{form}#appeals" in page
            assert "Appeal against the rule" in page
        page = self.page(client, form)
        assert "Board can refer it back with reasons" in page
        answer = client.post(f"{form}appeal/", {"reason": "α = 2 leaves flour out."})
        assert answer.status_code == 302
        assert Appeal.objects.get().motion == motion
        page = self.page(client, f"/grants/{grant.public_id}/")
        assert "An appeal against this motion is open already; support that one." in page

    def test_every_page_tells_it(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        grant = grant_of("bread")
        appealed(federation, shared_by(envelope))
        client.force_login(federation.people["stranger"])
        page = self.page(client, f"/grants/{grant.public_id}/")
        assert "Board overruled the sharing-out on an appeal" in page
        assert "The next round no longer asks for its goods" in page
        page = self.page(client, f"/envelopes/{envelope.public_id}/")
        assert "Board overruled it on an appeal: R$\u202f4.80 went back into the envelope." in page
        assert "taken back after an appeal" in page
        assert "R$\u202f4.80 for 3 workplaces: how equal?" in page
        page = self.page(client, f"/cycles/2027/workplaces/{federation.workplaces['bread'].public_id}/")
        assert "taken back after an appeal" in page
        account = Account.objects.get(kind="investment", workplace=federation.workplaces["bread"])
        page = self.page(client, f"/ledger/{account.public_id}/")
        assert "grant taken back after an appeal" in page
        assert f"/grants/{grant.public_id}/" in page
        assert "taken back after an appeal" in self.page(client, "/cycles/2027/grants/")

    def test_the_boards_sheet_counts_what_stands(self, federation: Federation, envelope: Envelope) -> None:
        cycle = envelope.draft.cycle
        assert figures(cycle)["envelopes_regions"].values.actual == pytest.approx(4.8)
        appealed(federation, shared_by(envelope))
        regions = figures(cycle)["envelopes_regions"]
        assert regions.values.actual == pytest.approx(0.0)
        assert {one.name: one.values.actual for one in regions.inputs}["taken_back"] == pytest.approx(4.8)

    def test_the_council_is_asked_again(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        client.force_login(federation.people["neighbour"])
        address = f"/envelopes/{envelope.public_id}/"
        assert address not in self.page(client, "/duties/")
        appealed(federation, shared_by(envelope))
        assert address in self.page(client, "/duties/")
