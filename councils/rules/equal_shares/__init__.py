"""The Method of Equal Shares (Peters and Skowron 2020; Peters, Pierczyński and Skowron 2021) with completions."""

from councils.rules.equal_shares.rule import COMPLETIONS, equal_shares, payments

__all__ = ["COMPLETIONS", "equal_shares", "payments"]
