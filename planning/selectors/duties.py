"""What waits for a person, under all hats: a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from councils.models import NamedVote, RollEntry
from planning.models import Cycle, Response, Round
from planning.models.answers import Source
from planning.selectors.sql import nearest, select
from workplaces.models import Person, Region, Scenario, Workplace

LIMIT = 30  # lines listed one by one

LINES = f"""SELECT l.public_id, l.workplace_id, w.name AS workplace, w.names AS workplace_names,
    w.public_id AS workplace_public, w.band, p.name AS product, p.names, p.unit, r.proposed, r.suggested, r.asked,
    a.kind AS answer
  FROM {nearest("workplaces_line")} l
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 0 AND r.entity = l.entity_id
  JOIN {nearest("workplaces_workplace")} w ON w.entity_id = l.workplace_id
  JOIN {nearest("workplaces_product")} p ON p.entity_id = l.product_id
  LEFT JOIN planning_response a ON a.round_id = %s AND a.line_id = l.entity_id
  WHERE l.workplace_id = ANY(%s) AND r.suggested <> r.proposed
  ORDER BY abs(r.suggested - r.proposed) / greatest(abs(r.proposed), 1e-300) DESC, l.entity_id"""  # noqa: S608


def lines_of(round: Round, workplaces: Iterable[int]) -> list[Any]:
    """Return the lines of these workplaces that the published run would change."""
    wanted = list(workplaces)
    if not wanted or round.published_run_id is None:
        return []
    chain = [round.scenario_id] * 2
    return select(LINES, [*chain, round.published_run_id, *chain, *chain, round.pk, wanted])


DEMAND = f"""SELECT d.region_id, count(*) AS asked, count(*) FILTER (WHERE a.id IS NULL) AS open
  FROM {nearest("workplaces_demandline")} d
  JOIN planning_runline r ON r.run_id = %s AND r.kind = 1 AND r.entity = d.entity_id AND r.asked
  LEFT JOIN planning_response a ON a.round_id = %s AND a.demand_line_id = d.entity_id
  WHERE d.region_id = ANY(%s) AND d.category <> 'export' GROUP BY d.region_id"""  # noqa: S608


def demand_of(round: Round, regions: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return per region how many demand lines are asked beyond the band, and how many of them wait."""
    wanted = list(regions)
    if not wanted or round.published_run_id is None:
        return {}
    rows = select(DEMAND, [round.scenario_id, round.scenario_id, round.published_run_id, round.pk, wanted])
    return {row.region_id: (row.asked, row.open) for row in rows}


@dataclass(frozen=True)
class Unproposed:
    """A place that may still propose: how many lines it has, how many a person has written, the first that nobody has."""

    lines: int
    written: int
    following: UUID | None = None


PROPOSED = f"""SELECT l.workplace_id AS place, count(*) AS lines, count(p.id) AS written,
    (array_agg(l.public_id ORDER BY l.entity_id) FILTER (WHERE p.id IS NULL))[1] AS following
  FROM {nearest("workplaces_line")} l
  LEFT JOIN planning_proposal p ON p.scenario_id = %s AND p.line_id = l.entity_id
  WHERE l.workplace_id = ANY(%s) GROUP BY l.workplace_id"""  # noqa: S608
CONSUMED = f"""SELECT d.region_id AS place, count(*) AS lines, count(p.id) AS written
  FROM {nearest("workplaces_demandline")} d
  LEFT JOIN planning_consumptionproposal p ON p.scenario_id = %s AND p.demand_line_id = d.entity_id
  WHERE d.region_id = ANY(%s) AND d.category <> 'export' GROUP BY d.region_id"""  # noqa: S608


def proposals_of(standing: Scenario, workplaces: Iterable[int]) -> dict[int, Unproposed]:
    """Return per workplace how many lines have a proposal in the standing scenario."""
    rows = select(PROPOSED, [standing.pk] * 3 + [list(workplaces)])
    return {row.place: Unproposed(row.lines, row.written, row.following) for row in rows}


def consumption_of(standing: Scenario, regions: Iterable[int]) -> dict[int, Unproposed]:
    """Return per region how many demand lines have a proposal in the standing scenario."""
    rows = select(CONSUMED, [standing.pk] * 3 + [list(regions)])
    return {row.place: Unproposed(row.lines, row.written) for row in rows}


def workplaces_by_entity(scenario: Scenario, entities: Iterable[int]) -> dict[int, Workplace]:
    """Return the workplaces with these entity ids."""
    found = Workplace.objects.in_scenario(scenario).filter(entity_id__in=list(entities))
    return {workplace.entity_id: workplace for workplace in found}


def regions_by_id(ids: Iterable[int]) -> dict[int, Region]:
    """Return the regions with these ids."""
    return {region.pk: region for region in Region.objects.filter(pk__in=list(ids))}


def open_ballots(person: Person) -> list[RollEntry]:
    """Return the person's voting rights in open ballots in which they have not voted."""
    return list(
        RollEntry.objects.filter(person=person, ballot__state="open", vote__isnull=True, mark__isnull=True)
        .select_related("ballot__council", "ballot__motion", "ballot__amendment")
        .order_by("ballot__closes_at", "pk")[:LIMIT]
    )


def cast_votes(person: Person, limit: int = 5) -> list[NamedVote]:
    """Return the person's latest votes."""
    return list(
        NamedVote.objects.filter(roll_entry__person=person)
        .select_related(
            "option",
            "roll_entry__ballot__motion",
            "roll_entry__ballot__amendment",
            "roll_entry__ballot__council",
        )
        .order_by("-cast_at")[:limit]
    )


@dataclass(frozen=True)
class Done:
    """What a person did in a cycle so far."""

    line_answers: int
    demand_answers: int
    votes: int


def done_in(cycle: Cycle, person: Person) -> Done:
    """Count the person's answers and votes since the cycle was opened."""
    answers = Response.objects.filter(round__cycle=cycle, by=person, source=Source.PERSON).aggregate(
        lines=Count("pk", filter=Q(line__isnull=False)),
        demand=Count("pk", filter=Q(demand_line__isnull=False)),
    )
    votes = NamedVote.objects.filter(roll_entry__person=person, cast_at__gte=cycle.created_at).count()
    return Done(answers["lines"], answers["demand"], votes)
