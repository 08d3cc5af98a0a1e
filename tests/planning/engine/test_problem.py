"""Bad input is refused with its place; nothing is repaired silently."""

import numpy as np
import pytest

from planning.engine import errors
from planning.engine.problem import PlanProblem
from tests.planning.engine.examples import mill_and_bakery, single_row

FIELDS = PlanProblem.__dataclass_fields__


def with_change(name: str, place: int, value: float) -> dict[str, np.ndarray]:
    problem = mill_and_bakery(hours=170)
    arrays = {field: getattr(problem, field).copy() for field in FIELDS}
    arrays[name][place] = value
    return arrays


@pytest.mark.parametrize(
    ("name", "place", "value", "error", "axis"),
    [
        ("target", 1, np.nan, errors.NotFinite, "row"),
        ("short_price", 0, np.inf, errors.NotFinite, "row"),
        ("glut_price", 2, -1.0, errors.NegativeCoefficient, "row"),
        ("target", 2, -5.0, errors.NegativeTarget, "row"),
        ("row_kind", 1, 9, errors.UnknownRowKind, "row"),
        ("entry_row", 2, 3, errors.IndexOutOfRange, "entry"),
        ("entry_row", 2, -1, errors.IndexOutOfRange, "entry"),
        ("entry_use", 3, np.nan, errors.NotFinite, "entry"),
        ("col_tech", 2, 3, errors.IndexOutOfRange, "column"),
        ("factors", 1, -0.5, errors.NegativeCoefficient, "factor"),
        ("factors", 1, np.inf, errors.NotFinite, "factor"),
        ("proposal", 0, np.nan, errors.NotFinite, "column"),
        ("proposal", 0, 81.0, errors.ProposalOutOfBounds, "column"),
        ("lower", 1, -np.inf, errors.NotFinite, "column"),
        ("lower", 1, 151.0, errors.BoundsCrossed, "column"),
        ("upper", 2, np.nan, errors.NotFinite, "column"),
        ("upper", 2, -np.inf, errors.NotFinite, "column"),
        ("flexibility", 2, -1.0, errors.NegativeCoefficient, "column"),
        ("band", 0, -1.0, errors.NegativeCoefficient, "column"),
        ("kappa", 1, -0.1, errors.NegativeCoefficient, "column"),
        ("kappa", 1, np.nan, errors.NotFinite, "column"),
    ],
)
def test_one_bad_figure_is_named(name, place, value, error, axis):
    with pytest.raises(error) as caught:
        PlanProblem.build(**with_change(name, place, value))
    assert (caught.value.array, caught.value.axis, caught.value.index) == (name, axis, place)
    assert str(place) in str(caught.value)


@pytest.mark.parametrize(
    "name", ["target", "proposal", "kappa", "entry_use", "group_ptr", "tech_ptr", "factor_ptr"]
)
def test_wrong_length_is_refused(name):
    arrays = with_change("target", 0, 0.0)
    arrays[name] = arrays[name][:-1]
    with pytest.raises(errors.WrongShape):
        PlanProblem.build(**arrays)


def test_falling_pointers_are_refused():
    arrays = with_change("target", 0, 0.0)
    arrays["group_ptr"][[1, 2]] = arrays["group_ptr"][[2, 1]]
    with pytest.raises(errors.WrongShape, match="group_ptr"):
        PlanProblem.build(**arrays)


def test_a_column_needs_a_factor_for_every_group():
    arrays = with_change("target", 0, 0.0)
    arrays["factor_ptr"] = np.array([0, 0, 2, 3])
    with pytest.raises(errors.WrongShape, match="Column 0 must have one factor"):
        PlanProblem.build(**arrays)


@pytest.mark.parametrize(
    ("name", "values", "error"),
    [
        ("target", [["0"]], errors.WrongShape),
        ("target", ["a lot", 0, 1], errors.NotFinite),
        ("col_tech", [0, 1, 1.5], errors.IndexOutOfRange),
        ("col_tech", [0, 1, 2**40], errors.IndexOutOfRange),
    ],
)
def test_what_is_no_array_of_its_kind_is_refused(name, values, error):
    arrays = with_change("target", 0, 0.0)
    with pytest.raises(error):
        PlanProblem.build(**(arrays | {name: values}))


def test_unbounded_columns_and_bands_are_allowed():
    problem = single_row([-1, 1], upper=[np.inf, np.inf], band=[np.inf, 0])
    assert problem.n == 2
    assert problem.m == 1
