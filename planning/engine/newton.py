"""The Newton direction: maximise the dual's quadratic model inside the box.

``max_d  g·d − ½ d·(H + μI)d``,  ``low ≤ d ≤ high``, rows scaled so that a fully flexible row has curvature 1.
A primal–dual active set (Hintermüller, Ito, Kunisch 2002) names the rows held at the box, the rest is one
linear system: Cholesky, or conjugate gradients when the rows are many.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planning.engine import dense
from planning.engine.problem import Floats

Mask = NDArray[np.bool_]
PIVOT_FLOOR = 1e-14
ACTIVE_SET_ROUNDS = 12
CLIMB_ROUNDS = 60
CLIMB_GAIN = 1e-6


class Model(Protocol):
    """The scaled Hessian with its shift: multiplication, and solution on the free rows."""

    def times(self, v: Floats) -> Floats: ...
    def maximise(self, free: Mask, g: Floats, step: Floats) -> tuple[Floats, Floats]: ...


Build = Callable[[], Model]  # the model at the last point swept


@dataclass
class Dense:
    matrix: Floats

    def times(self, v: Floats) -> Floats:
        # einsum, not BLAS: the same bits at any number of threads
        result: Floats = np.einsum("ij,j->i", self.matrix, v)
        return result

    def maximise(self, free: Mask, g: Floats, step: Floats) -> tuple[Floats, Floats]:
        """``step`` with its ``free`` rows where the model is stationary, and the slope ``g − H step`` there."""
        held = np.where(free, 0.0, step)
        places = np.flatnonzero(free)
        if len(places):
            rhs = g - self.times(held) if held.any() else g
            part = np.ascontiguousarray(self.matrix[np.ix_(places, places)])
            held[places] = dense.cholesky_solve(part, rhs[places], PIVOT_FLOOR)
        return held, g - self.times(held)


@dataclass
class MatrixFree:
    """Conjugate gradients with the diagonal as preconditioner; ``product`` is one pass over what is coupled."""

    product: Callable[[Floats], Floats]
    diagonal: Floats
    shift: float
    accuracy: float
    most: int = 500

    def times(self, v: Floats) -> Floats:
        return self.product(v) + self.shift * v

    def solve(self, free: Mask, rhs: Floats) -> Floats:
        """Shapes: ``free [m]``, ``rhs [m]``; zero outside ``free``."""
        return self.maximise(free, rhs, np.zeros_like(rhs))[0]

    def maximise(self, free: Mask, g: Floats, step: Floats) -> tuple[Floats, Floats]:
        """As :meth:`Dense.maximise`, from ``step`` on, until the slope is ``accuracy`` of ``g``."""
        slope = g - self.times(step) if step.any() else g.copy()
        inverse = np.where(free, 1.0 / (self.diagonal + self.shift), 0.0)
        towards = inverse * slope
        direction, size = towards, _dot(slope, towards)
        goal = self.accuracy**2 * _dot(g, inverse * g)
        for _ in range(self.most):
            if size <= goal or size == 0.0:
                break
            along = self.times(direction)
            bend = _dot(direction, along)
            if bend <= 0.0:
                break
            step = step + (size / bend) * direction
            slope = slope - (size / bend) * along
            towards = inverse * slope
            size, before = _dot(slope, towards), size
            direction = towards + (size / before) * direction
        return step, slope


def direction(model: Model, g: Floats, low: Floats, high: Floats) -> Floats:
    """The maximiser of the model in the box, or the best step found towards it.

    ``g, low, high [m]`` are scaled; ``low ≤ 0 ≤ high``. The result never has a negative promise.
    """
    at_low, at_high = (low >= 0) & (g < 0), (high <= 0) & (g > 0)
    step, tried = np.zeros_like(g), []
    for _ in range(ACTIVE_SET_ROUNDS):
        held = at_low | at_high
        begin = np.where(at_low, low, np.where(at_high, high, step))
        step, push = model.maximise(~held, g, begin)
        new_low = np.where(held, at_low & (push < 0), step < low)
        new_high = np.where(held, at_high & (push > 0), step > high)
        if np.array_equal(new_low, at_low) and np.array_equal(new_high, at_high):
            return step
        tried.append(np.clip(step, low, high))
        at_low, at_high = new_low, new_high
    best, promise = _cauchy(model, g, low, high)
    for inside in tried:
        worth = _promise(model, g, inside)
        if worth > promise:
            best, promise = inside, worth
    return _climb(model, g, low, high, best)


def _climb(model: Model, g: Floats, low: Floats, high: Floats, step: Floats) -> Floats:
    """Monotone active set for the models on which the primal–dual one cycles: from a feasible step to the
    maximiser on the rows it leaves free, bent at the box if that is better than stopping at the first
    bound."""
    for _ in range(CLIMB_ROUNDS):
        push = g - model.times(step)
        free = ~(((step <= low) & (push <= 0)) | ((step >= high) & (push >= 0)))
        move, _ = model.maximise(free, push, np.zeros_like(push))
        size = _dot(np.where(free, push, 0.0), move)
        if size <= CLIMB_GAIN * _dot(g, step):
            break
        room = np.where(move > 0, high - step, np.where(move < 0, low - step, np.inf))
        share = np.divide(room, move, out=np.full_like(room, np.inf), where=move != 0)
        ways = [np.clip(step + length * move, low, high) for length in (1.0, min(1.0, float(share.min())))]
        gains = [_promise(model, g, way) for way in ways]
        step = ways[int(gains[1] > gains[0])]
    return step


def _cauchy(model: Model, g: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """A step along the projected gradient, halved until it promises a gain."""
    steepest = np.where(((low >= 0) & (g < 0)) | ((high <= 0) & (g > 0)), 0.0, g)
    bend = _dot(steepest, model.times(steepest))
    length = _dot(steepest, steepest) / bend if bend > 0 else 1.0
    for _ in range(60):
        step = np.clip(length * steepest, low, high)
        worth = _promise(model, g, step)
        if worth > 0:
            return step, worth
        length /= 4
    return np.zeros_like(g), 0.0


def _promise(model: Model, g: Floats, step: Floats) -> float:
    return _dot(g, step) - 0.5 * _dot(step, model.times(step))


def _dot(a: Floats, b: Floats) -> float:
    # numpy's pairwise sum, not BLAS: deterministic
    return float((a * b).sum())
