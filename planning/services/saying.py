"""How refusals write figures: with every digit, in the reader's marks; a limit never rounded to where it is refused."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.translation import get_language

from workplaces.presentation.figures import MINUS, NARROW, locale_for, number

DIGITS = 5  # significant digits of a limit that has more
READABLE = (1e-12, 1e18)  # outside nobody reads digits one by one


def said(value: float, unit: str = "") -> str:
    """Return a figure with all its digits and its unit, not scaled: as it was typed, with marks between thousands."""
    if _is_unreadable(value):
        text = f"{value:.6g}".replace("-", MINUS).replace(".", locale_for(get_language()).decimal)
    else:
        exact = Decimal(repr(float(value)))
        text = _written(exact, max(0, -int(exact.normalize().as_tuple().exponent)))
    return f"{text}{NARROW}{unit}" if unit else text


def at_most(limit: float, unit: str = "") -> str:
    """Return an upper limit, rounded down where it is rounded: who types what it says is not refused."""
    return said(_rounded(limit, ROUND_FLOOR), unit)


def at_least(limit: float, unit: str = "") -> str:
    """Return a lower limit, rounded up where it is rounded: who types what it says is not refused."""
    return said(_rounded(limit, ROUND_CEILING), unit)


def in_full(minor: int, currency: str) -> str:
    """Return a sum of money to its last minor unit, with its currency."""
    return f"{currency}{NARROW}{number(minor / 100, get_language(), digits=2)}"


def _rounded(limit: float, way: str) -> float:
    """Keep five significant digits, and every digit before the decimal mark."""
    if limit == 0 or _is_unreadable(limit):
        return limit
    exact = Decimal(repr(float(limit)))
    places = max(0, DIGITS - 1 - exact.adjusted())
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=way))


def _is_unreadable(value: float) -> bool:
    return value != 0 and not READABLE[0] <= abs(value) < READABLE[1]


def _written(exact: Decimal, places: int) -> str:
    marks = locale_for(get_language())
    if places == 0:
        return number(float(exact), get_language())
    whole, _point, rest = f"{abs(exact):.{places}f}".partition(".")
    sign = MINUS if exact < 0 else ""
    return f"{sign}{int(whole):,}".replace(",", marks.group) + marks.decimal + rest
