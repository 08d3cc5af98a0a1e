"""A workplace appeals alone, on the rule by which its request was dealt with: service, pages, interface, database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.layers import OVERRULE
from councils.models import Appeal, Motion
from councils.services import motion_move
from councils.services.appeals import appeal_file, ruling_move
from planning.models import Account, Envelope, Grant, InvestmentRequest, SharingAppeal, SharingOut
from planning.services.appeals import sharing_appeal
from tests.planning.federation import NOW, Federation
from tests.planning.investment.sharing_world import asking, carried, propose
from tests.planning.investment.world import ask, motion_on, vote
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def request_of(name: str, **where: Any) -> InvestmentRequest:
    where = where or {"region__code": "valley"}
    return InvestmentRequest.objects.select_related("workplace", "cycle").get(
        workplace__code=f"{name}-works", **where
    )


def bring(federation: Federation, name: str = "flour", **changed: Any) -> SharingAppeal:
    """Let a workplace's delegate appeal because of its level."""
    given: dict[str, Any] = {
        "sharing": SharingOut.objects.latest("pk"), "request": request_of(name), "rule": "level",
        "reason": "The mill stood still.", "by": federation.people[f"{name}_delegate"], "now": NOW,
    }  # fmt: skip
    return sharing_appeal(**(given | changed))


def motion(envelope: Envelope) -> Motion:
    return motion_on(envelope.sharings.get())


