"""The places and public owners that an economy needs; those that are there already are taken as they are."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workplaces.models import PublicBody, Region
from workplaces.tables.arrays import Economy, Regions


@dataclass(frozen=True)
class Country:
    """The country that a table describes; ``population`` by region code where it is published."""

    code: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    population: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """The country, its regions in the economy's order, and the public bodies that own social property there."""

    country: Region
    regions: tuple[Region, ...]
    national: PublicBody
    regional: tuple[PublicBody, ...]

    @property
    def region_ids(self) -> NDArray[np.int64]:
        """Ids of the regions, [R]."""
        return np.array([region.pk for region in self.regions], dtype=np.int64)


@dataclass(frozen=True)
class Settlement:
    """Who owns which workplace, and whose final demand is whose.

    ``owner[W]`` ids of public bodies. Demand line d stands for ``demand_share[d]`` of the economy's demand
    line ``demand_row[d]``, in the region with id ``demand_region[d]``.
    """

    owner: NDArray[np.int64]
    demand_row: NDArray[np.int64]
    demand_region: NDArray[np.int64]
    demand_share: NDArray[np.float64]


def settled_by_region(economy: Economy, places: Places) -> Settlement:
    """Every workplace belongs to its region; what the whole country asks for (region −1) stands in the country."""
    bodies = np.array([body.pk for body in places.regional], dtype=np.int64)
    rows = len(economy.demand)
    return Settlement(
        owner=bodies[economy.workplaces.region],
        demand_row=np.arange(rows),
        demand_region=np.append(places.region_ids, places.country.pk)[economy.demand.demand_region],
        demand_share=np.ones(rows),
    )


def places_ensure(*, country: Country, regions: Regions) -> Places:
    """Find or make country, regions and a public body for each; codes are ``XX`` and ``XX-R``."""
    land = _country(country)
    found = tuple(
        region_ensure(
            code=f"{country.code}-{code}",
            name=english,
            names=_portuguese(english, portuguese),
            parent=land,
            kind=Region.Kind.REGION,
            population=country.population.get(code),
        )
        for code, english, portuguese in zip(regions.codes, regions.names_en, regions.names_pt, strict=True)
    )
    return Places(
        country=land,
        regions=found,
        national=body_ensure(land, PublicBody.Level.NATIONAL),
        regional=tuple(body_ensure(region, PublicBody.Level.REGIONAL) for region in found),
    )


def region_ensure(
    *, code: str, name: str, names: dict[str, str], parent: Region, kind: str, population: int | None = None
) -> Region:
    """Find the region with this code or make it."""
    given = {"name": name, "names": names, "parent": parent, "kind": kind, "population": population}
    return Region.objects.get_or_create(code=code, defaults=given)[0]


def body_ensure(region: Region, level: str) -> PublicBody:
    """Find the public body of a region or make it; it bears the region's code and name."""
    given = {"name": region.name, "names": region.names, "level": level, "region": region}
    return PublicBody.objects.get_or_create(code=region.code, defaults=given)[0]


def _country(country: Country) -> Region:
    given = {
        "name": country.name,
        "names": country.names,
        "kind": Region.Kind.COUNTRY,
        "population": sum(country.population.values()) or None,
    }
    return Region.objects.get_or_create(code=country.code, defaults=given)[0]


def _portuguese(english: str, portuguese: str) -> dict[str, str]:
    return {"pt": portuguese} if portuguese != english else {}
