# ruff: noqa: N818 - names say what is wrong: NotFinite, BoundsCrossed
"""What the engine refuses, as sentences that name the row or the column at fault."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planning.engine.result import PlanResult


class EngineError(ValueError):
    """Any refusal of the engine. ``array``, ``index`` and ``axis`` say where, if one place is at fault."""

    def __init__(self, message: str, *, array: str = "", axis: str = "", index: int | None = None) -> None:
        super().__init__(message)
        self.array, self.axis, self.index = array, axis, index


class WrongShape(EngineError):
    """An array's length contradicts the others, or a pointer array is not a partition."""


class NotFinite(EngineError):
    """A figure is not a number or infinite where it must be finite."""


class IndexOutOfRange(EngineError):
    """An entry names a row, or a column a technique, that does not exist."""


class NegativeCoefficient(EngineError):
    """A factor, flexibility, band, threshold or price is below zero."""


class NegativeTarget(EngineError):
    """A labour pool has negative hours or a resource a negative cap."""


class OutOfRange(EngineError):
    """An option of a function is outside its range."""


class NoCapitalData(EngineError):
    """Money is granted to a destination of which nobody knows what it buys."""


class UnknownRowKind(EngineError):
    """A row is neither product, pool, resource nor world balance."""


class BoundsCrossed(EngineError):
    """A column's lower bound exceeds its upper bound."""


class ProposalOutOfBounds(EngineError):
    """A proposal lies outside its own bounds; the caller decides what that means, the engine repairs
    nothing."""


class Cancelled(EngineError):
    """The caller asked to stop."""


class NotConverged(EngineError):
    """The step limit or the arithmetic was exhausted before the certificate's residual was reached.

    ``result`` holds the best plan found, with its (failing) certificate.
    """

    def __init__(self, message: str, *, result: "PlanResult | None" = None) -> None:
        super().__init__(message)
        self.result = result


class NotProductive(EngineError):
    """The technique needs as much as it makes: the Hawkins–Simon condition fails."""
