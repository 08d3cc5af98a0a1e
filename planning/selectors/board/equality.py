"""Solidarity and equality: between people, workplaces, sectors, regions and skills."""

from collections.abc import Callable

import numpy as np

from planning.allocation.inequality import gini
from planning.selectors.board.economy import Levels, Snapshot
from planning.selectors.board.figure import COUNT, HOURS, INDEX, MONEY, PER_HOUR, Figure, Input, Triple, share
from planning.selectors.board.shown import Shown, parts
from planning.selectors.board.year import Year

EQUALITY = "equality"


def equality(year: Year, shown: Shown | None) -> list[Figure]:
    """How unequal value added per hour and wages are."""
    people = Input("people", COUNT, year.over(lambda one: float(one.people)))
    inputs = (
        Input("value_added", MONEY, year.over(lambda one: one.value_added)),
        Input("hours_worked", HOURS, year.over(lambda one: one.hours)),
        people,
    )
    theil = Input("theil", INDEX, year.over(_level("theil")))
    decided = year.by("plan", "grants", "settled")
    known = any(one.levels for one in (year.last, year.plan, year.actual) if one)
    missing = "" if known else "nothing_made"

    def level(group: str, entity: int) -> Triple:
        value = year.over(lambda one: getattr(one, group).get(entity, (0.0, 0.0))[0])
        return share(value, year.over(lambda one: getattr(one, group).get(entity, (0.0, 0.0))[1]))

    return [
        _pay(year),
        Figure(
            EQUALITY, "gini_workplaces", INDEX, year.over(_level("gini")), inputs=inputs, decided=decided,
            missing=missing,
        ),
        Figure(
            EQUALITY, "theil_sectors", INDEX, year.over(_level("between_sectors")), inputs=(*inputs, theil),
            parts=parts(shown.sectors, lambda entity: level("sectors", entity), PER_HOUR) if shown else (),
            decided=decided, missing=missing,
        ),
        Figure(
            EQUALITY, "theil_regions", INDEX, year.over(_level("between_regions")), inputs=(*inputs, theil),
            parts=parts(shown.regions, lambda entity: level("regions", entity), PER_HOUR) if shown else (),
            decided=decided, missing=missing,
        ),
        _wages(year, shown),
    ]  # fmt: skip


def _level(name: str) -> Callable[[Snapshot], float | None]:
    def read(one: Snapshot) -> float | None:
        levels: Levels | None = one.levels
        return getattr(levels, name) if levels else None

    return read


def _pay(year: Year) -> Figure:
    """How unequal the pay of posts is: hours a week at the accounting wage of their pool."""
    values = year.over(pay_gini)
    posts = year.over(lambda one: float(sum(post.number for post in one.posts)))
    without = "no_wages" if any(posts) else "no_posts"
    return Figure(
        EQUALITY, "gini_people", INDEX, values,
        inputs=(
            Input("posts_and_training", COUNT, posts),
            Input("weekly_pay", MONEY, year.over(lambda one: float(sum(pay * n for pay, n in _paid(one))))),
        ),
        decided=year.by("baseline", "plan", "settled"),
        missing="" if any(value is not None for value in values) else without,
    )  # fmt: skip


def _paid(one: Snapshot) -> list[tuple[float, int]]:
    """Return the weekly pay of posts, and how many have it."""
    wages = {pool.entity: pool.wage for pool in one.pools}
    return [(post.weekly_hours * wages.get(post.pool, 0.0), post.number) for post in one.posts]


def pay_gini(one: Snapshot) -> float | None:
    """Return the Gini index of the weekly pay of posts; None without posts or without wages."""
    pay, posts = np.array([(p, float(n)) for p, n in _paid(one)]).reshape(-1, 2).T
    return gini(pay, posts) if (pay >= 0).all() and (pay * posts).sum() > 0 else None


def _wages(year: Year, shown: Shown | None) -> Figure:
    """Wages of the pools over the hours that are worked for them; a plan's hold its wage premiums."""

    def mean(entity: int) -> Triple:
        def bill(one: Snapshot) -> float:
            return sum(pool.wage * pool.found for pool in one.pools if pool.occupation == entity)

        def hours(one: Snapshot) -> float:
            return sum(pool.found for pool in one.pools if pool.occupation == entity)

        return share(year.over(bill), year.over(hours))

    values = year.over(wage_gini)
    return Figure(
        EQUALITY, "gini_wages", INDEX, values,
        inputs=(
            Input("wages", MONEY, year.over(lambda one: sum(pool.wage * pool.found for pool in one.pools))),
            Input("hours_found", HOURS, year.over(lambda one: sum(pool.found for pool in one.pools))),
        ),
        parts=parts(shown.occupations, mean, PER_HOUR) if shown else (), decided=year.by("plan", "settled"),
        missing="" if any(value is not None for value in values) else "no_wages",
    )  # fmt: skip


def wage_gini(one: Snapshot) -> float | None:
    """Return the Gini index of wages over the hours that find a post; None without wages."""
    paid = [pool for pool in one.pools if pool.found > 0]
    wage, hours = np.array([pool.wage for pool in paid]), np.array([pool.found for pool in paid])
    return gini(wage, hours) if len(paid) and (wage >= 0).all() and (wage * hours).sum() > 0 else None
