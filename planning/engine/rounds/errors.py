# ruff: noqa: N818 - names say what is wrong: EmptyEconomy, NobodyMakes
"""What the rounds refuse, beside :mod:`planning.engine.errors`, as sentences that name the place."""

from planning.engine.errors import EngineError


class EmptyEconomy(EngineError):
    """There are no goods, no worker councils or no consumer councils to plan with."""


class NotPositive(EngineError):
    """A price, an exponent, a scale or an entitlement is zero or negative where it must be positive."""


class UnboundedSupply(EngineError):
    """A worker council's returns do not decrease: at fixed prices it would make without end."""


class NobodyMakes(EngineError):
    """A good is used, but nobody makes it and none is given."""


class NobodyUses(EngineError):
    """A good is made or given, but nobody uses it: no price above zero can clear it."""


class OutOfArithmetic(EngineError):
    """At the prices asked a council's answer leaves the range of the arithmetic."""


class UnreadableArchive(EngineError):
    """A file of councils cannot be read as one."""


class NoSlopes(EngineError):
    """A mechanism needs elasticities, and the answers carry none."""
