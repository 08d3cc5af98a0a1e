"""Communities under each region, who owns which workplace, and whose consumption is whose."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workplaces.loading.places import Country, Places, Settlement, body_ensure, region_ensure
from workplaces.models import PublicBody, Region
from workplaces.tables.arrays import Economy
from workplaces.tables.classify import kinds_of
from workplaces.tables.regions import BRAZIL, BRAZIL_POPULATION

# Cities that stand for the communities of each of Brazil's macro-regions; their weights are assumed.
CITIES = {
    "N": ("Manaus", "Belém"),
    "NE": ("Salvador", "Fortaleza", "Recife"),
    "SE": ("São Paulo", "Rio de Janeiro", "Belo Horizonte", "Vitória"),
    "S": ("Porto Alegre", "Curitiba"),
    "CO": ("Brasília", "Goiânia"),
}
NAMELESS = ("East", "West"), ("Leste", "Oeste")
NATIONAL, MUNICIPAL = (
    frozenset({"mining", "utilities", "transport"}),
    frozenset({"public", "hospitality", "trade"}),
)


@dataclass(frozen=True)
class Communities:
    """``ids[C]`` of communities, ``region[C]`` index of the region, ``weight[C]`` share in it, ``body[C]`` owner."""

    ids: NDArray[np.int64]
    region: NDArray[np.int64]
    weight: NDArray[np.float64]
    body: NDArray[np.int64]

    def of_workplaces(self, region: NDArray[np.integer], rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw a community for each workplace, of the workplace's region, by weight."""
        drawn = np.empty(len(region), dtype=np.int64)
        for r in range(int(self.region.max()) + 1):
            own, here = np.flatnonzero(self.region == r), np.flatnonzero(region == r)
            drawn[here] = rng.choice(own, size=len(here), p=self.weight[own])
        return drawn


def country_of(economy: Economy, source: str) -> Country:
    """Return the country that a source describes."""
    if source.startswith("brazil-"):
        population = dict(zip(BRAZIL.codes, BRAZIL_POPULATION, strict=True))
        return Country("BR", "Brazil", {"pt": "Brasil"}, population)
    return Country("XX", economy.title)


def communities_ensure(places: Places, economy: Economy) -> Communities:
    """Find or make the communities of every region with a municipal body each."""
    made = [
        (region_index, community)
        for region_index, region in enumerate(places.regions)
        for community in _communities(region, economy.regions.codes[region_index])
    ]
    region = np.array([index for index, _community in made], dtype=np.int64)
    rank = np.concatenate([np.arange(n) for n in np.bincount(region)])
    size = 1.0 / (rank + 1)  # the first named is the largest, by the rank-size rule
    return Communities(
        ids=np.array([community.pk for _index, community in made], dtype=np.int64),
        region=region,
        weight=size / np.bincount(region, weights=size)[region],
        body=np.array([body_ensure(one, PublicBody.Level.MUNICIPAL).pk for _index, one in made]),
    )


def settlement_of(
    economy: Economy, places: Places, communities: Communities, home: NDArray[np.int64]
) -> Settlement:
    """Say who owns and who consumes; ``home[W]`` is the community each workplace stands in.

    Mines, energy, water and transport are national; schools, clinics, shops and inns municipal; the rest is
    regional. Households' consumption is divided over the communities by weight, the rest stays with the region.
    """
    kind = np.array(kinds_of(economy.sectors.codes))[economy.workplaces.sector]
    regional = np.array([body.pk for body in places.regional])[economy.workplaces.region]
    owner = np.where(np.isin(kind, list(MUNICIPAL)), communities.body[home], regional)
    owner = np.where(np.isin(kind, list(NATIONAL)), places.national.pk, owner)
    return Settlement(owner, *_divided(economy, places, communities))


def _divided(
    economy: Economy, places: Places, communities: Communities
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    demand = economy.demand
    private = np.array(demand.demand_category) == "household"
    whole = np.flatnonzero(~private)
    line, community = np.nonzero(private[:, None] & (demand.demand_region[:, None] == communities.region))
    regions = np.append(places.region_ids, places.country.pk)
    return (
        np.concatenate([whole, line]),
        np.concatenate([regions[demand.demand_region[whole]], communities.ids[community]]),
        np.concatenate([np.ones(len(whole)), communities.weight[community]]),
    )


def _communities(region: Region, code: str) -> list[Region]:
    if region.code.startswith("BR-"):
        pairs = [(city, city) for city in CITIES[code]]
    else:
        pairs = [(f"{region.name}, {en}", f"{region.name}, {pt}") for en, pt in zip(*NAMELESS, strict=True)]
    return [
        region_ensure(
            code=f"{region.code}-{number}",
            name=english,
            names={"pt": portuguese} if portuguese != english else {},
            parent=region,
            kind=Region.Kind.COMMUNITY,
        )
        for number, (english, portuguese) in enumerate(pairs, 1)
    ]
