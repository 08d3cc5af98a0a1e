"""How many rounds each procedure takes on the published participatory economies and on generated ones like them.

    python -m benchmarks.rounds [--seeds 30] [--data FOLDER]

Every price begins at 700. A round is one asking of all councils, the first included. Counts are rounds until the worst
good's imbalance, two-sided and by the published measure 2|supply − use|/(supply + use), is below the tolerance. The
least-change default is answered by simulated councils (``planning/engine/rounds/people.py``): "follow" all go along as
far as their technology lets them; "mixed" 80 % go along, 15 % meet half-way, 5 % hold firm, a fifth of the workplaces
overstates its inputs by 30 %, and nobody more than doubles or halves its output in a round. "stubborn": the same mixture
asked by every procedure, in an economy where 30 % of the councils have fixed proportions and 10 % a fixed cost below which
they close. What people gain and lose is compared with the equilibrium that the price rounds end at.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from planning.engine.rounds.anderson import Anderson
from planning.engine.rounds.archive import load_published
from planning.engine.rounds.councils import Answers, BestReplies, Councils, Question
from planning.engine.rounds.economy import CouncilEconomy
from planning.engine.rounds.generate import generate
from planning.engine.rounds.least_change import LeastChange
from planning.engine.rounds.mechanism import Course, Mechanism, run
from planning.engine.rounds.newton import Newton
from planning.engine.rounds.people import SimulatedCouncils
from planning.engine.rounds.published import PublishedRule

START, LIMIT = 700.0, 120
TOLERANCES = (0.20, 0.15, 0.10, 0.05, 0.03, 0.01, 0.001, 1e-10)
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "hahnel"


def mechanisms(economy: CouncilEconomy) -> dict[str, Mechanism]:
    return {
        "published rule": PublishedRule(),
        "Newton": Newton(),
        "Anderson, shares": Anderson(economy.layout),
        "Anderson, totals": Anderson(),
    }


def simulated(economy: CouncilEconomy, seed: int, *, mixed: bool) -> SimulatedCouncils:
    rng = np.random.default_rng(seed)
    shares = (0.8, 0.15, 0.05) if mixed else (1.0, 0.0, 0.0)
    temper = rng.choice(3, economy.workers + economy.consumers, p=shares)
    padding = np.where(rng.random(economy.workers) < 0.2, 0.3 if mixed else 0.0, 0.0)
    return SimulatedCouncils(
        economy, np.full(economy.goods, START), temper, padding, reach=2.0 if mixed else 4.0
    )


def stubborn(economy: CouncilEconomy, seed: int) -> CouncilEconomy:
    """30 % in fixed proportions, 10 % with a fixed cost up to the surplus that they open with."""
    rng = np.random.default_rng(seed)
    opening = BestReplies(economy).answer(Question(np.full(economy.goods, START)))
    surplus = (1.0 - economy.returns) * START * opening.output
    fixed = rng.random(economy.workers) < 0.1
    return replace(
        economy,
        technology=(rng.random(economy.workers) < 0.3).astype(np.int64),
        fixed_cost=np.where(fixed, rng.uniform(0.5, 1.0, economy.workers) * surplus, 0.0),
    )


def courses(economy: CouncilEconomy, seed: int) -> dict[str, tuple[Course, float]]:
    """Every procedure's course on one economy, with its seconds."""
    found = {}
    hard = simulated(stubborn(economy, seed), seed, mixed=True)
    ways: list[tuple[str, Mechanism, Councils]] = [
        (name, way, BestReplies(economy)) for name, way in mechanisms(economy).items()
    ]
    ways += [
        (
            f"least change, {name}",
            LeastChange(economy.layout),
            simulated(economy, seed, mixed=name == "mixed"),
        )
        for name in ("follow", "mixed")
    ]
    ways += [(f"stubborn: {name}", way, hard) for name, way in mechanisms(economy).items()]
    ways.append(("stubborn: least change", LeastChange(economy.layout), hard))
    for name, way, councils in ways:
        begin = time.perf_counter()
        course = run(way, councils, START, tolerance=min(TOLERANCES), limit=20 if "least" in name else LIMIT)
        found[name] = (course, time.perf_counter() - begin)
    return found


