"""What guidelines there are, what holds where nobody votes, and inside which bounds programmes move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from planning.models import Cycle, Guideline, GuidelineQuestion, Topic
from planning.models.programmes import ENTITY, UNITS, WEEK, TopicRow
from planning.rules import rule
from planning.selectors.envelopes import Part, shared_among
from workplaces.models import DemandLine, Product, Resource
from workplaces.presentation.figures import worth

HOUSEHOLD, PUBLIC = DemandLine.Category.HOUSEHOLD, DemandLine.Category.PUBLIC
NUMBERS = (Topic.INVESTMENT, Topic.HOURS, Topic.CAP)
DIVIDED = (Topic.SECTOR, Topic.REGION)
WHOLE = 1000
DECIMALS = 6

type Key = tuple[str, int | None]
type Figures = dict[Key, float]


@dataclass(frozen=True)
class Bounds:
    """Between what a figure lies, and what holds today; in the topic's unit."""

    least: float
    most: float
    now: float
    unit: str

    @property
    def status_quo(self) -> float:
        """What holds today, brought inside the bounds: what a vote without a majority leaves."""
        return min(max(self.now, self.least), self.most)


@dataclass(frozen=True)
class Bounded:
    """Everything that a programme for a cycle can speak of: numbers with their bounds, parts of shares, goods."""

    numbers: dict[Key, Bounds]
    resources: dict[int, Resource]
    sectors: list[Part]
    regions: list[Part]
    least: dict[str, int]  # the legal minimum of each part, of 1000, by topic
    products: dict[int, Product]
    invested: float  # last year's, without what councils granted; currency at accounting prices

    def parts(self, topic: str) -> list[Part]:
        """Return those among whom a topic's whole is divided."""
        return self.sectors if topic == Topic.SECTOR else self.regions


def kept(cycle: Cycle) -> list[Guideline]:
    """Return the guidelines of the latest earlier year that came about and had any: what nobody votes on stays so."""
    earlier = Guideline.objects.filter(cycle__year__lt=cycle.year).exclude(cycle__phase=Cycle.Phase.ABANDONED)
    year = earlier.order_by("-cycle__year").values_list("cycle", flat=True).first()
    return list(Guideline.objects.filter(cycle=year).select_related("decided_in", "cycle")) if year else []


def keyed(rows: Iterable[TopicRow]) -> Figures:
    """Return figures by topic and what they are about."""
    return {(row.topic, row.entity): row.value for row in rows}


def guidelines_of(cycle: Cycle) -> list[Guideline]:
    """Return what was set for a cycle, with what it is about."""
    related = (*ENTITY.values(), "question", "decided_in")
    return list(Guideline.objects.filter(cycle=cycle).select_related(*related))


def questions_of(cycle: Cycle) -> list[GuidelineQuestion]:
    """Return the questions that were put to the vote, in their order."""
    return list(GuidelineQuestion.objects.filter(cycle=cycle).select_related("resource"))


def held(cycle: Cycle) -> Figures:
    """Return what holds of numbers and of the collective share without a vote: earlier guidelines, the charter's fund."""
    topics = (*NUMBERS, Topic.COLLECTIVE)
    found = {key: value for key, value in keyed(kept(cycle)).items() if key[0] in topics}
    return {(Topic.INVESTMENT.value, None): 100 * rule(cycle.rules, "investment_share")} | found


def uses_now(cycle: Cycle) -> dict[str, float]:
    """Return last year's final uses by category, in currency at accounting prices."""
    products = Product.objects.in_scenario(cycle.baseline).values_list("entity_id", "price", "unit")
    price = {entity: worth(1.0, one, unit) for entity, one, unit in products}
    rows = DemandLine.objects.in_scenario(cycle.baseline).values("category", "product")
    totals = dict.fromkeys(DemandLine.Category.values, 0.0)
    for category, product, used in rows.annotate(used=Sum("last")).values_list("category", "product", "used"):
        totals[category] += used * price.get(product, 0.0)
    return totals


def collective_now(uses: Mapping[str, float]) -> float:
    """Return the collective share of consumption in percent."""
    whole = uses[HOUSEHOLD] + uses[PUBLIC]
    return round(100 * uses[PUBLIC] / whole, 1) if whole > 0 else 0.0


def capped(cycle: Cycle) -> dict[int, Resource]:
    """Return the baseline's resources with a cap above nothing, by entity."""
    rows = Resource.objects.in_scenario(cycle.baseline).filter(cap__gt=0).order_by("code")
    return {row.entity_id: row for row in rows}


def bounded(cycle: Cycle) -> Bounded:
    """Return what programmes for the cycle can speak of, by its charter and its baseline."""
    rules, last, resources, uses = cycle.rules, keyed(kept(cycle)), capped(cycle), uses_now(cycle)

    def percent(name: str) -> float:
        return 100 * rule(rules, name)

    invested: Key = (Topic.INVESTMENT, None)
    collective: Key = (Topic.COLLECTIVE, None)
    hours: Key = (Topic.HOURS, None)
    numbers = {
        invested: Bounds(
            percent("invested_least"), percent("invested_most"), last.get(invested, percent("investment_share")), "%"
        ),
        collective: Bounds(
            percent("collective_least"), percent("collective_most"), last.get(collective, collective_now(uses)), "%"
        ),
        hours: Bounds(
            rule(rules, "hours_least"), min(rule(rules, "hours_most"), WEEK),
            last.get(hours, rule(rules, "weekly_hours")), "h",
        ),
    }  # fmt: skip
    for entity, resource in resources.items():
        key: Key = (Topic.CAP, entity)
        most = rule(rules, "cap_most") * float(resource.cap or 0.0)
        numbers[key] = Bounds(
            0.0,
            round(most, DECIMALS),
            round(last.get(key, float(resource.cap or 0.0)), DECIMALS),
            resource.unit,
        )
    sectors, regions = shared_among(cycle)
    least = rule(rules, "envelope_least")
    minima = {
        topic: int(least * WHOLE / len(parts)) if parts else 0
        for topic, parts in ((Topic.SECTOR.value, sectors), (Topic.REGION.value, regions))
    }
    products = {p.entity_id: p for p in Product.objects.in_scenario(cycle.baseline).order_by("code")}
    return Bounded(
        numbers, resources, sectors, regions, minima, products, uses[DemandLine.Category.INVESTMENT]
    )


def unit_of(topic: str, resource: Resource | None = None) -> str:
    """Return the unit of a topic's figures."""
    return resource.unit if resource is not None else UNITS.get(topic, "")
