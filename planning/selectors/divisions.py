"""A surplus divided as somebody asks: everybody's part before it is moved; divisions and bonuses, read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from councils.models import Council
from councils.selectors.rolls import roll_of
from planning import policies_division as policies
from planning.allocation.bonuses import bonuses, effort
from planning.allocation.requests import Floats, Longs
from planning.models import Account, Bonus, CollectiveGood, SurplusDivision, SurplusLevy
from workplaces.errors import Invalid
from workplaces.models import Person, Post

Key, Category = SurplusDivision.Key, CollectiveGood.Category
MOST_GOODS, LONGEST = 20, 120  # collective goods of one division; characters of a title
NAMED = 5  # members named in a sentence


@dataclass(frozen=True)
class Good:
    """A collective good as asked for: its title, its category, and its sum in minor units."""

    title: str
    category: str
    amount: int


@dataclass(frozen=True)
class Asked:
    """What is to be divided: collective goods, a sum for bonuses (minor units) with its key, and who holds which post.

    ``posts`` has post by person (public ids); the keys by hours read hours and grades from there.
    """

    goods: Sequence[Good] = ()
    bonuses: int = 0
    key: str = Key.NONE
    posts: Mapping[UUID, UUID] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """What is divided altogether."""
        return sum(good.amount for good in self.goods) + self.bonuses


@dataclass(frozen=True, eq=False)
class Divided:
    """A division computed: members in the order of the assembly's roll, their posts, weights and parts (minor units)."""

    asked: Asked
    members: list[Person]
    posts: list[Post | None]
    weights: Floats
    parts: Longs


def divided(assembly: Council, asked: Asked, on: date) -> Divided:
    """Return everybody's part of the bonuses: ``z_i = B w_i / Σ w`` in whole minor units, Hamilton's remainder.

    ``w`` is 1, the weekly hours of the member's post, or ``h (i + u) / 6`` with its grades. Raises Invalid, field by field:
    goods without title or sum or of no category, a sum for bonuses without a key, nobody to get them, a member without a
    post under a key by hours, more members on a post than there are places.
    """
    faults = _goods_faults(asked) | _bonus_faults(asked)
    members = [right.person for right in roll_of(assembly, on)]
    if asked.bonuses > 0 and not members:
        faults["bonuses"] = _("%(assembly)s has no members today; nobody can get a bonus.") % {
            "assembly": assembly.label
        }
    posts: list[Post | None] = [None] * len(members)
    if not faults and asked.key in {Key.HOURS, Key.EFFORT}:
        posts, problem = _posts_held(assembly, asked, members)
        faults |= {"posts": problem} if problem else {}
    if not faults and asked.amount == 0:
        faults["bonuses"] = _("Name a collective good, or a sum for bonuses: nothing is divided here.")
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    if not asked.bonuses:
        return Divided(asked, members, [], np.zeros(0), np.zeros(0, np.int64))
    weights = _weights(asked.key, posts)
    return Divided(asked, members, posts, weights, bonuses(asked.bonuses, weights))


def _goods_faults(asked: Asked) -> dict[str, str]:
    faults: dict[str, str] = {}
    if len(asked.goods) > MOST_GOODS:
        faults["goods"] = _("One division names at most %(most)s collective goods.") % {"most": MOST_GOODS}
    for place, good in enumerate(asked.goods, 1):
        words = {
            "number": place,
            "category": good.category[:40],
            "known": ", ".join(Category.values),
            "most": LONGEST,
        }
        if not good.title.strip():
            faults["goods"] = _("Collective good %(number)s needs a title.") % words
        elif len(good.title.strip()) > LONGEST:
            faults["goods"] = (
                _("The title of collective good %(number)s has more than %(most)s characters.") % words
            )
        elif good.category not in Category.values:
            faults["goods"] = (
                _(
                    "Collective good %(number)s: “%(category)s” is no category of collective goods; there are: %(known)s. "
                    "A surplus is never invested; equipment is asked for from the envelopes of sector and region."
                )
                % words
            )
        elif good.amount <= 0:
            faults["goods"] = _("The sum of collective good %(number)s is more than 0.") % words
    return faults


