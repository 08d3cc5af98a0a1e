"""An envelope shared out at a dial: who gets what, levels before and after, how unequal they are, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planning.allocation.breakpoints import breakpoints
from planning.allocation.ceilings import WEAKEST, ceiling, quantile
from planning.allocation.errors import AllocationError
from planning.allocation.inequality import atkinson, gini, palma, theil
from planning.allocation.requests import Floats, Longs, Requests
from planning.allocation.sharing import LEAST_ALPHA, Least, Sharing, share_out
from planning.models import Account, Envelope, InvestmentRequest
from planning.models.ledger import MINOR
from planning.models.sharing import ungranted
from planning.selectors.envelopes import made_in
from planning.selectors.requests import requests_of
from workplaces.models import Workplace

INDIFFERENT = 1.0  # aversion of the Atkinson index where the dial stands at 0 and has none
GROUPS = ("new", "small")  # of a request: nothing made last year; no collective, else


@dataclass(frozen=True)
class Criteria:
    """Social criteria by group (``GROUPS``): what its benefit is multiplied by, and its least share of the envelope."""

    weights: dict[str, float] = field(default_factory=dict)
    least: dict[str, float] = field(default_factory=dict)

    def stored(self) -> dict[str, dict[str, float]]:
        """Return them as they are frozen: what changes nothing is left out."""
        return {
            "weights": {name: value for name, value in sorted(self.weights.items()) if value != 1.0},
            "least": {name: value for name, value in sorted(self.least.items()) if value != 0.0},
        }


@dataclass(frozen=True, eq=False)
class Asked:
    """The requests of an envelope as the arithmetic takes them, in the order in which they were made.

    Levels are means over hours; how unequal they are is a question between people: ``members`` (n).
    """

    rows: list[InvestmentRequest]
    requests: Requests
    group: np.ndarray  # place in GROUPS, −1 for none
    other: (
        np.ndarray
    )  # number of the region (in a sector's envelope) or sector: for inequality between and within
    returns: Floats  # value added gained per year and minor unit
    members: Floats


@dataclass(frozen=True, eq=False)
class Shared:
    """A sharing-out and what it does; ``least`` are the minimum shares under which it was made."""

    asked: Asked
    envelope: int
    alpha: float
    least: Least | None
    sharing: Sharing
    measures: dict[str, Any]


def money_in(envelope: Envelope) -> int:
    """Return what the envelope's account holds; nothing before it is settled."""
    own = {"sector_id": envelope.sector_id, "region_id": envelope.region_id}
    found = (
        Account.objects.filter(cycle=envelope.draft.cycle, **own).values_list("balance", flat=True).first()
    )
    return int(found or 0)


def requests_to(envelope: Envelope) -> list[InvestmentRequest]:
    """Return the requests to an envelope that were neither withdrawn nor granted anything that stands."""
    rows = ungranted(requests_of(envelope.draft.cycle))
    return list(rows.filter(sector_id=envelope.sector_id, region_id=envelope.region_id))


def asked_of(envelope: Envelope, criteria: Criteria) -> Asked:
    """Return an envelope's requests with levels, effects, ceilings and the weights of the criteria."""
    rows = requests_to(envelope)
    workplaces = _workplaces(envelope, rows)
    group = np.array([_group(row, workplaces[row.workplace_id]) for row in rows], np.int64)
    by_group = np.array([criteria.weights.get(name, 1.0) for name in GROUPS] + [1.0])
    ceilings = ceilings_of(envelope, {workplaces[row.workplace_id].main_sector_id for row in rows})
    places = [
        workplaces[row.workplace_id].region_id if envelope.sector_id else workplaces[row.workplace_id].main_sector_id
        for row in rows
    ]  # fmt: skip
    ceiling = [ceilings[workplaces[row.workplace_id].main_sector_id] for row in rows]
    requests = taken(rows, ceiling, by_group[group])
    other = np.unique(np.array(places, np.int64), return_inverse=True)[1] if rows else np.zeros(0, np.int64)
    returns, members = np.array([(row.returns / MINOR, row.members) for row in rows], float).reshape(-1, 2).T
    return Asked(rows, requests, group, other, returns, members)


def taken(rows: Sequence[InvestmentRequest], ceiling: ArrayLike, weight: ArrayLike) -> Requests:
    """Return requests as the arithmetic takes them; ``ceiling`` and ``weight`` are (n)."""
    return Requests.of(
        level=[row.level for row in rows],
        effect=[row.effect for row in rows],
        size=[row.size for row in rows],
        asked=np.array([row.amount for row in rows], np.int64),
        ceiling=ceiling,
        weight=weight,
    )