def welfare(economy: CouncilEconomy, answers: Answers, reference: Answers) -> tuple[float, float]:
    """Consumption as its average council values it (``exp Σ taste log x``) and the cost of effort, relative to the
    reference."""
    taste = economy.taste / economy.taste.sum(axis=1, keepdims=True)
    gain = (taste * np.log(answers.demands / reference.demands)).sum(axis=1).mean()
    cost = [(economy.effort_cost * a.effort**economy.effort_power).sum() for a in (answers, reference)]
    return float(np.exp(gain)), float(cost[0] / cost[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--data", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    files = sorted(arguments.data.glob("*.clj.gz"))
    if not files:
        print(f"No published economies in {arguments.data}: generated ones only.")
    published = {path.name.split(".")[0]: lambda path=path: load_published(path) for path in files}
    generated = {str(seed): lambda seed=seed: generate(seed) for seed in range(1, arguments.seeds + 1)}
    for title, economies in (("published", published), ("generated", generated)):
        if economies:
            report(title, economies)


def report(title: str, economies: dict[str, Callable[[], CouncilEconomy]]) -> None:
    found: dict[str, list[tuple[Course, float]]] = {}
    worth = []
    for seed, load in enumerate(economies.values(), 1):
        economy = load()
        here = courses(economy, seed)
        for name, course in here.items():
            found.setdefault(name, []).append(course)
        end = here["Newton"][0].answers
        worth.append(
            [welfare(economy, here[f"least change, {k}"][0].answers, end) for k in ("follow", "mixed")]
        )
    print(
        f"\n{len(economies)} {title} economies: rounds (lowest–median–highest; · : not within {LIMIT}, by least change 20)"
    )
    print(" " * 26 + "".join(f"{f'{100 * t:g} %':>12s}" for t in TOLERANCES) + "   s/round  accepted")
    for name, runs in found.items():
        cells = "".join(f"{span([c.rounds_to(t) for c, _ in runs]):>12s}" for t in TOLERANCES)
        pace = statistics.median(s / len(c.worst) for c, s in runs)
        accepted = [c.accepted[0] for c, _ in runs if len(c.accepted)]
        print(f"{name:26s}{cells}{pace:10.3f}" + (f"{statistics.median(accepted):10.0%}" if accepted else ""))
    compare(found)
    for name, runs in found.items():
        open_ends = sum(course.rounds_to(0.03) is None for course, _ in runs)
        if open_ends:
            print(f"{name}: {open_ends} of {len(runs)} never within 3 %")
    for name, at in (("follow", 0), ("mixed", 1)):
        use, effort = (statistics.median(w[at][k] for w in worth) for k in (0, 1))
        print(
            f"least change, {name}: consumption {use:.2f} and cost of effort {effort:.2f} of the equilibrium's"
        )


def span(counts: list[int | None]) -> str:
    order = sorted(1e9 if count is None else count for count in counts)
    picked = (order[0], order[(len(order) - 1) // 2], order[-1])
    return "–".join("·" if count == 1e9 else str(int(count)) for count in picked)


def compare(found: dict[str, list[tuple[Course, float]]]) -> None:
    """Rounds to 3 % against the published rule's, economy by economy."""
    for name in ("Anderson, shares", "Anderson, totals"):
        pairs = zip(found[name], found["published rule"], strict=True)
        ratios = [own.rounds_to(0.03) / rule.rounds_to(0.03) for (own, _), (rule, _) in pairs]
        print(
            f"{name}: {statistics.median(ratios):.2f} of the rule's rounds to 3 % (worst {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
