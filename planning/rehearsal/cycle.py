"""A whole cycle with simulated delegates: the services, the runner and the ballots that people use."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Max
from django.utils import timezone

from councils.models import Ballot, Council, Mandate, RollEntry
from councils.services.ballots import ballot_close
from planning import policies
from planning.demo.load import Order, demo_load
from planning.models import Cycle, Plan, Round, Run
from planning.rehearsal import time_ledger
from planning.rehearsal.report import Report, RoundReport
from planning.runner.execute import run_execute
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from planning.simulated.people import Temper, answers_simulate, proposals_simulate, votes_simulate
from planning.wording.minutes import COORDINATION, DUTY, VOTE, minutes, round_effort
from workplaces.errors import Refused
from workplaces.models import DemandLine, Person

Say = Callable[[str], None]
REFERRALS = 2  # times that a refused plan goes back to the rounds before the rehearsal ends with it
EPOCH = timedelta(minutes=5)  # simulated time between steps of the procedure


class Calendar:
    """Simulated time: every step of the procedure is a little later than the one before."""

    def __init__(self, start: datetime) -> None:
        """Begin at ``start``."""
        self.now = start

    def next(self) -> datetime:
        """Return the next moment."""
        self.now += EPOCH
        return self.now


@dataclass(frozen=True)
class Country:
    """What is rehearsed in: a country that has been loaded, its coordinator, its people's temper, simulated time."""

    order: Order
    temper: Temper
    rounds: int | None
    by: Person
    calendar: Calendar
    rng: np.random.Generator
    counts: dict[str, int]
    say: Say


def rehearse(
    *, order: Order, temper: Temper, rounds: int | None = None, say: Say = lambda _text: None
) -> Report:
    """Load a country into the (empty) database and take it through a cycle; ``rounds`` caps their number."""
    started = time.perf_counter()
    country = country_load(order=order, temper=temper, rounds=rounds, say=say)
    return year_hold(country, started=started)[0]


def country_load(*, order: Order, temper: Temper, rounds: int | None, say: Say) -> Country:
    """Load a country into the (empty) database."""
    calendar, rng = Calendar(timezone.now()), np.random.default_rng([order.seed, 1])
    say(f"Loading {order.source} with {order.workplaces} workplaces")
    counts = demo_load(order=order, now=calendar.next())
    by = Person.objects.get(username="coordinator")
    return Country(order, temper, rounds, by, calendar, rng, counts, say)


def coordinator_made(calendar: Calendar) -> Person:
    """Make a board with one made-up coordinator: all that rounds need of the councils."""
    person = Person.objects.create(username="coordinator", name="Coordinator", synthetic=True)
    board = Council.objects.create(kind="board", name="Board", created_at=calendar.now)
    term = (calendar.now.date(), calendar.now.date().replace(year=calendar.now.year + 2))
    Mandate.objects.create(
        council=board,
        person=person,
        role="coordinator",
        term=term,
        held=term,
        obtained="founding",
        created_at=calendar.now,
    )
    return person


def year_hold(country: Country, *, started: float) -> tuple[Report, Plan]:
    """Take the country from its newest baseline through a cycle; seconds count from ``started``."""
    order, temper, counts, say = country.order, country.temper, country.counts, country.say
    by, calendar, rng, rounds = country.by, country.calendar, country.rng, country.rounds
    cycle = year_begin(by, calendar, temper, rng, rounds)
    setup = time.perf_counter() - started
    reports: list[tuple[RoundReport, int]] = []
    ballots, votes, ratifying = 0, 0, 0.0
    for attempt in range(1 + REFERRALS):
        held, last = negotiate(cycle, by, calendar, temper, rng, say)
        reports += held
        begun = time.perf_counter()
        plan, opened, cast = _ratify(last, by, calendar, rng, say)
        ballots, votes = ballots + opened, votes + cast
        ratifying += time.perf_counter() - begun
        if plan.state != Plan.State.REFERRED_BACK or attempt == REFERRALS:
            break
        say("A council refused the plan: another round is held")
    report = Report(
        source=order.source,
        seed=order.seed,
        workplaces=reports[0][1],
        lines=counts["lines"],
        products=counts["products"],
        state=plan.state,
        conflicts=len(plan.conflicts),
        rounds=[report for report, _workplaces in reports],
        ballots=ballots,
        votes=votes,
        ratification_minutes=votes * minutes(VOTE + DUTY),
        ledger=_ledger(cycle, counts, reports[0][1], votes),
        setup_seconds=setup,
        ratification_seconds=ratifying,
        seconds=time.perf_counter() - started,
        temper=asdict(temper),
    )
    return report, plan


