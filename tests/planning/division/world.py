"""A bakery of four whose settled year left 101.50 in its surplus account, and a mill that has 18.20."""

from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Motion
from planning.models import Account, Plan, SurplusDivision
from planning.selectors.divisions import Asked, Good
from planning.services.divisions import division_propose
from tests.planning.federation import NOW, TERM, Federation, person
from tests.planning.investment.surplus_world import priced_plan, settled, told
from tests.planning.investment.world import motion_on, vote
from workplaces.models import Membership, Post

KEPT = 10150  # of the bakery: a surplus of 145.00 less a levy of 30 %
MILLS = 1820
BAKERS = ("ada", "ben", "cleo", "dan")
# of a post: weekly hours, intensity, unpleasantness, how many there are
POSTS = {"oven": (36.0, 5, 4, 2), "shop": (36.0, 2, 2, 1), "books": (18.0, 3, 3, 1)}
HOLDS = dict(zip(BAKERS, ("oven", "oven", "shop", "books"), strict=True))


def join(federation: Federation, name: str, workplace: str = "bread") -> None:
    """Make somebody a member of a workplace."""
    if name not in federation.people:
        person(federation, name)
    Membership.objects.create(
        person=federation.people[name], workplace=federation.workplaces[workplace], validity=DateRange(*TERM)
    )


def posts(federation: Federation) -> None:
    """Write down the bakery's posts, while its baseline is open."""
    for hours, intensity, unpleasantness, number in POSTS.values():
        Post.objects.create(
            scenario=federation.baseline, workplace=federation.workplaces["bread"], pool=federation.pool, number=number,
            weekly_hours=hours, intensity=intensity, unpleasantness=unpleasantness,
        )  # fmt: skip


def with_surplus(federation: Federation, request: pytest.FixtureRequest, *, with_posts: bool = True) -> Plan:
    """Settle a year that leaves the bakery KEPT and the mill MILLS; give the bakery four members."""
    if with_posts:
        posts(federation)
    plan = priced_plan(federation, request)
    for name in BAKERS:
        join(federation, name)
    told(plan, federation, "flour", 40.0)
    told(plan, federation, "bread", 90.0)
    told(plan, federation, "cake", 20.0)
    settled(plan, federation)
    return plan


def post(name: str) -> Post:
    """Return one of the bakery's posts."""
    hours, intensity, unpleasantness, _number = POSTS[name]
    return Post.objects.get(
        origin=None, weekly_hours=hours, intensity=intensity, unpleasantness=unpleasantness
    )


def holding(federation: Federation, **holds: str) -> dict[Any, Any]:
    """Return who holds which post, by public ids."""
    return {federation.people[who].public_id: post(what).public_id for who, what in (HOLDS | holds).items()}


def move(
    federation: Federation, asked: Asked | None = None, by: str = "ada", **changed: Any
) -> SurplusDivision:
    """Let a baker move to divide 50.00 for a kindergarten and 30.01 equally."""
    given: dict[str, Any] = {
        "assembly": federation.councils["bread assembly"], "reason": "The children first.", "now": NOW,
        "asked": asked or Asked([Good("Kindergarten", "childcare", 5000)], 3001, "equal"),
    }  # fmt: skip
    return division_propose(by=federation.people[by], **given | changed)


def carried(federation: Federation, division: SurplusDivision) -> Motion:
    """Let the assembly carry it."""
    return vote(federation, motion_on(division))


def balances(workplace: str = "bread-works") -> dict[str, int]:
    """Return the balances of a workplace's accounts, by kind."""
    found = Account.objects.filter(workplace__code=workplace, cycle=None)
    return dict(found.values_list("kind", "balance"))
