"""More sectors than one paper can divide: the programmes' divisions are ranked instead, and the question says why."""

from typing import Any

import pytest

from councils.models import Motion
from councils.questions import MOST_OPTIONS
from planning.models import Cycle, Guideline, GuidelineQuestion
from planning.services.cycles import cycle_begin_proposals
from tests.planning.federation import Federation, council, make_federation
from tests.planning.priorities.world import asked, opened, peopled, published, voted
from workplaces.models import Sector

pytestmark = pytest.mark.django_db


def many(federation: Federation, parts: int) -> list[str]:
    """Bring the sectors that have a council up to ``parts``; return the codes of all."""
    codes = sorted(federation.products)
    for number in range(parts - len(codes)):
        sector = Sector.objects.create(
            scenario=federation.baseline, code=f"s{number}", name=f"Sector {number}"
        )
        council(federation, f"s{number} sector", kind="sector", sector=sector)
        codes.append(sector.code)
    return codes


def divided(codes: list[str], first: str) -> list[tuple[str, str, float]]:
    """Return shares: one of 1000 to each, the rest to ``first``."""
    return [("sector", code, 1.0 if code != first else 1000.0 - (len(codes) - 1)) for code in codes]


@pytest.fixture
def wide(request: pytest.FixtureRequest, db: None) -> tuple[Federation, Cycle, list[str]]:
    """A federation of as many sectors as the test asks for, in its priorities."""
    federation = peopled(make_federation())
    codes = many(federation, request.param)
    return federation, opened(federation, envelope_least=0.0), codes


def asking(wide: tuple[Federation, Cycle, list[str]]) -> GuidelineQuestion:
    federation, cycle, codes = wide
    published(federation, cycle, name="Bread", founder="citizen0", figures=divided(codes, "bread"))
    published(federation, cycle, name="Power", founder="citizen5", figures=divided(codes, "energy"))
    return asked(federation, cycle)["sector"]


@pytest.mark.parametrize("wide", [MOST_OPTIONS + 1], indirect=True)
def test_beyond_what_a_paper_holds_divisions_are_ranked(wide: Any) -> None:
    federation, cycle, codes = wide
    question = asking(wide)
    assert question.rule == "schulze"
    assert len(question.options) == 3  # as it is today, and both programmes
    motion = Motion.objects.get(subject_id=question.public_id)
    assert f"There are {len(codes)} parts, more than the {MOST_OPTIONS}" in motion.text
    ballot = voted(federation, question, *[["o2"]] * 3)
    by = federation.people["coordinator"]
    cycle_begin_proposals(cycle=Cycle.objects.get(pk=cycle.pk), by=by, now=ballot.closes_at)
    shares = dict(Guideline.objects.filter(topic="sector").values_list("sector__code", "value"))
    assert sum(shares.values()) == 1000
    assert len(shares) == len(codes)
    assert max(shares, key=shares.__getitem__) == "bread"


@pytest.mark.parametrize("wide", [MOST_OPTIONS], indirect=True)
def test_up_to_that_everybody_divides(wide: Any) -> None:
    question = asking(wide)
    assert question.rule == "independent_markets"
    assert len(question.options) == MOST_OPTIONS
    assert "more than the" not in Motion.objects.get(subject_id=question.public_id).text
