"""Made-up people: the members of every workplace, and residents who work in none."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange
from numpy.typing import NDArray

from planning.demo.names import full_names, usernames
from planning.demo.settlement import Communities
from workplaces.loading import analyze, copy_rows
from workplaces.models import Membership, Person

# Residents of each community who belong to no workplace: its delegates and the demo's staff are among them.
RESIDENTS = 12


@dataclass(frozen=True)
class People:
    """``ids[P]``; members first, in the order of their workplaces (``first[W]`` is each one's first member)."""

    ids: NDArray[np.int64]
    first: NDArray[np.int64]
    residents: NDArray[np.int64]

    @property
    def delegates(self) -> NDArray[np.int64]:
        """The first member of each workplace, [W]."""
        return self.ids[self.first]


def people_write(
    *,
    members: NDArray[np.integer],
    workplaces: NDArray[np.int64],
    home: NDArray[np.int64],
    communities: Communities,
    rng: np.random.Generator,
    now: datetime,
) -> People:
    """Write ``members[W]`` people for each workplace and RESIDENTS more for each community.

    Everybody belongs to a community, members to that of their workplace (``home[W]``).
    """
    working = int(members.sum())
    names = full_names(working + RESIDENTS * len(communities.ids), rng)
    ids = copy_rows(Person, _persons(names, now), count=len(names))
    since = DateRange(date(now.year, 1, 1), None)
    community = np.concatenate(
        [np.repeat(home, members), np.repeat(np.arange(len(communities.ids)), RESIDENTS)]
    )
    lives = {"person_id": ids, "community_id": communities.ids[community], "validity": since}
    works = {"person_id": ids[:working], "workplace_id": np.repeat(workplaces, members), "validity": since}
    copy_rows(Membership, lives, count=len(ids))
    copy_rows(Membership, works, count=working)
    analyze(Person, Membership)
    first = np.cumsum(members, dtype=np.int64) - members
    return People(ids=ids, first=first, residents=ids[working:].reshape(-1, RESIDENTS))


def _persons(names: list[str], now: datetime) -> dict[str, object]:
    return {
        "username": usernames(names),
        "name": names,
        "password": make_password(None),
        "date_joined": now,
        "synthetic": True,
    }
