"""What money has brought: in a sector, and in each workplace by its own record; never what a workplace says of itself."""

from dataclasses import dataclass

import numpy as np

from planning.allocation.effects import Records, shrunk
from planning.allocation.returns import Outcome, returns
from planning.models import Cycle, Grant, InvestmentRequest
from planning.models.ledger import MINOR
from planning.rules import DEFAULTS, rule
from planning.selectors.envelopes import made_in

ENOUGH = 3  # finished grants of a sector from which its return is estimated
STILL = (
    10  # workplaces without a grant from which it is known how value added moves where nothing was granted
)
Source = InvestmentRequest.Source


def returns_of(cycle: Cycle, sector: int) -> tuple[float, str]:
    """Return the value added gained per year and unit of money in a sector, and where the figure comes from.

    Once ``ENOUGH`` grants of the sector's workplaces are in a baseline: ``Σ (value added now − when first asked) / Σ money``,
    inside the limits that the charter's own figure has. Before and after, each at its baseline's accounting prices: what
    else changed meanwhile is in it. Else the charter's figure.
    """
    rate = _brought([one for one in _finished(cycle) if one.sector == sector])
    return (rule(cycle.rules, "investment_return"), Source.CHARTER) if rate is None else (rate, Source.GRANTS)


def _inside(rate: float) -> float:
    _default, low, high, _sentence = DEFAULTS["investment_return"]
    return min(max(rate, low), high)


@dataclass(frozen=True)
class _Finished:
    """A grant whose equipment is in a baseline: when and at what value added it was asked for, its money, value added now."""

    workplace: int
    sector: int
    before: float
    year: int
    money: float
    now: float


def _finished(cycle: Cycle) -> list[_Finished]:
    """Return the finished grants that the cycle's baseline holds, in the order in which they were asked for."""
    made = made_in(cycle.baseline)
    rows = Grant.objects.filter(gain__year__lt=cycle.year).order_by("request_id").values_list(
        "request__workplace", "request__workplace__main_sector", "request__value_added", "request__cycle__year", "amount"
    )  # fmt: skip
    return [
        _Finished(place, sector, before, year, amount / MINOR, made[place].value_added)
        for place, sector, before, year, amount in rows
        if place in made
    ]


def _brought(grants: list[_Finished]) -> float | None:
    """Return what a sector's grants brought; None where there are too few to say."""
    if len(grants) < ENOUGH:
        return None
    return _inside(returns(Outcome(one.workplace, one.before, one.now, one.money) for one in grants))


def returns_at(cycle: Cycle, workplace: int, sector: int) -> tuple[float, str]:
    """Return what a unit of money brings in a workplace a year, and where the figure comes from.

    The sector's figure; where its grants say something and the workplace has finished ones of its own, its own record
    shrunk towards that (``planning.allocation.effects``). Out of baselines only.
    """
    rate, source = returns_of(cycle, sector)
    if source == Source.CHARTER:
        return rate, source
    own = _own(cycle).get(workplace)
    return (rate, source) if own is None else (_inside(own), Source.OWN)


def _own(cycle: Cycle) -> dict[int, float]:
    """Return the estimate of every workplace with finished grants in a sector whose own grants say what money brings."""
    rows, moves = _finished(cycle), moves_without_grants(cycle)
    of_sector = {s: _brought([one for one in rows if one.sector == s]) for s in {one.sector for one in rows}}
    known = {sector: rate for sector, rate in sorted(of_sector.items()) if rate is not None}
    records: dict[int, list[_Finished]] = {}
    for one in rows:
        if one.sector in known:
            records.setdefault(one.workplace, []).append(one)
    if moves is None or not records:
        return {}
    place = {sector: number for number, sector in enumerate(known)}
    first = [each[0] for each in records.values()]
    now = np.array([one.now for one in first])
    before = np.array([one.before for one in first])
    found = shrunk(
        Records(
            sector=np.array([place[one.sector] for one in first], np.intp),
            money=np.array([sum(one.money for one in each) for each in records.values()]),
            gained=now - before,
            size=np.where(before > 0, before, np.abs(now)),
            years=np.array([float(max(cycle.year - one.year, 1)) for one in first]),
            drift=moves[0],
            stray=moves[1],
        ),
        np.array([known[one.sector] for one in first]),
    )
    return dict(zip(records, found.tolist(), strict=True))


def moves_without_grants(cycle: Cycle) -> tuple[float, float] | None:
    """Return by how much value added moves in a year where nothing was granted, mean and standard deviation (shares of it).

    Of the workplaces that made something in this baseline and in the last one before it, and have no grant in either;
    None where there are fewer than ``STILL`` of them.
    """
    earlier = Cycle.objects.filter(year__lt=cycle.year).exclude(phase=Cycle.Phase.ABANDONED)
    last = earlier.select_related("baseline").order_by("-year").first()
    if last is None:
        return None
    granted = set(Grant.objects.filter(gain__isnull=False).values_list("request__workplace", flat=True))
    before, now = made_in(last.baseline), made_in(cycle.baseline)
    moves = np.array([
        now[one].value_added / before[one].value_added - 1
        for one in sorted(before.keys() & now.keys() - granted)
        if before[one].value_added > 0 and now[one].value_added > 0
    ])  # fmt: skip
    if len(moves) < STILL:
        return None
    years = cycle.year - last.year
    return float(moves.mean()) / years, float(moves.std(ddof=1)) / years**0.5
