"""What a round's answers make of the proposals, for all lines at once.

An answer counts as given. A change inside the band is accepted by the standing mandate and leaves the last
confirmed figure where it was. Silence beyond the band leaves the own proposal standing. Who held firm is not
moved in the next round, and can be asked again in the one after it.
"""

from typing import Any

import numpy as np

from planning.models import ConsumptionProposal, Proposal, Round, RunLine
from planning.models.answers import Source
from planning.runner.columns import Columns, fetch, overlay
from workplaces.loading import copy_rows
from workplaces.models import Scenario, TradeLine

NONE, ACCEPT, COUNTER, FIRM = range(4)
ANSWERS = """SELECT l.entity AS line, l.proposed, l.suggested, l.asked::int AS asked,
    CASE r.kind WHEN 'accept' THEN 1 WHEN 'counter' THEN 2 WHEN 'firm' THEN 3 ELSE 0 END AS answer,
    coalesce(r.figure, 0) AS figure, coalesce((r.source = 'simulated')::int, 0) AS simulated,
    coalesce(p.firm, false)::int AS held, coalesce((p.source = 'simulated')::int, 0) AS was_simulated,
    coalesce(p.entity_id, 0) AS origin, coalesce(p.confirmed, l.proposed) AS confirmed,
    coalesce(p.answered, 0) AS answered
  FROM planning_runline l
  LEFT JOIN planning_response r ON r.round_id = %s AND r.{key} = l.entity
  LEFT JOIN {proposals} p ON p.{key} = l.entity
  WHERE l.run_id = %s AND l.kind = %s AND (l.suggested <> l.proposed OR r.id IS NOT NULL OR p.firm) ORDER BY l.entity"""

TRADED = f"""SELECT t.entity_id, t.id, l.suggested FROM {overlay("workplaces_tradeline")} t
  JOIN planning_runline l ON l.entity = t.entity_id AND l.run_id = %s AND l.kind = %s
  WHERE l.suggested <> l.proposed ORDER BY t.entity_id"""  # noqa: S608


def settle_answers(*, round: Round, scenario: Scenario) -> dict[str, int]:
    """Write the changed proposals of production and demand lines into ``scenario``; return how many of each kind."""
    lines = _settle(round, scenario, Proposal, "line_id", "output", RunLine.Kind.PRODUCTION)
    demand = _settle(round, scenario, ConsumptionProposal, "demand_line_id", "quantity", RunLine.Kind.DEMAND)
    trade = _settle_trade(round, scenario)
    return (
        {f"lines_{k}": n for k, n in lines.items()}
        | {f"demand_{k}": n for k, n in demand.items()}
        | {"trade": trade}
    )


def _settle(
    round: Round, scenario: Scenario, model: type[Any], key: str, figure: str, kind: int
) -> dict[str, int]:
    query = ANSWERS.format(key=key, proposals=overlay(model._meta.db_table, key))
    found = fetch(
        query, [round.pk, round.scenario_id, round.published_run_id, int(kind)],
        line="i", proposed="f", suggested="f", asked="i", answer="i", figure="f", simulated="i", origin="i",
        confirmed="f", answered="i", held="i", was_simulated="i",
    )  # fmt: skip
    figures, confirmed, source = outcome(found)
    moved = (figures != found["proposed"]) | (found["answer"] > NONE)
    changed = moved | (found["held"] > 0)
    rows = {name: values[changed] for name, values in found.items()}
    columns = {
        "scenario_id": scenario.pk,
        "origin_id": np.ma.masked_equal(rows["origin"], 0),
        key: rows["line"],
        figure: figures[changed],
        "confirmed": confirmed[changed],
        "firm": rows["answer"] == FIRM,
        "answered": rows["answered"] + (rows["answer"] > NONE),
        "source": source[changed].tolist(),
    }
    columns |= _inputs_kept(model, rows, round.scenario_id) if model is Proposal else {}
    copy_rows(model, columns, count=int(changed.sum()))
    return _count(found, moved)


def _settle_trade(round: Round, scenario: Scenario) -> int:
    """Imports and exports follow the computed plan inside their limits: no person of the federation has to move."""
    rows = fetch(
        TRADED, [round.scenario_id, round.published_run_id, int(RunLine.Kind.TRADE)],
        entity_id="i", id="i", suggested="f",
    )  # fmt: skip
    versions = {row.pk: row for row in TradeLine.objects.filter(pk__in=rows["id"].tolist())}
    kept = [versions[pk] for pk in rows["id"].tolist()]
    copied = (
        "counterparty_id",
        "product_id",
        "region_id",
        "direction",
        "last",
        "limit",
        "world_price",
        "flexibility",
    )
    columns: dict[str, Any] = {name: [getattr(row, name) for row in kept] for name in copied}
    columns |= {"scenario_id": scenario.pk, "origin_id": rows["entity_id"], "planned": rows["suggested"]}
    copy_rows(TradeLine, columns, count=len(kept))
    return len(kept)


def outcome(found: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the next figure, the last confirmed figure and the source of each line.

    ``found`` holds per line: proposed, suggested, asked (0/1), answer, figure, confirmed, simulated (0/1), and
    whether it was held firm before (0/1) and by whom: was_simulated (0/1).
    """
    answered, mandated = found["answer"] > NONE, (found["answer"] == NONE) & (found["asked"] == 0)
    figures = np.select([answered, mandated], [found["figure"], found["suggested"]], found["proposed"])
    confirmed = np.where(answered, found["figure"], found["confirmed"])
    simulated = np.where(answered, found["simulated"], found["was_simulated"]) > 0
    by_people = answered | (found["held"] > 0)
    source = np.select([by_people & simulated, by_people], [Source.SIMULATED, Source.PERSON], Source.MANDATE)
    return figures, confirmed, source


def _inputs_kept(model: type[Any], rows: Columns, scenario: int) -> dict[str, Any]:
    """Scale the absolute inputs that a proposal stated with its output; most proposals state none."""
    stated = {
        proposal.line_id: proposal
        for proposal in model.objects.in_scenario(Scenario.objects.get(pk=scenario)).exclude(input_product=[])
    }
    if not stated:
        return {}
    kept = [stated.get(line) for line in rows["line"].tolist()]
    outputs = np.where(rows["answer"] > NONE, rows["figure"], rows["suggested"]).tolist()
    return {
        "input_product": [list(p.input_product) if p else [] for p in kept],
        "input_quantity": [_scaled(p, new) if p else [] for p, new in zip(kept, outputs, strict=True)],
    }


def _scaled(proposal: Proposal, output: float) -> list[float]:
    """Return the stated quantities for another output; where nothing was made there is no measure, and they stay."""
    if proposal.output <= 0:
        return list(proposal.input_quantity)
    return [quantity * output / proposal.output for quantity in proposal.input_quantity]


def _count(found: Columns, moved: np.ndarray) -> dict[str, int]:
    answer = found["answer"]
    return {
        "accepted": int((answer == ACCEPT).sum()),
        "countered": int((answer == COUNTER).sum()),
        "firm": int((answer == FIRM).sum()),
        "by_mandate": int((moved & (answer == NONE)).sum()),
        "silent": int(((answer == NONE) & (found["asked"] > 0)).sum()),
    }
