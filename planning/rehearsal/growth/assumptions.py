"""What the growth model assumes: every figure an option of the command, with its default, its limits and its source."""

from dataclasses import dataclass, fields
from typing import Any

SECTOR, OWN, SHRUNK, TRUE = "sector", "own", "shrunk", "true"
ESTIMATES = (SECTOR, OWN, SHRUNK, TRUE)


@dataclass(frozen=True)
class Figure:
    """An assumption: default, least and greatest value, what it says, and where it comes from."""

    default: float
    least: float
    greatest: float
    sentence: str
    source: str = "assumed"


FIGURES: dict[str, Figure] = {
    "fund": Figure(0.1, 0.0, 0.6, "share of last year's value added set aside for envelopes"),
    "region_stream": Figure(0.3, 0.0, 1.0, "share of the fund that goes to regions", "the charter's default"),
    "ask": Figure(
        0.3, 0.0, 10.0, "most that a collective asks for in a year, in years of its hours at the sector's mean level",
        "a limit to how fast anybody can use money well: Penrose 1959, Uzawa 1969",
    ),
    "returns": Figure(
        0.25, 0.01, 5.0, "value added gained a year per unit of money", "the charter's default; Harrod 1939, Domar 1946"
    ),
    "returns_scatter": Figure(0.2, 0.0, 3.0, "scatter of returns between sectors (of logarithms)"),
    "effect_scatter": Figure(
        0.5, 0.0, 3.0, "scatter of the collectives' effectiveness around their sector's (of logarithms)",
        "assumed; de Mel, McKenzie and Woodruff 2008 and Hussam, Rigol and Roth 2022 find more",
    ),
    "merit": Figure(
        0.0, -1.0, 1.0, "correlation of effectiveness with the level at the start",
        "open: absorptive capacity (Cohen and Levinthal 1990) says above 0, backwardness (Gerschenkron 1952) below",
    ),
    "lag": Figure(1, 1, 10, "years until a grant raises the level", "the charter's default"),
    "wear": Figure(0.05, 0.0, 1.0, "share of what grants have bought that is worn out in a year"),
    "drift": Figure(0.01, -0.2, 0.5, "growth of everybody's level in a year without grants", "Solow 1957"),
    "learning": Figure(
        0.02, 0.0, 1.0, "share of the distance to the best tenth that is learnt in a year without grants",
        "Barro and Sala-i-Martin 1992, Rodrik 2013: 2 to 3 % a year",
    ),
    "shock": Figure(
        0.03, 0.0, 1.0, "yearly scatter of each level (of logarithms)", "assumed; Foster, Haltiwanger and Syverson 2008"
    ),
    "dispersion": Figure(
        0.35, 0.0, 3.0, "scatter of levels inside a sector at the start (of logarithms)",
        "Syverson 2011: the best tenth makes 1.9 to 4 times as much as the weakest",
    ),
    "regional": Figure(
        0.5, 0.0, 1.0, "share of the regions' distance in product a head that is one of levels",
        "assumed; product and people by IBGE 2021",
    ),
    "labour_growth": Figure(0.0, -0.2, 0.2, "growth of the hours that people want to work in a year"),
    "credibility": Figure(
        0.5, 0.0, 100.0, "money, in years of value added, at which a collective's own record counts for half",
        "Bühlmann and Straub 1970",
    ),
    "aversion": Figure(1.0, 0.01, 100.0, "aversion to inequality of the Atkinson index", "Atkinson 1970"),
}  # fmt: skip


@dataclass(frozen=True)
class Assumptions:
    """The figures of ``FIGURES``, and by whose record effects are estimated (``ESTIMATES``).

    ``sector``: what money brought in the sector. ``own``: moved towards what it brought in the collective itself, the
    further the more it was given, at a rate that is assumed. ``shrunk``: the same at the rate that the records themselves
    say, as the application does. ``true``: nobody could know that much.
    Raises ValueError, which names the figure, outside its limits.
    """

    fund: float = FIGURES["fund"].default
    region_stream: float = FIGURES["region_stream"].default
    ask: float = FIGURES["ask"].default
    returns: float = FIGURES["returns"].default
    returns_scatter: float = FIGURES["returns_scatter"].default
    effect_scatter: float = FIGURES["effect_scatter"].default
    merit: float = FIGURES["merit"].default
    lag: float = FIGURES["lag"].default
    wear: float = FIGURES["wear"].default
    drift: float = FIGURES["drift"].default
    learning: float = FIGURES["learning"].default
    shock: float = FIGURES["shock"].default
    dispersion: float = FIGURES["dispersion"].default
    regional: float = FIGURES["regional"].default
    labour_growth: float = FIGURES["labour_growth"].default
    credibility: float = FIGURES["credibility"].default
    aversion: float = FIGURES["aversion"].default
    estimate: str = SHRUNK

    def __post_init__(self) -> None:
        """Refuse what the model cannot take."""
        for name, figure in FIGURES.items():
            value = getattr(self, name)
            if not figure.least <= value <= figure.greatest:
                message = (
                    f"{option(name)} is {value:g}; it must be from {figure.least:g} to {figure.greatest:g}."
                )
                raise ValueError(message)
        if self.lag != int(self.lag):
            raise ValueError(f"--lag is {self.lag:g}; it counts whole years.")
        if self.estimate not in ESTIMATES:
            raise ValueError(f"--estimate is {self.estimate}; it is one of {', '.join(ESTIMATES)}.")

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Assumptions":
        """Return them out of the command's options."""
        return cls(**{field.name: options[field.name] for field in fields(cls)})


def option(name: str) -> str:
    """Return the name of a figure's option."""
    return "--" + name.replace("_", "-")
