"""Which kind of activity a code stands for (ISIC, NACE, CNAE or NAICS), and its input group."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The product that stands for imports which the source does not tell apart by product.
IMPORTED = "IMPORTS"
# Input groups of a line's factors; labour is a group of its own and always the last.
GROUPS = ("materials", "energy", "services", "labour")

# First division of each kind of activity in ISIC Rev. 4, NACE Rev. 2 and CNAE 2.0, in ascending order.
ISIC = (
    (1, "agriculture"), (5, "mining"), (10, "manufacturing"), (35, "utilities"), (41, "construction"),
    (45, "trade"), (49, "transport"), (55, "hospitality"), (58, "services"), (84, "public"), (90, "services"),
)  # fmt: skip
ISIC_LETTERS = {
    "A": "agriculture", "B": "mining", "C": "manufacturing", "D": "utilities", "E": "utilities",
    "F": "construction", "G": "trade", "H": "transport", "I": "hospitality", "O": "public", "P": "public",
    "Q": "public",
}  # fmt: skip
NAICS = {
    "11": "agriculture", "21": "mining", "22": "utilities", "23": "construction", "42": "trade",
    "44": "trade", "45": "trade", "48": "transport", "49": "transport", "61": "public", "62": "public",
    "72": "hospitality",
}  # fmt: skip
GOODS = frozenset({"agriculture", "mining", "manufacturing", "construction"})
ENERGY = {"isic": r"^(05$|05801|B05|B06|06|C19|19|35|D)", "naics": r"^(211|2121|221[12]|324)"}


def kinds_of(codes: Sequence[str]) -> tuple[str, ...]:
    """The kind of activity of each code."""
    rule = _naics_kind if is_naics(codes) else _isic_kind
    return tuple(rule(_bare(code)) for code in codes)


def groups_of(codes: Sequence[str]) -> NDArray[np.int16]:
    """The input group (index into GROUPS) of each product's code."""
    energy = re.compile(ENERGY["naics" if is_naics(codes) else "isic"])
    pairs = zip(map(_bare, codes), kinds_of(codes), strict=True)
    return np.array(
        [1 if energy.match(code) else 0 if kind in GOODS else 2 for code, kind in pairs], dtype=np.int16
    )


def is_naics(codes: Sequence[str]) -> bool:
    """Whether most codes look like NAICS: six characters that begin with three digits."""
    return sum(bool(re.match(r"^\d{3}.{3}(/|$)", code)) for code in codes) > len(codes) / 2


def _bare(code: str) -> str:
    return re.sub(r"^(CPA_|NPISH_)", "", code)


def _isic_kind(code: str) -> str:
    if code == IMPORTED or code.startswith("B-"):
        return "manufacturing"
    number = re.match(r"^[A-Z]?(\d\d)", code)
    if number is None:
        return ISIC_LETTERS.get(code[:1], "services")
    return [kind for first, kind in ISIC if first <= max(1, int(number[1]))][-1]


def _naics_kind(code: str) -> str:
    if code == IMPORTED or code.startswith("3"):
        return "manufacturing"
    return NAICS.get(code[:2], "public" if code.startswith(("S00", "G")) else "services")
