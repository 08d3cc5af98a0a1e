"""What is kept from one solution to the next saves time and changes no bit."""

from dataclasses import replace

import numpy as np
import pytest

from planning.engine.errors import WrongShape
from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from tests.planning.engine.examples import random_economy


def next_round(problem: PlanProblem) -> PlanProblem:
    """The same techniques, everybody proposing 3 % less."""
    return replace(problem, proposal=np.maximum(0.97 * problem.proposal, problem.lower))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_next_round_is_the_same_to_the_last_bit(threads: int) -> None:
    problem = random_economy(1)
    first = solve(problem, threads=threads)
    later = next_round(problem)
    fresh = solve(later, warm=first.duals, threads=threads)
    again = solve(later, warm=first.duals, threads=threads, prepared=first.prepared)
    assert again.prepared.layout is first.prepared.layout
    assert fresh.certificate == again.certificate
    assert fresh.certificate.digest != first.certificate.digest
    for name in ("x", "duals", "margin", "asked"):
        assert getattr(fresh, name).tobytes() == getattr(again, name).tobytes()


def test_other_techniques_are_refused() -> None:
    problem = random_economy(1)
    other = replace(problem, entry_use=problem.entry_use.copy())
    with pytest.raises(WrongShape, match="other techniques"):
        solve(other, prepared=solve(problem).prepared)
