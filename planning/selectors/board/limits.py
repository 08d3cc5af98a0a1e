"""Caps of resources, and what their use is charged."""

from planning.models import Topic
from planning.selectors.board.economy import Draw, Snapshot
from planning.selectors.board.figure import COUNT, SHARE, Figure, Input, Triple, share
from planning.selectors.board.shown import Shown, of, parts
from planning.selectors.board.year import Year

LIMITS = "limits"
ROUNDING = 1e-9


def charged(one: Snapshot) -> dict[int, float]:
    """Return by resource what its use is charged in a plan: ``τ · use``; only of those with a cap."""
    return {
        entity: draw.used * draw.charge for entity, draw in one.resources.items() if draw.charge is not None
    }


def capped(one: Snapshot) -> list[Draw]:
    """Return the resources with a cap."""
    return [draw for draw in one.resources.values() if draw.cap is not None]


def held(one: Snapshot) -> float:
    """Return how many caps are not exceeded."""
    return float(sum(draw.used <= (draw.cap or 0.0) * (1 + ROUNDING) for draw in capped(one)))


def limits(year: Year, shown: Shown | None) -> list[Figure]:
    """Which caps hold; what is used of every resource."""
    hold, there = year.over(held), year.over(lambda one: float(len(capped(one))))

    def used(entity: int) -> Triple:
        return year.over(lambda one: one.resources[entity].used if entity in one.resources else None)

    def cap(entity: int) -> float | None:
        known = year.plan or year.last
        voted = year.guideline(Topic.CAP, entity)
        return (
            voted
            if voted is not None
            else known.resources[entity].cap
            if known and entity in known.resources
            else None
        )

    decided = of(
        [d for entity in (shown.resources if shown else ()) for d in year.by(f"{Topic.CAP}:{entity}")]
    )
    return [
        Figure(
            LIMITS, "caps_held", SHARE, share(hold, there), target=1.0,
            inputs=(Input("caps_held", COUNT, hold), Input("caps", COUNT, there)),
            parts=parts(shown.resources, used, "", cap) if shown else (),
            decided=(*(decided or year.by("baseline")), *year.by("plan", "settled")),
            missing="" if any(there) else "no_caps",
        )
    ]  # fmt: skip
