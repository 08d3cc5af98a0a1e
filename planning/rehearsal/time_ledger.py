"""People's minutes in a rehearsed cycle, by role and activity, beside what they would be without bands and tables.

Both sides reckon with the efforts and the rates of ``planning.wording.minutes``, as “My duties” does. *Asked* is what people
were asked in fact. *One by one* is the same course with every change asked: a page for each line that moves, inside
its band or not, and a page instead of a table's row for what communities and regions propose and answer. That rounds
would run otherwise if more people were asked is not in it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, F

from planning.models import Run, RunLine
from planning.wording.minutes import (
    COORDINATION,
    DEMAND_PROPOSAL,
    DEMAND_REVIEW,
    DUTY,
    LINE_REVIEW,
    PROPOSAL,
    VOTE,
    Effort,
    minutes,
)

WORKPLACES, PLACES = "delegates of workplaces", "delegates of communities and regions"
COORDINATORS, COUNCILS = "coordinators", "members of councils"


@dataclass(frozen=True)
class Asked:
    """What one round asks: lines and rows that move, those of them beyond their band, whether anybody is asked."""

    lines_moved: int
    lines_asked: int
    rows_moved: int
    rows_asked: int


@dataclass(frozen=True)
class Entry:
    """So many times an activity, in minutes each: as asked in fact, and one by one."""

    role: str
    activity: str
    times: int
    each: float
    times_one_by_one: int
    each_one_by_one: float

    @property
    def minutes(self) -> float:
        """Minutes in fact."""
        return self.times * self.each

    @property
    def minutes_one_by_one(self) -> float:
        """Minutes if every change were asked by itself."""
        return self.times_one_by_one * self.each_one_by_one


@dataclass(frozen=True)
class Ledger:
    """All entries of a cycle, and how many people there are to share the minutes of each role."""

    entries: tuple[Entry, ...]
    people: dict[str, int]

    @property
    def minutes(self) -> float:
        """Minutes in fact, of everybody."""
        return sum(entry.minutes for entry in self.entries)

    @property
    def minutes_one_by_one(self) -> float:
        """Minutes if every change were asked by itself, of everybody."""
        return sum(entry.minutes_one_by_one for entry in self.entries)

    def each(self, role: str) -> tuple[float, float]:
        """Return the mean minutes of one person in this role: in fact, and one by one."""
        own, heads = [entry for entry in self.entries if entry.role == role], max(self.people.get(role, 0), 1)
        return sum(e.minutes for e in own) / heads, sum(e.minutes_one_by_one for e in own) / heads

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        entries = [
            asdict(entry) | {"minutes": entry.minutes, "minutes_one_by_one": entry.minutes_one_by_one}
            for entry in self.entries
        ]
        return {
            "entries": entries, "people": self.people,
            "minutes": self.minutes, "minutes_one_by_one": self.minutes_one_by_one,
        }  # fmt: skip


def asked_by(run: Run) -> Asked:
    """Count what a round's published run asks; what moves is what it suggests another figure for."""
    moved = (
        RunLine.objects.filter(run=run, kind__in=(RunLine.Kind.PRODUCTION, RunLine.Kind.DEMAND))
        .exclude(suggested=F("proposed"))
        .values_list("kind")
        .annotate(lines=Count("pk"))
    )
    found = dict(moved)
    lines, rows = run.summary["lines_asked"], run.summary["demand_lines_asked"]
    return Asked(
        lines_moved=max(found.get(RunLine.Kind.PRODUCTION, 0), lines), lines_asked=lines,
        rows_moved=max(found.get(RunLine.Kind.DEMAND, 0), rows), rows_asked=rows,
    )  # fmt: skip


def ledger(
    *, lines: int, rows: int, rounds: Iterable[Asked], iterations: int, votes: int, people: dict[str, int]
) -> Ledger:
    """Enter a cycle: ``lines`` and ``rows`` proposed, its rounds that were answered, iterations run, votes cast."""
    held = list(rounds)
    asked, moved = sum(r.lines_asked for r in held), sum(r.lines_moved for r in held)
    rows_asked, rows_moved = sum(r.rows_asked for r in held), sum(r.rows_moved for r in held)
    by_itself = LINE_REVIEW + DUTY
    return Ledger(
        (
            _entry(WORKPLACES, "propose a line", (lines, PROPOSAL), (lines, PROPOSAL)),
            _entry(WORKPLACES, "answer a change", (asked, by_itself), (moved, by_itself)),
            _entry(PLACES, "propose a use", (rows, DEMAND_PROPOSAL), (rows, PROPOSAL)),
            _entry(PLACES, "answer a change", (rows_asked, DEMAND_REVIEW), (rows_moved, by_itself)),
            _entry(
                COORDINATORS,
                "hold a round",
                (iterations, COORDINATION + DUTY),
                (iterations, COORDINATION + DUTY),
            ),
            _entry(COUNCILS, "vote on the plan", (votes, VOTE + DUTY), (votes, VOTE + DUTY)),
        ),
        people,
    )


def _entry(role: str, activity: str, fact: tuple[int, Effort], one_by_one: tuple[int, Effort]) -> Entry:
    return Entry(role, activity, fact[0], minutes(fact[1]), one_by_one[0], minutes(one_by_one[1]))


def ledger_table(ledger: Ledger, laid_out: Any) -> str:
    """Return the ledger as lines of text; ``laid_out`` sets rows of cells."""
    head = ("role", "activity", "times", "minutes each", "hours", "times one by one", "hours one by one")
    rows = [
        (
            entry.role, entry.activity, f"{entry.times}", f"{entry.each:.1f}", f"{entry.minutes / 60:.1f}",
            f"{entry.times_one_by_one}", f"{entry.minutes_one_by_one / 60:.1f}",
        )
        for entry in ledger.entries
    ]  # fmt: skip
    total = ("all", "", "", "", f"{ledger.minutes / 60:.1f}", "", f"{ledger.minutes_one_by_one / 60:.1f}")
    heads = "; ".join(
        f"{role}: {fact:.1f} minutes each instead of {alone:.1f} ({ledger.people[role]} of them)"
        for role in dict.fromkeys(entry.role for entry in ledger.entries)
        if ledger.people.get(role)
        for fact, alone in [ledger.each(role)]
    )
    return (
        f"People's time as asked, and if every change were asked one by one\n\n"
        f"{laid_out([head, *rows, total])}\n\nA cycle for {heads}."
    )
