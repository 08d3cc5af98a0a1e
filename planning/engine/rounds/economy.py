"""Worker councils with private technology and effort, consumer councils with Cobb–Douglas utility: the
economies of Hahnel, Szczepanczyk and Weisdorf, and others made of the same parts."""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.engine import errors as engine_errors
from planning.engine.problem import Floats, Longs
from planning.engine.rounds import errors

WHOLE = ("product", "input_ptr", "input_good", "wanted_good", "technology")
PER_WORKER = ("product", "scale", "effort_share", "effort_cost", "effort_power", "technology", "fixed_cost")
MAY_BE_ZERO = ("endowment", "taste", "fixed_cost")


class Technology(IntEnum):
    COBB_DOUGLAS = 0
    LEONTIEF = 1


@dataclass(frozen=True, eq=False)
class Layout:
    """What everybody may know: who makes, needs and wants what, and what is given; no private parameter."""

    endowment: Floats
    product: Longs
    input_ptr: Longs
    input_good: Longs
    wanted_good: Longs

    @property
    def goods(self) -> int:
        return len(self.endowment)

    @property
    def workers(self) -> int:
        return len(self.product)

    @cached_property
    def owner(self) -> Longs:
        """The worker council of every input [h]."""
        return np.repeat(np.arange(self.workers), np.diff(self.input_ptr))

    def per_council(self, values: Floats) -> Floats:
        """Sums of input values [h] by worker council [n]."""
        return np.bincount(self.owner, values, self.workers)


@dataclass(frozen=True, eq=False)
class CouncilEconomy:
    """``n`` worker councils, ``c`` consumer councils and ``m`` goods; ``h`` inputs in all, ``k`` goods wanted.

    Worker council ``i`` makes ``Q = scale · e^effort_share · Π_j x_j^input_share_j`` of good ``product``
    with effort ``e``, which it feels as a cost of ``effort_cost · e^effort_power`` in money (Hahnel 2021,
    ch. 9, whose letters are a, c, b_j, s, k). With ``technology`` Leontief the inputs come in fixed proportions:
    ``min_j (x_j / (b_j/B))^B`` with ``B = Σ b`` in the place of the product, scaled so that both technologies are the
    same when all prices are. Where its surplus is below ``fixed_cost`` (money) a council makes nothing.
    Its inputs are the span ``input_ptr[i]:input_ptr[i + 1]`` of ``input_good`` and ``input_share``. A consumer
    council spends its ``entitlement`` (money) on the goods ``wanted_good`` in proportion to its row of ``taste``.
    ``endowment`` [m] is what nature and the working population give without being made, in the good's unit.

    Shapes: ``endowment [m]``; ``product, scale, effort_share, effort_cost, effort_power, technology,
    fixed_cost [n]`` (the last two 0 unless given); ``input_ptr [n+1]``;
    ``input_good, input_share [h]``; ``entitlement [c]``; ``taste [c, k]``;
    ``wanted_good [k]``. Public goods count once for all, so that a council's spending on one is a
    contribution (docs/rounds.md). Build it with :meth:`build`, which checks everything.
    """

    endowment: Floats
    product: Longs
    scale: Floats
    effort_share: Floats
    effort_cost: Floats
    effort_power: Floats
    input_ptr: Longs
    input_good: Longs
    input_share: Floats
    entitlement: Floats
    taste: Floats
    wanted_good: Longs
    technology: Longs
    fixed_cost: Floats

    @property
    def goods(self) -> int:
        return len(self.endowment)

    @property
    def workers(self) -> int:
        return len(self.product)

    @property
    def consumers(self) -> int:
        return len(self.entitlement)

    @cached_property
    def layout(self) -> Layout:
        return Layout(self.endowment, self.product, self.input_ptr, self.input_good, self.wanted_good)

    @cached_property
    def input_total(self) -> Floats:
        """``B = Σ b`` of every worker council [n]."""
        return self.layout.per_council(self.input_share)

    @cached_property
    def returns(self) -> Floats:
        """Returns to scale ``θ = Σ b + c/k`` of every worker council [n], effort included; below 1."""
        return self.input_total + self.effort_share / self.effort_power

    @cached_property
    def leontief(self) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = self.technology == Technology.LEONTIEF
        return mask

    @cached_property
    def spending(self) -> Floats:
        """Money that every consumer council spends on every good it wants [c, k], whatever the prices."""
        shares = self.taste / self.taste.sum(axis=1, keepdims=True)
        money: Floats = self.entitlement[:, None] * shares
        return money

    @classmethod
    def build(cls, **arrays: ArrayLike) -> Self:
        """Arrays by field name, converted and validated; raises the ``EngineError`` that names the place."""
        nothing = np.zeros(np.shape(arrays["product"]))
        given = {"technology": nothing, "fixed_cost": nothing} | arrays
        converted: dict[str, Any] = {name: _as_array(name, values) for name, values in given.items()}
        economy = cls(**converted)
        economy.validate()
        return economy

    def validate(self) -> None:
        """Raises the ``EngineError`` subclass that names the first array and place at fault."""
        _check_lengths(self)
        _check_figures(self)
        self._check_returns()
        self._check_goods()

    def _check_returns(self) -> None:
        message = (
            "Worker council {i} has returns to scale of 1 or more: at fixed prices it makes without end."
        )
        _refuse(self.returns >= 1.0, errors.UnboundedSupply, message, "input_share", "worker council")

    def _check_goods(self) -> None:
        made = np.bincount(self.product, minlength=self.goods) > 0
        used = np.bincount(self.input_good, minlength=self.goods) > 0
        used |= np.bincount(self.wanted_good, self.spending.sum(axis=0), self.goods) > 0
        given = self.endowment > 0
        message = (
            "Nobody makes good {i} and none of it is given: add a council that makes it, or leave it out."
        )
        _refuse(~made & ~given, errors.NobodyMakes, message, "product", "good")
        message = "Nobody uses good {i}: no price clears it; leave it out."
        _refuse(~used, errors.NobodyUses, message, "input_good", "good")


