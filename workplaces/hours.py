"""Hours of work: the units that they are counted in, and how many make a job."""

from typing import Final

# 40 hours a week, 46 weeks a year: the assumption by which jobs become hours where a table publishes jobs only.
HOURS_PER_JOB: Final = 40 * 46
IN_HOURS: Final = {"hours": 1.0, "thousand hours": 1e3, "million hours": 1e6}
