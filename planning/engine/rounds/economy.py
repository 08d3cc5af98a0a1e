"""Worker councils with private Cobb–Douglas technology and effort, consumer councils with Cobb–Douglas
utility: the economies of Hahnel, Szczepanczyk and Weisdorf."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.engine import errors as engine_errors
from planning.engine.problem import Floats, Longs
from planning.engine.rounds import errors

WHOLE = ("product", "input_ptr", "input_good", "wanted_good")


@dataclass(frozen=True, eq=False)
class CouncilEconomy:
    """``n`` worker councils, ``c`` consumer councils and ``m`` goods; ``h`` inputs in all, ``k`` goods wanted.

    Worker council ``i`` makes ``Q = scale · e^effort_share · Π_j x_j^input_share_j`` of good ``product``
    with effort ``e``, which it feels as a cost of ``effort_cost · e^effort_power`` in money (Hahnel 2021,
    ch. 9, whose letters are a, c, b_j, s, k). Its inputs are the span
    ``input_ptr[i]:input_ptr[i + 1]`` of ``input_good`` and ``input_share``. Consumer council ``c`` spends
    ``entitlement`` (money) on the goods ``wanted_good`` in proportion to its row of ``taste``.
    ``endowment`` [m] is what nature and the working population give without being made, in the good's unit.

    Shapes: ``endowment [m]``; ``product, scale, effort_share, effort_cost, effort_power [n]``;
    ``input_ptr [n+1]``; ``input_good, input_share [h]``; ``entitlement [c]``; ``taste [c, k]``;
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
    def owner(self) -> Longs:
        """The worker council of every input [h]."""
        return np.repeat(np.arange(self.workers), np.diff(self.input_ptr))

    @cached_property
    def returns(self) -> Floats:
        """Returns to scale ``θ = Σ b + c/k`` of every worker council [n], effort included; below 1."""
        return self.per_council(self.input_share) + self.effort_share / self.effort_power

    @cached_property
    def spending(self) -> Floats:
        """Money that all consumer councils together spend on every good [m], whatever the prices."""
        shares = self.taste / self.taste.sum(axis=1, keepdims=True)
        return np.bincount(self.wanted_good, self.entitlement @ shares, self.goods)

    def per_council(self, values: Floats) -> Floats:
        """Sums of input values [h] by worker council [n]."""
        return np.bincount(self.owner, values, self.workers)

    @classmethod
    def build(cls, **arrays: ArrayLike) -> Self:
        """Arrays by field name, converted and validated; raises the ``EngineError`` that names the place."""
        converted: dict[str, Any] = {name: _as_array(name, values) for name, values in arrays.items()}
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
        used |= self.spending > 0
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
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(
        ("product", "scale", "effort_share", "effort_cost", "effort_power"), (n,)
    )
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
    for name in ("product", "input_good", "wanted_good"):
        values = getattr(economy, name)
        message = f"{name}[{{i}}] must be a good between 0 and {m - 1}."
        _refuse((values < 0) | (values >= m), engine_errors.IndexOutOfRange, message, name, "place")


def _check_figures(economy: CouncilEconomy) -> None:
    for field in fields(economy):
        values = np.atleast_2d(getattr(economy, field.name).T).T
        message = f"{field.name}[{{i}}] is not a finite number."
        _refuse(~np.isfinite(values).all(axis=1), engine_errors.NotFinite, message, field.name, "place")
        least_allowed = field.name in ("endowment", "taste", *WHOLE)
        if not least_allowed:
            message = f"{field.name}[{{i}}] must be greater than zero."
            _refuse((values <= 0).any(axis=1), errors.NotPositive, message, field.name, "place")
    for name in ("endowment", "taste"):
        values = np.atleast_2d(getattr(economy, name).T).T
        message = f"{name}[{{i}}] is negative."
        _refuse((values < 0).any(axis=1), engine_errors.NegativeCoefficient, message, name, "place")
    message = "Consumer council {i} wants nothing: its row of taste has no figure above zero."
    nothing = economy.taste.sum(axis=1) <= 0
    _refuse(nothing, errors.NotPositive, message, "taste", "consumer council")


def _refuse(
    bad: NDArray[np.bool_], error: type[engine_errors.EngineError], message: str, array: str, axis: str
) -> None:
    if bad.any():
        place = int(np.argmax(bad))
        raise error(message.format(i=place), array=array, axis=axis, index=place)