def _as_array(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        array = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        message = f"{name} holds something that is not a number: {problem}"
        raise engine_errors.NotFinite(message, array=name) from None
    if name not in WHOLE:
        return array
    if not np.isfinite(array).all() or (array != np.trunc(array)).any():
        raise engine_errors.IndexOutOfRange(f"{name} must hold whole numbers.", array=name)
    return array.astype(np.int64)


def _check_lengths(economy: CouncilEconomy) -> None:
    n, h, m = economy.workers, len(economy.input_good), economy.goods
    for what, size in (("goods", m), ("worker councils", n), ("consumer councils", economy.consumers)):
        if size == 0:
            raise errors.EmptyEconomy(f"The economy has no {what}.")
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(PER_WORKER, (n,))
    shapes |= {"input_ptr": (n + 1,), "input_share": (h,), "input_good": (h,), "endowment": (m,)}
    shapes |= {"entitlement": (economy.consumers,), "wanted_good": (len(economy.wanted_good),)}
    shapes["taste"] = (economy.consumers, len(economy.wanted_good))
    for name, shape in shapes.items():
        found = getattr(economy, name).shape
        if found != shape:
            message = f"{name} has the shape {found} where {shape} is needed."
            raise engine_errors.WrongShape(message, array=name)
    if economy.input_ptr[0] != 0 or economy.input_ptr[-1] != h or (np.diff(economy.input_ptr) < 0).any():
        raise engine_errors.WrongShape(f"input_ptr must rise from 0 to {h}.", array="input_ptr")
    message = "Worker council {i} has no inputs."
    empty = np.diff(economy.input_ptr) == 0
    _refuse(empty, engine_errors.WrongShape, message, "input_ptr", "worker council")
    for name in ("product", "input_good", "wanted_good"):
        values = getattr(economy, name)
        message = f"{name}[{{i}}] must be a good between 0 and {m - 1}."
        _refuse((values < 0) | (values >= m), engine_errors.IndexOutOfRange, message, name, "place")


def _check_figures(economy: CouncilEconomy) -> None:
    for field in fields(economy):
        name = field.name
        values = np.atleast_2d(getattr(economy, name).T).T
        message = f"{name}[{{i}}] is not a finite number."
        _refuse(~np.isfinite(values).all(axis=1), engine_errors.NotFinite, message, name, "place")
        if name in MAY_BE_ZERO:
            message = f"{name}[{{i}}] is negative."
            _refuse((values < 0).any(axis=1), engine_errors.NegativeCoefficient, message, name, "place")
        elif name not in WHOLE:
            message = f"{name}[{{i}}] must be greater than zero."
            _refuse((values <= 0).any(axis=1), errors.NotPositive, message, name, "place")
    unknown = ~np.isin(economy.technology, list(Technology))
    message = "Worker council {i} has a technology that is neither Cobb–Douglas (0) nor Leontief (1)."
    _refuse(unknown, engine_errors.IndexOutOfRange, message, "technology", "worker council")
    message = "Consumer council {i} wants nothing: its row of taste has no figure above zero."
    nothing = economy.taste.sum(axis=1) <= 0
    _refuse(nothing, errors.NotPositive, message, "taste", "consumer council")


def _refuse(
    bad: NDArray[np.bool_], error: type[engine_errors.EngineError], message: str, array: str, axis: str
) -> None:
    if bad.any():
        place = int(np.argmax(bad))
        raise error(message.format(i=place), array=array, axis=axis, index=place)
