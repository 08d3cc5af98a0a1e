"""Published national tables: reading, checking, repairing, and a synthetic population of workplaces.

Pure Python and NumPy; imports no Django.
"""

from workplaces.tables.checks import check
from workplaces.tables.errors import TableError
from workplaces.tables.folder import read_folder
from workplaces.tables.repairs import repaired
from workplaces.tables.table import Repair, Table

__all__ = ["Repair", "Table", "TableError", "check", "read_folder", "repaired"]
