"""A plan year as the sheet reads it: its economy in three columns, its guidelines, its ledger, who decided."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Sum
from django.urls import reverse

from councils.models import Motion
from planning.models import (
    Cycle,
    EnvelopeDraft,
    Guideline,
    Plan,
    Posting,
    Round,
    Run,
    Topic,
)
from planning.models.ledger import MINOR
from planning.policies_investment import OF_THE_BOARD
from planning.policies_programmes import GUIDELINE
from planning.rules import rule
from planning.selectors.board.economy import Snapshot, snapshot
from planning.selectors.board.figure import Decision, Triple
from planning.selectors.board.week import Weeks, in_week, weeks_before
from planning.selectors.charges import Levied, charged, levied
from workplaces.models import Region

type Moved = Mapping[tuple[str, str], int]  # cause and kind of account → minor units
TAKEN_BACK = ("reversal", "return")  # causes by which a grant's money comes back into its envelope
LEFT_OVER = ("unspent", "abandoned")  # causes by which an envelope's money goes back to the year's output
SETTLED = (Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED)


@dataclass(frozen=True)
class Year:
    """A plan year. ``last``, ``plan`` and ``actual`` are None where there is nothing to add up yet."""

    cycle: Cycle
    last: Snapshot | None
    plan: Snapshot | None
    actual: Snapshot | None
    run: Run | None
    guidelines: tuple[Guideline, ...]
    moved: Moved
    weeks: Triple  # hours a week for which the offered hours stand
    charged: Mapping[int, tuple[int, int]] = field(
        default_factory=dict
    )  # resource → minor units, of them as planned
    levied: Mapping[int, Levied] = field(default_factory=dict)  # by sector
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    population: int | None = None  # people who live in the federation, as recorded today

    def over(self, read: Callable[[Snapshot], float | None]) -> Triple:
        """Read one thing of the economy in all three columns."""
        return Triple(*(read(one) if one else None for one in (self.last, self.plan, self.actual)))

    def guideline(self, topic: str, entity: int | None = None) -> float | None:
        """Return a guideline's figure in its topic's unit, None where there is none."""
        return next((g.value for g in self.guidelines if (g.topic, g.entity) == (topic, entity)), None)

    def rule(self, name: str) -> float:
        """Return a rule of the year's charter."""
        return rule(self.cycle.rules, name)

    def posted(self, cause: str, kind: str) -> float | None:
        """Return what entries of a cause moved into accounts of a kind, in currency; None where nothing was posted."""
        found = self.moved.get((cause, kind))
        return None if found is None else found / MINOR

    def sum_posted(self, causes: Iterable[str], kind: str) -> float | None:
        """Return the same of several causes together."""
        found = [amount for cause in causes if (amount := self.posted(cause, kind)) is not None]
        return sum(found) if found else None

    def into(self, kind: str) -> float | None:
        """Return what was posted into accounts of a kind by any cause, in currency; None where nothing was."""
        found = [amount for (_cause, one), amount in self.moved.items() if one == kind]
        return sum(found) / MINOR if found else None

    def by(self, *kinds: str) -> tuple[Decision, ...]:
        """Return the decisions of these kinds that there are."""
        return tuple(self.decisions[kind] for kind in kinds if kind in self.decisions)

    def guided(self, topic: str, entity: int | None = None) -> tuple[Decision, ...]:
        """Return who decided on a topic: the guideline's vote, else the charter."""
        return self.by(f"{topic}:{entity}" if entity else topic) or self.by("charter")


def years(cycles: list[Cycle]) -> list[Year]:
    """Return these cycles as years; as many queries for many as for one, but for what a run or baseline adds up to."""
    ids, weeks = [cycle.pk for cycle in cycles], weeks_before(cycles)
    runs, guidelines, moved = _runs(ids), defaultdict[int, list[Guideline]](list), _moved(ids)
    paid, taken, people = charged(ids), levied(ids), population()
    related = ("resource", "sector", "region", "product", "question", "decided_in")
    for one in Guideline.objects.filter(cycle__in=ids).select_related(*related):
        guidelines[one.cycle_id].append(one)
    return [
        _year(
            cycle,
            weeks,
            runs.get(cycle.pk),
            tuple(guidelines[cycle.pk]),
            moved.get(cycle.pk, {}),
            paid.get(cycle.pk, {}),
            people,
            taken.get(cycle.pk, {}),
        )
        for cycle in cycles
    ]


