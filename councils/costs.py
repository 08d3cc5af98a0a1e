"""What votes and meetings cost in people's time: expected by a rule of the charter, taken only where it is measured.

Expected, for each person: ``words / w + choices · s / 60`` minutes, with ``w`` the charter's words a minute and ``s`` its
seconds a choice; an item that is talked about adds the charter's minutes of talk. How long somebody stays in a booth is
never measured; a closed vote is reckoned at the expected minutes of those who took part. A meeting's items are timed
from their beginning to their end, and count for everybody present.
"""

from dataclasses import dataclass
from datetime import date

from councils.charter import charter_on


@dataclass(frozen=True)
class Rates:
    """The charter's rates on a day."""

    words_a_minute: int
    seconds_a_choice: int
    item_minutes: int

    def to_vote(self, text: str, choices: int) -> float:
        """Return the minutes that reading a text and choosing among ``choices`` is expected to take one person."""
        return len(text.split()) / self.words_a_minute + choices * self.seconds_a_choice / 60

    def to_treat(self, text: str, choices: int = 0) -> float:
        """Return the minutes that an item which is talked about is expected to take one person."""
        return self.to_vote(text, choices) + self.item_minutes


def rates_on(on: date) -> Rates:
    """Return the rates of the charter in force on that day."""
    _version, values = charter_on(on)
    return Rates(
        values["councils.words_a_minute"],
        values["councils.seconds_a_choice"],
        values["meetings.item_minutes"],
    )
