"""How the conclusions move with the assumptions: one at a time, half and double, over several seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from planning.rehearsal.growth.assumptions import ESTIMATES, FIGURES, Assumptions, option
from planning.rehearsal.growth.cycles import Course, Dial, Say, courses, named, setting
from planning.rehearsal.report import laid_out

HALVED = (
    "fund", "region_stream", "ask", "returns", "returns_scatter", "effect_scatter", "wear", "drift", "learning", "shock",
    "dispersion", "regional", "credibility",
)  # fmt: skip
MERIT = 0.5
HEAD = (
    "assumption",
    "gap closed at {low}",
    "at {high}",
    "{high} closes most",
    "all output at {high} against {low}",
)
FOOT = (
    "Gap closed: how much nearer the weakest collective of a sector came to its best, in points of the best's level, mean\n"
    "and standard deviation over the seeds {seeds}. Output: value added of all cycles together at the start's prices."
)


@dataclass(frozen=True)
class Effect:
    """What one variation came to, by seed: gap closed at each setting, output of ∞ (or the highest) against the lowest."""

    assumption: str
    closed: dict[str, list[float]]
    against: list[float]
    most: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def variations(assumed: Assumptions) -> Iterator[tuple[str, Assumptions]]:
    """Yield the assumptions as they are, then each with one figure halved or doubled, inside its limits."""
    yield "as stated", assumed
    for name in HALVED:
        figure, value = FIGURES[name], getattr(assumed, name)
        for factor in (0.5, 2.0):
            other = min(max(value * factor, figure.least), figure.greatest)
            if other != value:
                yield f"{option(name)} {other:g}", replace(assumed, **{name: other})
    yield f"--lag {assumed.lag + 1:g}", replace(assumed, lag=assumed.lag + 1)
    for merit in (-MERIT, MERIT):
        if merit != assumed.merit:
            yield f"--merit {merit:g}", replace(assumed, merit=merit)
    for estimate in ESTIMATES:
        if estimate != assumed.estimate:
            yield f"--estimate {estimate}", replace(assumed, estimate=estimate)


def sensitivity(
    *, source: str, workplaces: int, seeds: Sequence[int], assumed: Assumptions, alphas: Sequence[Dial], cycles: int,
    scatter: float, rounds: int, say: Say = lambda _text: None,
) -> list[Effect]:  # fmt: skip
    """Hold the cycles under every variation with every seed. Raises ValueError for fewer than two settings of the dial."""
    dial = sorted(each for each in alphas if not isinstance(each, str))
    if len(dial) < 2:
        raise ValueError("--sensitivity compares settings of the dial: give at least two numbers to --alpha.")
    found = []
    for name, other in variations(assumed):
        held = [
            courses(
                setting(
                    source=source,
                    workplaces=workplaces,
                    seed=seed,
                    assumed=other,
                    scatter=scatter,
                    rounds=rounds,
                ),
                dial,
                cycles,
            )
            for seed in seeds
        ]
        found.append(_effect(name, held))
        say(f"{name}: {named(dial[-1])} closes {_spread(found[-1].closed[named(dial[-1])])}")
    return found


def _effect(name: str, held: list[list[Course]]) -> Effect:
    closed: dict[str, list[float]] = {named(each.alpha): [] for each in held[0]}
    against, most = [], 0
    for run in held:
        gains = [each.cycles[0].apart.gap - each.cycles[-1].apart.gap for each in run]
        for each, gain in zip(run, gains, strict=True):
            closed[named(each.alpha)].append(gain)
        output = [sum(row.output for row in each.cycles[1:]) for each in run]
        against.append(output[-1] / output[0] - 1)
        most += gains[-1] >= max(gains)
    return Effect(name, closed, against, most)


def sensitivity_table(effects: list[Effect], seeds: Sequence[int]) -> str:
    """Return the variations as lines of text."""
    low, *_between, high = effects[0].closed
    head = tuple(cell.format(low=low, high=high) for cell in HEAD)
    rows = [
        (
            each.assumption, _spread(each.closed[low]), _spread(each.closed[high]), f"{each.most} of {len(seeds)}",
            _spread(each.against, 2),
        )
        for each in effects
    ]  # fmt: skip
    return f"{laid_out([head, *rows])}\n\n{FOOT.format(seeds=', '.join(map(str, seeds)))}"


def _spread(figures: list[float], digits: int = 1) -> str:
    mean = f"{100 * float(np.mean(figures)):.{digits}f}"
    if len(figures) == 1:
        return f"{mean} %".replace("-", "−")
    return f"{mean} ± {100 * float(np.std(figures, ddof=1)):.{digits}f} %".replace("-", "−")
