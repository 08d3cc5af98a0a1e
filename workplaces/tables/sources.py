"""Sources by name, as a command line gives them: ``brazil-2021`` or ``folder:PATH``."""

import re

from workplaces.tables.brazil import read_brazil
from workplaces.tables.convert import supply_use
from workplaces.tables.errors import TableError
from workplaces.tables.folder import read_folder
from workplaces.tables.supply_use import SupplyUse


def read_source(source: str) -> SupplyUse:
    """The supply-use form of ``brazil-YEAR`` or ``folder:PATH``. Raises TableError."""
    brazil = re.fullmatch(r"brazil-(\d{4})", source)
    if brazil:
        return read_brazil(int(brazil[1]))
    kind, _, path = source.partition(":")
    if kind == "folder" and path:
        return supply_use(read_folder(path))
    raise TableError("this source is not known; write brazil-2021 or folder:PATH.", file=source)
