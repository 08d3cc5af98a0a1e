"""Requests compete for an envelope: the hand-computed vote, its grants, and everything that can be wrong with it."""

from typing import Any

import pytest
from django.utils import timezone

from councils.models import Motion
from councils.services import ballot_close, charter_found
from planning.models import Account, Envelope, Grant, InvestmentRequest, JournalEntry, SharingOut
from planning.selectors.appeals import motion_of
from planning.selectors.projects import entrants, fared_in
from planning.services.requests import investment_withdraw
from planning.simulated.others import others_vote
from tests.planning.federation import NOW, Federation
from tests.planning.investment.projects_world import VOTES, cast, codes, competing, decided, opened, propose
from tests.planning.investment.sharing_world import carried
from tests.planning.investment.sharing_world import propose as propose_dial
from tests.planning.investment.world import motion_on
from workplaces.errors import Forbidden, Invalid, TooLate
from workplaces.models import Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def valley(federation: Federation) -> Envelope:
    return competing(federation)[1]


def granted() -> dict[str, int]:
    found = Grant.objects.standing().select_related("request__workplace")
    return {one.request.workplace.code.removesuffix("-works"): one.amount for one in found}


def held(kind: str) -> int:
    return sum(Account.objects.filter(kind=kind).values_list("balance", flat=True))


def request_of(name: str) -> InvestmentRequest:
    return InvestmentRequest.objects.get(workplace__code=f"{name}-works")


