"""Made-up posts and training places: as many as people work, split over occupations as the hours are."""

import numpy as np

from planning.rules import rule
from workplaces.loading import analyze, copy_rows
from workplaces.loading.economy import Loaded
from workplaces.models import Person, Post
from workplaces.tables.arrays import Economy
from workplaces.tables.totals import hours_by_workplace

GRADES = (0.05, 0.2, 0.5, 0.2, 0.05)  # how many posts have each grade from 1 to 5; assumed
MOST_TRAINED = 0.06  # training places beside posts: from none to this share of them; assumed


def posts_write(*, economy: Economy, loaded: Loaded, by: Person, seed: int) -> int:
    """Write the posts of every workplace and return how many rows: one for each occupation, one more where it trains.

    ``number[w, o]`` is the workplace's people by its hours in the occupation, rounded; a week has the charter's hours. The
    draws are its own, so that posts change nothing else that the same seed gives.
    """
    rng = np.random.default_rng([seed, 7])
    hours = hours_by_workplace(economy.technologies, economy.lines, len(economy.workplaces))
    total = hours.sum(axis=1, keepdims=True)
    share = np.divide(hours, total, out=np.zeros_like(hours), where=total > 0)
    number = np.rint(share * economy.workplaces.members[:, None]).astype(np.int64)
    trained = np.rint(number * rng.uniform(0.0, MOST_TRAINED, number.shape)).astype(np.int64)
    intensity, unpleasantness = (1 + rng.choice(5, number.shape, p=GRADES) for _grade in range(2))
    count = 0
    for places, training in ((number, False), (trained, True)):
        workplace, occupation = np.nonzero(places)
        columns = {
            "scenario_id": loaded.scenario.pk, "created_by_id": by.pk, "workplace_id": loaded.workplaces[workplace],
            "pool_id": loaded.pools[economy.workplaces.region[workplace], occupation],
            "number": places[workplace, occupation], "weekly_hours": rule({}, "weekly_hours"),
            "intensity": intensity[workplace, occupation], "unpleasantness": unpleasantness[workplace, occupation],
            "training": training,
        }  # fmt: skip
        count += len(copy_rows(Post, columns, count=len(workplace)))
    analyze(Post)
    return count
