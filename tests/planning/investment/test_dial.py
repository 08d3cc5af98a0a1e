"""What the dial does: by hand, in value added and between people, what it costs, and what would change a part."""

import math

import pytest

from planning.allocation.inequality import atkinson
from planning.allocation.sharing import share_out
from planning.models import Envelope, InvestmentRequest, Share, SharingOut
from planning.selectors.sharing import Criteria, shared
from planning.wording.granted import what_would_change_it
from planning.wording.sharing import idle, measures, step
from tests.planning.federation import Federation
from tests.planning.investment.sharing_world import asking, brings, parts, propose
from tests.unguarded import unguarded
from workplaces.models import Workplace

pytestmark = pytest.mark.django_db


@pytest.fixture
def envelope(federation: Federation) -> Envelope:
    """The valley's envelope, 4.80, of which three workplaces ask 4.00 each; money brings most in the mill, least in bread."""
    found = asking(federation)[1]
    brings(found, bread=0.1, flour=0.5, energy=0.25)
    return found


def test_the_dial_by_hand(envelope: Envelope) -> None:
    """Bread stands at 0.3 (100 h), flour and energy at 0.9 (60 h, 84.375 h).

    α = 0: flour brings 0.5 a unit, then energy 0.25. α = 1 orders by y/r: flour at 1.8, bread at 3, energy at 3.6.
    α = ∞: 4.80 never lifts bread to the others, so it gets all it asks; the rest lifts both others to one level, by
    0.8/(60/0.5 + 84.375/0.25): 80 · 120/457.5 = 21 for flour.
    """
    assert parts(envelope, 0.0) == {"bread": 0, "flour": 400, "energy": 80}
    assert parts(envelope, 1.0) == {"bread": 80, "flour": 400, "energy": 0}
    assert parts(envelope, math.inf) == {"bread": 400, "flour": 21, "energy": 59}


def test_what_the_dial_brings_by_hand(envelope: Envelope) -> None:
    """Value added gained: 4 · 0.5 + 0.8 · 0.25, then 4 · 0.5 + 0.8 · 0.1, then 4 · 0.1 + 0.8 · 0.5."""
    found = [shared(envelope, alpha, Criteria()).measures for alpha in (0.0, 0.5, 1.0, 2.0, 8.0)]
    assert [one["gained"] for one in found] == pytest.approx([2.2, 2.2, 2.08, 0.8, 0.8])
    ginis = [one["after"]["gini"] for one in found]
    assert ginis == sorted(ginis, reverse=True)
    assert ginis[0] > ginis[2] > ginis[3]
    for one in found:
        assert one["after"]["theil"] == pytest.approx(one["after"]["between"] + one["after"]["within"])


def test_part_timers_have_no_head_start(envelope: Envelope) -> None:
    """Half as many hours a head make a unit of money lift a level twice as much, and bring no more."""
    with unguarded(InvestmentRequest):
        InvestmentRequest.objects.filter(workplace__code="energy-works").update(hours=84.375 / 4)
    assert parts(envelope, 0.0) == {"bread": 0, "flour": 400, "energy": 80}
    gained = [shared(envelope, alpha, Criteria()).measures["gained"] for alpha in (0.0, 0.5, 1.0, 2.0, 8.0)]
    assert max(gained) == gained[0] == pytest.approx(2.2)


def test_inequality_is_between_people_whatever_they_work(envelope: Envelope) -> None:
    before = shared(envelope, 2.0, Criteria()).measures["before"]
    with unguarded(InvestmentRequest):
        InvestmentRequest.objects.filter(workplace__code="energy-works").update(hours=40.0)
    assert shared(envelope, 2.0, Criteria()).measures["before"] == before
    with unguarded(InvestmentRequest):
        InvestmentRequest.objects.filter(workplace__code="energy-works").update(members=40)
    assert shared(envelope, 2.0, Criteria()).measures["before"] != before


class TestTheCost:
    """What the step from α = 0 to the dial costs is said as it is, and never less than nothing without saying so."""

    def told(self, envelope: Envelope, alpha: float, criteria: Criteria | None = None) -> str:
        found = shared(envelope, alpha, criteria or Criteria())
        return step(found, shared(envelope, 0.0, criteria or Criteria(), found.asked), "BRL")

    def test_it_costs(self, envelope: Envelope) -> None:
        assert "The step from α = 0 to 8 costs R$\u202f1.40 of value added" in self.told(envelope, 8.0)
        assert "costs R$\u202f0 of" in self.told(envelope, 0.5)

    def test_under_weights_it_can_bring_more(self, envelope: Envelope) -> None:
        """Three times 0.25 come before 0.5 at α = 0; at 0.5 the others' lower level counts as well."""
        with unguarded(Workplace), unguarded(InvestmentRequest):
            Workplace.objects.filter(code="energy-works").update(form="cooperative")
            InvestmentRequest.objects.filter(workplace__code="energy-works").update(level=3.0)
        told = self.told(envelope, 0.5, Criteria(weights={"small": 3.0}))
        assert (
            "Under these weights the step from α = 0 to 0.5 brings R$\u202f0.80 more of value added" in told
        )

    def test_atkinson_has_one_aversion_in_all_columns(self, envelope: Envelope) -> None:
        found = shared(envelope, 2.0, Criteria())
        extreme = shared(envelope, 0.0, Criteria(), found.asked, found.measures["aversion"])
        assert [one.measures["aversion"] for one in (found, extreme)] == [2.0, 2.0]
        assert shared(envelope, 0.0, Criteria()).measures["aversion"] == 1.0
        row = next(row for row in measures(found, extreme, "BRL") if row["label"].startswith("Atkinson"))
        assert row["label"] == "Atkinson, at the aversion 2"
        people = found.asked.members
        expected = atkinson(extreme.sharing.after, people, 2.0)
        assert row["zero"] == f"{expected:.3f}"


