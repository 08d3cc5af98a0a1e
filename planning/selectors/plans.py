"""What a plan says: who makes and who uses how much, at which indicative price."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Ballot, Council, NamedVote, RollEntry
from planning.models import Plan, Run, RunRow
from planning.selectors import names
from planning.selectors.sql import nearest, stream
from workplaces.models import LabourPool
from workplaces.models.fields import localised


def plan_link(public_id: UUID, council: Council) -> tuple[str, str] | None:
    """Return what a council's motion on a plan links to: the plan's page, with what it means for that council."""
    plan = Plan.objects.select_related("cycle").filter(public_id=public_id).first()
    if plan is None:
        return None
    values = {"year": plan.cycle.year, "version": plan.number, "council": council.label}
    label = _("What the plan for %(year)s, version %(version)s, means for %(council)s") % values
    query = urlencode({"council": council.public_id})
    return label, f"{reverse('planning:plan', args=[plan.cycle.year])}?{query}#meaning"


@dataclass(frozen=True)
class Turnout:
    """The votes in the ballots on a plan so far: how many rights there are, how many were used, if any can still be."""

    cast: int
    total: int
    is_open: bool


def turnout(plan: Plan) -> Turnout:
    """Count the rights to vote in the ballots on the plan, open and counted ones, and those used."""
    asked = Ballot.objects.filter(motion__subject_kind="plan", motion__subject_id=plan.public_id)
    counted = asked.filter(state__in=[Ballot.State.OPEN, Ballot.State.CLOSED])
    rights = counted.aggregate(total=Sum("roll_size"), still=Count("pk", filter=Q(state=Ballot.State.OPEN)))
    cast = NamedVote.objects.filter(roll_entry__ballot__in=counted).count()
    return Turnout(cast, rights["total"] or 0, rights["still"] > 0)


def all_voted(plan: Plan) -> QuerySet[Ballot]:
    """Return the open votes on the plan in which every right on the roll has been used."""
    unused = RollEntry.objects.filter(ballot=OuterRef("pk"), vote__isnull=True)
    asked = Ballot.objects.filter(motion__subject_kind="plan", motion__subject_id=plan.public_id)
    return asked.filter(~Exists(unused), state=Ballot.State.OPEN, secrecy=Ballot.Secrecy.NAMED)


@dataclass(frozen=True)
class PoolShort:
    """A labour pool of which a plan takes more hours than there are; the share of the hours taken that are missing."""

    name: str
    used: float
    hours: float
    imbalance: float


def pools_short(plan: Plan) -> list[PoolShort]:
    """Return the labour pools among the plan's conflicts, the worst first."""
    found = {c["pool"]: c for c in plan.conflicts if "pool" in c}
    rows = LabourPool.objects.in_scenario(plan.scenario).filter(public_id__in=found)
    pools = {str(row.public_id): row.entity_id for row in rows}
    known = names.pools(plan.scenario, pools.values())
    return [
        PoolShort(known[pools[key]].label, c["use"], c["supply"], c["imbalance"])
        for key, c in found.items()
        if key in pools
    ]


def idle_hours(run: Run) -> float:
    """Return the hours of all pools that the proposals of a run leave idle."""
    pools = run.rows.filter(kind=RunRow.Kind.POOL, imbalance_before__lt=0)
    return float(pools.aggregate(idle=Sum(F("supply_before") - F("use_before")))["idle"] or 0.0)


def accounting_prices(plan: Plan) -> dict[int, float]:
    """Return the price of each product, by entity id, that the plan put in force; none before it is in force."""
    return dict(plan.prices.values_list("product", "price"))


QUANTITIES = f"""SELECT 'production' AS kind, w.code AS place_code, w.name AS place, w.names AS place_names, p.code,
    p.name AS product, p.names, p.unit, r.proposed AS quantity,
    coalesce(a.price, x.price) AS price
  FROM planning_runline r
  JOIN {nearest("workplaces_line")} l ON l.entity_id = r.entity
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_runrow x ON x.run_id = r.run_id AND x.kind = 0 AND x.entity = p.entity_id
  LEFT JOIN planning_accountingprice a ON a.plan_id = %s AND a.product = p.entity_id
  WHERE r.run_id = %s AND r.kind = 0
  UNION ALL
  SELECT d.category, g.code, g.name, g.names, p.code, p.name, p.names, p.unit, r.proposed, coalesce(a.price, x.price)
  FROM planning_runline r
  JOIN {nearest("workplaces_demandline")} d ON d.entity_id = r.entity
  JOIN workplaces_region g ON g.id = d.region_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = d.product_id
  LEFT JOIN planning_runrow x ON x.run_id = r.run_id AND x.kind = 0 AND x.entity = p.entity_id
  LEFT JOIN planning_accountingprice a ON a.plan_id = %s AND a.product = p.entity_id
  WHERE r.run_id = %s AND r.kind = 1"""  # noqa: S608


def quantities(plan: Plan) -> Iterator[list[object]]:
    """Yield kind, place code, place, product code, product, unit, quantity, price for every line of the plan.

    The price is the accounting price once the plan is in force, before that the indicative price.
    """
    pk = plan.scenario_id
    for row in stream(QUANTITIES, [*[pk] * 6, plan.pk, plan.run_id, *[pk] * 4, plan.pk, plan.run_id]):
        yield [
            row.kind,
            row.place_code,
            localised(row.place, row.place_names),
            row.code,
            localised(row.product, row.names),
            row.unit,
            row.quantity,
            row.price,
        ]
