"""Accounting prices: written when a plan is put in force, read by its settlement."""

from django.db import connection

from planning.models import Plan, RunRow
from planning.rules import DEFAULTS
from planning.runner.columns import Overlay

WRITE = """INSERT INTO planning_accountingprice (plan_id, product, cost, premium, price)
  SELECT %s, p.entity_id, p.price, r.dual,
    least(greatest(p.price + r.dual, (1 - %s) * p.price), (1 + %s) * p.price)
  FROM {products} p JOIN planning_runrow r ON r.run_id = %s AND r.kind = %s AND r.entity = p.entity_id
  ORDER BY p.entity_id"""


def prices_write(*, plan: Plan) -> int:
    """Write the plan's accounting prices and return how many products have one.

    ``price = clip(cost + premium, (1 − step)·cost, (1 + step)·cost)``, currency per unit: the cost price is the
    accounting price that the plan was computed with, the premium the shadow price of the plan's run, the step the
    charter's ``price_step``. Without the step a gap that the councils were left to divide would enter the price
    at its penalty, many times the cost. Equation: docs/mathematics.md, "Accounting prices".
    """
    step = float(plan.cycle.rules.get("price_step", DEFAULTS["price_step"][0]))
    products = Overlay(plan.scenario_id).of("workplaces_product")
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE.format(products=products),
            [plan.pk, step, step, plan.run_id, int(RunRow.Kind.PRODUCT)],
        )
        return int(cursor.rowcount)