class TestOneEstimate:
    """Where all effects are the same estimate the dial is idle, and the page says so."""

    def test_the_dial_changes_nothing(self, envelope: Envelope) -> None:
        brings(envelope, bread=0.25, flour=0.25, energy=0.25)
        found = [parts(envelope, alpha) for alpha in (0.0, 0.5, 1.0, 2.0, 8.0, math.inf)]
        assert found == [{"bread": 400, "flour": 33, "energy": 47}] * 6
        told = idle(shared(envelope, 2.0, Criteria()))
        assert (
            "(the charter's figure: the sector has too few finished grants), so the dial changes nothing"
            in told
        )

    def test_weights_change_who_gets_it(self, federation: Federation, envelope: Envelope) -> None:
        brings(envelope, bread=0.25, flour=0.25, energy=0.25)
        with unguarded(Workplace):
            Workplace.objects.filter(code="energy-works").update(form="cooperative")
        found = shared(envelope, 2.0, Criteria(weights={"small": 10.0}))
        assert "dial and weights change who gets it, not how much value added it brings" in idle(found)
        assert found.measures["gained"] == shared(envelope, 0.0, Criteria()).measures["gained"]

    def test_nothing_is_said_of_different_effects(self, envelope: Envelope) -> None:
        assert not idle(shared(envelope, 2.0, Criteria()))


class TestWhatWouldChangeIt:
    """Frozen with every part: from which envelope, and at which ends of the charter's dial, it would be another."""

    def told(self, sharing: SharingOut, name: str) -> str:
        share = sharing.shares.select_related("sharing").get(request__workplace__code=f"{name}-works")
        return what_would_change_it(share, 0.5, 8.0, "BRL")

    def test_envelopes_and_dials(self, federation: Federation, envelope: Envelope) -> None:
        """At α = 2 bread (y/√r = 0.95) is lifted first, then flour (1.27), then energy (1.8)."""
        sharing = propose(federation, envelope)
        shares = {s.request.workplace.code: s for s in sharing.shares.select_related("request__workplace")}
        assert [(s.amount, s.begins, s.at_low, s.at_high) for s in shares.values()] == [
            (400, 0, 0, 400),
            (80, 400, 400, 80),
            (0, 800, 80, 0),
        ]
        assert "at α = 2 it gets something of any, and all that it can be given from" in self.told(
            sharing, "bread"
        )
        assert "it is BRL\u202f0.00 (α = 0.5) and BRL\u202f4.00 (α = 8)" in self.told(sharing, "bread")
        assert "it gets something from BRL\u202f8.00 on" in self.told(sharing, "energy")
        assert "it is BRL\u202f4.00 (α = 0.5) and BRL\u202f0.80 (α = 8)" in self.told(sharing, "flour")
        for share in shares.values():
            assert shared(envelope, 0.5, Criteria()).sharing.grants.sum() == 480
            assert share.begins <= share.full

    def test_an_envelope_that_is_big_enough(self, federation: Federation, envelope: Envelope) -> None:
        """The parts kept for other envelopes are those that a sharing-out of such an envelope gives."""
        sharing = propose(federation, envelope)
        asked = shared(envelope, 2.0, Criteria()).asked.requests
        for index, share in enumerate(sharing.shares.all()):
            assert share_out(asked, max(share.begins - 2, 0), 2.0).grants[index] <= 1
            assert share_out(asked, share.full + 2, 2.0).grants[index] >= share.request.amount - 1

    def test_under_minimum_shares(self, federation: Federation, envelope: Envelope) -> None:
        sharing = propose(federation, envelope, criteria=Criteria(least={"small": 0.5}))
        assert "Another dial, other weights or least shares" in self.told(sharing, "bread")

    def test_at_the_ceiling_nothing_would(self, federation: Federation, envelope: Envelope) -> None:
        share = Share(
            sharing=SharingOut(alpha=2.0, amount=480), amount=0, begins=7, full=7, at_low=0, at_high=0
        )
        told = what_would_change_it(share, 0.5, 8.0, "BRL")
        assert told.startswith(
            "No other envelope would change it. At both ends of the charter's dial, α = 0.5 and 8"
        )
