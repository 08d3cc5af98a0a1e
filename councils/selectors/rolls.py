"""Who may vote in a council on a day, and the digest by which a roll, once frozen, can be checked."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from councils.delegated import proxies_are_unchanged
from councils.double_majorities import FROZEN
from councils.models import Ballot, Council, Mandate, Option, RollEntry
from workplaces.models import Membership, Person
from workplaces.record import chain

BY_MEMBERS = (Council.Kind.WORKPLACE, Council.Kind.GENERAL)


@dataclass(frozen=True)
class Right:
    """One voting right: ``right`` names it for good (a seat, or a person in an assembly)."""

    right: str
    person: Person
    name: str
    represents: str = ""
    weight: int = 1
    sender: int | None = None  # the council that they speak for
    part: str = ""  # of the roll, where a majority of parts is needed


def roll_of(council: Council, on: date) -> list[Right]:
    """Return the voting rights of a council on a day, in a stable order.

    Assembly: its members.  General vote: everybody who belongs to a community.  Any other council: the
    holders of its seats, then its delegates and members without a seat.
    """
    if council.kind == Council.Kind.WORKPLACE:
        return _members(Q(workplace__entity_id=council.workplace_id), on)
    if council.kind == Council.Kind.GENERAL:
        return _members(Q(community__isnull=False), on)
    return _seated([council], on)[council.pk]


def rolls_of(councils: Sequence[Council], on: date) -> dict[int, list[Right]]:
    """Return the voting rights of many councils, by council: those with seats in one query, as ``roll_of`` has them."""
    by_members = [council for council in councils if council.kind in BY_MEMBERS]
    seated = _seated([council for council in councils if council.kind not in BY_MEMBERS], on)
    return seated | {council.pk: roll_of(council, on) for council in by_members}


def unit_rights(rights: Iterable[Right]) -> list[Right]:
    """Return one right for every unit of weight: secret papers cannot show a weight without showing whose."""
    units: list[Right] = []
    for right in rights:
        if right.weight == 1:
            units.append(right)
        else:
            units += [
                replace(right, right=f"{right.right}/{unit}", weight=1) for unit in range(1, right.weight + 1)
            ]
    return units


def roll_digest(ballot: Ballot, options: Iterable[Option], roll: Iterable[RollEntry]) -> str:
    """Return the SHA-256 over what freezes at opening: wording, question, rule, options and roll, in canonical JSON.

    A vote without words of its own (an election, or one opened before wordings were kept) has none in it, and the roll has
    its parts in it only where a majority of them is needed.
    """
    frozen = {
        **({"wording": ballot.wording} if ballot.wording else {}),
        "ballot": str(ballot.public_id),
        "question": ballot.question,
        "rule": ballot.rule,
        "params": ballot.params,
        "quorum": ballot.quorum,
        "tie_break": ballot.tie_break,
        "secrecy": ballot.secrecy,
        "weighted": ballot.weighted,
        "options": [[option.number, option.code, option.label, option.effect] for option in options],
        "roll": [
            [
                entry.number,
                entry.right,
                str(entry.person.public_id),
                entry.name,
                entry.represents,
                entry.weight,
                *([entry.part] if FROZEN in ballot.params else []),
            ]
            for entry in roll
        ],
    }
    return hashlib.sha256(chain.canonical(chain.plain(frozen))).hexdigest()


def roll_is_unchanged(ballot: Ballot) -> bool:
    """Recompute an opened ballot's digest from what the database holds now."""
    roll = ballot.roll.select_related("person").order_by("number")
    if not proxies_are_unchanged(ballot):
        return False
    return roll_digest(ballot, ballot.options.order_by("number"), roll) == ballot.roll_digest


def as_rows(rights: Iterable[Right]) -> list[dict[str, Any]]:
    """Return rights as plain rows, for pages and exports."""
    return [{**asdict(right), "person": str(right.person.public_id)} for right in rights]


def _members(where: Q, on: date) -> list[Right]:
    people = Person.objects.filter(
        pk__in=Membership.objects.filter(where, validity__contains=on).values("person"),
        is_active=True,
        is_superuser=False,
    )
    return [Right(f"person:{person.public_id}", person, str(person)) for person in people.order_by("pk")]


def _seated(councils: Sequence[Council], on: date) -> dict[int, list[Right]]:
    """Return the rights of the holders of seats, and of delegates and members without one, by council."""
    voting = [Mandate.Role.DELEGATE, Mandate.Role.MEMBER]
    held = (
        Mandate.objects.held_on(on)
        .filter(council__in=councils, role__in=voting, person__is_active=True, person__is_superuser=False)
        .select_related("person", "represents", "seat__represents_council", "seat__represents_association")
        .order_by("council_id", "seat__number", "person_id", "pk")
    )
    rights: dict[int, dict[str, Right]] = {council.pk: {} for council in councils}
    for mandate in held:
        seat, person = mandate.seat, mandate.person
        right = seat.right if seat else f"person:{person.public_id}"
        represents = seat.represents if seat else ""
        if not represents and mandate.represents:
            represents = mandate.represents.label
        sender = (seat.represents_council_id if seat else None) or mandate.represents_id
        rights[mandate.council_id].setdefault(
            right, Right(right, person, str(person), represents, sender=sender)
        )
    return {council: list(found.values()) for council, found in rights.items()}


def people_named(council: Council, on: date, text: str) -> list[Person]:
    """Return up to fifty people on an assembly's or the general vote's roll whose name contains ``text``."""
    where = Q(workplace__entity_id=council.workplace_id)
    if council.kind == Council.Kind.GENERAL:
        where = Q(community__isnull=False)
    belonging = Membership.objects.filter(where, validity__contains=on)
    people = Person.objects.filter(pk__in=belonging.values("person"), is_active=True, is_superuser=False)
    return list(people.filter(name__icontains=text).order_by("name", "pk")[:50])
