"""What a procedure costs in people's time, at rates that are stated here and nowhere else."""

from dataclasses import dataclass
from typing import Final

WORDS_A_MINUTE: Final = 200.0  # silent reading of plain prose, on the slow side
SECONDS_A_DECISION: Final = 30.0
SECONDS_A_FIELD: Final = 10.0


@dataclass(frozen=True)
class Effort:
    """What a page asks of a person: words to read, decisions to take, fields to fill in."""

    words: float = 0.0
    decisions: float = 0.0
    fields: float = 0.0

    def __add__(self, other: "Effort") -> "Effort":
        """Return both efforts one after the other."""
        return Effort(self.words + other.words, self.decisions + other.decisions, self.fields + other.fields)

    def __mul__(self, times: float) -> "Effort":
        """Return the effort that many times."""
        return Effort(self.words * times, self.decisions * times, self.fields * times)


def minutes(effort: Effort) -> float:
    """Return the minutes: words/200, plus 30 s a decision, plus 10 s a field."""
    seconds = SECONDS_A_DECISION * effort.decisions + SECONDS_A_FIELD * effort.fields
    return effort.words / WORDS_A_MINUTE + seconds / 60.0


# Words are those of the main part of the page as rendered; tests/planning/views/test_costs.py counts them.
DUTY: Final = Effort(words=45)  # an entry of "my duties"
LINE_REVIEW: Final = Effort(words=190, decisions=1, fields=1)
LINE_ROW: Final = Effort(words=35, decisions=1, fields=1)  # one row of a workplace's table
REPORT_ROW: Final = Effort(words=25, decisions=0.2, fields=1)  # one row of what a workplace made
DEMAND_REVIEW: Final = Effort(words=12, decisions=1, fields=1)  # one row of the table
PROPOSAL: Final = Effort(words=150, decisions=1, fields=2)
DEMAND_PROPOSAL: Final = Effort(words=8, decisions=0.2, fields=1)
COORDINATION: Final = Effort(words=350, decisions=1)
AGREEMENT: Final = Effort(words=90, decisions=1)
VOTE: Final = Effort(words=250, decisions=1, fields=1)


def round_effort(lines_asked: int, demand_lines_asked: int) -> Effort:
    """Return what a round asks of people at most: a page a line asked, a row a demand line asked, its coordination.

    Whoever is asked about several lines of a workplace answers them in one table, and needs less.
    """
    return (DUTY + LINE_REVIEW) * lines_asked + DEMAND_REVIEW * demand_lines_asked + COORDINATION