def _workplaces(envelope: Envelope, rows: list[InvestmentRequest]) -> dict[int, Workplace]:
    found = Workplace.objects.in_scenario(envelope.draft.cycle.baseline)
    return {one.entity_id: one for one in found.filter(entity_id__in=[row.workplace_id for row in rows])}


def _group(row: InvestmentRequest, workplace: Workplace) -> int:
    if row.value_added == 0:
        return GROUPS.index("new")
    return GROUPS.index("small") if workplace.form != Workplace.Form.COLLECTIVE else -1


def ceilings_of(envelope: Envelope, sectors: set[int]) -> dict[int, float]:
    """Return by sector the level beyond which nobody is lifted: that of its best tenth of people; ∞ in a small sector."""
    baseline = envelope.draft.cycle.baseline
    made = made_in(baseline)
    known = Workplace.objects.in_scenario(baseline).filter(main_sector_id__in=sectors)
    levels: dict[int, list[tuple[float, int]]] = {sector: [] for sector in sectors}
    for workplace, sector, size in known.values_list("entity_id", "main_sector_id", "size"):
        if workplace in made and size:
            levels[sector].append((made[workplace].level, size))
    return {sector: _ceiling(found) for sector, found in levels.items()}


def _ceiling(found: list[tuple[float, int]]) -> float:
    level, people = (
        (np.array(column, float) for column in zip(*found, strict=True)) if found else np.zeros((2, 0))
    )
    return ceiling(level, people)


def shared(
    envelope: Envelope,
    alpha: float,
    criteria: Criteria,
    asked: Asked | None = None,
    aversion: float | None = None,
) -> Shared:
    """Share out what the envelope's account holds; ``aversion`` is that of the Atkinson index, the dial's unless given.

    Raises AllocationError for a dial or criteria that cannot be.
    """
    money, asked = money_in(envelope), asked or asked_of(envelope, criteria)
    sums = {GROUPS.index(name): int(share * money) for name, share in criteria.least.items() if share > 0}
    least = Least(asked.group, sums) if sums else None
    sharing = share_out(asked.requests, money, alpha, least)
    return Shared(
        asked, money, alpha, least, sharing, measures(asked, sharing, aversion or alpha or INDIFFERENT)
    )


def measures(asked: Asked, sharing: Sharing, aversion: float) -> dict[str, Any]:
    """Return how unequal levels are, before and after, by people; value added gained a year; how many are granted."""
    return {
        "before": _unequal(asked, sharing.before, aversion),
        "after": _unequal(asked, sharing.after, aversion),
        "aversion": aversion,
        "gained": float((asked.returns * sharing.grants).sum()),
        "granted": int((sharing.grants > 0).sum()),
        "unspent": sharing.unspent,
    }


def _unequal(asked: Asked, level: Floats, aversion: float) -> dict[str, float | None]:
    """Return the measures of one set of levels; None where nobody has anything, so that nothing can be compared."""
    members = asked.members
    names = ("weakest", "gini", "theil", "between", "within", "atkinson", "palma")
    try:
        parts = theil(level, members, asked.other)
    except AllocationError:
        return dict.fromkeys(names)
    found = (
        quantile(level, members, WEAKEST),
        gini(level, members), parts.total, parts.between, parts.within, atkinson(level, members, aversion),
        palma(level, members),
    )  # fmt: skip
    return {name: value if np.isfinite(value) else None for name, value in zip(names, found, strict=True)}


def bends(found: Shared, index: int) -> tuple[int, int] | None:
    """Return between which envelopes (whole minor units) a request's grant rises from nothing to all it can be given.

    None under minimum shares: they grow with the envelope, and groups have lines of their own. Both are the same for
    whoever can be given nothing.
    """
    if found.least is not None:
        return None
    begins, full = breakpoints(found.asked.requests, index, found.alpha)
    return int(np.floor(begins)), int(np.ceil(full) if full > begins else np.floor(begins))


def at(found: Shared, alpha: float) -> Longs:
    """Return what everybody would get of the same money, under the same criteria, at another dial (whole minor units)."""
    dial = alpha if alpha >= LEAST_ALPHA else 0.0
    return share_out(found.asked.requests, found.envelope, dial, found.least).grants


def is_idle(found: Shared) -> bool:
    """Whether money is expected to bring the same in several requests, so that no dial brings more value added."""
    return len(found.asked.rows) > 1 and np.ptp(found.asked.returns) == 0.0
