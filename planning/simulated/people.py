"""Simulated people: what they propose before the first round and how they answer suggestions.

They know nothing of the formula: proposals scatter around last year's figures, and asked to move beyond their
band most follow, some meet the suggestion half-way, a few hold firm.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Ballot
from councils.services.many_votes import votes_cast
from planning.models import ConsumptionProposal, Proposal, Response, Round, RunLine
from planning.models.answers import Source
from planning.runner.columns import Columns, fetch, overlay
from planning.runner.digest import digest
from workplaces.errors import Forbidden
from workplaces.loading import copy_rows
from workplaces.models import Person, Scenario
from workplaces.record.services import entry_append

UNANSWERED = """SELECT l.entity, l.proposed, l.suggested FROM planning_runline l
  WHERE l.run_id = %s AND l.kind = %s AND l.asked
    AND NOT EXISTS (SELECT 1 FROM planning_response r WHERE r.round_id = %s AND r.{key} = l.entity)
  ORDER BY l.entity"""
LINES = f"""SELECT entity_id, last_output, capacity FROM {overlay("workplaces_line")} l
  WHERE NOT EXISTS (SELECT 1 FROM planning_proposal p WHERE p.scenario_id = %s AND p.line_id = l.entity_id)
  ORDER BY entity_id"""  # noqa: S608
DEMAND = f"""SELECT entity_id, last, floor, coalesce(ceiling, 'Infinity'::float8) AS ceiling
  FROM {overlay("workplaces_demandline")} d
  WHERE category <> 'export' AND NOT EXISTS (
    SELECT 1 FROM planning_consumptionproposal p WHERE p.scenario_id = %s AND p.demand_line_id = d.entity_id)
  ORDER BY entity_id"""  # noqa: S608

CONSENT = 0.97  # share of simulated votes for a plan that adds up; the others abstain
FEW = 10  # on a roll smaller than this nobody abstains: one or two would refuse the plan for all without meaning to


@dataclass(frozen=True)
class Temper:
    """How simulated people propose and answer: shares of all, scatter and growth relative to last year."""

    scatter: float = 0.15
    growth: float = 0.03
    follow: float = 0.80
    part: float = 0.15  # the rest holds firm
    way: float = 0.5  # how far those go who meet a suggestion part of the way


def proposals_simulate(
    *, scenario: Scenario, temper: Temper, rng: np.random.Generator, by: Person, now: datetime
) -> dict[str, int]:
    """Write scattered proposals for lines and grown ones for demand, where nobody has proposed in this scenario yet.

    Raises Forbidden for a person who is not made up.
    """
    _check_made_up(by)
    lines = fetch(LINES, [scenario.pk] * 2, entity_id="i", last_output="f", capacity="f")
    demand = fetch(DEMAND, [scenario.pk] * 2, entity_id="i", last="f", floor="f", ceiling="f")
    output, quantity = proposed_figures(lines, demand, temper, rng)
    with transaction.atomic():
        _write(Proposal, scenario, "line_id", "output", lines["entity_id"], output, by)
        _write(ConsumptionProposal, scenario, "demand_line_id", "quantity", demand["entity_id"], quantity, by)
        body = {"lines": len(output), "demand_lines": len(quantity), "figures": digest(output, quantity)}
        entry_append(
            kind="proposals.simulated", by=by, subject=f"scenario:{scenario.public_id}", body=body, now=now
        )
    return {"lines": len(output), "demand_lines": len(quantity)}


def proposed_figures(
    lines: Columns, demand: Columns, temper: Temper, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw outputs scattered around last year's, inside capacity, and quantities grown inside floor and ceiling."""
    scattered = lines["last_output"] * np.exp(temper.scatter * rng.standard_normal(len(lines["last_output"])))
    grown = demand["last"] * (1 + temper.growth)
    return np.minimum(scattered, lines["capacity"]), np.clip(grown, demand["floor"], demand["ceiling"])


def _write(
    model: type[Proposal | ConsumptionProposal], scenario: Scenario, key: str, figure: str,
    entities: np.ndarray, figures: np.ndarray, by: Person,
) -> None:  # fmt: skip
    columns = {
        "scenario_id": scenario.pk, key: entities, figure: figures, "confirmed": figures,
        "source": str(Source.SIMULATED), "created_by_id": by.pk,
    }  # fmt: skip
    copy_rows(model, columns, count=len(entities))


@transaction.atomic
def answers_simulate(
    *, round: Round, temper: Temper, rng: np.random.Generator, by: Person, now: datetime
) -> dict[str, int]:
    """Answer for all synthetic delegates who were asked and have not answered; real people's lines are left alone."""
    if not by.synthetic:
        raise Forbidden(
            "Simulated answers belong to demonstrations and rehearsals: only a made-up person gives them."
        )
    counts: dict[str, int] = {}
    for kind, key in ((RunLine.Kind.PRODUCTION, "line_id"), (RunLine.Kind.DEMAND, "demand_line_id")):
        asked = fetch(
            UNANSWERED.format(key=key), [round.published_run_id, int(kind), round.pk],
            entity="i", proposed="f", suggested="f",
        )  # fmt: skip
        answers, figures = reactions(asked, temper, rng)
        copy_rows(
            Response,
            {
                "round_id": round.pk, key: asked["entity"], "kind": answers.tolist(), "figure": figures,
                "source": str(Source.SIMULATED), "by_id": by.pk, "at": now,
            },
            count=len(answers),
        )  # fmt: skip
        for answer in Response.Kind.values:
            counts[answer] = counts.get(answer, 0) + int((answers == answer).sum())
    entry_append(kind="answers.simulated", by=by, subject=f"round:{round.public_id}", body=counts, now=now)
    return counts


def _check_made_up(by: Person) -> None:
    if not by.synthetic:
        raise Forbidden(
            _("Simulated people belong to demonstrations and rehearsals; a real person cannot call on them.")
        )


def reactions(asked: Columns, temper: Temper, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw each answer and its figure."""
    draw = rng.random(len(asked["entity"]))
    follows, part = draw < temper.follow, draw < temper.follow + temper.part
    middle = asked["proposed"] + temper.way * (asked["suggested"] - asked["proposed"])
    answers = np.select([follows, part], [Response.Kind.ACCEPT, Response.Kind.COUNTER], Response.Kind.FIRM)
    return answers, np.select([follows, part], [asked["suggested"], middle], asked["proposed"])


def votes_simulate(*, ballot: Ballot, rng: np.random.Generator, now: datetime) -> int:
    """Let every made-up holder of a voting right who has not voted yet cast a vote; return how many did."""
    roll = ballot.roll.filter(person__synthetic=True, vote__isnull=True).order_by("number")
    entries = list(roll.values_list("pk", flat=True))
    said = {
        entry: "yes" if rng.random() < CONSENT or ballot.roll_size < FEW else "abstain" for entry in entries
    }
    return votes_cast(ballot=ballot, said=said, now=now)