class TestService:
    def test_it_is_before_the_next_layer_at_once(self, federation: Federation, envelope: Envelope) -> None:
        made = bring(federation)
        appeal = made.appeal
        assert (appeal.state, appeal.to, appeal.motion) == (
            "lodged",
            federation.councils["board"],
            motion(envelope),
        )
        assert (made.share.request, made.rule) == (request_of("flour"), "level")
        assert not appeal.supports.exists()
        kinds = list(
            Entry.objects.filter(subject=appeal.subject).order_by("number").values_list("kind", flat=True)
        )
        assert kinds == ["appeal.filed", "appeal.brought", "appeal.lodged"]
        entry = Entry.objects.get(kind="appeal.brought")
        assert entry.body["workplace"] == str(federation.workplaces["flour"].public_id)
        assert entry.body["rule"] == "level"
        assert entry.hat

    def test_sent_again_it_is_the_same(self, federation: Federation, envelope: Envelope) -> None:
        assert bring(federation) == bring(federation, reason=" The mill stood still. ")
        assert Appeal.objects.count() == 1

    def test_overruled_its_grants_go_back(self, federation: Federation, envelope: Envelope) -> None:
        """The same consequence as every appeal's."""
        appeal = bring(federation).appeal
        member = federation.people["boardmember"]
        vote(
            federation,
            ruling_move(appeal=appeal, kind=OVERRULE, reasons="Look again.", by=member, now=NOW),
        )
        appeal.refresh_from_db()
        assert (appeal.state, motion(envelope).state) == ("overruled", "overruled")
        assert sum(Account.objects.filter(kind="region").values_list("balance", flat=True)) == 480

    def test_one_that_gathers_support_is_brought_with_it(
        self, federation: Federation, envelope: Envelope
    ) -> None:
        """Nobody can keep a workplace from its appeal by filing one that nobody supports."""
        first = appeal_file(
            motion=motion(envelope), reason="Too little.", by=federation.people["stranger"], now=NOW
        )
        assert first.state == "gathering"
        made = bring(federation)
        assert (made.appeal.pk, made.appeal.state, Appeal.objects.count()) == (first.pk, "lodged", 1)
        assert made.appeal.reason == "Too little."
        assert made.reason == "The mill stood still."

    def test_one_at_a_time(self, federation: Federation, envelope: Envelope) -> None:
        bring(federation)
        with pytest.raises(Refused, match="is before Board already, and one is ruled on at a time"):
            bring(federation, "bread")

    def test_who_has_no_request_in_it_is_refused(self, federation: Federation, envelope: Envelope) -> None:
        other = ask(federation, envelope.draft.cycle, "bread")  # of its sector, which has not shared out
        with pytest.raises(
            Refused, match=r"Bread works has no request in the sharing-out of .* had no part in it"
        ):
            bring(federation, "bread", request=other)

    def test_by_its_own_delegate(self, federation: Federation, envelope: Envelope) -> None:
        for name in ("bread_delegate", "stranger", "root", "coordinator", "boardmember"):
            with pytest.raises(Forbidden):
                bring(federation, by=federation.people[name])

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"rule": "luck"}, "rule"), ({"reason": "  "}, "reason"), ({"reason": "x" * 5001}, "reason")],
    )
    def test_it_names_a_rule_and_says_why(
        self, federation: Federation, envelope: Envelope, changed: dict[str, str], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            bring(federation, **changed)
        assert field in refused.value.fields
        assert not Appeal.objects.exists()

    def test_within_the_same_days(self, federation: Federation, envelope: Envelope) -> None:
        ballot = motion(envelope).ballots.get()
        assert ballot.closed_at is not None
        until = bring(federation).appeal.until
        assert until > ballot.closed_at

    def test_not_after_them(self, federation: Federation, envelope: Envelope) -> None:
        with pytest.raises(TooLate, match="could be appealed until"):
            bring(federation, now=NOW + timedelta(days=60))

    def test_not_before_it_is_carried(self, federation: Federation) -> None:
        propose(federation, asking(federation)[1])
        with pytest.raises(TooLate, match="Only a motion that was carried"):
            bring(federation)


class TestDatabase:
    def test_the_part_is_one_of_the_vote(self, federation: Federation, envelope: Envelope) -> None:
        """The control: with a part of that vote the same row is let through."""
        by = federation.people["bread_delegate"]
        other = motion_move(
            council=federation.councils["bread sector"], title="Paint", text="Blue.", by=by, now=NOW
        )
        appeal = appeal_file(motion=vote(federation, other), reason="Blue!", by=by, now=NOW)
        share = envelope.sharings.get().shares.get(request=request_of("flour"))
        row: dict[str, Any] = {"share": share, "rule": "level", "reason": "Why?", "by": by, "at": NOW}
        with pytest.raises(IntegrityError, match="had a part"), transaction.atomic():
            SharingAppeal.objects.create(appeal=appeal, **row)
        proper = appeal_file(motion=motion(envelope), reason="Too little.", by=by, now=NOW)
        with pytest.raises(IntegrityError, match="sharingappeal_names_a_rule"), transaction.atomic():
            SharingAppeal.objects.create(appeal=proper, **(row | {"rule": "luck"}))
        SharingAppeal.objects.create(appeal=proper, **row)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE planning_sharingappeal SET rule = 'dial'",
            "DELETE FROM planning_sharingappeal",
            "TRUNCATE planning_sharingappeal",
        ],
    )
    def test_it_stays(self, federation: Federation, envelope: Envelope, statement: str) -> None:
        bring(federation)
        with (
            pytest.raises(DatabaseError, match="stays as it was"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


class TestPages:
    def page(self, client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        found: str = answer.content.decode()
        return found

    def test_from_the_requests_page_to_every_page(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        client.force_login(federation.people["flour_delegate"])
        grant = Grant.objects.get(request=request_of("flour"))
        address = f"/cycles/2027/requests/{grant.request.public_id}/"
        at_motion = reverse("councils:motion", args=[motion(envelope).public_id])
        for found in (address, f"/grants/{grant.public_id}/"):
            page = self.page(client, found)
            assert "Appeal for your workplace" in page
            assert "The dial: α = 2, by the charter between" in page
            assert f'action="{address}appeal/"' in page
        assert f"{address}#appeal" in self.page(client, at_motion)
        sharing = str(envelope.sharings.get().public_id)
        answer = client.post(f"{address}appeal/", {"rule": "", "reason": "The mill.", "sharing": sharing})
        assert answer.status_code == 422
        assert "Say which rule was broken" in answer.content.decode()
        assert "The mill." in answer.content.decode(), "what was typed stays"
        answer = client.post(
            f"{address}appeal/", {"rule": "level", "reason": "The mill stood still.", "sharing": sharing}
        )
        assert (answer.status_code, answer["Location"]) == (302, f"{address}#appeal")
        client.force_login(federation.people["stranger"])
        for found in (address, f"/grants/{grant.public_id}/"):
            page = self.page(client, found)
            assert "Flour works appealed to Board" in page
            assert "The level it stands at: " in page
            assert "Appeal for your workplace" not in page
        page = self.page(client, at_motion)
        assert "Flour works ·" in page
        assert "The level it stands at: " in page
        page = self.page(client, reverse("councils:appeal", args=[Appeal.objects.get().public_id]))
        assert "Flour works appeals on the rule" in page
        assert "it needs no support of others" in page
        assert "On behalf of" in page
        assert "Flour works appealed on the rule to Board" in self.page(client, reverse("record:record"))

    def test_others_find_no_form(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        """The control: the delegate of another workplace reads the same page."""
        client.force_login(federation.people["bread_delegate"])
        address = f"/cycles/2027/requests/{request_of('flour').public_id}/"
        assert "Appeal for your workplace" not in self.page(client, address)
        sharing = str(envelope.sharings.get().public_id)
        told = {"rule": "level", "reason": "Because.", "sharing": sharing}
        assert client.post(f"{address}appeal/", told).status_code == 403
        assert client.post(f"{address}appeal/", told | {"sharing": "none"}).status_code == 404


class TestInterface:
    def send(self, client: Client, request: InvestmentRequest, **body: str) -> Any:
        told = {"rule": "level", "reason": "The mill stood still."} | body
        address = f"/api/v1/investment-requests/{request.public_id}/appeal/"
        return client.post(address, told, content_type="application/json")

    def test_it_is_brought_and_read(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        client.force_login(federation.people["flour_delegate"])
        answer = self.send(client, request_of("flour"))
        assert answer.status_code == 201, answer.content
        workplace = str(federation.workplaces["flour"].public_id)
        assert (answer.json()["state"], answer.json()["workplace"]) == ("lodged", workplace)
        listed = client.get(f"/api/v1/motions/{motion(envelope).public_id}/appeals/").json()["results"]
        assert listed[0]["request"] == str(request_of("flour").public_id)
        assert (listed[0]["rule"], listed[0]["rule_reason"]) == ("level", "The mill stood still.")

    def test_other_appeals_name_no_workplace(
        self, client: Client, federation: Federation, envelope: Envelope
    ) -> None:
        client.force_login(federation.people["flour_delegate"])
        address = f"/api/v1/motions/{motion(envelope).public_id}/appeals/"
        answer = client.post(address, {"reason": "Too little."}, content_type="application/json")
        assert answer.status_code == 201
        assert {answer.json()[name] for name in ("workplace", "request", "rule", "rule_reason")} == {None}

    def test_refusals_are_sentences(self, client: Client, federation: Federation, envelope: Envelope) -> None:
        cycle = envelope.draft.cycle
        own = ask(federation, cycle, "flour")
        client.force_login(federation.people["flour_delegate"])
        answer = self.send(client, own)
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            "The envelope that was asked has not been shared out yet.",
        )
        answer = self.send(client, own, sharing=str(envelope.sharings.get().public_id))
        assert answer.status_code == 409
        assert "had no part in it" in answer.json()["detail"]
        assert self.send(client, request_of("flour", region__code="valley"), rule="luck").status_code == 422


def test_carried_again_it_can_be_appealed_again(federation: Federation, envelope: Envelope) -> None:
    """After another sharing-out each vote has its own appeal."""
    appeal = bring(federation).appeal
    member = federation.people["boardmember"]
    vote(federation, ruling_move(appeal=appeal, kind=OVERRULE, reasons="Look.", by=member, now=NOW))
    carried(federation, propose(federation, envelope, 0.5))
    assert bring(federation, rule="dial").appeal.motion != appeal.motion
