"""What a programme would bring: last year's economy with another final demand, through the Leontief inverse."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from scipy import sparse

from planning.engine.analysis import leontief
from planning.engine.errors import NotProductive
from planning.engine.problem import Floats
from planning.models import Cycle, Topic
from planning.rules import rule
from planning.runner.baseline_table import Baseline, added_up, baseline_of, is_kept, per_unit
from planning.selectors.grants import granted_for
from planning.selectors.guidelines import held
from workplaces.errors import Refused
from workplaces.kept import kept, known
from workplaces.models import Line, Product

RULES = ("investment_return", "weekly_hours")  # of the cycle, on which a sheet hangs
LINES_AT_ONCE, PRODUCTS_AT_ONCE = 5_000, 500  # what is computed while somebody waits: some tenths of a second
type Given = Mapping[tuple[str, int | None], float]


@dataclass(frozen=True)
class Change:
    """A figure as it is in the baseline and as the programme would have it."""

    now: float
    then: float

    @property
    def growth(self) -> float:
        """``then / now − 1``; 0 where nothing is there now."""
        return self.then / self.now - 1 if self.now else 0.0


@dataclass(frozen=True)
class Sheet:
    """The consequences: money at accounting prices a year, hours a year, resources in their units; by entity ids.

    ``invested`` is all investment, and ``set_aside`` the part of it that councils grant. Consumption is what is left if
    all final use together keeps last year's value; ``undiminished`` are the hours needed if consumption keeps its value
    and investment comes on top. ``weekly`` are the hours a week at which what is made would need all the hours that pools
    offer; ``later`` the value added a year that what is set aside adds once its lag is over; ``beyond`` products that need
    more than all lines' capacity.
    """

    value_added: float
    invested: Change
    set_aside: Change
    collective: Change
    individual: Change
    hours: Change
    undiminished: float
    offered: Change
    weekly: float
    resources: dict[int, tuple[Change, Change | None]]  # use, cap
    sectors: dict[int, Change]
    beyond: dict[int, float]
    free: dict[int, float]
    later: float


@dataclass(frozen=True)
class Before:
    """What a year begins with: figures that hold without a vote, and what last year's grants bought (currency)."""

    figures: Given
    granted: float


def before(cycle: Cycle) -> Before:
    """Read what the cycle begins with."""
    return Before(held(cycle), granted_for(cycle.baseline))


def consequences_of(cycle: Cycle, figures: Given, start: Before | None = None) -> Sheet:
    """Return what figures (topic and entity → value) would bring, computed from the cycle's frozen baseline.

    On what they leave open holds what does without a vote; ``start`` spares reading that for every programme. Kept: a
    frozen baseline never changes. Raises Refused before it is frozen, and where the baseline uses up more than it makes.
    """
    start = start or before(cycle)

    def compute() -> dict[str, Any]:
        try:
            return written(
                _computed(cycle, figures, start, baseline_of(cycle.baseline_id, cycle.baseline.digest))
            )
        except NotProductive:
            return {}

    return _there(kept(_key(cycle, figures, start), compute, read))


def _computed(cycle: Cycle, figures: Given, start: Before, base: Baseline) -> Sheet:
    rules = {"returns": rule(cycle.rules, RULES[0]), "weekly_hours": rule(cycle.rules, RULES[1])}
    return sheet(base, {**start.figures, **figures}, granted=start.granted, **rules)


def consequences_known(cycle: Cycle, figures: Given, start: Before | None = None) -> Sheet | None:
    """Return the same where it is kept or quickly computed; None where nobody who asks should have to wait for it.

    Quick is a baseline of few lines, or one that is kept already, if its products are few. Raises Refused as
    ``consequences_of`` does.
    """
    start = start or before(cycle)
    found = known(_key(cycle, figures, start), read)
    if found is not None:
        return _there(found)
    quick = _is_small(cycle) or (
        _has_few_products(cycle) and is_kept(cycle.baseline_id, cycle.baseline.digest)
    )
    return consequences_of(cycle, figures, start) if quick else None


