"""Sharing out: exact to the cent, granted by the council's motion only, at a dial inside the charter's range."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from councils.models import Motion
from planning.models import Account, Envelope, Grant
from planning.selectors.sharing import Criteria, bends, shared
from planning.services.requests import investment_withdraw
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import asking, brings, carried, granted, parts, propose
from tests.planning.investment.world import motion_on, vote
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Workplace
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    """The valley's envelope, 4.80, of which three workplaces ask 4.00 each; money brings most in the mill, least in bread."""
    found = asking(federation)[1]
    brings(found, bread=0.1, flour=0.5, energy=0.25)
    return found


def test_a_minimum_share_and_a_weight_count(federation: Federation, envelope: Envelope) -> None:
    with unguarded(Workplace):
        Workplace.objects.filter(code="bread-works").update(form="cooperative")
    assert parts(envelope, 0.0, Criteria(least={"small": 0.5}))["bread"] == 240
    assert parts(envelope, 0.0, Criteria(weights={"small": 100.0}))["bread"] == 400


def test_the_bends_say_what_would_change_it(envelope: Envelope) -> None:
    found = shared(envelope, 0.0, Criteria())
    index = [row.workplace.code for row in found.asked.rows].index("bread-works")
    assert bends(found, index) == (800, 1200)
    assert bends(shared(envelope, 0.0, Criteria(least={"small": 0.5})), index) is None


def test_a_carried_motion_grants_to_the_cent(federation: Federation, envelope: Envelope) -> None:
    sharing = propose(federation, envelope)
    assert not Grant.objects.exists()
    motion = motion_on(sharing)
    assert (motion.council.kind, motion.subject_kind) == ("regional", "sharing")
    assert sharing.digest in motion.text
    vote(federation, motion)
    sharing.refresh_from_db()
    assert sharing.settled_at == NOW
    grants = list(Grant.objects.all())
    assert sum(grant.amount for grant in grants) == 480
    assert {grant.envelope for grant in grants} == {envelope}
    assert Account.objects.get(kind="region").balance == 0
    held = {a.workplace_id: a.balance for a in Account.objects.filter(kind="investment")}
    assert held == {grant.request.workplace_id: grant.amount for grant in grants}
    assert Entry.objects.get(kind="sharing.settled").body["digest"] == sharing.digest


def test_a_lost_motion_grants_nothing(federation: Federation, envelope: Envelope) -> None:
    vote(federation, motion_on(propose(federation, envelope)), "no")
    assert not Grant.objects.exists()
    assert propose(federation, envelope, 1.0).number == 2


@pytest.mark.parametrize("alpha", [0.49, 8.01, 0.0, -1.0, 1e9])
def test_the_dial_stays_in_the_charters_range(
    federation: Federation, envelope: Envelope, alpha: float
) -> None:
    with pytest.raises(Invalid, match=r"between 0\.5 and 8") as refused:
        propose(federation, envelope, alpha)
    assert set(refused.value.fields) == {"alpha"}


