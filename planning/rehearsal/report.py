"""What a rehearsal found, as a table for people and as one object for programs."""

from dataclasses import asdict, dataclass, field
from typing import Any

from planning.rehearsal.time_ledger import Ledger, ledger_table


@dataclass(frozen=True)
class RoundReport:
    """One round: imbalances before it (shares), workplaces asked (share), people's minutes, seconds of work."""

    number: int
    worst_imbalance: float
    mean_imbalance: float
    asked_to_act: float
    workplaces_asked: int
    demand_lines_asked: int
    accepted: int
    countered: int
    firm: int
    minutes: float
    steps: int
    residual: float
    read: float
    solve: float
    write: float
    seconds: float


@dataclass(frozen=True)
class Report:
    """A whole cycle."""

    source: str
    seed: int
    workplaces: int
    lines: int
    products: int
    state: str
    conflicts: int
    rounds: list[RoundReport]
    ballots: int
    votes: int
    ratification_minutes: float
    setup_seconds: float
    ratification_seconds: float
    seconds: float
    ledger: Ledger
    temper: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"minutes": self.ledger.minutes, "ledger": self.ledger.as_json()}


HEAD = (
    "round",
    "worst",
    "mean",
    "asked",
    "workplaces",
    "accept",
    "counter",
    "firm",
    "person-hours",
    "seconds",
)


def table(report: Report) -> str:
    """Return the report as lines of text."""
    body = laid_out([HEAD, *(_row(r) for r in report.rounds)])
    hours = report.ledger.minutes / 60
    return (
        f"{report.source}, seed {report.seed}: {report.workplaces} workplaces, {report.lines} lines, "
        f"{report.products} products\n\n{body}\n\n"
        f"The plan is {report.state.replace('_', ' ')}; {report.conflicts} products beyond the tolerance. "
        f"{report.votes} votes in {report.ballots} ballots.\n"
        f"People's time: {hours:.0f} hours, {60 * hours / max(report.workplaces, 1):.1f} minutes a workplace. "
        f"Machine: {report.seconds:.1f} s, of which {report.setup_seconds:.1f} s to set up and "
        f"{report.ratification_seconds:.1f} s to ratify.\n"
        "Worst and mean are two-sided imbalances of products before the round's answers; asked is the share of "
        "workplaces asked to move beyond their standing mandate.\n\n"
        f"{ledger_table(report.ledger, laid_out)}"
    )


def laid_out(rows: list[tuple[str, ...]]) -> str:
    """Return the rows as lines of text, each column as wide as its widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _row(r: RoundReport) -> tuple[str, ...]:
    return (
        str(r.number), f"{100 * r.worst_imbalance:.2f} %", f"{100 * r.mean_imbalance:.2f} %",
        f"{100 * r.asked_to_act:.2f} %", str(r.workplaces_asked), str(r.accepted), str(r.countered), str(r.firm),
        f"{r.minutes / 60:.1f}", f"{r.seconds:.1f}",
    )  # fmt: skip