def consequences_preview(cycle: Cycle, figures: Given) -> Sheet:
    """Return the same of a baseline that is still open, if it is small; nothing of it is kept. Raises Refused."""
    if not _is_small(cycle):
        raise _not_frozen(cycle)
    try:
        return _computed(cycle, figures, before(cycle), added_up(cycle.baseline_id))
    except NotProductive:
        return _there([])


def _is_small(cycle: Cycle) -> bool:
    lines = Line.objects.in_scenario(cycle.baseline).order_by().values_list("pk")[: LINES_AT_ONCE + 1]
    return _has_few_products(cycle) and len(lines) <= LINES_AT_ONCE


def _has_few_products(cycle: Cycle) -> bool:
    return Product.objects.in_scenario(cycle.baseline).count() <= PRODUCTS_AT_ONCE


def _not_frozen(cycle: Cycle) -> Refused:
    return Refused(
        _("Consequences are computed once the baseline of %(year)s is frozen.") % {"year": cycle.year}
    )


def _key(cycle: Cycle, figures: Given, start: Before) -> str:
    """Return what the sheet is kept as: it names all that it hangs on. Raises Refused before the baseline is frozen."""
    if not cycle.baseline.digest:
        raise _not_frozen(cycle)
    given = sorted(((*key, value) for key, value in {**start.figures, **figures}.items()), key=str)
    hangs_on = repr((given, start.granted, [rule(cycle.rules, name) for name in RULES]))
    return f"sheet-2:{cycle.baseline_id}:{cycle.baseline.digest}:{sha256(hangs_on.encode()).hexdigest()}"


def _there(found: list[Sheet]) -> Sheet:
    """Return the sheet; raise Refused where there is none."""
    if not found:
        raise Refused(
            _("The consequences have no answer: by its figures the baseline uses up more than it makes.")
        )
    return found[0]


def written(one: Sheet) -> dict[str, Any]:
    """Return a sheet as plain JSON."""
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, Change):
        return [value.now, value.then]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return [[key, _plain(one)] for key, one in value.items()] if isinstance(value, dict) else value


def read(value: dict[str, Any]) -> list[Sheet]:
    """Return a sheet that was written, in a list; none where it was found to have no answer."""
    if not value:
        return []
    changes = {
        name: Change(*value[name])
        for name in ("invested", "set_aside", "collective", "individual", "hours", "offered")
    }
    inside = {
        "resources": {
            key: (Change(*use), Change(*cap) if cap else None) for key, (use, cap) in value["resources"]
        },
        "sectors": {key: Change(*change) for key, change in value["sectors"]},
        "beyond": dict(value["beyond"]),
        "free": dict(value["free"]),
    }
    return [Sheet(**(value | changes | inside))]


