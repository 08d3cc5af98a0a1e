"""The published rule's round counts, as printed and as an independent implementation gives them."""

import numpy as np
import pytest
from demplan import load_dep1ex
from demplan import run as run_elsewhere
from demplan.prefabs import HahnelBook2021
from demplan.prefabs.hahnel import relative_imbalance

from planning.engine.rounds.councils import BestReplies
from planning.engine.rounds.mechanism import run
from planning.engine.rounds.published import PublishedRule
from tests.planning.engine.examples import table_folder
from tests.planning.engine.rounds.economies import PUBLISHED, START, published

TOLERANCES = (0.20, 0.15, 0.10, 0.05, 0.03, 0.02, 0.01)
COUNTS = {
    "dep1ex01": (5, 6, 7, 11, 19, 33, 64),
    "dep1ex02": (6, 7, 8, 12, 19, 31, 64),
    "ex079": (6, 7, 8, 10, 19, 31, 67),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_round_counts_are_the_published_ones(name: str) -> None:
    course = run(PublishedRule(), BestReplies(published(name)), START, tolerance=0.01)
    assert tuple(course.rounds_to(tolerance) for tolerance in TOLERANCES) == COUNTS[name]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_round_is_that_of_another_implementation(name: str) -> None:
    economy = load_dep1ex(table_folder("hahnel") / f"{name}.clj.gz")
    theirs = run_elsewhere(
        HahnelBook2021(threshold_pct=1.0, record_trajectory=True), economy, seed=0, differences=False
    )
    worst = [float(relative_imbalance(economy, plan).max()) for plan in theirs.summary.trajectory]
    ours = run(PublishedRule(), BestReplies(published(name)), START, tolerance=0.01)
    np.testing.assert_allclose(ours.worst_published, worst, rtol=0, atol=1e-11)
    np.testing.assert_allclose(ours.prices[-1], theirs.plan.valuation["indicative_price"], rtol=1e-11)
    np.testing.assert_allclose(ours.answers.output, theirs.plan.output, rtol=1e-10)
    np.testing.assert_allclose(ours.answers.inputs, theirs.plan.input_use, rtol=1e-10)
    np.testing.assert_allclose(ours.answers.effort, theirs.plan.extra["effort"], rtol=1e-10)


def test_the_step_has_a_floor() -> None:
    """Near balance every price still moves by 0.1 %, so that 0.1 % imbalance is never reached."""
    councils = BestReplies(published("dep1ex01"))
    course = run(PublishedRule(), councils, START, tolerance=0.001, limit=250)
    assert course.rounds_to(0.001) is None
    moves = np.abs(np.diff(np.log(course.prices[-20:]), axis=0))
    assert moves.min() > 0.00099