def _bonus_faults(asked: Asked) -> dict[str, str]:
    if asked.bonuses < 0:
        return {"bonuses": _("The sum for bonuses is not below 0.")}
    if asked.bonuses and asked.key not in {Key.EQUAL, Key.HOURS, Key.EFFORT}:
        return {"key": _("Say by which key the bonuses are divided: equal, hours or effort.")}
    if asked.key and not asked.bonuses:
        return {"bonuses": _("There is a key and no sum for bonuses: say how much, or choose “no bonuses”.")}
    return {}


def _posts_held(assembly: Council, asked: Asked, members: list[Person]) -> tuple[list[Post | None], str]:
    """Return each member's post as asked, and what is wrong with that."""
    there = {post.public_id: post for post in posts_of(assembly)}
    if not there:
        return [], _(
            "No posts of this workplace are on record, so nobody's hours are known. Divide equally, or have its posts "
            "imported."
        )
    held = [
        there.get(asked.posts[one.public_id]) if one.public_id in asked.posts else None for one in members
    ]
    without = [str(one) for one, post in zip(members, held, strict=True) if post is None]
    if without:
        names = ", ".join(without[:NAMED]) + (" …" if len(without) > NAMED else "")
        return [], _(
            "By this key every member needs a post of this workplace, for the hours; without one: %(names)s."
        ) % {"names": names}
    for post, number in Counter(post for post in held if post).items():
        if number > post.number:
            return [], _("%(count)s members hold the post “%(post)s”, of which there are %(places)s.") % {
                "count": number, "post": post.pool.occupation.label, "places": post.number,
            }  # fmt: skip
    return held, ""


def _weights(key: str, posts: Sequence[Post | None]) -> Floats:
    if key == Key.EQUAL:
        return np.ones(len(posts))
    held = [post for post in posts if post is not None]
    hours = np.array([post.weekly_hours for post in held], np.float64)
    if key == Key.HOURS:
        return hours
    grades = (
        np.array([getattr(post, name) for post in held], np.int64) for name in ("intensity", "unpleasantness")
    )
    return effort(hours, *grades)


def posts_of(assembly: Council) -> list[Post]:
    """Return the posts of the assembly's workplace in the economy as it stands, with their pools."""
    scenario = policies.economy_now()
    if scenario is None:
        return []
    rows = Post.objects.in_scenario(scenario).filter(workplace=assembly.workplace_id)
    return list(rows.select_related("pool__occupation").order_by("entity_id"))


def posts_before(workplace: int) -> dict[UUID, int]:
    """Return which post (first version) each person held in the workplace's latest division by hours."""
    last = (
        SurplusDivision.objects.filter(workplace=workplace, key__in=[Key.HOURS, Key.EFFORT])
        .order_by("-number")
        .first()
    )
    return dict(last.bonuses.values_list("person__public_id", "post")) if last else {}


def divisions_of(workplace: int) -> QuerySet[SurplusDivision]:
    """Return a workplace's (entity id) divisions, the latest first."""
    found = SurplusDivision.objects.filter(workplace=workplace)
    return found.select_related("workplace", "cycle__baseline").prefetch_related("goods").order_by("-number")


def surpluses_of(workplace: int) -> QuerySet[SurplusLevy]:
    """Return what settling each year found of a workplace's (entity id) surplus, the latest year first."""
    return (
        SurplusLevy.objects.filter(workplace=workplace)
        .select_related("cycle__baseline")
        .order_by("-cycle__year")
    )


def bonuses_of(division: SurplusDivision) -> QuerySet[Bonus]:
    """Return everybody's bonus in a division, in the order of the assembly's roll."""
    return division.bonuses.select_related("person", "post__pool__occupation").order_by("pk")


def own_bonuses(person: Person) -> QuerySet[Bonus]:
    """Return a person's own bonuses, the latest first, whether or not their assembly has voted on them."""
    related = ("division__workplace", "division__cycle__baseline", "post__pool__occupation")
    return Bonus.objects.filter(person=person).select_related(*related).order_by("-pk")


def held_by(workplace: int) -> dict[str, int]:
    """Return the balances (minor units) of a workplace's accounts of surplus, collective goods and bonuses, by kind."""
    kinds = [Account.Kind.SURPLUS, Account.Kind.COLLECTIVE, Account.Kind.BONUSES]
    found = Account.objects.filter(kind__in=kinds, workplace=workplace, cycle=None)
    return {str(kind): 0 for kind in kinds} | dict(found.values_list("kind", "balance"))
