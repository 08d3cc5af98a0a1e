"""Loads the demo: an economy, its people, bodies, mandates and charter, in one transaction."""

from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from councils.models import Charter
from councils.services.charters import charter_found
from councils.services.founding import federation_found
from planning.demo.fuels import with_fuel_cap
from planning.demo.mandates import Staff, board_seats_to_lists, lists_found, mandates_found
from planning.demo.people import people_write
from planning.demo.posts import posts_write
from planning.demo.settlement import Communities, communities_ensure, country_of, settlement_of
from planning.services.cycles import cycle_begin_proposals, cycle_open
from workplaces.errors import Refused
from workplaces.loading.economy import Loaded, load_economy
from workplaces.loading.places import Places, Settlement
from workplaces.models import Person, Resource, Scenario
from workplaces.record.models import Entry
from workplaces.record.services import entry_append
from workplaces.services.scenarios import scenario_open
from workplaces.tables import build_economy
from workplaces.tables.arrays import Economy

KIND = "demo.loaded"
STAFF = {
    "coordinator": "Dandara Vasconcelos Lima",
    "registrar": "Heitor Paiva Duarte",
    "auditor": "Nara Teles Bandeira",
}
# A year of the demo takes an afternoon: programmes wait for no day, and a general vote by name closes once all have voted.
CHARTER = {"planning.programme_days": 0, "councils.secret_kinds": ["workplace"]}
SYNTHETIC = (
    "Also synthetic: all people and their names, who holds which mandate, the communities and how households' "
    "consumption is divided over them, which public body owns which workplace, the posts with their grades, training places, "
    "and how much room the cap on fossil fuels leaves; how much was burned is the table's own."
)


@dataclass(frozen=True)
class Order:
    """What was asked for; the same order gives the same country."""

    source: str = "brazil-2021"
    workplaces: int = 2000
    seed: int = 1


def demo_loaded() -> Order | None:
    """Return what the demo here was loaded with, or None where there is none."""
    entry = Entry.objects.filter(kind=KIND).order_by("number").first()
    return Order(**entry.body["order"]) if entry else None


@transaction.atomic
def demo_load(*, order: Order, now: datetime, open_cycle: bool = False) -> dict[str, int]:
    """Load the demo and return how many rows of each kind; nothing is left if any part of it fails.

    With ``open_cycle`` the cycle of the year after the table's is opened too, and waits for proposals.
    Raises Refused where this database holds a federation already, TableError and ValueError as
    ``build_economy`` does.
    """
    if Charter.objects.exists() or Scenario.objects.exists():
        raise Refused(_("This database holds a federation already; the demo needs an empty one."))
    economy = with_fuel_cap(build_economy(order.source, workplaces=order.workplaces, seed=order.seed))
    rng = np.random.default_rng(order.seed)
    staff = staff_write(now=now)
    settling = Settling(rng)
    scenario = _baseline(economy, staff, now)
    loaded = load_economy(
        economy=economy,
        scenario=scenario,
        by=staff.coordinator,
        now=now,
        country=country_of(economy, order.source),
        settle=settling,
    )
    Resource.objects.filter(scenario=scenario).update(owner=loaded.places.national)
    posts = posts_write(economy=economy, loaded=loaded, by=staff.coordinator, seed=order.seed)
    counts = loaded.counts() | {"posts": posts} | _found(economy, loaded, settling, staff, now)
    if open_cycle:
        year = (economy.year or now.year - 1) + 1
        cycle = cycle_open(year=year, baseline=scenario, by=staff.coordinator, now=now)
        cycle_begin_proposals(cycle=cycle, by=staff.coordinator, now=now)
    entry_append(
        kind=KIND,
        by=staff.coordinator,
        subject=f"scenario:{scenario.public_id}",
        body={"order": asdict(order), "counts": counts},
        now=now,
    )
    return counts


def _baseline(economy: Economy, staff: Staff, now: datetime) -> Scenario:
    return scenario_open(
        kind=Scenario.Kind.BASELINE,
        by=staff.coordinator,
        now=now,
        currency=economy.currency,
        source_note=economy.source_note,
        synthetic_note=f"{economy.synthetic_note} {SYNTHETIC}",
    )


def _found(
    economy: Economy, loaded: Loaded, settling: "Settling", staff: Staff, now: datetime
) -> dict[str, int]:
    """People first, then their councils, who sits in them, and last the charter, which ends the founding."""
    communities, home = settling.found()
    people = people_write(
        members=economy.workplaces.demo_members,
        workplaces=loaded.workplaces,
        home=home,
        communities=communities,
        rng=settling.rng,
        now=now,
    )
    federation = federation_found(scenario=loaded.scenario, by=staff.coordinator, now=now)
    board_seats_to_lists(lists_found(people=people, now=now))
    mandates = mandates_found(loaded=loaded, communities=communities, people=people, staff=staff, now=now)
    charter_found(values=CHARTER, by=staff.coordinator, now=now)
    return asdict(federation) | {"people": len(people.ids) + len(STAFF), "mandates": mandates}


class Settling:
    """Makes the communities while the economy is being loaded, and remembers them."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Take the generator from which homes are drawn."""
        self.rng = rng
        self._found: tuple[Communities, NDArray[np.int64]] | None = None

    def __call__(self, economy: Economy, places: Places) -> Settlement:
        """Answer ``load_economy``."""
        communities = communities_ensure(places, economy)
        home = communities.of_workplaces(economy.workplaces.region, self.rng)
        self._found = communities, home
        return settlement_of(economy, places, communities, home)

    def found(self) -> tuple[Communities, NDArray[np.int64]]:
        """Return the communities and each workplace's, once the economy is loaded."""
        if self._found is None:
            raise RuntimeError("The economy was not loaded yet.")
        return self._found


def staff_write(*, now: datetime) -> Staff:
    """Make the three made-up people who will staff the board."""
    made = {
        role: Person.objects.create(
            username=role, name=name, password=make_password(None), date_joined=now, synthetic=True
        )
        for role, name in STAFF.items()
    }
    return Staff(**made)
