"""Validation of a :class:`~planning.engine.problem.PlanProblem`: every refusal names its place."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.engine import errors

if TYPE_CHECKING:
    from planning.engine.problem import PlanProblem

ROWS = ("row_kind", "target", "short_price", "glut_price")
COLUMNS = ("col_tech", "proposal", "lower", "upper", "flexibility", "band", "kappa")
POOL, RESOURCE, KINDS = 1, 2, 4


def convert(name: str, values: ArrayLike, kind: type[np.generic]) -> NDArray[Any]:
    """``values`` as a one-dimensional array of ``kind``; whole numbers must stay what they were."""
    raw = np.asarray(values)
    if raw.ndim != 1:
        raise errors.WrongShape(f"{name} must have one dimension, it has {raw.ndim}.", array=name)
    try:
        array = raw.astype(kind)
    except (TypeError, ValueError) as problem:
        raise errors.NotFinite(
            f"{name} holds something that is not a number: {problem}", array=name
        ) from None
    if np.issubdtype(kind, np.integer) and not np.array_equal(array, raw):
        raise errors.IndexOutOfRange(f"{name} must hold whole numbers of its range.", array=name)
    return array


def finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """``values`` as an array of any shape; raises ``NotFinite`` that says where one is no finite number."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise errors.NotFinite(
            f"{name} holds something that is not a number: {problem}", array=name
        ) from None
    if not np.isfinite(array).all():
        place = int(np.argmin(np.isfinite(array)))
        message = f"{name} holds a figure that is not a finite number, at place {place}."
        raise errors.NotFinite(message, array=name, axis="place", index=place)
    return array


def vector(name: str, values: ArrayLike, size: int) -> NDArray[np.float64]:
    """``values`` as an array of ``size`` finite figures; raises ``WrongShape`` and ``NotFinite``."""
    array = finite(name, values)
    if array.shape != (size,):
        message = f"{name} has the shape {array.shape}; {size} figures are needed."
        raise errors.WrongShape(message, array=name)
    return array


def option(name: str, value: float, least: float, most: float = np.inf) -> None:
    """Raises ``OutOfRange`` unless ``least ≤ value ≤ most`` and finite."""
    if not (np.isfinite(value) and least <= value <= most):
        upto = "or more" if most == np.inf else f"to {most:g}"
        raise errors.OutOfRange(f"{name} is {value}; it must be {least:g} {upto}.", array=name)


def check_structure(problem: "PlanProblem") -> None:
    """Lengths, pointer arrays and indices."""
    for names, size in ((ROWS, problem.m), (COLUMNS, problem.n)):
        for name in names:
            _length(name, getattr(problem, name), size)
    _length("entry_use", problem.entry_use, len(problem.entry_row))
    _partition("group_ptr", problem.group_ptr, len(problem.entry_row))
    _partition("tech_ptr", problem.tech_ptr, len(problem.group_ptr) - 1)
    _partition("factor_ptr", problem.factor_ptr, len(problem.factors))
    _indices("entry_row", problem.entry_row, problem.m, "entry")
    _indices("col_tech", problem.col_tech, len(problem.tech_ptr) - 1, "column")
    groups = np.diff(problem.tech_ptr)[problem.col_tech]
    bad = np.diff(problem.factor_ptr) != groups
    message = "Column {i} must have one factor for every group of its technique."
    _refuse(bad, errors.WrongShape, message, "factor_ptr", "column")


def check_rows(problem: "PlanProblem") -> None:
    """Kinds, targets and gap prices."""
    kinds = problem.row_kind
    _refuse((kinds < 0) | (kinds >= KINDS), errors.UnknownRowKind, "Row {i} is of no known kind.", "row_kind")
    for name in ("target", "short_price", "glut_price"):
        _finite(name, getattr(problem, name), "row")
    for name in ("short_price", "glut_price"):
        _not_negative(name, getattr(problem, name), "row")
    capped = (kinds == POOL) | (kinds == RESOURCE)
    message = (
        "Row {i} is a labour pool or a resource and has a negative target; hours and caps start at zero."
    )
    _refuse(capped & (problem.target < 0), errors.NegativeTarget, message, "target")


def check_columns(problem: "PlanProblem") -> None:
    """Coefficients, bounds and costs of change."""
    _finite("entry_use", problem.entry_use, "entry")
    _finite("factors", problem.factors, "factor")
    _not_negative("factors", problem.factors, "factor")
    for name in ("proposal", "lower", "flexibility", "kappa"):
        _finite(name, getattr(problem, name), "column")
    for name in ("upper", "band"):
        bad = np.isnan(getattr(problem, name)) | (getattr(problem, name) == -np.inf)
        _refuse(bad, errors.NotFinite, f"{name} of column {{i}} is not a number.", name, "column")
    for name in ("flexibility", "band", "kappa"):
        _not_negative(name, getattr(problem, name), "column")
    message = "Column {i} has a lower bound above its upper bound."
    _refuse(problem.lower > problem.upper, errors.BoundsCrossed, message, "lower", "column")
    outside = (problem.proposal < problem.lower) | (problem.proposal > problem.upper)
    message = "The proposal of column {i} lies outside its bounds."
    _refuse(outside, errors.ProposalOutOfBounds, message, "proposal", "column")


def _refuse(
    bad: NDArray[np.bool_], error: type[errors.EngineError], message: str, array: str, axis: str = "row"
) -> None:
    if bad.any():
        place = int(np.argmax(bad))
        raise error(message.format(i=place), array=array, axis=axis, index=place)


def _length(name: str, values: NDArray[Any], size: int) -> None:
    if len(values) != size:
        message = f"{name} has {len(values)} figures where {size} are needed."
        raise errors.WrongShape(message, array=name)


def _partition(name: str, pointers: NDArray[np.int64], total: int) -> None:
    if len(pointers) == 0 or pointers[0] != 0 or pointers[-1] != total:
        raise errors.WrongShape(f"{name} must begin at 0 and end at {total}.", array=name)
    _refuse(np.diff(pointers) < 0, errors.WrongShape, f"{name} falls after place {{i}}.", name, "pointer")


def _indices(name: str, values: NDArray[np.int32], size: int, axis: str) -> None:
    bad = (values < 0) | (values >= size)
    _refuse(bad, errors.IndexOutOfRange, f"{name}[{{i}}] must lie between 0 and {size - 1}.", name, axis)


def _finite(name: str, values: NDArray[np.float64], axis: str) -> None:
    _refuse(
        ~np.isfinite(values), errors.NotFinite, f"{name} of {axis} {{i}} is not a finite number.", name, axis
    )


def _not_negative(name: str, values: NDArray[np.float64], axis: str) -> None:
    _refuse(values < 0, errors.NegativeCoefficient, f"{name} of {axis} {{i}} is negative.", name, axis)
