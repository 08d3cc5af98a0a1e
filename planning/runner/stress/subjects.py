"""What is put under stress: an economy's problem with the names of everything in it, from arrays or from a cycle."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from planning.engine.problem import PlanProblem
from planning.models import Cycle, Plan
from planning.runner.build import Layout, Rules, build_problem
from planning.runner.read import State, read_state
from planning.runner.stress.economy import state_of
from workplaces.errors import Refused
from workplaces.models import DemandLine, Occupation, Product, Region, Resource, Scenario, Workplace
from workplaces.tables.arrays import Economy
from workplaces.tables.supply_use import Names

ALIVE = [Plan.State.PROPOSED, Plan.State.RATIFIED, Plan.State.IN_FORCE]


@dataclass(frozen=True)
class Label:
    """What people call a thing; ``unit`` if it is measured."""

    code: str
    name: str
    unit: str = ""


Labels = dict[int, Label]


@dataclass(frozen=True)
class Subject:
    """An economy with its figures and its names, by entity id. ``parent`` leads from a region to the one around it."""

    title: str
    state: State
    problem: PlanProblem
    layout: Layout
    products: Labels
    regions: Labels
    parent: dict[int, int]
    workplaces: Labels
    resources: Labels
    occupations: Labels
    category: NDArray[np.str_]  # of each demand line
    labour_unit: str
    currency: str
    unit: str  # in which money is told


def from_economy(economy: Economy, *, rules: Rules | None = None) -> Subject:
    """Take last year's figures of ``economy`` as the plan. Needs no database."""
    rules = rules or Rules()
    state = state_of(economy, band=rules.band)
    problem, layout = build_problem(state, rules)
    return Subject(
        title=economy.title,
        state=state,
        problem=problem,
        layout=layout,
        products=_labels(economy.products, economy.products.unit),
        regions=_labels(economy.regions),
        parent={},
        workplaces={
            place: Label(code, name)
            for place, (code, name) in enumerate(
                zip(economy.workplaces.code, economy.workplaces.name_en, strict=True), 1
            )
        },
        resources=_labels(economy.resources, economy.resources.unit),
        occupations=_labels(economy.occupations),
        category=np.array(economy.demand.demand_category, dtype=np.str_),
        labour_unit=economy.labour_unit,
        currency=economy.currency,
        unit=economy.unit,
    )


def _labels(names: Names, units: tuple[str, ...] = ()) -> Labels:
    measured = units or ("",) * len(names.codes)
    return {
        place: Label(code, name, unit)
        for place, (code, name, unit) in enumerate(zip(names.codes, names.names_en, measured, strict=True), 1)
    }


def from_cycle(year: int) -> Subject:
    """Take the plan of the cycle of that year as it stands in the database; nothing is written.

    Raises Refused where there is no such cycle, or it has no plan.
    """
    cycle = Cycle.objects.filter(year=year).first()
    if cycle is None:
        known = ", ".join(str(each) for each in Cycle.objects.values_list("year", flat=True)) or "none"
        raise Refused(
            _("There is no cycle %(year)s here; there are: %(known)s.") % {"year": year, "known": known}
        )
    plan = Plan.objects.filter(cycle=cycle, state__in=ALIVE).select_related("scenario", "cycle").first()
    if plan is None:
        raise Refused(
            _("The cycle %(year)s has no plan yet: one is proposed when a round has closed the gaps.")
            % {"year": year}
        )
    return from_plan(plan)


def from_plan(plan: Plan) -> Subject:
    """Take a plan as it stands in the database; nothing is written."""
    scenario = plan.scenario
    rules = Rules.of(plan.cycle.rules)
    state = read_state(scenario.pk, band=rules.band)
    problem, layout = build_problem(state, rules)
    return Subject(
        title=f"Plan {plan.number} of {plan.cycle.year}",
        state=state,
        problem=problem,
        layout=layout,
        products={row.entity_id: Label(row.code, row.label, row.unit) for row in _rows(Product, scenario)},
        regions={row.pk: Label(row.code, row.label) for row in Region.objects.all()},
        parent=dict(Region.objects.filter(parent__isnull=False).values_list("pk", "parent_id")),
        workplaces={row.entity_id: Label(row.code, row.label) for row in _rows(Workplace, scenario)},
        resources={row.entity_id: Label(row.code, row.label, row.unit) for row in _rows(Resource, scenario)},
        occupations={row.entity_id: Label(row.code, row.label) for row in _rows(Occupation, scenario)},
        category=_categories(scenario, state.demand["entity_id"]),
        labour_unit=_labour_unit(scenario),
        currency=scenario.currency,
        unit=_money(scenario),
    )


def _money(scenario: Scenario) -> str:
    """Name what one is of money: where a table's products are all counted in money, its unit, else the currency."""
    units = {row.unit for row in _rows(Product, scenario)}
    return units.pop() if len(units) == 1 else scenario.currency


def _labour_unit(scenario: Scenario) -> str:
    """Name the unit of the occupations' hours; all of them where an economy counts in several."""
    return ", ".join(sorted({row.unit for row in _rows(Occupation, scenario)})) or "hours"


def _rows[M: (Product, Workplace, Resource, Occupation)](model: type[M], scenario: Scenario) -> list[M]:
    return list(model.objects.in_scenario(scenario))


def _categories(scenario: Scenario, demand: NDArray[np.int64]) -> NDArray[np.str_]:
    known = dict(DemandLine.objects.in_scenario(scenario).values_list("entity_id", "category"))
    return np.array([known[entity] for entity in demand.tolist()], dtype=np.str_)