def sheet(
    base: Baseline, figures: Given, *, granted: float, returns: float,
    weekly_hours: float,
) -> Sheet:  # fmt: skip
    """``Δx = (I − D A)⁻¹ D Δf``: what is made changes with final demand, imports in proportion.

    ``Δf`` keeps the value of final use: what is set aside comes on top of the table's own investment, in the place of what
    was ``granted`` last year (currency); consumption is what is left, divided into collective and individual; each keeps its
    own composition (Miller and Blair 2009, ch. 2 and 4.2: competitive imports ``D = diag(x / (x + m))``). Raises
    ``NotProductive``.
    """
    price, table = base.price, base.table
    value_added = float(price @ table.output - (price @ table.flows).sum())
    now = {name: float(price @ getattr(base, name)) for name in ("invested", "collective", "individual")}
    consumed, part = now["collective"] + now["individual"], figures.get((Topic.COLLECTIVE, None))
    share = figures.get((Topic.INVESTMENT, None))
    aside = Change(granted, granted if share is None else share / 100 * value_added)
    invested = Change(now["invested"] + aside.now, now["invested"] + aside.then)
    collective = part / 100 if part is not None else now["collective"] / consumed if consumed else 0.0
    now["invested"] = invested.now

    def then(left: float) -> dict[str, float]:
        return {
            "invested": invested.then, "collective": collective * left, "individual": (1 - collective) * left
        }  # fmt: skip

    wanted = then(max(consumed + invested.now - invested.then, 0.0))
    grown, on_top = _grown(base, _moved(base, now, wanted)), _grown(base, _moved(base, now, then(consumed)))
    made = np.maximum(table.output + grown, 0.0)
    needed, of_each = float(base.hours.sum()), per_unit(base.hours, table.output)
    hours = Change(needed, needed + float(of_each @ grown))
    week = figures.get((Topic.HOURS, None), weekly_hours)
    return Sheet(
        value_added=value_added,
        invested=invested,
        set_aside=aside,
        collective=Change(now["collective"], wanted["collective"]),
        individual=Change(now["individual"], wanted["individual"]),
        hours=hours,
        undiminished=needed + float(of_each @ on_top),
        offered=Change(base.offered, base.offered * week / weekly_hours),
        weekly=weekly_hours * hours.then / base.offered if base.offered else 0.0,
        resources=_resources(base, grown, figures),
        sectors=_by_sector(base, made),
        beyond=_beyond(base, made),
        free={
            entity: _used(base, entity) for (topic, entity) in figures if topic == Topic.FREE and entity is not None
        },
        later=returns * aside.then,
    )  # fmt: skip


def _moved(base: Baseline, now: Mapping[str, float], then: Mapping[str, float]) -> Floats:
    """Return by how much final uses differ, each in its composition [n]."""
    return sum(
        (_composed(base, name, then[name]) - _composed(base, name, now[name]) for name in now),
        np.zeros_like(base.price),
    )


def _by_sector(base: Baseline, made: Floats) -> dict[int, Change]:
    """Return what each sector makes, in currency, now and when ``made`` [n] is made."""
    now, then = base.shares @ (base.price * base.table.output), base.shares @ (base.price * made)
    return {int(one): Change(float(a), float(b)) for one, a, b in zip(base.sectors, now, then, strict=True)}


def _composed(base: Baseline, name: str, total: float) -> Floats:
    """Return quantities worth ``total`` in the composition of that use; where there is none, in that of all three."""
    pattern: Floats = getattr(base, name)
    worth = float(base.price @ pattern)
    if worth <= 0:
        pattern = np.maximum(base.invested + base.collective + base.individual, 0.0)
        worth = float(base.price @ pattern)
    return pattern * (total / worth) if worth > 0 else np.zeros_like(base.price)


def _grown(base: Baseline, change: Floats) -> Floats:
    """``Δx = (I − D A)⁻¹ D Δf`` [n]."""
    if not change.any():
        return np.zeros_like(change)
    a = base.table.coefficients
    home = base.domestic[:, None] * a if isinstance(a, np.ndarray) else sparse.diags_array(base.domestic) @ a
    return leontief(home, base.domestic * change)


def _resources(base: Baseline, grown: Floats, figures: Given) -> dict[int, tuple[Change, Change | None]]:
    found: dict[int, tuple[Change, Change | None]] = {}
    for row, entity, cap, capped in zip(
        base.table.resources, base.table.resource_ids.tolist(), base.caps.tolist(), base.capped, strict=True
    ):
        used, more = float(row.sum()), float(per_unit(row, base.table.output) @ grown)
        limit = Change(cap, figures.get((Topic.CAP, entity), cap)) if capped else None
        found[entity] = (Change(used, used + more), limit)
    return found


def _beyond(base: Baseline, made: Floats) -> dict[int, float]:
    """Return by product, as a share, how far what would be made exceeds all that its lines can make."""
    over = (base.capacity > 0) & (made > base.capacity * (1 + 1e-9))
    share = made[over] / base.capacity[over] - 1
    return dict(zip(base.table.products[over].tolist(), share.tolist(), strict=True))


def _used(base: Baseline, entity: int) -> float:
    place = int(np.searchsorted(base.table.products, entity))
    return float(base.price[place] * base.individual[place])
