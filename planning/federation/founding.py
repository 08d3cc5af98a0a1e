"""The founding itself: one transaction makes everything, and a second founding is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from councils.models import Charter, Council, Mandate
from councils.services import MandateDraft, charter_found, federation_found, mandates_give
from planning.federation.templates import TEMPLATES, Template
from workplaces import authority
from workplaces.authority import REGISTRAR
from workplaces.errors import Forbidden, Invalid, Refused
from workplaces.models import Person, PublicBody, Region, Scenario, Sector
from workplaces.record.services import entry_append, lock_chain
from workplaces.services.scenarios import scenario_open

MOST_COMMUNITIES = 500
NAME_LENGTH = 200
ROLES = (Mandate.Role.REGISTRAR, Mandate.Role.COORDINATOR)
BOARD = ("Central planning board", {"pt": "Conselho central de planejamento"})


@dataclass(frozen=True)
class Wishes:
    """What whoever sets a federation up decides; empty parts are the template's."""

    name: str
    template: str
    communities: Sequence[str] = ()
    sectors: Sequence[tuple[str, str]] = ()
    currency: str = "€"


@dataclass(frozen=True)
class Founded:
    """What was made."""

    country: Region
    scenario: Scenario
    charter: Charter
    communities: int
    sectors: int
    councils: int


def is_founded() -> bool:
    """Say whether there is a federation: the charter ends its founding."""
    return Charter.objects.exists()


def federation_name() -> str:
    """Return what the federation is called: the name of its country."""
    found = Region.objects.filter(kind=Region.Kind.COUNTRY).order_by("pk").first()
    return found.label if found else ""


@transaction.atomic
def registrar_install(*, email: str, name: str, now: datetime) -> Person:
    """Make the first registrar and coordinator, who can then set the federation up on screen.

    Raises Refused once there is a federation, or for a person who runs the site.
    """
    lock_chain()
    _check_not_founded()
    person = _person(email, name)
    board = _board(now)
    drafts = _staff(person, board, now)
    mandates_give(drafts=drafts, by=None, now=now)
    return person


@transaction.atomic
def federation_setup(
    *, wishes: Wishes, registrar: Person | None, by: Person | None, now: datetime
) -> Founded:
    """Make places, owner, councils, charter and the first open baseline; ``by=None`` is the operator's command.

    Raises Forbidden (on screen: not a registrar), Refused (there is a federation), Invalid with ``fields``.
    """
    lock_chain()
    _check_not_founded()
    hat = authority.wears(by, now.date(), REGISTRAR) if by else None
    if by and hat is None:
        raise Forbidden(_("Only a registrar can set a federation up."))
    template = checked(wishes)
    country, region, communities = _places(wishes, template)
    scenario = _baseline(wishes, template, region, by, now)
    found = federation_found(scenario=scenario, by=by, now=now)
    if registrar is not None:
        mandates_give(drafts=_staff(registrar, _board(now), now), by=by, now=now)
    charter = charter_found(values=template.charter, by=by, now=now)
    councils = found.sector_councils + found.spatial_councils + 2
    made = Founded(country, scenario, charter, len(communities), found.sector_councils, councils)
    entry_append(
        kind="federation.set_up", by=by, hat=hat.label if hat else "", subject=f"scenario:{scenario.public_id}",
        body={"name": country.name, "template": template.code, "communities": [c.name for c in communities],
              "sectors": made.sectors, "charter": charter.version}, now=now,
    )  # fmt: skip
    return made


def checked(wishes: Wishes) -> Template:
    """Return the template; raises Invalid that names every wish at fault."""
    faults = {}
    if not wishes.name.strip() or len(wishes.name) > NAME_LENGTH:
        faults["name"] = _("Give the federation a name of at most %(limit)s characters.") % {
            "limit": NAME_LENGTH
        }
    if wishes.template not in TEMPLATES:
        faults["template"] = _("There is no template “%(template)s”; there are: %(known)s.") % {
            "template": wishes.template, "known": ", ".join(TEMPLATES),
        }  # fmt: skip
    names = [name.strip() for name in wishes.communities]
    if len({name.casefold() for name in names}) != len(names) or not all(names):
        faults["communities"] = _("Each community needs a name of its own.")
    elif len(names) > MOST_COMMUNITIES or any(len(name) > NAME_LENGTH for name in names):
        faults["communities"] = _("At most %(limit)s communities; take more in from a table afterwards.") % {
            "limit": MOST_COMMUNITIES
        }
    codes = [code for code, _name in wishes.sectors]
    if len(set(codes)) != len(codes) or any(
        not code or not name or len(code) > 60 for code, name in wishes.sectors
    ):
        faults["sectors"] = _("Each sector needs a code and a name of its own.")
    if not wishes.currency.strip() or len(wishes.currency) > 12:
        faults["currency"] = _("Name the currency in at most 12 characters.")
    if faults:
        raise Invalid(_("Some of this cannot be. Nothing was made."), fields=faults)
    return TEMPLATES[wishes.template]


