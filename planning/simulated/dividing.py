"""The demo's other people once a year is settled: in some workplaces the members divide their surplus."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from councils.models import Council
from councils.selectors.rolls import roll_of
from councils.services.ballots import ballot_close, ballot_open
from planning import permissions
from planning import policies_division as policies
from planning.models import Account, Cycle, SurplusDivision
from planning.selectors.divisions import Asked, Good, posts_of
from planning.services.divisions import division_propose
from planning.simulated.investing import done, others_did
from planning.simulated.others import generator
from planning.simulated.people import votes_simulate
from workplaces.errors import Refused, TooLate
from workplaces.models import Person

DIVIDING: Final = "divisions.simulated"
SETTLED = (Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED)
PLACE = 3005  # of the generator
WORKPLACES = 24  # that divide: those with most in their account
GOODS = (0.2, 0.7)  # share that becomes collective goods, from and to
KEYS = (SurplusDivision.Key.EQUAL, SurplusDivision.Key.HOURS, SurplusDivision.Key.EFFORT)


def divisions_wait(cycle: Cycle) -> bool:
    """Say whether made-up members could divide what the year left, and have not."""
    return cycle.phase in SETTLED and not others_did(cycle, DIVIDING) and _full().exists()


def others_divide(*, cycle: Cycle, by: Person, now: datetime) -> int:
    """Let the made-up members of some workplaces divide all of their surplus and vote on it; return how many did.

    A part becomes childcare, the rest bonuses, by keys in turn. The same baseline and year give the same divisions. Raises
    Forbidden, TooLate.
    """
    permissions.check_coordinate(by, now.date())
    if cycle.phase not in SETTLED:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; surpluses are divided once the year is settled.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    rng, count = generator(cycle, PLACE), 0
    for assembly, held, members in _assemblies(now):
        key = KEYS[count % len(KEYS)]
        try:
            _divide(assembly, _asked(assembly, held, members, key, rng), members[0], by, rng, now)
        except Refused:  # somebody moved a division meanwhile, or its workplace is gone
            continue
        count += 1
    done(DIVIDING, cycle, {"divisions": count}, by, now)
    return count


def _full() -> QuerySet[Account]:
    return Account.objects.filter(kind=Account.Kind.SURPLUS, balance__gt=0)


def _assemblies(now: datetime) -> Iterator[tuple[Council, int, list[Person]]]:
    """Yield the assemblies with most to divide, all of whose members are made up: with what they have, and the members."""
    accounts = dict(_full().order_by("-balance", "pk").values_list("workplace", "balance")[:WORKPLACES])
    for assembly in Council.objects.sitting().filter(workplace__in=accounts).order_by("pk"):
        members = [right.person for right in roll_of(assembly, now.date())]
        if members and all(one.synthetic for one in members) and policies.can_divide(assembly):
            yield assembly, accounts[assembly.workplace_id or 0], members


def _asked(assembly: Council, held: int, members: list[Person], key: str, rng: np.random.Generator) -> Asked:
    """Return a division of all that is there; the members hold the posts in order, and divide equally without enough."""
    goods = int(held * rng.uniform(*GOODS))
    places = (post.public_id for post in posts_of(assembly) for _place in range(post.number))
    posts: dict[UUID, UUID] = dict(zip((one.public_id for one in members), places, strict=False))
    named = [Good(_("Places in the kindergarten"), "childcare", goods)] if goods else []
    return Asked(named, held - goods, key if len(posts) == len(members) else KEYS[0], posts)


@transaction.atomic
def _divide(
    assembly: Council, asked: Asked, mover: Person, by: Person, rng: np.random.Generator, now: datetime
) -> None:
    """Move it, put it to the vote, vote, and close."""
    reason = _("The children first, and something for everybody.")
    motion = policies.motion_of(
        division_propose(assembly=assembly, asked=asked, reason=reason, by=mover, now=now)
    )
    assert motion is not None  # noqa: S101  (it was just moved)
    ballot = ballot_open(motion=motion, by=by, now=now)
    votes_simulate(ballot=ballot, rng=rng, now=now)
    ballot_close(ballot=ballot, by=by, now=now)
