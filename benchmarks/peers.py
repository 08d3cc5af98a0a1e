"""The engine beside general solvers for quadratic programmes, on the same economies, each with a limit of time.

    python -m benchmarks.peers [--sizes 1000x10000 10000x100000] [--limit 120] [--case own]

OSQP, Clarabel and HiGHS get the programme written out (shortfall, glut and change beyond the band as variables of their
own); writing it out is not counted. Tolerances: OSQP 1e-7 absolute and 1e-8 relative, the others their own. Each
runs in a process of its own and is ended at twice the limit if it does not stop by itself. ``off`` is the
relative difference of its objective from the engine's, ``times`` how much longer it took.
"""

import argparse
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import clarabel
import highspy
import numpy as np
import osqp
from scipy import sparse

from benchmarks.engine import make
from planning.engine.problem import PlanProblem
from planning.engine.solve import solve
from tests.planning.engine.test_against_osqp import Programme, narrow, written_out

Answer = tuple[str, float]  # what the solver says, its objective


def by_osqp(programme: Programme, limit: float) -> Answer:
    """Alternating directions (Stellato et al. 2020)."""
    solver = osqp.OSQP()
    solver.setup(
        narrow(programme.P), programme.q, narrow(programme.A), programme.low, programme.high,
        eps_abs=1e-7, eps_rel=1e-8, max_iter=10**8, time_limit=limit, verbose=False,
    )  # fmt: skip
    answer = solver.solve(raise_error=False)
    return answer.info.status, float(answer.info.obj_val)


def by_clarabel(programme: Programme, limit: float) -> Answer:
    """Interior points (Goulart and Chen 2024)."""
    top, bottom = np.isfinite(programme.high), np.isfinite(programme.low)
    same = top & bottom & (programme.high == programme.low)
    above, below = top & ~same, bottom & ~same
    rows = sparse.csr_matrix(programme.A)
    matrix = sparse.vstack([rows[same], rows[above], -rows[below]], format="csc")
    right = np.r_[programme.high[same], programme.high[above], -programme.low[below]]
    cones = [clarabel.ZeroConeT(int(same.sum())), clarabel.NonnegativeConeT(int(above.sum() + below.sum()))]
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.time_limit = False, limit
    half = sparse.csc_matrix(sparse.triu(programme.P))
    answer = clarabel.DefaultSolver(half, programme.q, matrix, right, cones, settings).solve()
    return str(answer.status), float(answer.obj_val)


def by_highs(programme: Programme, limit: float) -> Answer:
    """Active sets (Huangfu and Hall 2018, quadratic part)."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", limit)
    size = len(programme.q)
    bound = slice(programme.balances, programme.balances + size)  # one row for every variable
    rest = np.r_[0 : bound.start, bound.stop : len(programme.low)]
    model, matrix = highspy.HighsModel(), sparse.csc_matrix(sparse.csr_matrix(programme.A)[rest])
    linear = model.lp_
    linear.num_col_, linear.num_row_, linear.col_cost_ = size, matrix.shape[0], programme.q
    linear.col_lower_, linear.col_upper_ = programme.low[bound], programme.high[bound]
    linear.row_lower_, linear.row_upper_ = programme.low[rest], programme.high[rest]
    linear.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    linear.a_matrix_.start_, linear.a_matrix_.index_ = matrix.indptr, matrix.indices
    linear.a_matrix_.value_ = matrix.data
    half = sparse.csc_matrix(sparse.tril(programme.P))
    model.hessian_.dim_, model.hessian_.format_ = size, highspy.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_, model.hessian_.value_ = half.indptr, half.indices, half.data
    solver.passModel(model)
    solver.run()
    return solver.modelStatusToString(solver.getModelStatus()), float(
        solver.getInfo().objective_function_value
    )


SOLVERS = {"OSQP": by_osqp, "Clarabel": by_clarabel, "HiGHS": by_highs}


def answer(name: str, programme: Programme, limit: float, end: Connection) -> None:
    """Solve and send seconds, status and objective."""
    begin = time.perf_counter()
    status, objective = SOLVERS[name](programme, limit)
    end.send((time.perf_counter() - begin, status, objective + programme.constant))


def ask(name: str, programme: Programme, limit: float) -> tuple[float, str, float]:
    """Seconds, status, objective of a solver in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=answer, args=(name, programme, limit, there))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(2 * limit) else (2 * limit, "went on, was ended", np.nan)
    except EOFError:
        return np.nan, "broke down", np.nan
    finally:
        process.kill()
        process.join()


def compare(problem: PlanProblem, size: str, limit: float) -> None:
    """Print the engine's line and the others'."""
    solve(problem)  # compiles
    begin = time.perf_counter()
    proof = solve(problem).certificate
    ours = time.perf_counter() - begin
    print(
        f"{size:16} {'the engine':10} {ours:9.3f} {1:8.0f} {0:9.1e} {proof.gap:8.1e}  certified", flush=True
    )
    programme = written_out(problem)
    for name in SOLVERS:
        seconds, status, objective = ask(name, programme, limit)
        off = abs(objective - proof.primal_value) / abs(proof.primal_value)
        print(
            f"{size:16} {name:10} {seconds:9.3f} {seconds / ours:8.0f} {off:9.1e} {'':8}  {status}",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", default=["1000x10000", "10000x100000"], help="products x lines")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds")
    parser.add_argument("--case", choices=["own", "shared"], default="own")
    options = parser.parse_args()
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"limit {options.limit:.0f} s; load average at the beginning {load}\n")
    print(f"{'products x lines':16} {'solver':10} {'seconds':>9} {'times':>8} {'off':>9} {'gap':>8}  says")
    for size in options.sizes:
        products, lines = (int(part) for part in size.split("x"))
        compare(make(options.case, lines, products, Path(), 1), size, options.limit)


if __name__ == "__main__":
    main()
