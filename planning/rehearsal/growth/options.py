"""The options with which the command holds cycles at several settings of the dial."""

import math
from argparse import ArgumentParser
from typing import Any

from planning.allocation.sharing import LEAST_ALPHA
from planning.rehearsal.growth.assumptions import ESTIMATES, FIGURES, SHRUNK, option
from planning.rehearsal.growth.cycles import NONE, VALUE, Dial

ALPHAS = "0,1,2,inf,value,none"
ROUNDS = 2


def add_dial(parser: ArgumentParser) -> None:
    """Describe them: what to hold, what to write, and every assumption of the growth model."""
    parser.add_argument(
        "--alpha", metavar="LIST",
        help="settings of the equality dial to compare, inf included; none: no fund is set aside, value: the fund is left "
        f"to everybody by value added ({ALPHAS})",
    )  # fmt: skip
    parser.add_argument(
        "--plot", metavar="FILE", help="draw the settings' courses into an SVG file, the table beside it"
    )
    parser.add_argument(
        "--sensitivity", action="store_true", help="vary the model's assumptions one at a time instead"
    )
    parser.add_argument(
        "--seeds", type=int, default=3, help="seeds that --sensitivity goes through, from --seed on (3)"
    )
    model = parser.add_argument_group("growth model", "docs/ten-cycles.md says what each does")
    for name, figure in FIGURES.items():
        model.add_argument(
            option(name), type=float, default=figure.default, metavar="FIGURE",
            help=f"{figure.sentence} ({figure.default:g})".replace("%", "%%"),
        )  # fmt: skip
    model.add_argument(
        "--estimate", default=SHRUNK, metavar="RECORD",
        help=f"whose past grants say what money brings: {', '.join(ESTIMATES)} ({SHRUNK})",
    )  # fmt: skip


def dials(text: str) -> list[Dial]:
    """Return the settings that are listed, each once. Raises ValueError that names the first that is none."""
    found: list[Dial] = []
    for word in text.split(","):
        one = _dial(word.strip())
        if one not in found:
            found.append(one)
    return found


def _dial(word: str) -> Dial:
    if word in {NONE, VALUE}:
        return word
    try:
        alpha = float(word)
    except ValueError:
        alpha = math.nan
    if math.isnan(alpha) or alpha < 0 or 0 < alpha < LEAST_ALPHA:
        message = f"--alpha: {word!r} is no setting of the dial; it is 0, from {LEAST_ALPHA:g} on, inf, none or value."
        raise ValueError(message)
    return alpha


def asks_for_dial(options: dict[str, Any]) -> bool:
    """Say whether only the settings of the dial are asked for, without the procedure in a database."""
    return bool(options["alpha"] is not None or options["plot"] or options["sensitivity"])
