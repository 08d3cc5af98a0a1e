"""Where sandboxes begin, and what councils make of them."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from councils.models import Council, Motion
from planning.models import Cycle, Plan, Round, Sandbox
from workplaces.models import Scenario

OFFERED = 8
SUBJECT = "sandbox"


def place_of(scenario: Scenario) -> tuple[str, str]:
    """Return what people call the figures that a sandbox begins from, and their page."""
    return place_at(scenario, origin_of(scenario))


def origin_of(scenario: Scenario) -> Plan | Round | None:
    """Return the plan or round whose figures these are; None for a baseline."""
    plans = Plan.objects.filter(scenario=scenario).select_related("cycle", "scenario", "run")
    rounds = Round.objects.filter(scenario=scenario).select_related("cycle", "scenario", "published_run")
    return plans.order_by("-number").first() or rounds.order_by("pk").first()


def place_at(scenario: Scenario, origin: Plan | Round | None) -> tuple[str, str]:
    """Return what people call a scenario's figures, and their page."""
    if isinstance(origin, Plan):
        return str(origin), reverse("planning:plan", args=[origin.cycle.year])
    if origin is None:
        return scenario.name, reverse("workplaces:scenario", args=[scenario.public_id])
    year = origin.cycle.year
    label = _("%(round)s of %(year)s") % {"round": origin, "year": year}
    return label, reverse("planning:round", args=[year, origin.number])


def places_of(scenarios: Iterable[Scenario]) -> dict[int, tuple[str, str]]:
    """Return by scenario (its primary key) what people call its figures, and their page."""
    asked = {scenario.pk: scenario for scenario in scenarios}
    origins: dict[int, Plan | Round] = {}
    for round in Round.objects.filter(scenario__in=asked).select_related("cycle").order_by("-pk"):
        origins[round.scenario_id] = round
    for plan in Plan.objects.filter(scenario__in=asked).select_related("cycle").order_by("number"):
        origins[plan.scenario_id] = plan
    return {pk: place_at(scenario, origins.get(pk)) for pk, scenario in asked.items()}


def parents() -> list[tuple[UUID, str, str]]:
    """Return what a new sandbox can begin from, the latest first: (scenario's public id, label, what it is)."""
    plans = Plan.objects.select_related("scenario", "cycle").order_by("-proposed_at")[:OFFERED]
    rounds = Round.objects.select_related("scenario", "cycle").order_by("-opened_at")[:OFFERED]
    cycles = Cycle.objects.filter(baseline__state=Scenario.State.CLOSED).select_related("baseline")[:OFFERED]
    found: dict[UUID, tuple[str, str]] = {}
    for plan in plans:
        found.setdefault(plan.scenario.public_id, (str(plan), _("the plan's figures")))
    for round in rounds:
        label = _("%(round)s of %(year)s") % {"round": round, "year": round.cycle.year}
        found.setdefault(round.scenario.public_id, (label, _("the proposals as they stood")))
    for cycle in cycles:
        found.setdefault(cycle.baseline.public_id, (cycle.baseline.name, _("last year's figures")))
    return [(public_id, label, what) for public_id, (label, what) in found.items()]


def motions_on(sandbox: Sandbox) -> list[Motion]:
    """Return the motions that rest on a sandbox, withdrawn ones left out, the latest first."""
    about = Motion.objects.filter(subject_kind=SUBJECT, subject_id=sandbox.public_id)
    return list(about.exclude(state=Motion.State.WITHDRAWN).select_related("council").order_by("-moved_at"))


def sandbox_link(public_id: UUID, council: Council) -> tuple[str, str] | None:  # noqa: ARG001
    """Return what a motion on a sandbox links to: its frozen figures."""
    found = Sandbox.objects.filter(public_id=public_id, link__isnull=False).select_related("scenario").first()
    if found is None:
        return None
    label = _("The sandbox “%(name)s”, digest %(digest)s") % {
        "name": found.name,
        "digest": found.scenario.digest[:12],
    }
    return label, reverse("planning:sandbox_shared", args=[found.link])
