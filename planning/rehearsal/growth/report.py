"""What cycles at several settings of the dial came to: a table for people, one object for programs."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from planning.rehearsal.growth.assumptions import FIGURES, option
from planning.rehearsal.growth.cycles import Ahead, Course, Dial, Setting, named
from planning.rehearsal.report import laid_out

HEAD = (
    "dial", "cycle", "gap", "worst", "in", "tenths", "output", "growth", "against α=0", "Gini", "Theil between", "within",
    "Palma", "Atkinson", "unspent", "unspent money", "out of balance",
)  # fmt: skip
SHORT = ("dial", "gap", "closed", "tenths", "growth a year", "all output against α=0", "Gini", "unspent")
FOOT = (
    "A simulation: what follows from the assumptions, not a forecast. gap: by which share the weakest collective of a\n"
    "sector stands below its best in value added per hour, mean over sectors by people; worst: that of the sector named\n"
    "beside it; tenths: the weakest tenth of people against the best tenth. Equality is that with which the next cycle\n"
    "starts. output: value added at the start's prices, start = 100. Gini, Theil (between and within regions), Palma,\n"
    "Atkinson ({aversion:g}): of levels relative to their sector's mean, by people. unspent: share and sum ({unit}) of\n"
    "the envelopes. out of balance: the worst product after the plan. “no fund”: nothing is set aside; “by value\n"
    "added”: the fund is left to everybody by value added."
)


@dataclass(frozen=True, eq=False)
class Found:
    """All courses in one economy."""

    at: Setting
    courses: list[Course]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; ∞ is the word "inf"."""
        at = self.at
        return {
            "source": at.economy.title,
            "seed": at.seed,
            "workplaces": len(at.of),
            "rounds": at.rounds,
            "scatter": at.scatter,
            "money_unit": f"1/{at.economy.money_scale} {at.economy.unit}",
            "output_unit": at.economy.unit,
            "assumptions": asdict(at.assumed),
            "courses": [
                {
                    "alpha": said(each.alpha),
                    "name": named(each.alpha),
                    "cycles": [self._row(row) for row in each.cycles],
                }
                for each in self.courses
            ],
        }

    def _row(self, row: Ahead) -> dict[str, Any]:
        found = row.as_json()
        measured: dict[str, Any] = found.pop("apart")
        sector = self.at.economy.sectors.codes[measured.pop("where")]
        return measured | {"worst_sector": sector} | found | {"against": self.against(row)}

    def against(self, row: Ahead) -> float | None:
        """Return by which share the cycle's output is above that of α = 0; None where that was not held."""
        best = self.reference
        return None if best is None else row.output / best.cycles[row.cycle].output - 1

    def in_all(self, course: Course) -> float | None:
        """Return the same for all cycles' output together."""
        best = self.reference
        return None if best is None else _total(course) / _total(best) - 1

    @property
    def reference(self) -> Course | None:
        """The course at α = 0."""
        return next((each for each in self.courses if each.alpha == 0), None)


def said(alpha: Dial) -> str | float:
    """Return a setting as JSON has it and as the option takes it."""
    return "inf" if alpha == np.inf else alpha


def _total(course: Course) -> float:
    return sum(row.output for row in course.cycles[1:])


def dial_table(found: Found) -> str:
    """Return all cycles, a summary and what the columns mean as lines of text."""
    at = found.at
    rows = [_row(found, course, row) for course in found.courses for row in course.cycles]
    unit = f"{at.economy.currency} million"
    return (
        f"{at.economy.title}, seed {at.seed}: {len(at.of)} workplaces, {len(found.courses[0].cycles) - 1} cycles, "
        f"{at.rounds} rounds each\n{assumptions_told(at)}\n\n"
        f"{laid_out([HEAD, *rows])}\n\n{laid_out([SHORT, *(_short(found, each) for each in found.courses)])}\n\n"
        f"{FOOT.format(aversion=at.assumed.aversion, unit=unit)}"
    )


def assumptions_told(at: Setting) -> str:
    """Return every assumption as the option that sets it."""
    told = [f"{option(name)} {getattr(at.assumed, name):g}" for name in FIGURES]
    told += [f"--estimate {at.assumed.estimate}", f"--scatter {at.scatter:g}"]
    lines = [""]
    for each in told:
        lines = [*lines[:-1], f"{lines[-1]} {each}"] if len(lines[-1]) + len(each) < 110 else [*lines, each]
    return "\n".join(line.strip() for line in lines)


def _row(found: Found, course: Course, row: Ahead) -> tuple[str, ...]:
    at, apart = found.at, row.apart
    first = course.cycles[0].output
    million = at.economy.money_scale  # minor units in one unit of value, which is a million of the currency
    return (
        named(course.alpha), str(row.cycle), _percent(apart.gap), _percent(apart.worst),
        at.economy.sectors.codes[apart.where], _percent(apart.tenths), f"{100 * row.output / first:.1f}",
        _percent(row.growth, 2), _signed(found.against(row)), f"{apart.gini:.4f}", f"{apart.between:.4f}",
        f"{apart.within:.4f}", f"{apart.palma:.3f}", f"{apart.atkinson:.4f}",
        _percent(row.unspent / row.fund if row.fund else 0.0, 2), f"{row.unspent / million:,.2f}", _percent(row.worst, 2),
    )  # fmt: skip


def _short(found: Found, course: Course) -> tuple[str, ...]:
    first, last = course.cycles[0], course.cycles[-1]
    years = len(course.cycles) - 1
    fund = sum(row.fund for row in course.cycles)
    unspent = sum(row.unspent for row in course.cycles) / fund if fund else 0.0
    return (
        named(course.alpha), f"{_percent(first.apart.gap)} → {_percent(last.apart.gap)}",
        _percent(first.apart.gap - last.apart.gap), f"{_percent(first.apart.tenths)} → {_percent(last.apart.tenths)}",
        _percent((last.output / first.output) ** (1 / years) - 1, 2), _signed(found.in_all(course)),
        f"{first.apart.gini:.3f} → {last.apart.gini:.3f}", _percent(unspent, 2),
    )  # fmt: skip


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %".replace("-", "−")


def _signed(share: float | None) -> str:
    return "·" if share is None else f"{100 * share:+.2f} %".replace("-", "−")