def numbered(count: int) -> list[str]:
    """Return names for communities that nobody named: Community 1, Community 2, …"""
    return [_("Community %(number)s") % {"number": number} for number in range(1, count + 1)]


def codes_of(names: Sequence[str], taken: set[str]) -> list[str]:
    """Return a code for each name, in its own letters: Riverside is ``riverside``, a second one ``riverside-2``."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        wanted = slugify(name)[:50] or f"community-{number}"
        code, again = wanted, 2
        while code in taken:
            code, again = f"{wanted}-{again}", again + 1
        taken = taken | {code}
        found.append(code)
    return found


def sector_list(text: str) -> list[tuple[str, str]]:
    """Return (code, name) for lines such as ``metal: Metal working`` or just ``Metal working``."""
    found = []
    for line in text.splitlines():
        if line.strip():
            code, has_name, name = line.partition(":")
            name = name.strip() if has_name else code.strip()
            found.append((code.strip() if has_name else slugify(code)[:60] or code.strip(), name))
    return found


def _check_not_founded() -> None:
    if is_founded():
        raise Refused(
            _("There is a federation already, “%(name)s”; an instance holds one. Nothing was changed.")
            % {"name": federation_name()}
        )


def _places(wishes: Wishes, template: Template) -> tuple[Region, Region, list[Region]]:
    names = list(wishes.communities) or numbered(template.communities)
    name = wishes.name.strip()
    country = Region.objects.create(code="federation", kind=Region.Kind.COUNTRY, name=name)
    region = Region.objects.create(code="region-1", kind=Region.Kind.REGION, name=name, parent=country)
    communities = [
        Region(code=code, kind=Region.Kind.COMMUNITY, name=label.strip(), parent=region)
        for code, label in zip(codes_of(names, {country.code, region.code}), names, strict=True)
    ]
    return country, region, Region.objects.bulk_create(communities)


def _baseline(
    wishes: Wishes, template: Template, region: Region, by: Person | None, now: datetime
) -> Scenario:
    PublicBody.objects.create(
        code="owner", level=template.owner_level, name=wishes.name.strip(), region=region
    )
    scenario = scenario_open(kind=Scenario.Kind.BASELINE, by=by, now=now, currency=wishes.currency.strip())
    sectors = list(wishes.sectors) or list(template.sectors)
    Sector.objects.bulk_create(
        Sector(scenario=scenario, code=code, name=name, created_by=by) for code, name in sectors
    )
    return scenario


def _board(now: datetime) -> Council:
    defaults = {"name": BOARD[0], "names": BOARD[1], "created_at": now}
    return Council.objects.get_or_create(kind=Council.Kind.BOARD, defaults=defaults)[0]


def _staff(person: Person, board: Council, now: datetime) -> list[MandateDraft]:
    """Draft the founding mandates that the person does not hold yet, for a year."""
    since: date = now.date()
    held = Mandate.objects.held_on(since).filter(person=person, council=board).values_list("role", flat=True)
    return [
        MandateDraft(person, board, role, since, since + timedelta(days=365), Mandate.Obtained.FOUNDING)
        for role in ROLES
        if role not in set(held)
    ]


def _person(email: str, name: str) -> Person:
    found = Person.objects.filter(email__iexact=email).first()
    if found is None:
        found = Person(username=email[:150], email=email.lower(), name=name or email.partition("@")[0])
        found.set_unusable_password()
        found.save()
    if found.is_superuser:
        raise Refused(
            _("%(name)s runs the site and can hold no mandate; name somebody else.") % {"name": found}
        )
    return found
