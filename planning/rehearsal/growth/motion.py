"""How levels move from one year to the next, and what is learnt about the effect of money."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.allocation.effects import Records, shrunk
from planning.allocation.requests import Floats, Longs
from planning.rehearsal.growth.assumptions import SECTOR, SHRUNK, TRUE, Assumptions
from planning.rehearsal.growth.dial import ceilings, people
from planning.rehearsal.growth.start import Collectives
from planning.rules import DEFAULTS
from planning.selectors.effects import ENOUGH, STILL


@dataclass(frozen=True, eq=False)
class Standing:
    """Where ``n`` collectives stand, in value added per hour: ``own`` ability, and what grants have ``bought``.

    ``due`` are grants on their way, the oldest first, a year each. Of the finished ones: ``given`` (n, in units of
    value), ``gained`` (n, value added a year, before against after) and how many there were, ``count`` (n). ``still`` is what
    levels did in years where nothing was finished: how many, the sum of their moves as shares, and of the squares.
    """

    own: Floats
    bought: Floats
    due: tuple[Longs, ...]
    given: Floats
    gained: Floats
    count: Longs
    still: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def level(self) -> Floats:
        """Value added per hour."""
        return self.own + self.bought


def standing(level: Floats) -> Standing:
    """Return the start, from which nothing has been granted."""
    none = np.zeros(len(level))
    return Standing(level, none, (), none, none, np.zeros(len(level), np.int64))


def moved(
    at: Standing, of: Collectives, hours: Floats, grants: Longs, draw: Floats, assumed: Assumptions
) -> Standing:
    """Return where everybody stands a year later; ``hours`` (n) worked, ``grants`` (n) of the year, ``draw`` (n) normal.

    ``own' = (own + λ max(F − l, 0)) (1 + γ) exp(σ draw − σ²/2)``, with ``F`` the level of the sector's best tenth;
    ``bought' = (1 − δ) bought + r z / h``, where ``z`` was granted ``lag`` years before and ``r`` is what money truly brings.
    """
    due = (*at.due, grants)
    ready, due = (due[0], due[1:]) if len(due) >= assumed.lag else (np.zeros(len(of), np.int64), due)
    money = ready / of.money
    best = ceilings(of, at.level, people(of, hours))
    way = np.where(np.isfinite(best), np.maximum(best - at.level, 0.0), 0.0)
    lift = np.divide(of.returns * money, hours, out=np.zeros(len(of)), where=hours > 0)
    luck = np.exp(assumed.shock * draw - assumed.shock**2 / 2)
    after = replace(
        at,
        own=(at.own + assumed.learning * way) * (1 + assumed.drift) * luck,
        bought=(1 - assumed.wear) * at.bought + lift,
        due=due,
    )
    told = ready > 0
    moves = after.level[~told] / at.level[~told] - 1
    return replace(
        after,
        given=at.given + money,
        gained=at.gained + np.where(told, (after.level - at.level) * hours, 0.0),
        count=at.count + told,
        still=(
            at.still[0] + len(moves),
            at.still[1] + float(moves.sum()),
            at.still[2] + float((moves**2).sum()),
        ),
    )


def estimated(at: Standing, of: Collectives, hours: Floats, assumed: Assumptions) -> Floats:
    """Return what a unit of money is thought to bring a year in each collective (n), out of finished grants.

    Of a sector: value added gained over money, once it has ``ENOUGH`` grants; until then ``returns``. Of its own: the
    sector's moved towards the collective's by ``k = Z / (Z + K)`` (Bühlmann and Straub 1970), ``Z`` the money it was
    given, ``K`` that of ``credibility`` years of its value added. Shrunk: see
    ``planning.allocation.effects``. All stay inside the charter's limits.
    """
    if assumed.estimate == TRUE:
        return of.returns
    _default, low, high, _sentence = DEFAULTS["investment_return"]
    given, gained, count = (
        np.bincount(of.sector, figure, of.sectors) for figure in (at.given, at.gained, at.count.astype(float))
    )
    known = np.divide(gained, given, out=np.full(of.sectors, assumed.returns), where=count >= ENOUGH)
    of_sector: Floats = np.clip(known, low, high)[of.sector]
    if assumed.estimate == SECTOR:
        return of_sector
    if assumed.estimate == SHRUNK:
        return np.clip(_shrunk(at, of, hours, of_sector, count >= ENOUGH), low, high)
    half = assumed.credibility * at.level * hours
    share = np.divide(at.given, at.given + half, out=np.zeros(len(of)), where=at.given > 0)
    own = np.divide(at.gained, at.given, out=of_sector.copy(), where=at.given > 0)
    moved_towards: Floats = np.clip(of_sector + share * (own - of_sector), low, high)
    return moved_towards


def _shrunk(
    at: Standing, of: Collectives, hours: Floats, of_sector: Floats, told: NDArray[np.bool_]
) -> Floats:
    """Return each collective's own record shrunk towards its sector's, where the sector's grants tell anything."""
    number, total, squares = at.still
    mine = (at.given > 0) & told[of.sector]
    found = of_sector.copy()
    if number < STILL or not mine.any():
        return found
    drift = total / number
    records = Records(
        sector=np.unique(of.sector[mine], return_inverse=True)[1],
        money=at.given[mine],
        gained=at.gained[mine],
        size=(at.level * hours)[mine],
        years=at.count[mine].astype(float),
        drift=drift,
        stray=max(squares / number - drift**2, 0.0) ** 0.5,
    )
    found[mine] = shrunk(records, of_sector[mine])
    return found