def _year(
    cycle: Cycle,
    weeks: Weeks,
    run: Run | None,
    guidelines: tuple[Guideline, ...],
    moved: Moved,
    paid: Mapping[int, tuple[int, int]],
    people: int | None,
    taken: Mapping[int, Levied],
) -> Year:
    settled = cycle.next_baseline if cycle.phase in SETTLED else None
    charter = rule(cycle.rules, "weekly_hours")
    week = next((one.value for one in guidelines if one.topic == Topic.HOURS), None)
    before = weeks.get(cycle.baseline_id, (None, charter))
    return Year(
        cycle=cycle,
        last=in_week(snapshot(cycle.baseline), *before),
        plan=snapshot(run.scenario, run, cycle.baseline) if run else None,
        actual=in_week(snapshot(settled, None, cycle.baseline), week, charter) if settled else None,
        weeks=Triple(before[0] or before[1], week or charter, week or charter),
        run=run,
        guidelines=guidelines,
        moved=moved,
        charged=paid,
        population=people,
        levied=taken,
    )


def population() -> int | None:
    """Return how many people live in the federation: of each place its own figure, else the sum of the places in it.

    None where no place has one.
    """
    places = {
        pk: (parent, own) for pk, parent, own in Region.objects.values_list("pk", "parent", "population")
    }
    within = defaultdict[int | None, list[int]](list)
    for pk, (parent, _own) in places.items():
        within[parent].append(pk)

    def living(place: int) -> int | None:
        own = places[place][1]
        return own if own is not None else total(within[place])

    def total(chosen: list[int]) -> int | None:
        known = [people for place in chosen if (people := living(place)) is not None]
        return sum(known) if known else None

    return total(within[None])


def _runs(cycles: list[int]) -> dict[int, Run]:
    """Return by cycle the run that stands for it: the latest plan's, else the latest round's that shows figures."""
    finished = Run.objects.filter(round__cycle__in=cycles, state=Run.State.FINISHED).select_related(
        "scenario", "round"
    )
    found: dict[int, Run] = {}
    for run in finished.order_by("round__number", "requested_at"):
        if run.round is not None and (
            run.round.published_run_id in (None, run.pk) or run.round.state == Round.State.CLOSED
        ):
            found[run.round.cycle_id] = run
    plans = (
        Plan.objects.filter(cycle__in=cycles).select_related("run__scenario", "run__round").order_by("number")
    )
    return found | {plan.cycle_id: plan.run for plan in plans}


def _moved(cycles: list[int]) -> dict[int, dict[tuple[str, str], int]]:
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = Posting.objects.filter(entry__cycle__in=cycles).values_list(
        "entry__cycle", "entry__cause", "account__kind"
    )
    for cycle, cause, kind, amount in rows.annotate(moved=Sum("amount")).order_by():
        found[cycle][cause, kind] = amount
    return found


def decisions(year: Year, plan: Plan | None, draft: EnvelopeDraft | None) -> dict[str, Decision]:
    """Return who decided what in a year, each with the vote or record that shows it."""
    cycle = year.cycle
    questions = {g.question.public_id: g for g in year.guidelines if g.question is not None}
    subjects = [*questions, *([draft.public_id] if draft else [])]
    motions = Motion.objects.filter(subject_kind__in=[GUIDELINE, *OF_THE_BOARD], subject_id__in=subjects)
    asked = {motion.subject_id: motion for motion in motions.select_related("council").order_by("pk")}
    at = [cycle.year]
    found = {
        "charter": Decision("charter", str(cycle.charter_version or ""), reverse("councils:charter")),
        "baseline": Decision(
            "baseline", cycle.baseline.name, reverse("workplaces:scenario", args=[cycle.baseline.public_id])
        ),
        "duty": Decision("duty"),
        "ledger": Decision("ledger", "", reverse("planning:ledger")),
        "grants": Decision("grants", "", reverse("planning:grants", args=at)),
    }
    if draft is not None and draft.public_id in asked:
        found["envelopes"] = _motion("envelopes", asked[draft.public_id])
    if plan is not None:
        found["plan"] = Decision("plan", str(plan), reverse("planning:plan", args=at))
    elif year.run is not None:
        url = reverse("planning:round", args=[cycle.year, year.run.of_round.number])
        found["plan"] = Decision("round", str(year.run.of_round), url)
    if year.actual is not None:
        found["settled"] = Decision("settled", str(cycle.year), reverse("planning:cycle", args=at))
    return found | _guided(year.guidelines, asked)


def _motion(kind: str, motion: Motion) -> Decision:
    about = f"{motion.council.label}: {motion.title}"
    return Decision(kind, about, reverse("councils:motion", args=[motion.public_id]))


def _guided(guidelines: Iterable[Guideline], asked: Mapping[UUID | None, Motion]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for one in guidelines:
        motion = asked.get(one.question.public_id) if one.question else None
        url = reverse("planning:guidelines", args=[one.decided_in.year])
        told = _motion("guideline", motion) if motion else Decision("kept", str(one.decided_in.year), url)
        found[f"{one.topic}:{one.entity}" if one.topic == Topic.CAP else one.topic] = told
    return found
