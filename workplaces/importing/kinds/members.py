"""Imports of people and where they belong."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.importing.columns import Column, code, day, email, text
from workplaces.importing.drafts import Context, Draft, Ref
from workplaces.importing.kinds.base import Kind
from workplaces.importing.reading import Record
from workplaces.models import Membership, Person, Region, Workplace

Place = tuple[str, int | str]
FEW = 2000


def _members(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    people = _People(records)
    seen: dict[tuple[str, Place], int] = {}
    living: dict[str, int] = {}
    for record in records:
        who = people.key(record, context)
        places = _places(record, context)
        if who is None or not places:
            continue
        if who not in people.there and people.first[who] is record:
            yield Draft(Person, (who,), people.values(record, who), record.number, record["name"], "email")
        for place in places:
            if _is_free(record, who, place, seen, living, people, context):
                yield _membership(record, who, place, people, context)


def _places(record: Record, context: Context) -> list[Place]:
    workplace = context.identify(record, "workplace", Workplace)
    community = context.identify(record, "community", Region)
    if not record.states("workplace") and not record.states("community"):
        context.fault(
            record, "workplace", _("Say where this person belongs: a workplace, a community, or both.")
        )
    if isinstance(community, int) and community not in _communities(context):
        context.fault(
            record, "community",
            _("“%(code)s” is not a community; take the code of a community in it.") % {"code": record["community"]},
        )  # fmt: skip
    found = (("workplace", workplace), ("community", community))
    return [(column, place) for column, place in found if place is not None]


def _communities(context: Context) -> set[int]:
    if not hasattr(context, "communities"):
        found = Region.objects.filter(kind=Region.Kind.COMMUNITY).values_list("pk", flat=True)
        context.communities = set(found)  # type: ignore[attr-defined]
    return context.communities  # type: ignore[attr-defined, no-any-return]


def _is_free(
    record: Record,
    who: str,
    place: Place,
    seen: dict[tuple[str, Place], int],
    living: dict[str, int],
    people: "_People",
    context: Context,
) -> bool:
    """Say whether the membership is new; else note the fault: twice in the file, or there already."""
    column, _target = place
    first = seen.get((who, place))
    if first is None and column == "community":
        first = living.get(who)
    if first is not None:
        context.fault(record, column, _("This person stands in row %(row)s already, for this place or another community.")
                      % {"row": first} if column == "community" and seen.get((who, place)) is None else
                      _("This person stands in row %(row)s already, for the same place. Delete one of the two rows.")
                      % {"row": first})  # fmt: skip
        return False
    seen[who, place] = record.number
    if column == "community":
        living[who] = record.number
    since = record["from"] or context.today
    if "from" not in record.broken and people.belongs(who, place, since):
        context.fault(record, column, _("%(name)s belongs there already, or to another community at that time.")
                      % {"name": people.there[who][1]}
                      if column == "community"
                      else _("%(name)s is a member of this workplace already.") % {"name": people.there[who][1]})  # fmt: skip
        return False
    return True


def _membership(record: Record, who: str, place: Place, people: "_People", context: Context) -> Draft:
    column, target = place
    person: Any = people.there[who][0] if who in people.there else Ref(Person, (who,))
    values = {
        "person_id": person,
        "workplace_id": target if column == "workplace" else None,
        "community_id": target if column == "community" else None,
        "validity": DateRange(record["from"] or context.today, None),
    }
    return Draft(Membership, (who, column, target), values, record.number, record["name"], column)


class _People:
    """The people whom the file names, those who are there already and where they belong."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.there: dict[str, tuple[int, str]] = {}
        for column in ("username", "email"):
            named = {record[column] for record in records if record[column]}
            rows = _among(Person.objects.all(), column, named).values_list(column, "pk", "name")
            self.there |= {key: (pk, name) for key, pk, name in rows.iterator() if key in named}
        self.usernames = set(Person.objects.values_list("username", flat=True))
        self.first: dict[str, Record] = {}
        self.belonging: dict[int, list[tuple[Place, DateRange]]] = defaultdict(list)
        ids = {pk for pk, _name in self.there.values()}
        fields = ("person_id", "workplace_id", "community_id", "validity")
        for person, workplace, community, validity in _among(
            Membership.objects.all(), "person", ids
        ).values_list(*fields):
            place = ("workplace", workplace) if workplace else ("community", community)
            self.belonging[person].append((place, validity))

    def key(self, record: Record, context: Context) -> str | None:
        """Return what identifies the person; the same person must be named the same in every row."""
        who = record["email"] or record["username"]
        if not who:
            context.fault(
                record, "email", _("Give an e-mail address, or else a user name, to tell people apart.")
            )
            return None
        first = self.first.setdefault(who, record)
        if first["name"] != record["name"] and first["name"]:
            context.fault(record, "name",
                          _("Row %(row)s gives this person the name “%(name)s”; write it the same in both rows.")
                          % {"row": first.number, "name": first["name"]})  # fmt: skip
        if first is record and who not in self.there and record["username"] in self.usernames:
            context.fault(record, "username", _("The user name “%(name)s” is somebody else's; choose another.")
                          % {"name": record["username"]})  # fmt: skip
        return str(who)

    def values(self, record: Record, who: str) -> dict[str, Any]:
        """Return a new person's values: an account that nobody can sign in to before being invited."""
        username = record["username"] or _free(who[:150], self.usernames)
        self.usernames.add(username)
        return {
            "username": username,
            "email": record["email"] or "",
            "name": record["name"],
            "password": UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30),
            "is_active": True,
        }

    def belongs(self, who: str, place: Place, since: date) -> bool:
        """Say whether the person belongs there, or lives elsewhere, on that day or later."""
        if who not in self.there:
            return False
        for (column, target), validity in self.belonging[self.there[who][0]]:
            same = (column, target) == place or (column == "community" == place[0])
            if same and (validity.upper is None or validity.upper > since):
                return True
        return False


def _among(rows: QuerySet[Any], field: str, values: Collection[Any]) -> QuerySet[Any]:
    """Narrow rows down to these values; a long list costs more than reading the whole table."""
    return rows.filter(**{f"{field}__in": values}) if len(values) <= FEW else rows


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted[:140]}-{number}", number + 1
    return name


MEMBERS = Kind(
    "members",
    gettext_lazy("Members"),
    gettext_lazy(
        "People, and the workplace and community they belong to. Each row is one belonging or both."
    ),
    (
        Column(
            "name", text(200), gettext_lazy("how the person is called in public"), "Ana Souza", required=True
        ),
        Column("email", email, gettext_lazy("e-mail address; it identifies the person"), "ana@example.org"),
        Column("username", text(150), gettext_lazy("user name, for people without an e-mail address"), ""),
        Column("workplace", code(), gettext_lazy("code of the workplace"), "foundry"),
        Column("community", code(), gettext_lazy("code of the community"), "riverside"),
        Column("from", day, gettext_lazy("first day; today if empty"), "2026-01-01"),
    ),
    _members,
    private=True,
)
