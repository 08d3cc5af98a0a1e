"""The same input gives the same bits, whatever the number of threads."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from planning.engine.sweep import Sweeper
from tests.planning.engine.test_shared_techniques import shared_economy

PROGRAMME = (
    "from tests.planning.engine.test_determinism import fingerprint, large; print(fingerprint(large()))"
)


def large() -> PlanProblem:
    return shared_economy(7, products=40, lines=12_000)


def fingerprint(problem: PlanProblem, threads: int | None = None) -> str:
    result = solve(problem, threads=threads)
    parts = (result.x, result.duals, result.margin, result.shortfall, result.use_after, result.supply_after)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def test_problem_is_large_enough_to_be_cut_up():
    assert Sweeper(large()).chunks > 8


def test_same_bits_at_any_number_of_threads():
    problem = large()
    assert len({fingerprint(problem, threads) for threads in (1, 2, 3, 5)}) == 1


def test_same_bits_again_and_from_a_copy():
    assert fingerprint(large()) == fingerprint(large())
    assert large().digest() == large().digest()


@pytest.mark.parametrize("numba_threads", ["1", "2", "4"])
def test_same_bits_in_a_process_with_other_thread_settings(numba_threads):
    root = Path(__file__).parents[3]
    threads = {"NUMBA_NUM_THREADS": numba_threads, "OPENBLAS_NUM_THREADS": numba_threads}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAMME],
        cwd=root,
        env=os.environ | threads,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == fingerprint(large())


def test_digest_tells_inputs_apart():
    problem, other = large(), large()
    other.proposal[5] = np.nextafter(other.proposal[5], 0.0)
    assert problem.digest() != other.digest()
    assert solve(problem).certificate.digest == problem.digest()
