"""Simulated people: they leave alone what real ones said, and no real person can call on them."""

import numpy as np
import pytest

from planning.models import ConsumptionProposal, Cycle, Proposal
from planning.models.answers import Source
from planning.services.answers import proposal_set
from planning.services.cycles import standing
from planning.simulated.people import Temper, proposals_simulate, reactions
from tests.planning.federation import NOW, Federation
from workplaces.errors import Forbidden
from workplaces.models import Person


@pytest.mark.django_db
def test_what_somebody_proposed_stays(federation: Federation, cycle: Cycle) -> None:
    line, delegate = federation.lines["bread"], federation.people["bread_delegate"]
    proposal_set(cycle=cycle, line=line, output=91.0, by=delegate, now=NOW)
    made_up = Person.objects.create(username="made-up", synthetic=True)
    rng = np.random.default_rng(1)
    counts = proposals_simulate(scenario=standing(cycle), temper=Temper(), rng=rng, by=made_up, now=NOW)
    assert counts == {"lines": 2, "demand_lines": 3}
    assert Proposal.objects.get(line=line).output == 91.0
    assert Proposal.objects.filter(source=Source.SIMULATED).count() == 2
    grown = ConsumptionProposal.objects.get(demand_line=federation.demand["bread"]).quantity
    assert grown == pytest.approx(103.0)


@pytest.mark.django_db
def test_a_real_person_cannot_let_them_act(federation: Federation, cycle: Cycle) -> None:
    by, rng = federation.people["coordinator"], np.random.default_rng(1)
    with pytest.raises(Forbidden, match="real person"):
        proposals_simulate(scenario=standing(cycle), temper=Temper(), rng=rng, by=by, now=NOW)
    assert not Proposal.objects.exists()


def test_they_answer_in_the_shares_of_their_temper() -> None:
    count = 20_000
    asked = {"entity": np.arange(count), "proposed": np.full(count, 10.0), "suggested": np.full(count, 14.0)}
    answers, figures = reactions(asked, Temper(), np.random.default_rng(1))
    shares = {kind: (answers == kind).mean() for kind in ("accept", "counter", "firm")}
    assert shares == pytest.approx({"accept": 0.80, "counter": 0.15, "firm": 0.05}, abs=0.01)
    assert set(figures[answers == "accept"]) == {14.0}
    assert set(figures[answers == "counter"]) == {12.0}
    assert set(figures[answers == "firm"]) == {10.0}