def year_begin(
    by: Person, calendar: Calendar, temper: Temper, rng: np.random.Generator, rounds: int | None
) -> Cycle:
    """Open the next year's cycle and let everybody propose."""
    last = Cycle.objects.aggregate(year=Max("year"))["year"] or calendar.now.year
    rules = {"round_limit": rounds} if rounds else {}
    cycle = cycle_open(year=last + 1, by=by, now=calendar.next(), rules=rules)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=calendar.next())
    scenario = standing(cycle)
    if scenario is None:
        raise Refused("The cycle has no scenario to write proposals in.")
    proposals_simulate(scenario=scenario, temper=temper, rng=rng, by=by, now=calendar.next())
    return cycle


def negotiate(
    cycle: Cycle,
    by: Person,
    calendar: Calendar,
    temper: Temper,
    rng: np.random.Generator,
    say: Say,
) -> tuple[list[tuple[RoundReport, int]], Round]:
    """Hold rounds until a plan can be put to the councils: everything adds up, or the charter's last round is held."""
    reports: list[tuple[RoundReport, int]] = []
    while True:
        begun = time.perf_counter()
        round = round_open(cycle=cycle, by=by, now=calendar.next())
        run = iterate(round, by, calendar)
        done = policies.can_propose_plan(round, run)
        answers = {} if done else _answer(round, run, by, calendar, temper, rng)
        report = _report(round, run, answers, time.perf_counter() - begun)
        reports.append((report, run.summary["workplaces"]))
        say(f"Round {round.number}: worst imbalance {100 * report.worst_imbalance:.2f} %")
        if done:
            return reports, round


def iterate(round: Round, by: Person, calendar: Calendar) -> Run:
    """Run the round's iteration in this process; raises Refused with its sentence if it failed."""
    run = run_start(round=round, by=by, now=calendar.next(), hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    if run.state != Run.State.FINISHED:
        raise Refused(run.error or f"The iteration was {run.get_state_display()}.")
    return run


def _answer(
    round: Round, run: Run, by: Person, calendar: Calendar, temper: Temper, rng: np.random.Generator
) -> dict[str, int]:
    round = round_publish(round=round, run=run, by=by, now=calendar.next())
    answers = answers_simulate(round=round, temper=temper, rng=rng, by=by, now=calendar.next())
    round_close(round=round, by=by, now=calendar.next())
    return answers


def _report(round: Round, run: Run, answers: dict[str, int], seconds: float) -> RoundReport:
    summary = run.summary
    return RoundReport(
        number=round.number,
        worst_imbalance=summary["worst_before"],
        mean_imbalance=summary["mean_before"],
        asked_to_act=summary["workplaces_asked"] / max(summary["workplaces"], 1),
        workplaces_asked=summary["workplaces_asked"],
        demand_lines_asked=summary["demand_lines_asked"],
        accepted=answers.get("accept", 0),
        countered=answers.get("counter", 0),
        firm=answers.get("firm", 0),
        minutes=minutes(
            round_effort(summary["lines_asked"], summary["demand_lines_asked"]) if answers else COORDINATION
        ),
        steps=run.certificate["steps"],
        residual=run.certificate["worst_residual"],
        seconds=seconds,
        **{stage: run.seconds[stage] for stage in ("read", "solve", "write")},
    )


def _ledger(cycle: Cycle, counts: dict[str, int], workplaces: int, votes: int) -> time_ledger.Ledger:
    """Enter the whole cycle; people are counted by the mandates that stand behind the figures."""
    rounds = list(cycle.rounds.select_related("published_run").order_by("number"))
    published = [round.published_run for round in rounds if round.published_run is not None]
    people = {
        time_ledger.WORKPLACES: workplaces,
        time_ledger.PLACES: DemandLine.objects.in_scenario(cycle.baseline).values("region").distinct().count(),
        time_ledger.COORDINATORS: 1,
        time_ledger.COUNCILS: RollEntry.objects.values("person").distinct().count(),
    }  # fmt: skip
    return time_ledger.ledger(
        lines=counts["lines"], rows=counts["demand"], rounds=[time_ledger.asked_by(run) for run in published],
        iterations=len(rounds), votes=votes, people=people,
    )  # fmt: skip


def _ratify(
    round: Round, by: Person, calendar: Calendar, rng: np.random.Generator, say: Say
) -> tuple[Plan, int, int]:
    """Put the plan to the councils; every right on every roll votes; put what they ratified in force."""
    plan = plan_propose(round=round, by=by, now=calendar.next())
    ballots = votes = 0
    while open_ballots := list(
        Ballot.objects.filter(state=Ballot.State.OPEN).select_related("council", "motion")
    ):
        say(f"{len(open_ballots)} councils vote on the plan")
        for ballot in open_ballots:
            votes += votes_simulate(ballot=ballot, rng=rng, now=calendar.now)
            ballot_close(ballot=ballot, by=by, now=calendar.next())
        ballots += len(open_ballots)
        plan = plan_advance(plan=plan, by=by, now=calendar.next())
    if plan.state == Plan.State.RATIFIED:
        plan = plan_put_in_force(plan=plan, by=by, now=calendar.next())
    return plan, ballots, votes
