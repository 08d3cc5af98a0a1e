"""What the sheet of one year shows beyond its sums: the names of parts, the envelopes and what was granted out of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from planning.models import Cycle, EnvelopeDraft, Plan, Posting
from planning.models.ledger import MINOR
from planning.selectors.board.figure import Decision, Part, Triple
from planning.selectors.board.year import TAKEN_BACK, Year
from planning.selectors.envelopes import REGION, SECTOR, fund
from workplaces.models import Occupation, Region, Resource, Sector

BEFORE_ENVELOPES = (Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES)


@dataclass(frozen=True)
class Named:
    """What a part is called, its unit, and who owns it."""

    code: str
    label: str
    unit: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Money:
    """An envelope in currency: by the guideline, as settled, granted out of it."""

    target: float | None
    settled: float | None
    granted: float | None


@dataclass(frozen=True)
class Shown:
    """Names by entity, envelopes by stream and entity, decisions by what they are on."""

    regions: Mapping[int, Named]
    sectors: Mapping[int, Named]
    occupations: Mapping[int, Named]
    resources: Mapping[int, Named]
    envelopes: Mapping[tuple[str, int], Money]
    totals: Mapping[str, float]  # of the fund, by stream, in currency


def shown(year: Year) -> Shown:
    """Read the names and envelopes of a year."""
    scenario = year.cycle.baseline
    resources = Resource.objects.in_scenario(scenario).select_related("owner").order_by("code")
    sectors = Sector.objects.in_scenario(scenario).order_by("code")
    occupations = Occupation.objects.in_scenario(scenario).order_by("code")
    guided, totals = _guided(year)
    return Shown(
        regions={r.pk: Named(r.code, r.label) for r in Region.objects.order_by("code")},
        sectors={s.entity_id: Named(s.code, s.label) for s in sectors},
        occupations={o.entity_id: Named(o.code, o.label) for o in occupations},
        resources={
            r.entity_id: Named(r.code, r.label, r.unit, r.owner.label if r.owner else "") for r in resources
        },
        envelopes=_envelopes(year, guided),
        totals=totals,
    )


def _guided(year: Year) -> tuple[dict[tuple[str, int], float], dict[str, float]]:
    """Return what guidelines give each part and what each stream holds, once the baseline is frozen."""
    if year.cycle.phase in BEFORE_ENVELOPES or not year.cycle.baseline.digest:
        return {}, {}
    found = fund(year.cycle)
    parts = {(p.stream, p.entity): p.suggested / MINOR for p in found.parts if p.low is not None}
    return parts, {SECTOR: found.sectors / MINOR, REGION: found.regions / MINOR} if found.total else {}


def _envelopes(year: Year, guided: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], Money]:
    """Return every envelope with what was posted into it when it was settled, and out of it by grants that stand."""
    fields = ("account__sector", "account__region", "entry__cause")
    rows = Posting.objects.filter(entry__cycle=year.cycle, account__kind__in=[SECTOR, REGION]).values_list(
        *fields
    )
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for sector, region, cause, amount in rows.annotate(moved=Sum("amount")).order_by():
        key = (SECTOR, sector) if sector else (REGION, region)
        sums.setdefault(key, {})[cause] = amount
    found = {}
    for key in {**guided, **sums}:
        moved = sums.get(key, {})
        granted = -sum(moved.get(cause, 0) for cause in ("grant", *TAKEN_BACK)) / MINOR
        settled = moved["envelope"] / MINOR if "envelope" in moved else None
        found[key] = Money(guided.get(key), settled, granted if settled is not None else None)
    return found


def parts(
    names: Mapping[int, Named],
    values: Callable[[int], Triple],
    unit: str = "",
    target: Callable[[int], float | None] = lambda _entity: None,
) -> tuple[Part, ...]:
    """Return a part for every name that has a value in some column, in the order of the names."""
    found = []
    for entity, name in names.items():
        triple, wanted = values(entity), target(entity)
        if triple != Triple() or wanted is not None:
            found.append(Part(name.code, name.label, unit or name.unit, triple, wanted, name.owner))
    return tuple(found)


def settled_draft(cycle: Cycle) -> EnvelopeDraft | None:
    """Return the envelopes' draft that the board settled, else its latest."""
    return cycle.envelope_drafts.order_by("settled_at", "-number").first()


def latest_plan(cycle: Cycle) -> Plan | None:
    """Return the latest plan of the year."""
    return cycle.plans.select_related("cycle").order_by("-number").first()


def of(decided: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return decisions once each, in their order."""
    return tuple(dict.fromkeys(decided))
