"""Where a cycle is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from planning.models import (
    Cycle,
    EnvelopeDraft,
    GuidelineQuestion,
    Plan,
    ProgrammeCall,
    Proposal,
    Revision,
    Round,
    Run,
)
from workplaces.models import Line, Scenario


@dataclass(frozen=True)
class Dates:
    """When a phase begins and ends, as announced."""

    begins: date
    ends: date | None


def latest_cycle() -> Cycle | None:
    """Return the cycle being planned, else the latest one."""
    return Cycle.objects.select_related("baseline", "next_baseline").order_by("-year").first()


def fresh_baselines() -> list[tuple[Scenario, int | None]]:
    """Return the baselines that serve no cycle, newest first, with the year that each was drawn from."""
    serving = Cycle.objects.exclude(phase=Cycle.Phase.ABANDONED)
    found = Scenario.objects.filter(kind=Scenario.Kind.BASELINE).exclude(cycles__in=serving)
    found = found.order_by("-number")
    return [(baseline, drawn_from(baseline)) for baseline in found]


def drawn_from(baseline: Scenario) -> int | None:
    """Return the year whose settlement drew the baseline; None if it was entered or imported."""
    settled = Cycle.objects.filter(next_baseline=baseline).values_list("year", flat=True)
    return settled.first()


def followed(cycle: Cycle) -> bool:
    """Say whether a later year has been opened."""
    return Cycle.objects.filter(year__gt=cycle.year).exists()


def phase_dates(cycle: Cycle) -> dict[str, Dates]:
    """Return the announced dates by phase."""
    return {d.phase: Dates(d.begins, d.ends) for d in cycle.dates.all()}


@dataclass(frozen=True)
class Held:
    """What there was in a cycle so far: its rounds; whether programmes were called for and how many questions were put
    to the vote; how many envelopes were drafted, and when a draft was settled."""

    rounds: int
    called: bool
    questions: int
    drafts: int
    settled_at: datetime | None


NOTHING = Held(rounds=0, called=False, questions=0, drafts=0, settled_at=None)


def held(cycle: Cycle) -> Held:
    """Return what there was in the cycle so far, in one statement."""
    drafts = EnvelopeDraft.objects.filter(cycle=OuterRef("pk"))
    settled = drafts.filter(settled_at__isnull=False).values("settled_at")[:1]
    row = Cycle.objects.filter(pk=cycle.pk).values_list(
        _count(Round.objects.filter(cycle=OuterRef("pk"))),
        Exists(ProgrammeCall.objects.filter(cycle=OuterRef("pk"))),
        _count(GuidelineQuestion.objects.filter(cycle=OuterRef("pk"))),
        _count(drafts),
        Subquery(settled),
    )
    return Held(*row.get())


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("cycle").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def rounds_of(cycle: Cycle) -> list[Round]:
    """Return the cycle's rounds in order, with their published runs."""
    return list(cycle.rounds.select_related("published_run", "cycle").order_by("number"))


def runs_shown(rounds: list[Round]) -> dict[int, Run]:
    """Return by round the run whose figures stand for it: the published one; once closed, the last that finished."""
    closed = [round.pk for round in rounds if round.state == Round.State.CLOSED]
    last = Run.objects.filter(round__in=closed, state=Run.State.FINISHED).order_by("requested_at")
    published = {round.pk: round.published_run for round in rounds if round.published_run is not None}
    return {run.round_id: run for run in last} | published


def plan_of(cycle: Cycle, version: int | None = None) -> Plan | None:
    """Return the cycle's latest plan, or the version named."""
    plans = cycle.plans.select_related("run", "scenario", "run__round").order_by("-number")
    return (plans if version is None else plans.filter(number=version)).first()


def revisions_of(cycle: Cycle) -> list[Revision]:
    """Return the revisions of a year's plan, the latest first."""
    related = ("cycle", "plan", "replaced_by", "opened_by", "ended_by")
    return list(cycle.revisions.select_related(*related).order_by("-number"))


def proposals_written(standing: Scenario | None, baseline: Scenario) -> tuple[int, int]:
    """Return how many lines have a proposal in the standing scenario, and how many lines there are."""
    lines = Line.objects.in_scenario(baseline).count()
    if standing is None:
        return 0, lines
    return Proposal.objects.filter(scenario=standing, removed=False).count(), lines