@pytest.mark.parametrize(
    ("criteria", "field"),
    [
        (Criteria(weights={"friends": 2.0}), "criteria"),
        (Criteria(weights={"new": 0.0}), "weights"),
        (Criteria(weights={"new": 101.0}), "weights"),
        (Criteria(least={"new": -0.1}), "least"),
        (Criteria(least={"new": 0.6, "small": 0.5}), "least"),
    ],
)
def test_criteria_that_cannot_be_are_refused(
    federation: Federation, envelope: Envelope, criteria: Criteria, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(federation, envelope, 2.0, criteria)
    assert set(refused.value.fields) == {field}


def test_only_its_council_and_once_at_a_time(federation: Federation, envelope: Envelope) -> None:
    for name in ("bread_delegate", "boardmember", "villager", "root"):
        with pytest.raises(Forbidden):
            propose(federation, envelope, by=federation.people[name])
    with pytest.raises(Invalid) as refused:
        propose(federation, envelope, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    propose(federation, envelope)
    with pytest.raises(TooLate, match="dealing with a sharing-out already"):
        propose(federation, envelope)


def test_nothing_left_or_nobody_asking(federation: Federation, envelope: Envelope) -> None:
    carried(federation, propose(federation, envelope))
    with pytest.raises(Invalid, match="Nobody would get anything"):
        propose(federation, envelope)


def test_a_request_withdrawn_meanwhile_grants_nobody(federation: Federation, envelope: Envelope) -> None:
    sharing = propose(federation, envelope)
    first = sharing.shares.filter(amount__gt=0).first()
    assert first is not None
    name = first.request.workplace.code.removesuffix("-works")
    investment_withdraw(request=first.request, by=federation.people[f"{name}_delegate"], now=NOW)
    carried(federation, sharing)
    assert not Grant.objects.exists()
    assert Entry.objects.get(kind="sharing.not_settled").body["why"] == "withdrawn"


def test_a_granted_request_is_not_withdrawn(federation: Federation, envelope: Envelope) -> None:
    grant = granted(federation, envelope)["bread"]
    with pytest.raises(TooLate, match="was granted"):
        investment_withdraw(request=grant.request, by=federation.people["bread_delegate"], now=NOW)


FORGED = """INSERT INTO planning_journalentry (public_id, cause, subject, cycle_id, postings_count, at)
    SELECT gen_random_uuid(), 'grant', gen_random_uuid(), id, 2, now() FROM planning_cycle;
  INSERT INTO planning_posting (entry_id, account_id, amount)
    SELECT currval(pg_get_serial_sequence('planning_journalentry', 'id')), id, CASE kind WHEN 'sector' THEN -5 ELSE 5 END
      FROM planning_account
     WHERE kind = 'investment' AND workplace_id = %(work)s OR kind = 'sector' AND sector_id = %(sector)s;
  SET CONSTRAINTS ALL IMMEDIATE"""
TWICE = """INSERT INTO planning_grant (public_id, share_id, request_id, envelope_id, amount, granted_at)
  SELECT gen_random_uuid(), s.id, s.request_id, g.envelope_id, 7, now() FROM planning_share s, planning_grant g LIMIT 1"""


def test_no_money_without_a_grant_by_plain_sql(federation: Federation, envelope: Envelope) -> None:
    """An entry that says “grant” out of a sector's envelope, with no council behind it."""
    granted(federation, envelope)
    bread = federation.workplaces["bread"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    with (
        pytest.raises(IntegrityError, match="Nothing that stands behind this entry with the cause grant"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(FORGED, {"work": bread.pk, "sector": bread.main_sector_id})


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE planning_sharingout SET alpha = 8", "frozen"),
        ("UPDATE planning_share SET amount = 1", "refused"),
        ("DELETE FROM planning_share", "refused"),
        ("UPDATE planning_grant SET amount = 1", "refused"),
        ("DELETE FROM planning_grant", "refused"),
        ("TRUNCATE planning_grant CASCADE", "refused"),
        ("TRUNCATE planning_grantreport", "refused"),
        (TWICE, "part that a carried sharing-out gives"),
    ],
)
def test_the_database_keeps_what_was_granted(
    federation: Federation, envelope: Envelope, statement: str, refusal: str
) -> None:
    granted(federation, envelope)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_sharing_out_is_settled_by_its_council_only(federation: Federation, envelope: Envelope) -> None:
    propose(federation, envelope)
    with (
        pytest.raises(IntegrityError, match="carried motion of its own council"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE planning_sharingout SET settled_at = now()")


class TestPages:
    def page(self, client: Client, federation: Federation, name: str, address: str, **headers: Any) -> str:
        client.force_login(federation.people[name])
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        found: str = answer.content.decode()
        return found

    def test_anybody_moves_the_dial(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        address = f"/envelopes/{envelope.public_id}/"
        page = self.page(client, federation, "stranger", address)
        assert "R$\u202f4.80 for 3 workplaces: how equal?" in page
        assert 'type="range"' in page
        assert 'min="0.5" max="8"' in page
        assert "Put it to your council" not in page
        assert page.count('<rect class="column"') == 3
        other = self.page(client, federation, "stranger", f"{address}?alpha=0")
        assert "It would get something from an envelope of R$\u202f8.00 on." in other
        assert "R$\u202f0.80" in other

    def test_htmx_gets_the_outcome_only(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        address = f"/envelopes/{envelope.public_id}/?alpha=8"
        part = self.page(client, federation, "stranger", address, HX_Request="true")
        assert "Who gets what, and why" in part
        assert "<html" not in part
        assert "Move α = 8" not in part
        assert "Move α = 8" in self.page(client, federation, "neighbour", address, HX_Request="true")

    def test_a_typed_figure_goes_before_the_dial(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        address = f"/envelopes/{envelope.public_id}/?alpha=2&exact=3.25"
        page = self.page(client, federation, "neighbour", address)
        assert "Move α = 3.25" in page
        assert 'name="exact" id="exact" value="3.25"' in page

    @pytest.mark.parametrize(
        "query", ["alpha=much", "alpha=-1", "weight-new=0", "least-new=120", "alpha=0.0001"]
    )
    def test_a_dial_that_cannot_be_is_said(
        self, client: Client, federation: Federation, envelope: Envelope, query: str
    ) -> None:
        client.force_login(federation.people["stranger"])
        answer = client.get(f"/envelopes/{envelope.public_id}/?{query}")
        assert answer.status_code == 422
        assert "Who gets what, and why" in answer.content.decode()

    def test_the_council_puts_it_to_the_vote(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        address = f"/envelopes/{envelope.public_id}/"
        assert "Put it to your council" in self.page(client, federation, "neighbour", address)
        answer = client.post(f"{address}propose/", {"alpha": "2", "reason": ""})
        assert answer.status_code == 422
        answer = client.post(
            f"{address}propose/", {"alpha": "2", "reason": "The weak first.", "weight-new": "1"}
        )
        assert answer.status_code == 302
        assert Motion.objects.get(subject_kind="sharing").council == federation.councils["valley"]
        assert "was put to the council" in client.get(address).content.decode()

    def test_as_csv(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        client.force_login(federation.people["stranger"])
        told = b"".join(client.get(f"/envelopes/{envelope.public_id}/?alpha=0&format=csv").streaming_content)  # type: ignore[attr-defined]
        rows = {line.split(",")[0]: line.split(",")[3] for line in told.decode().splitlines()[1:]}
        assert rows == {"bread-works": "0.0", "flour-works": "4.0", "energy-works": "0.8"}

    def test_a_draft_that_is_not_settled_has_no_dial(self, client: Client, federation: Federation) -> None:
        from tests.planning.investment.world import draft, investing

        made = draft(federation, investing(federation))
        client.force_login(federation.people["stranger"])
        first = made.envelopes.first()
        assert first is not None
        assert client.get(f"/envelopes/{first.public_id}/").status_code == 404
