"""Published national tables: reading, checking, repairing, and a synthetic population of workplaces.

Pure Python and NumPy; imports no Django.
"""

from workplaces.tables.arrays import Economy
from workplaces.tables.brazil import read_brazil
from workplaces.tables.checks import check
from workplaces.tables.convert import supply_use
from workplaces.tables.economy import build_economy
from workplaces.tables.errors import TableError
from workplaces.tables.folder import read_folder
from workplaces.tables.repairs import repaired
from workplaces.tables.sources import read_source
from workplaces.tables.supply_use import SupplyUse
from workplaces.tables.table import Repair, Table

__all__ = [
    "Economy",
    "Repair",
    "SupplyUse",
    "Table",
    "TableError",
    "build_economy",
    "check",
    "read_brazil",
    "read_folder",
    "read_source",
    "repaired",
    "supply_use",
]