class TestTheHandComputedVote:
    def test_what_is_chosen_is_granted_in_full(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        assert decided(federation, sharing).state == "carried"
        assert granted() == {"flour": 200, "energy": 150}
        assert (held("region"), held("investment")) == (480 - 350, 350)
        assert sharing.settled_at == NOW
        assert (sharing.method, sharing.alpha, sharing.amount) == ("projects", None, 480)

    def test_each_request_knows_how_it_fared(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        rows = fared_in(sharing, motion_of(sharing))
        named = {row.share.request.workplace.code.removesuffix("-works"): row for row in rows}
        assert list(named) == ["flour", "energy", "bread"], "the chosen first, in their order"
        bids = {name: row.bid for name, row in named.items()}
        assert all(bids.values())
        steps = {name: (bid.step, bid.votes) for name, bid in bids.items() if bid}
        assert steps == {"flour": (1, 3), "energy": (2, 2), "bread": (None, 2)}
        most = {name: round(float(bid.most_paid), 3) for name, bid in bids.items() if bid and bid.most_paid}
        assert most == {"flour": pytest.approx(66.667), "energy": pytest.approx(96.667)}
        bread = bids["bread"]
        assert bread is not None
        assert bread.left is not None
        assert bread.missing is not None
        assert (3 * bread.left, 3 * bread.missing) == (320, 400)

    def test_equal_votes_count_alike_whoever_moved_it(self, federation: Federation, valley: Envelope) -> None:
        """The blank vote of the neighbour takes part in the quorum and has no share of the money: 4.80 / 4, not / 5."""
        sharing = propose(federation, valley)
        ballot = motion_on(sharing).ballots
        decided(federation, sharing)
        facts = ballot.get().result["explanation"]  # type: ignore[index]
        assert (facts["voters"], facts["endowment_at_first"], facts["cost"]) == (4, 120, 350)

    def test_the_charters_rule_counts(self, federation: Federation, valley: Envelope) -> None:
        """By most votes flour comes first; bread, with four votes to two, is next, and then energy no longer fits."""
        charter_found(values={"planning.projects_rule": "greedy"}, by=None, now=NOW)
        sharing = propose(federation, valley)
        decided(federation, sharing, VOTES | {"neighbour": ["bread"], "dora": ["energy", "bread"]})
        assert granted() == {"bread": 240, "flour": 200}
        rows = {row.share.code: row.bid for row in fared_in(sharing, motion_of(sharing))}
        energy = rows[codes(sharing)["energy"]]
        assert energy is not None
        assert (energy.left, energy.missing, energy.most_paid) == (40, 110, None)

    def test_what_is_left_is_for_the_dial(self, federation: Federation, valley: Envelope) -> None:
        decided(federation, propose(federation, valley))
        carried(federation, propose_dial(federation, valley))
        assert granted() == {"flour": 200, "energy": 150, "bread": 130}
        assert held("region") == 0

    def test_it_stands_on_the_record(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        decided(federation, sharing)
        proposed, settled = Entry.objects.filter(subject=f"sharing:{sharing.public_id}").order_by("number")
        assert (proposed.kind, settled.kind) == ("sharing.proposed", "sharing.settled")
        assert proposed.body["method"] == "projects"
        assert sorted(cost for _code, _request, cost in proposed.body["requests"]) == [150, 200, 240]
        assert (settled.body["grants"], settled.body["passed_over"]) == (2, [])

    def test_the_motion_asks_among_the_requests(self, federation: Federation, valley: Envelope) -> None:
        motion = motion_on(propose(federation, valley))
        assert motion.question is not None
        assert [(one.label, one.cost) for one in motion.question.options] == [
            ("Bread works: A new bread machine", 240),
            ("Flour works: A new flour machine", 200),
            ("Energy works: A new energy machine", 150),
        ]
        assert motion.question.params["budget"] == 480
        assert "3 requests for" in motion.text


class TestNothingIsGranted:
    def lost(self, federation: Federation, sharing: SharingOut, votes: dict[str, list[str]]) -> Motion:
        motion = decided(federation, sharing, votes)
        assert (motion.state, granted(), held("region"), sharing.settled_at) == ("lost", {}, 480, None)
        return motion

    def test_nobody_approves_anything(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        self.lost(federation, sharing, {})
        assert [row.bid.votes for row in fared_in(sharing, motion_of(sharing)) if row.bid] == [0, 0, 0]

    def test_the_quorum_is_missed(self, federation: Federation, valley: Envelope) -> None:
        """Nothing is counted then, so nothing is said of how anybody fared."""
        charter_found(values={"councils.quorum": "1/2"}, by=None, now=NOW)
        sharing = propose(federation, valley)
        ballot = opened(federation, sharing)
        cast(ballot, sharing, {"anna": ["bread"]})
        ballot.refresh_from_db()
        ballot_close(ballot=ballot, by=None, now=ballot.closes_at)
        assert (motion_on(sharing).state, granted(), held("region")) == ("lost", {}, 480)
        assert [row.bid for row in fared_in(sharing, motion_of(sharing))] == [None] * 3

    def test_nobodys_votes_pay_for_anything(self, federation: Federation, valley: Envelope) -> None:
        """Without a completion each of five votes has 0.96: two have 1.92, and flour costs 2.00."""
        charter_found(values={"planning.projects_rest": "none"}, by=None, now=NOW)
        sharing = propose(federation, valley)
        votes = {
            "anna": ["bread"],
            "neighbour": ["bread"],
            "bert": ["flour"],
            "dora": ["flour"],
            "cleo": ["energy"],
        }
        self.lost(federation, sharing, votes)
        missing = {
            row.share.code: row.bid.missing for row in fared_in(sharing, motion_of(sharing)) if row.bid
        }
        assert missing == {
            code: {"bread": 48, "flour": 8, "energy": 54}[name] for name, code in codes(sharing).items()
        }

    def test_a_chosen_request_was_withdrawn(self, federation: Federation, valley: Envelope) -> None:
        """The other that was chosen is granted; the money of the one that is gone stays in the envelope."""
        sharing = propose(federation, valley)
        ballot = opened(federation, sharing)
        cast(ballot, sharing, {"neighbour": [], **VOTES})
        investment_withdraw(request=request_of("flour"), by=federation.people["flour_delegate"], now=NOW)
        ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)
        assert (granted(), held("region")) == ({"energy": 150}, 330)
        assert Entry.objects.get(kind="sharing.settled").body["passed_over"] == ["Flour works"]

    def test_all_that_were_chosen_are_gone(self, federation: Federation, valley: Envelope) -> None:
        sharing = propose(federation, valley)
        ballot = opened(federation, sharing)
        cast(ballot, sharing, {"neighbour": [], **VOTES})
        for name in ("flour", "energy"):
            investment_withdraw(request=request_of(name), by=federation.people[f"{name}_delegate"], now=NOW)
        ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)
        assert (granted(), held("region")) == ({}, 480)
        assert Entry.objects.get(kind="sharing.not_settled").body["why"] == "none waits"


class TestRefused:
    def refused(
        self, federation: Federation, valley: Envelope, *names: str, sentence: str, **changed: Any
    ) -> None:
        with pytest.raises(Invalid, match=sentence):
            propose(federation, valley, *names, **changed)
        assert not SharingOut.objects.exists()
        assert not Entry.objects.filter(kind="sharing.proposed").exists()

    @pytest.mark.parametrize("budget", [0, -5])
    def test_a_budget_of_nothing(self, federation: Federation, valley: Envelope, budget: int) -> None:
        self.refused(federation, valley, budget=budget, sentence="The budget is more than nothing")

    def test_a_budget_above_the_account(self, federation: Federation, valley: Envelope) -> None:
        self.refused(
            federation, valley, budget=481, sentence=r"4\.81 is more than the envelope holds: .*4\.80"
        )

    def test_no_reason(self, federation: Federation, valley: Envelope) -> None:
        self.refused(federation, valley, reason=" ", sentence="Say why they compete")

    def test_one_alone(self, federation: Federation, valley: Envelope) -> None:
        self.refused(federation, valley, "bread", sentence="Only one request would compete")

    def test_none(self, federation: Federation, valley: Envelope) -> None:
        self.refused(federation, valley, requests=[], sentence="No request can compete")

    def test_one_that_could_never_be_chosen(self, federation: Federation, valley: Envelope) -> None:
        sentence = r"Bread works asks for .*2\.40, more than the budget of .*2\.30: it could never be chosen"
        self.refused(federation, valley, "bread", "flour", budget=230, sentence=sentence)

    def test_one_that_was_withdrawn(self, federation: Federation, valley: Envelope) -> None:
        investment_withdraw(request=request_of("flour"), by=federation.people["flour_delegate"], now=NOW)
        self.refused(federation, valley, "bread", "flour", sentence="Flour works has withdrawn its request")

    def test_one_of_another_envelope(self, federation: Federation, valley: Envelope) -> None:
        given = [request_of("bread").public_id, valley.public_id]
        self.refused(federation, valley, requests=given, sentence="does not ask this envelope for anything")

    def test_more_than_a_ballot_holds(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planning.policies_projects.MOST_OPTIONS", 2)
        self.refused(federation, valley, sentence="3 requests are more than the 2 that a ballot holds")

    def test_a_sum_that_no_ballot_counts(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planning.policies_projects.MOST_MONEY", 400)
        self.refused(federation, valley, sentence=r"counts sums of up to .*4\.00")

    def test_above_what_its_goods_cost(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planning.selectors.projects.need_of", lambda _request: 199)
        sentence = r"Bread works asks for .*2\.40, more than its goods cost, .*1\.99"
        self.refused(federation, valley, "bread", "flour", sentence=sentence)

    def test_above_the_ceiling(
        self, federation: Federation, valley: Envelope, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The limit that binds the dial: nobody is lifted beyond the level of the best tenth."""
        monkeypatch.setattr(
            "planning.selectors.sharing.ceilings_of",
            lambda envelope, sectors: dict.fromkeys(
                sectors, max(r.level for r in InvestmentRequest.objects.all())
            ),
        )
        kept_out = [row.why_not for row in entrants(valley, 480) if row.why_not]
        assert kept_out
        assert all("beyond the level of its sector's best tenth" in why for why in kept_out)

    def test_who_has_no_seat(self, federation: Federation, valley: Envelope) -> None:
        for name in ("bread_delegate", "stranger", "boardmember", "root"):
            with pytest.raises(Forbidden):
                propose(federation, valley, by=federation.people[name])

    def test_two_motions_at_once(self, federation: Federation, valley: Envelope) -> None:
        propose(federation, valley)
        with pytest.raises(TooLate, match="dealing with a sharing-out already"):
            propose(federation, valley)
        with pytest.raises(TooLate, match="dealing with a sharing-out already"):
            propose_dial(federation, valley)

    def test_an_empty_envelope(self, federation: Federation, valley: Envelope) -> None:
        carried(federation, propose_dial(federation, valley))
        with pytest.raises(Invalid, match="nothing left in this envelope"):
            propose(federation, valley)

    def test_what_was_granted_meanwhile(self, federation: Federation, valley: Envelope) -> None:
        decided(federation, propose(federation, valley))
        with pytest.raises(Invalid, match="Flour works was granted its request already"):
            propose(federation, valley, "flour", "bread")


def test_the_demos_other_people_vote_too(federation: Federation, valley: Envelope) -> None:
    """Else a vote that somebody opens in the demo would wait for its last day."""
    people = [*VOTES, "neighbour"]
    Person.objects.filter(username__in=people).update(synthetic=True)
    sharing = propose(federation, valley)
    ballot = opened(federation, sharing)
    assert others_vote(by=federation.people["coordinator"], now=NOW) == len(people)
    ballot.refresh_from_db()
    assert ballot.state == "closed"
    assert motion_on(sharing).state == "carried"
    assert 0 < sum(granted().values()) <= 480


def test_those_that_do_not_fit_are_left_out_by_default(federation: Federation, valley: Envelope) -> None:
    sharing = propose(federation, valley, budget=230)
    assert set(codes(sharing)) == {"flour", "energy"}
    assert JournalEntry.objects.filter(cause="grant").count() == 0
