"""Programmes, their consequences and the guidelines in words, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.models import Cycle, GuidelineQuestion, Topic
from planning.runner.consequences import Change, Sheet
from planning.selectors.guidelines import Bounded, Bounds, Figures, Key, unit_of
from planning.services.saying import said
from workplaces.models import Product, Resource, Sector
from workplaces.presentation import figures

NOTHING = "–"
BEYOND = 3
LONG = 6  # rows on one topic, beyond which they are folded


@dataclass(frozen=True)
class Line:
    """A row of the table that stands programmes side by side: what it is about, today, and each programme's figure."""

    label: str
    today: str
    cells: list[str]


def title(cycle: Cycle, count: int, asked: bool, over: bool) -> str:  # noqa: FBT001
    """Say where the year's programmes stand."""
    words = {"year": cycle.year, "count": count}
    if over:
        return _("The programmes for %(year)s, and what was decided") % words
    if asked:
        return (
            _("%(count)s programmes for %(year)s: the vote is open") % words
            if count > 1
            else _("One programme for %(year)s: the vote is open") % words
        )
    return _("What shall come first in %(year)s? Rival programmes") % words


def told(key: Key, value: float, there: Bounded) -> str:
    """Say one figure of a programme with its unit."""
    topic, entity = key
    if topic == Topic.FREE:
        return _("free")
    return said(value, unit_of(topic, there.resources.get(entity) if topic == Topic.CAP and entity else None))


def name_of(key: Key, there: Bounded) -> str:
    """Say what a figure is about."""
    topic, entity = key
    label = str(Topic(topic).label)
    if entity is None:
        return label[:1].upper() + label[1:]
    if topic == Topic.CAP:
        return _("Cap: %(name)s") % {
            "name": there.resources[entity].label if entity in there.resources else NOTHING
        }
    if topic == Topic.FREE:
        name = there.products[entity].label if entity in there.products else NOTHING
        return _("Becomes free: %(name)s") % {"name": name}
    names = {part.entity: part.label for part in there.parts(topic)}
    words = {"name": names.get(entity, NOTHING)}
    return (
        _("Sectors' envelopes: %(name)s") if topic == Topic.SECTOR else _("Regions' envelopes: %(name)s")
    ) % words


@dataclass(frozen=True)
class Fold:
    """Many rows on one topic, which open on request."""

    label: str
    rows: list[Line]


def proposals(cycle: Cycle, there: Bounded, programmes: Sequence[Figures]) -> tuple[list[Line], list[Fold]]:
    """Return a row for everything that some programme speaks of; apart, by topic, where there are many."""
    rows, folds = list[Line](), list[Fold]()
    for topic in Topic.values:
        spoken = dict.fromkeys(key for one in programmes for key in sorted(one, key=str) if key[0] == topic)
        found = [_proposal(key, cycle, there, programmes) for key in spoken]
        if len(found) > LONG:
            folds.append(Fold(_many(topic) % {"n": len(found)}, found))
        else:
            rows += found
    return rows, folds


def _proposal(key: Key, cycle: Cycle, there: Bounded, programmes: Sequence[Figures]) -> Line:
    today = told(key, there.numbers[key].now, there) if key in there.numbers else NOTHING
    if key[0] == Topic.INVESTMENT:
        today = _("%(share)s, beside %(money)s that is invested without it") % {
            "share": today,
            "money": figures.money(there.invested, cycle.baseline.currency, get_language()),
        }
    return Line(
        name_of(key, there),
        today,
        [told(key, one[key], there) if key in one else NOTHING for one in programmes],
    )


def _many(topic: str) -> str:
    return {
        Topic.SECTOR.value: _("How the sectors' envelopes are divided, in %(n)s parts"),
        Topic.REGION.value: _("How the regions' envelopes are divided, in %(n)s parts"),
        Topic.CAP.value: _("Caps of %(n)s resources"),
    }.get(topic, _("%(n)s goods that become free"))


def consequences(cycle: Cycle, there: Bounded, sheets: Sequence[Sheet | None]) -> list[Line]:
    """Return the computed consequences, a row each; a programme without a sheet has none."""
    first = next((sheet for sheet in sheets if sheet is not None), None)
    if first is None:
        return []
    lang, currency = get_language(), cycle.baseline.currency

    def money(value: float) -> str:
        return figures.money(value, currency, lang)

    def row(label: str, today: str, cell: Callable[[Sheet], str]) -> Line:
        return Line(label, today, [cell(sheet) if sheet else NOTHING for sheet in sheets])

    rows = [
        row(_("Individual consumption"), money(first.individual.now), lambda s: _moved(s.individual, money)),
        row(_("Collective consumption"), money(first.collective.now), lambda s: _moved(s.collective, money)),
        row(_("Investment in all"), money(first.invested.now), lambda s: _moved(s.invested, money)),
        row(
            _("Of it set aside, for councils to grant"),
            money(first.set_aside.now),
            lambda s: money(s.set_aside.then),
        ),
        row(_("Hours needed in the year"), _number(first.hours.now), lambda s: _moved(s.hours, _number)),
        row(
            _("Hours needed if consumption keeps its value"),
            "",
            lambda s: _moved(Change(s.hours.now, s.undiminished), _number),
        ),
        row(_("Hours offered in the year"), _number(first.offered.now), lambda s: _moved(s.offered, _number)),
        row(_("Hours a week that would cover what is needed"), "", lambda s: said(round(s.weekly, 1), "h")),
    ]
    rows += [
        _resource_row(resource, first, sheets)
        for resource in Resource.objects.in_scenario(cycle.baseline).order_by("code")
        if resource.entity_id in first.resources
        and (resource.cap is not None or first.resources[resource.entity_id][0].now)
    ]
    rows += [
        row(_("Sectors that grow most"), "", lambda s: _sectors(cycle, s, grow=True)),
        row(_("Sectors that shrink most"), "", lambda s: _sectors(cycle, s, grow=False)),
        row(_("Needs more than all lines can make"), "", lambda s: _beyond(there.products, s)),
        row(_("Value added that what is set aside adds later, a year"), "", lambda s: money(s.later)),
        row(
            _("What households use of goods that become free, a year"),
            "",
            lambda s: money(sum(s.free.values())),
        ),
    ]
    return rows


