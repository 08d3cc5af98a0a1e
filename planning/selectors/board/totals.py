"""Revenue less expenditure, over what the federation records of both."""

from collections.abc import Mapping

from planning.selectors.board.figure import MONEY, Figure, Input, Triple, each
from planning.selectors.board.year import Year

REVENUE = "revenue"
COMES_IN, GOES_OUT = ("levy", "charges"), ("fund", "social_wage", "stipends")


def balance(year: Year, found: Mapping[str, Figure]) -> Figure:
    """Return revenue less expenditure in currency, from the role's own figures by their keys.

    Public services are in the social wage already. What the federation does not record has no part in a sum; a column in
    which something recorded has no figure yet has no sum.
    """
    revenue, expenditure = (_total(found, names) for names in (COMES_IN, GOES_OUT))
    less = each(revenue, expenditure, by=lambda one, other: one - other)
    recorded = [found[name] for name in (*COMES_IN, *GOES_OUT) if found[name].is_recorded]
    both = all(any(found[name].is_recorded for name in names) for names in (COMES_IN, GOES_OUT))
    return Figure(
        REVENUE, "revenue_less_expenditure", MONEY, less,
        inputs=(Input("revenue", MONEY, revenue), Input("expenditure", MONEY, expenditure)),
        decided=year.by("plan", "ledger"), missing="" if both else "one_side_only",
        unrecorded=next((one.unrecorded for one in recorded if one.unrecorded), ""),
        note="out_of_output" if less.plan is not None and less.plan < 0 else "",
    )  # fmt: skip


def _total(found: Mapping[str, Figure], names: tuple[str, ...]) -> Triple:
    there = [found[name].values for name in names if found[name].is_recorded]
    return each(*there, by=lambda *values: float(sum(values))) if there else Triple()
