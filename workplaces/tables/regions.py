"""Regions over which an economy is spread, with the published population that says how."""

import numpy as np

from workplaces.tables.supply_use import Names
from workplaces.tables.table import Floats

BRAZIL = Names(
    ("N", "NE", "SE", "S", "CO"),
    ("North", "Northeast", "Southeast", "South", "Central-West"),
    ("Norte", "Nordeste", "Sudeste", "Sul", "Centro-Oeste"),
)
# IBGE, Estimativas da população residente, 1 July 2021 (resident persons by macro-region).
BRAZIL_POPULATION = (18_906_962, 57_667_842, 89_632_912, 30_402_587, 16_707_336)
# IBGE, Contas Regionais 2021: per cent of the gross domestic product.
BRAZIL_PRODUCT = (6.3, 13.8, 52.3, 17.3, 10.3)
BRAZIL_NOTE = "IBGE, estimates of the resident population on 1 July 2021"


def brazil_shares() -> Floats:
    """Population shares of the five macro-regions; they add up to 1."""
    population = np.array(BRAZIL_POPULATION, dtype=np.float64)
    return population / population.sum()


def whole_country(title: str) -> Names:
    """One region for a table that has none."""
    return Names(("ALL",), (title,), (title,))