def _number(value: float) -> str:
    return figures.number(round(value), get_language())


def _moved(change: Change, say: Callable[[float], str]) -> str:
    """Say a figure and by how much it differs from today's, where there is something today."""
    if not change.now or abs(change.growth) < 5e-4:
        return say(change.then)
    growth = figures.percent(change.growth, get_language())
    return f"{say(change.then)} ({'+' if change.growth > 0 else ''}{growth})"


def assumptions(cycle: Cycle, there: Bounded, programmes: Sequence[Figures]) -> list[str]:
    """Say what the consequences take as given, and where the plan can come out otherwise."""
    money = figures.money(there.invested, cycle.baseline.currency, get_language())
    found = [
        _(
            "Everything that is set aside is granted, on top of %(money)s that is invested without it. The plan "
            "contains only what was asked for and granted."
        ) % {"money": money},
        _(
            "Consumption is what is left if all final use together keeps last year's value. Where hours and capacities are "
            "idle, the plan can leave it as it is and make more; how many hours that takes stands in its row."
        ),
    ]  # fmt: skip
    if any((Topic.COLLECTIVE, None) in one for one in programmes):
        found.append(
            _(
                "The collective share is a target: it is reached if communities and regions propose accordingly, and "
                "binds nobody."
            )
        )
    return found


def _resource_row(resource: Resource, first: Sheet, sheets: Sequence[Sheet | None]) -> Line:
    lang, unit = get_language(), resource.unit

    def quantity(value: float) -> str:
        return figures.quantity(value, unit, lang)

    def cell(sheet: Sheet) -> str:
        use, cap = sheet.resources[resource.entity_id]
        if cap is None:
            return _("%(use)s, no cap") % {"use": _moved(use, quantity)}
        words = {"use": _moved(use, quantity), "cap": quantity(cap.then)}
        if use.then > cap.then:
            return _("%(use)s: over its cap of %(cap)s") % words
        return _("%(use)s, cap %(cap)s") % words

    return Line(
        _("Use of %(name)s") % {"name": resource.label},
        quantity(first.resources[resource.entity_id][0].now),
        [cell(sheet) if sheet else NOTHING for sheet in sheets],
    )


def _sectors(cycle: Cycle, sheet: Sheet, *, grow: bool) -> str:
    ordered = sorted(sheet.sectors.items(), key=lambda row: row[1].growth, reverse=grow)
    shown = [(e, c) for e, c in ordered[:BEYOND] if (c.growth > 5e-4 if grow else c.growth < -5e-4)]
    names = {
        s.entity_id: s.label
        for s in Sector.objects.in_scenario(cycle.baseline).filter(entity_id__in=[e for e, _c in shown])
    }
    return ", ".join(
        f"{names.get(e, NOTHING)} {'+' if c.growth > 0 else ''}{figures.percent(c.growth, get_language())}"
        for e, c in shown
    ) or _("none")  # fmt: skip


def _beyond(products: Mapping[int, Product], sheet: Sheet) -> str:
    ordered = sorted(sheet.beyond.items(), key=lambda row: -row[1])
    told_now = ", ".join(
        f"{products[entity].label} +{figures.percent(share, get_language())}"
        for entity, share in ordered[:BEYOND]
        if entity in products
    )
    if len(ordered) > BEYOND:
        return _("%(some)s and %(more)s more products") % {"some": told_now, "more": len(ordered) - BEYOND}
    return told_now or _("nothing")


def rule_said(question: GuidelineQuestion | None) -> str:
    """Say by which rule a question is counted."""
    from councils.models import Ballot

    return str(Ballot.Rule(question.rule).label) if question else ""


def hint(key: Key, cycle: Cycle, there: Bounded) -> str:
    """Say beside a field between what its figure lies, and what its topic needs to be understood."""
    bounds, topic = there.numbers.get(key), key[0]
    if bounds is None:
        return ""
    if topic == Topic.INVESTMENT:
        money = figures.money(there.invested, cycle.baseline.currency, get_language())
        more = _("Councils grant it, on top of %(money)s that is invested without it.") % {"money": money}
        return f"{more} {bounds_said(bounds)}"
    if topic == Topic.COLLECTIVE:
        target = _("A target: communities and regions propose as they see fit.")
        return f"{target} {bounds_said(bounds)}"
    return bounds_said(bounds)


def bounds_said(bounds: Bounds) -> str:
    """Say between what a figure lies, and what holds today."""
    return _("Between %(least)s and %(most)s; today %(now)s. Leave it empty to say nothing on it.") % {
        "least": said(bounds.least, bounds.unit),
        "most": said(bounds.most, bounds.unit),
        "now": said(bounds.now, bounds.unit),
    }  # fmt: skip
