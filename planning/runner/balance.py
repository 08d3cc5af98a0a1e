"""One iteration on arrays, without any run to write it to."""

from planning.engine.problem import PlanProblem
from planning.engine.result import PlanResult
from planning.engine.solve import solve
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.read import State


def balanced(state: State, rules: Rules) -> tuple[PlanProblem, Layout, PlanResult]:
    """Return the problem that ``state`` poses, what its rows and columns stand for, and its least-change plan.

    Raises what ``build_problem`` and the engine's ``solve`` raise.
    """
    problem, layout = build_problem(state, rules)
    return problem, layout, solve(problem)
