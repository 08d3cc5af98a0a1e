"""From purchasers' prices to basic prices: where trade margins, transport margins and taxes are taken off."""

import numpy as np

from workplaces.tables.table import Floats


def basic_prices(
    purchasers: Floats, *, spread: Floats, margins: list[Floats], taxes: list[tuple[Floats, Floats]]
) -> tuple[Floats, Floats]:
    """Uses at basic prices, and taxes less subsidies on products by column.

    ``purchasers[p, c]`` uses at purchasers' prices, every column a sector or a kind of final demand;
    ``spread[p, c]`` the same without the columns that carry no margin (changes in inventories);
    ``margins`` one vector by product for trade and one for transport, positive on goods and negative on the
    services that earn them, summing to 0; ``taxes`` pairs of a vector by product and the uses that pay it.

    Each vector is shared over the uses of its product in proportion to their value; what a column pays as
    margin becomes its use of the trade and transport services, in the proportion in which these earn it
    (Guilhoto and Sesso Filho, Economia Aplicada 9(2), 2005). Row totals are kept exactly.
    """
    basic = purchasers.copy()
    for margin in margins:
        paid = shares(spread) * np.maximum(margin, 0)[:, None]
        earned = np.minimum(margin, 0) / np.minimum(margin, 0).sum()
        basic += np.outer(earned, paid.sum(axis=0)) - paid
    tax = sum((shares(base) * vector[:, None] for vector, base in taxes), np.zeros_like(purchasers))
    return basic - tax, tax.sum(axis=0)


def shares(uses: Floats) -> Floats:
    """Each use as a share of its product's uses; a product without uses has zero shares."""
    total = uses.sum(axis=1, keepdims=True)
    return np.divide(uses, total, out=np.zeros_like(uses), where=total != 0)
