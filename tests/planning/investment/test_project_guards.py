"""What the database refuses where requests compete, and what follows from an appeal: the vote is held again or overruled."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from councils.layers import OVERRULE, REFER_BACK
from councils.models import Ballot, Motion
from councils.services import ballot_close
from councils.services.appeals import ruling_move
from planning.models import Account, Envelope, Grant, SharingOut
from planning.services import projects as service
from planning.services.appeals import sharing_appeal
from planning.wording.appeals import rules_of
from tests.planning.federation import NOW, Federation
from tests.planning.investment.projects_world import cast, codes, competing, decided, opened, propose
from tests.planning.investment.sharing_world import propose as propose_dial
from tests.planning.investment.test_grants import grant_of, in_force, report
from tests.planning.investment.test_ledger_causes import entry, refused
from tests.planning.investment.test_projects import granted, held, request_of
from tests.planning.investment.world import ask, motion_on, vote
from tests.unguarded import unguarded
from workplaces.errors import Invalid
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
TO_BREAD = {"anna": ["bread"], "bert": ["bread"], "cleo": ["bread", "energy"], "dora": ["energy"]}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def valley(federation: Federation) -> Envelope:
    return competing(federation)[1]


def granting(sharing: SharingOut, name: str, amount: int | None = None) -> str:
    """Return the statement that grants a request its part."""
    share = sharing.shares.get(code=codes(sharing)[name])
    return (
        "INSERT INTO planning_grant (public_id, share_id, request_id, envelope_id, amount, granted_at) VALUES "
        f"('{uuid.uuid4()}', {share.pk}, {share.request_id}, {sharing.envelope_id}, {amount or share.amount}, now())"
    )


@pytest.fixture
def settled(federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch) -> SharingOut:
    """A vote that chose flour and energy, whose grants nobody has written yet."""
    monkeypatch.setattr(service, "shares_grant", lambda *_given: [])
    sharing = propose(federation, valley)
    decided(federation, sharing)
    monkeypatch.undo()
    assert (sharing.settled_at, granted()) == (NOW, {})
    return sharing


class TestTheDatabase:
    def test_only_what_was_chosen_is_granted(self, settled: SharingOut) -> None:
        """The control: of what was chosen only the posting is missing at the end of the transaction."""
        refused("project_as_chosen", granting(settled, "bread"))
        refused("grant_is_posted", granting(settled, "flour"))

    def test_for_the_cost_that_was_voted_on(self, settled: SharingOut) -> None:
        refused("grant_as_carried", granting(settled, "flour", 199))
        refused("grant_as_carried", granting(settled, "flour", 201))

    def test_never_more_than_the_budget(self, settled: SharingOut) -> None:
        """As if the vote had chosen all three: the triggers of the ballot are what keeps it from that."""
        with unguarded(Ballot), connection.cursor() as cursor:
            cursor.execute(
                """UPDATE councils_ballot SET result = jsonb_set(result, '{winners}', '["o1", "o2", "o3"]')"""
            )
        refused(
            "projects_inside_the_budget",
            "; ".join(granting(settled, name) for name in ("bread", "flour", "energy")),
        )
        refused("grant_is_posted", "; ".join(granting(settled, name) for name in ("bread", "flour")))

    def test_a_part_is_a_whole_request_of_that_envelope(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "motion_move", lambda **_given: None)  # nothing is moved yet
        sharing = propose(federation, valley, "flour", "energy", budget=230)
        own = ask(federation, valley.draft.cycle, "flour", amount=100)
        bread = request_of("bread").pk
        columns = "(sharing_id, request_id, weight, amount, before, after, standing, code)"
        for request, amount, code in (
            (bread, 240, "o3"),  # above the budget
            (bread, 100, "o3"),  # a part of it
            (own.pk, 100, "o3"),  # of another envelope
            (bread, 240, ""),  # without a name on the ballot
        ):
            values = f"({sharing.pk}, {request}, 1, {amount}, 0, 0, 2, '{code}')"
            refused("share_by_its_method", f"INSERT INTO planning_share {columns} VALUES {values}")

    def test_a_sharing_out_has_a_dial_or_none_by_its_method(
        self, federation: Federation, valley: Envelope
    ) -> None:
        columns = (
            "(public_id, envelope_id, number, method, alpha, criteria, amount, measures, reason, digest, proposed_by_id, "
            "proposed_at)"
        )
        by = federation.people["neighbour"].pk
        for method, alpha, amount in (
            ("dial", "NULL", 480),
            ("projects", "2", 480),
            ("projects", "NULL", 0),
            ("lot", "NULL", 9),
        ):
            values = f"('{uuid.uuid4()}', {valley.pk}, 9, '{method}', {alpha}, '{{}}', {amount}, '{{}}', 'R', 'D', {by}, "
            values += "now())"
            refused("sharingout_by_its_method", f"INSERT INTO planning_sharingout {columns} VALUES {values}")

    def test_a_grant_that_is_still_chosen_does_not_go_back(
        self, federation: Federation, valley: Envelope
    ) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        grant = Grant.objects.get(request__workplace__code="flour-works")
        own = Account.objects.get(kind="investment", workplace__code="flour-works")
        region = Account.objects.get(kind="region", cycle=valley.draft.cycle)
        back = [(own, -200), (region, 200)]
        refused(
            "entry_has_what_stands_behind_it", entry(valley.draft.cycle, "reversal", grant.public_id, back)
        )


class TestAppeals:
    def appealed(self, federation: Federation, sharing: SharingOut, kind: str) -> None:
        made = sharing_appeal(
            sharing=sharing, request=request_of("bread"), rule="rivals", reason="Two machines at once.",
            by=federation.people["bread_delegate"], now=NOW,
        )  # fmt: skip
        member = federation.people["boardmember"]
        vote(
            federation, ruling_move(appeal=made.appeal, kind=kind, reasons="Look again.", by=member, now=NOW)
        )

    def again(self, federation: Federation, sharing: SharingOut, votes: dict[str, list[str]]) -> Motion:
        ballot = opened(federation, sharing)
        cast(ballot, sharing, {"neighbour": [], **votes})
        ballot.refresh_from_db()
        ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)
        return motion_on(sharing)

    def test_overruled_all_grants_go_back(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        self.appealed(federation, sharing, OVERRULE)
        assert (granted(), held("region"), held("investment")) == ({}, 480, 0)
        decided(federation, propose(federation, valley), TO_BREAD)
        assert granted() == {"bread": 240, "energy": 150}

    def test_voted_again_with_another_outcome(self, federation: Federation, valley: Envelope) -> None:
        """Energy is chosen again and stands, flour goes back, bread is granted."""
        sharing = propose(federation, valley)
        decided(federation, sharing)
        first = Grant.objects.get(request__workplace__code="energy-works")
        self.appealed(federation, sharing, REFER_BACK)
        assert granted() == {"flour": 200, "energy": 150}, "until the vote is held again"
        assert self.again(federation, sharing, TO_BREAD).state == "carried"
        assert (granted(), held("region"), held("investment")) == ({"bread": 240, "energy": 150}, 90, 390)
        assert Grant.objects.standing().filter(pk=first.pk).exists()
        assert Entry.objects.filter(kind="grant.reversed").count() == 1

    def test_voted_again_with_the_same_outcome(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        before = set(Grant.objects.values_list("pk", flat=True))
        self.appealed(federation, sharing, REFER_BACK)
        decided_again = self.again(
            federation, sharing,
            {"anna": ["bread", "flour"], "bert": ["bread", "flour"], "cleo": ["flour", "energy"], "dora": ["energy"]},
        )  # fmt: skip
        assert decided_again.state == "carried"
        assert set(Grant.objects.standing().values_list("pk", flat=True)) == before
        assert held("region") == 130

    def test_what_was_paid_for_stays(self, federation: Federation, valley: Envelope) -> None:
        """Flour's machine works; with it and energy, bread no longer fits in the budget, and nothing more is granted."""
        sharing = propose(federation, valley)
        decided(federation, sharing)
        in_force(federation, valley.draft.cycle)
        report(federation, "done", "flour")
        self.appealed(federation, sharing, REFER_BACK)
        self.again(federation, sharing, TO_BREAD)
        assert granted() == {"flour": 200, "energy": 150}
        assert Entry.objects.filter(kind="sharing.not_settled").latest("number").body["why"] == "phase"
        assert grant_of("flour").is_done

    def test_one_appeals_on_a_rule_of_that_method(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        told = {"sharing": sharing, "request": request_of("bread"), "reason": "Why?", "now": NOW,
                "by": federation.people["bread_delegate"]}  # fmt: skip
        with pytest.raises(
            Invalid, match="which requests competed; the budget for which they competed"
        ) as found:
            sharing_appeal(rule="dial", **told)
        assert "rule" in found.value.fields
        shown = rules_of(sharing.shares.get(request=request_of("bread")))
        assert list(shown) == ["rivals", "budget", "count", "ceiling", "need"]
        assert "3 requests" in shown["rivals"]
        assert "4.80" in shown["budget"]
        vote(federation, propose_dial_after(federation, valley))
        dial = valley.sharings.latest("number")
        with pytest.raises(Invalid, match="the dial and its range"):
            sharing_appeal(**{**told, "rule": "rivals", "sharing": dial})


def propose_dial_after(federation: Federation, valley: Envelope) -> Motion:
    """Let the rest be shared out by the dial."""
    return motion_on(propose_dial(federation, valley))
