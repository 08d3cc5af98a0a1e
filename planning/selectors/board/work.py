"""Full employment and universal access; skills; hours against output."""

from collections.abc import Callable

from planning.models import Topic
from planning.selectors.board.economy import Snapshot
from planning.selectors.board.figure import (
    COUNT,
    HOURS,
    MONEY,
    PER_HOUR,
    SHARE,
    WEEKLY,
    Figure,
    Input,
    Triple,
    each,
    share,
)
from planning.selectors.board.shown import Shown, parts
from planning.selectors.board.year import Year

EMPLOYMENT, SKILLS, OUTPUT = "employment", "skills", "hours"


def needed(one: Snapshot) -> float:
    """Return the hours a year that the economy needs."""
    return sum(pool.needed for pool in one.pools)


def offered(one: Snapshot) -> float:
    """Return the hours a year that people offer."""
    return sum(pool.offered for pool in one.pools)


def found(one: Snapshot) -> float:
    """Return the offered hours that find a post, pool by pool."""
    return sum(pool.found for pool in one.pools)


def short(one: Snapshot) -> float:
    """Return the needed hours that nobody offers, pool by pool."""
    return sum(pool.short for pool in one.pools)


def employment(year: Year, shown: Shown | None) -> list[Figure]:
    """Do hours find posts, do floors hold, in every region?"""
    return [_posts_found(year, shown), _floors_held(year, shown)]


def _posts_found(year: Year, shown: Shown | None) -> Figure:
    have, want = year.over(found), year.over(offered)

    def of_region(entity: int) -> Triple:
        def pools(one: Snapshot) -> list[float]:
            own = [pool for pool in one.pools if pool.region == entity]
            return [sum(pool.found for pool in own), sum(pool.offered for pool in own)]

        return share(year.over(lambda one: pools(one)[0]), year.over(lambda one: pools(one)[1]))

    return Figure(
        EMPLOYMENT, "posts_found", SHARE, share(have, want), target=1.0,
        inputs=(Input("hours_found", HOURS, have), Input("hours_offered", HOURS, want)),
        parts=parts(shown.regions, of_region, SHARE, _everybody(year)) if shown else (),
        decided=year.by("duty", "plan", "settled"),
        missing="" if any(one.pools for one in (year.last, year.plan) if one) else "no_pools",
    )  # fmt: skip


def _everybody(year: Year) -> Callable[[int], float | None]:
    places = {pool.region for pool in year.last.pools} if year.last else set()
    return lambda entity: 1.0 if entity in places else None


def _floors_held(year: Year, shown: Shown | None) -> Figure:
    def held(one: Snapshot, entity: int | None = None) -> float:
        return float(sum(f.held for region, f in one.floors.items() if entity in (None, region)))

    def count(one: Snapshot, entity: int | None = None) -> float:
        return float(sum(f.count for region, f in one.floors.items() if entity in (None, region)))

    def of_region(entity: int) -> Triple:
        return _planned(
            share(year.over(lambda one: held(one, entity)), year.over(lambda one: count(one, entity)))
        )

    holds, there = _planned(year.over(held)), _planned(year.over(count))
    return Figure(
        EMPLOYMENT, "floors_held", SHARE, share(holds, there), target=1.0,
        inputs=(Input("floors_held", COUNT, holds), Input("floors", COUNT, there)),
        parts=parts(shown.regions, of_region, SHARE) if shown else (),
        decided=year.by("duty", "plan"),
        missing="" if any(one.floors for one in (year.last, year.plan) if one) else "no_floors",
        unrecorded="uses_not_reported",
    )  # fmt: skip


def _planned(values: Triple) -> Triple:
    """Leave the actual column out: settling a year takes over what was planned to be used."""
    return values._replace(actual=None)


def skills(year: Year, shown: Shown | None) -> list[Figure]:
    """Hours of which nobody has the skill; posts; training places."""
    lack, need = year.over(short), year.over(needed)

    def of_occupation(entity: int) -> Triple:
        def hours(one: Snapshot, *, missing: bool) -> float:
            own = [pool for pool in one.pools if pool.occupation == entity]
            return sum(pool.short if missing else pool.needed for pool in own)

        return share(
            year.over(lambda one: hours(one, missing=True)), year.over(lambda one: hours(one, missing=False))
        )

    posts, learning = (year.over(_places(training=is_for)) for is_for in (False, True))
    places = year.over(lambda one: float(len(one.posts)))

    def of_skill(entity: int) -> Triple:
        return share(
            year.over(_places(training=True, occupation=entity)),
            year.over(_places(training=False, occupation=entity)),
        )

    return [
        Figure(
            SKILLS, "hours_short", SHARE, share(lack, need), target=0.0,
            inputs=(Input("hours_missing", HOURS, lack), Input("hours_needed", HOURS, need)),
            parts=parts(shown.occupations, of_occupation, SHARE) if shown else (),
            decided=year.by("duty", "plan", "settled"),
            missing="" if any(one.pools for one in (year.last, year.plan) if one) else "no_pools",
        ),
        Figure(
            SKILLS, "posts", COUNT, posts, inputs=(Input("posts", COUNT, posts),), decided=year.by("baseline"),
            missing="" if any(places) else "no_posts",
        ),
        Figure(
            SKILLS, "training_places", COUNT, learning,
            inputs=(
                Input("training_places", COUNT, learning), Input("posts", COUNT, posts),
                Input("training_share", SHARE, share(learning, posts)),
            ),
            parts=parts(shown.occupations, of_skill, SHARE) if shown else (),
            decided=year.by("baseline"), missing="" if any(places) else "no_posts",
        ),
    ]  # fmt: skip


def _places(*, training: bool, occupation: int | None = None) -> Callable[[Snapshot], float]:
    """Return how to count the training places, or the other posts, of an occupation or of all."""

    def count(one: Snapshot) -> float:
        pools = {pool.entity for pool in one.pools if occupation in (None, pool.occupation)}
        chosen = (post.number for post in one.posts if post.training is training and post.pool in pools)
        return float(sum(chosen))

    return count


def hours(year: Year, _shown: Shown | None) -> list[Figure]:
    """Hours a week that the plan needs against those voted; value added per hour."""
    week = year.weeks
    need, offer = year.over(needed), year.over(offered)
    value, worked = year.over(lambda one: one.value_added), year.over(lambda one: one.hours)
    return [
        Figure(
            OUTPUT, "weekly_hours", WEEKLY, each(share(need, offer), week, by=lambda one, h: one * h),
            target=week.plan,
            inputs=(
                Input("hours_needed", HOURS, need), Input("hours_offered", HOURS, offer),
                Input("hours_a_week", WEEKLY, week),
            ),
            decided=(*year.guided(Topic.HOURS), *year.by("plan", "settled")),
            missing="" if any(one.pools for one in (year.last, year.plan) if one) else "no_pools",
        ),
        Figure(
            OUTPUT, "output_per_hour", PER_HOUR, share(value, worked),
            inputs=(Input("value_added", MONEY, value), Input("hours_worked", HOURS, worked)),
            decided=year.by("plan", "settled"),
        ),
    ]  # fmt: skip
