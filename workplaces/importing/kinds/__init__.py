"""The kinds of tables that can be imported, in the order in which a new federation needs them."""

from workplaces.importing.kinds.base import Kind
from workplaces.importing.kinds.economy import OCCUPATIONS, POOLS, PRODUCTS, RESOURCES, SECTORS
from workplaces.importing.kinds.members import MEMBERS
from workplaces.importing.kinds.places import REGIONS, WORKPLACES
from workplaces.importing.kinds.posts import POSTS
from workplaces.importing.kinds.production import CAPACITIES, DEMAND, TECHNIQUES
from workplaces.importing.kinds.trade import AGREEMENTS, COUNTERPARTIES, TRADE

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        REGIONS,
        SECTORS,
        PRODUCTS,
        RESOURCES,
        OCCUPATIONS,
        POOLS,
        WORKPLACES,
        POSTS,
        MEMBERS,
        COUNTERPARTIES,
        TECHNIQUES,
        CAPACITIES,
        DEMAND,
        AGREEMENTS,
        TRADE,
    )
}

__all__ = ["KINDS", "Kind"]
