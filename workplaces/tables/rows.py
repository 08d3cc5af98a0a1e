"""Which rows and columns of a published table are what: told by their names, as statistical offices write them."""

import re
from collections.abc import Sequence

import numpy as np

from workplaces.hours import HOURS_PER_JOB
from workplaces.tables.table import Floats, Table

IMPORT_COLUMN = re.compile(r"^(imports?\b|M$|P7\b|F050)", re.IGNORECASE)
IMPORT_ROW = re.compile(r"(import|^P7\b)", re.IGNORECASE)
PRODUCT_TAX_ROW = re.compile(r"(^TXSP$|^D21|taxes less subsidies on products)", re.IGNORECASE)
PAY_ROW = re.compile(r"(^D1$|^compensation|^wages)", re.IGNORECASE)
# The first that matches counts; a category that none matches is household consumption.
KIND_OF_COLUMN = (
    ("export", re.compile(r"(^exp|export|^P6|^F040)", re.IGNORECASE)),
    ("inventories", re.compile(r"(inven|^P52|stock|^F030)", re.IGNORECASE)),
    ("nonprofit", re.compile(r"(CONS_np|non-?profit|S15)", re.IGNORECASE)),
    ("public", re.compile(r"(CONS_g|government|S13|public)", re.IGNORECASE)),
    ("investment", re.compile(r"(GFCF|capital formation|valuables|^P5|^invest)", re.IGNORECASE)),
)
MONEY_ROWS = frozenset({"COMP", "LAB", "CAP", "K", "GO", "VA"})
LABOUR_ROWS = re.compile(r"^(EMP|H_EMP|JOBS|PERSONS|HOURS)", re.IGNORECASE)
# Of a long list of indicators these are what a plan can cap; the rest are impact scores of the same emissions.
CAPPED = frozenset({"GHG", "CO2", "WATR", "LAND", "ENRG", "MNRL"})
MOST_RESOURCES = 8
CURRENCIES = ("EUR", "USD", "GBP", "BRL")


def kind_of(category: str) -> str:
    """The kind of final demand of a column's heading."""
    return next((kind for kind, pattern in KIND_OF_COLUMN if pattern.search(category)), "household")


def matching(pattern: re.Pattern[str], names: Sequence[str]) -> list[int]:
    """Indices of the names in which ``pattern`` is found."""
    return [index for index, name in enumerate(names) if pattern.search(name)]


def currency_of(unit: str) -> str:
    """The ISO 4217 code named in a unit, XXX (no currency) where there is none."""
    return next((code for code in CURRENCIES if code in unit), "XXX")


def million(unit: str) -> tuple[float, str]:
    """Factor and name that bring a unit of money to millions."""
    return (1.0, unit) if "million" in unit.lower() else (1e-6, f"million {unit}")


def value_added(table: Table) -> Floats:
    """Primary inputs less imports and taxes on products, by sector."""
    outside = {
        *matching(IMPORT_ROW, table.primary_input_names),
        *matching(PRODUCT_TAX_ROW, table.primary_input_names),
    }
    inside = [row for row in range(len(table.primary_inputs)) if row not in outside]
    return table.primary_inputs[inside].sum(axis=0)


def pay(table: Table) -> tuple[Floats, str]:
    """Compensation of employees by sector, and a sentence where it had to be derived."""
    rows = matching(PAY_ROW, table.primary_input_names)
    if rows:
        return table.primary_inputs[rows].sum(axis=0), ""
    own = {name: table.satellite[index] for index, name in enumerate(table.satellite_names)}
    if "COMP" in own and "VA" in own:
        share = np.divide(own["COMP"], own["VA"], out=np.zeros_like(own["VA"]), where=own["VA"] > 0)
        return share * value_added(table), "Pay is value added times the satellite's share of pay in it."
    return np.maximum(value_added(table), 0), "No pay is published: all value added counts as pay."


def jobs(table: Table) -> Floats | None:
    """Persons at work by sector, None where the table has none."""
    for name in ("EMP", "JOBS"):
        if name in table.satellite_names:
            index = table.satellite_names.index(name)
            factor = 1e3 if "thousand" in table.satellite_units[index] else 1.0
            persons: Floats = table.satellite[index] * factor
            return persons
    return None


def labour(table: Table) -> tuple[Floats, str, str]:
    """Labour by sector, its unit, and how it was had."""
    persons = jobs(table)
    own = {name: table.satellite[index] for index, name in enumerate(table.satellite_names)}
    if persons is not None and "H_EMPE" in own and "EMPE" in own:
        per_person = np.divide(own["H_EMPE"], own["EMPE"], out=np.zeros_like(persons), where=own["EMPE"] > 0)
        note = "Hours are employees' published hours per person times all persons at work."
        return persons / 1e3 * per_person, "million hours", note
    if persons is not None:
        note = f"Hours are published jobs at {HOURS_PER_JOB} hours a job and year (an assumption)."
        return persons * HOURS_PER_JOB / 1e6, "million hours", note
    money, derived = pay(table)
    factor, unit = million(table.unit)
    return (
        money * factor,
        f"{unit} of pay",
        f"No persons are published: labour is counted in pay. {derived}".strip(),
    )


def resources(table: Table) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    """Emissions and natural resources by sector, their names and units; figures above a milliard in millions.

    At most MOST_RESOURCES rows, or else those in CAPPED.
    """
    names = table.satellite_names
    own = [i for i, name in enumerate(names) if not LABOUR_ROWS.match(name) and name not in MONEY_ROWS]
    own = own if len(own) <= MOST_RESOURCES else [i for i in own if names[i] in CAPPED]
    used = table.satellite[own]
    large = used.sum(axis=1) > 1e9
    units = tuple(
        f"million {table.satellite_units[i]}" if big else table.satellite_units[i]
        for i, big in zip(own, large, strict=True)
    )
    return np.where(large[:, None], used / 1e6, used), tuple(names[i] for i in own), units
