"""The small federation in each phase of its cycle, with one of everything that an address can name."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from councils.models import Appeal, Ballot, MinorityReport, Motion
from councils.services import (
    ballot_close,
    ballot_open,
    charter_found,
    comment_add,
    election_call,
    election_open,
    motion_move,
    motion_withdraw,
    nomination_stand,
    paper_cast,
    recall_start,
    vote_cast,
)
from councils.services.amendments import amendment_propose
from councils.services.appeals import appeal_file
from councils.services.minority import minority_report
from councils.votes_written import tracker_new
from planning.models import Cycle, Run
from planning.runner.execute import run_execute
from planning.services.answers import Answer, consumption_set, demand_answer, line_answer
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.plans import plan_advance, plan_propose, plan_put_in_force
from planning.services.rounds import round_close, round_open, round_publish
from planning.services.runs import run_start
from planning.services.tokens import token_create
from tests.access import investing, listing, programmes, trying
from tests.access.addresses import (
    API_OF_BALLOTS,
    API_OF_ELECTIONS,
    API_OF_MOTIONS,
)
from tests.access.meeting import meeting_made
from tests.planning.federation import NOW, TERM, Federation, make_federation, person
from workplaces.models import Agreement, Counterparty, Membership, Resource
from workplaces.services.agreements import RECEIVES, agreement_offer
from workplaces.services.imports import import_apply
from workplaces.services.notices import calendar_renew, stop_token

PHASES = ("preparation", "proposals", "rounds", "in force")
# Column heading → who it is; anonymous is nobody.
ROLES = {
    "anonymous": None,
    "stranger": "stranger",  # has an account, belongs nowhere
    "member": "baker",  # works at the bakery, holds no mandate
    "own": "bread_delegate",  # delegate of the bakery, which the addresses name
    "other": "flour_delegate",  # delegate of another workplace
    "community": "villager",
    "board": "boardmember",
    "coordinator": "coordinator",
    "registrar": "registrar",
    "superuser": "root",
}
NOWHERE = uuid.UUID(int=0)


@dataclass
class World:
    """The federation and what the parts of an address stand for."""

    federation: Federation
    values: dict[str, Any]
    by_route: dict[str, dict[str, Any]] = field(default_factory=dict)

    def parts(self, route: str) -> dict[str, Any]:
        """Return the values of a route's parts."""
        space = route.split(":")[0] if ":" in route else ""
        return {**self.values, **self.by_route.get(space, {}), **self.by_route.get(route, {})}


def make_world(phase: str, *, guarded: bool = False) -> World:
    """Make the federation in that phase; ``guarded``: with nothing in it that the database would refuse the application."""
    federation = make_federation()
    charter_found(values={}, by=None, now=NOW)
    values = _things(federation)
    world = World(federation, values)
    votes = _votes(federation, phase)
    world.by_route = {
        "councils": {"council": federation.councils["bread sector"].public_id, **votes},
        **_motions(votes),
        "councils:appeal_file": {"motion": votes["painted"]},
        **{
            f"workplaces:{name}": {"public_id": public_id} for name, public_id in _economy(federation).items()
        },
        **{
            f"councils:{name}": {"council": federation.councils["bread assembly"].public_id}
            for name in ("instructions", "instruction_new", "initiative_new", "delegations")
        },
        "record": {"number": 1},
        **_booths(_secret(federation, phase)),
        **_election(federation, phase),
        **_petition(federation),
        **meeting_made(federation, phase),
        "mfa_": {"pk": 1},
    }
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=investing.RULES)
    world.by_route |= programmes.things(federation, cycle, guarded=guarded)
    world.by_route |= listing.things(federation, guarded=guarded)
    found = advance(federation, cycle, phase, is_investing=True)
    for name in ("line_review", "line_firm", "line", "line_propose"):
        world.by_route[f"planning:{name}"] = {"public_id": federation.lines["bread"].public_id}
    world.by_route["planning:product"] = {"code": "bread"}
    world.by_route["planning:lines_review"] = {"public_id": federation.workplaces["bread"].public_id}
    for name in ("planning:report", "planning:report_file", "api:workplace_reports"):
        world.by_route[name] = {"public_id": federation.workplaces["bread"].public_id}
    world.by_route["planning:workplace"] = {"public_id": federation.workplaces["bread"].public_id}
    for space in ("planning", "api"):
        for name in ("run", "run_cancel", "run_rows", "run_lines"):
            world.by_route[f"{space}:{name}"] = {"public_id": found["run"]}
    world.by_route["api"] = {"public_id": found["round"]}
    world.by_route |= {name: {"public_id": world.by_route["councils"]["motion"]} for name in API_OF_MOTIONS}
    world.by_route["api:product"] = {"public_id": federation.products["bread"].public_id}
    world.by_route["api:workplace"] = {"public_id": federation.workplaces["bread"].public_id}
    world.values |= {"published": found["run"], "answered": phase == "in force"}
    world.by_route |= investing.things(federation, cycle)
    world.by_route |= trying.things(federation)
    return world


def _things(federation: Federation) -> dict[str, Any]:
    person(federation, "baker")
    person(federation, "madeup", synthetic=True)
    Membership.objects.create(
        person=federation.people["baker"], workplace=federation.workplaces["bread"], validity=DateRange(*TERM)
    )
    token, _secret = token_create(
        name="ERP", scopes=["read"], expires_at=NOW + timedelta(days=9), by=federation.people["bread_delegate"],
        now=NOW,
    )  # fmt: skip
    return {
        "year": 2027,
        "number": 1,
        "code": "village",
        "line": federation.lines["bread"].public_id,
        "demand_line": federation.demand["bread"].public_id,
        "person_id": federation.people["bread_delegate"].public_id,
        "public_id": token.public_id,
        "token": stop_token(federation.people["bread_delegate"]),
        "secret": calendar_renew(by=federation.people["bread_delegate"], now=NOW),
        "kind": "products",
        "old": 1,
        "new": 2,
        # what third parties' addresses name: nothing that exists
        "key": "none",
        "uidb36": "0",
        "pk": 1,
        "provider_id": "none",
    }


def _economy(federation: Federation) -> dict[str, Any]:
    """One row of every table that has a page, while the baseline is still open."""
    f, baseline = federation, federation.baseline
    outside = Counterparty.objects.create(scenario=baseline, code="world", name="World")
    water = Resource.objects.create(scenario=baseline, code="water", name="Water", unit="m3", cap=1000.0)
    agreement = agreement_offer(
        scenario=baseline, workplace=f.workplaces["bread"], role=RECEIVES, other=f.workplaces["flour"],
        product=f.products["flour"], quantity=10.0, period=DateRange(*TERM), by=f.people["bread_delegate"], now=NOW,
    )  # fmt: skip
    batch = import_apply(
        kind="products", scenario=baseline, file_name="products.csv", content=b"code,name,unit\nsalt,Salt,t\n",
        by=f.people["registrar"], now=NOW,
    )  # fmt: skip
    assert Agreement.objects.count() == 1
    bread = f.workplaces["bread"].public_id
    line = f.lines["bread"].public_id
    deal = agreement.public_id
    return {
        "workplace": bread,
        "line_new": bread,
        "agreement_new": bread,
        "line": line,
        "line_edit": line,
        "product": f.products["bread"].public_id,
        "sector": f.workplaces["bread"].main_sector.public_id,
        "region": f.community.public_id if f.community else None,
        "labour_pool": f.pool.public_id if f.pool else None,
        "resource": water.public_id,
        "counterparty": outside.public_id,
        "agreement": deal,
        "agreement_accept": deal,
        "agreement_end": deal,
        "scenario": baseline.public_id,
        "import": batch.public_id,
        "import_undo": batch.public_id,
    }


def _votes(federation: Federation, phase: str) -> dict[str, Any]:
    """A motion that can be put to the vote, and another whose vote is open; both are over once a plan is in force."""
    by, council = federation.people["bread_delegate"], federation.councils["bread sector"]
    moved = motion_move(council=council, title="Buy an oven", text="Together.", by=by, now=NOW)
    voted = motion_move(council=council, title="Sell the old one", text="To the mill.", by=by, now=NOW)
    ballot = ballot_open(motion=voted, by=federation.people["coordinator"], now=NOW)
    right = ballot.roll.get().right
    other = motion_move(council=council, title="Buy a bike", text="For two.", by=by, now=NOW)
    amendment = amendment_propose(
        motion=other, version=1, title="Buy a bike", text="For one.", by=by, now=NOW
    )
    painted = motion_move(council=council, title="Paint the mill", text="Blue.", by=by, now=NOW)
    comment = comment_add(motion=moved, text="It pays in two years.", by=by, now=NOW)
    if phase == "in force":
        motion_withdraw(motion=moved, by=by, now=NOW)
        motion_withdraw(motion=other, by=by, now=NOW)
        _decide(ballot, federation)
        _decide(ballot_open(motion=painted, by=federation.people["coordinator"], now=NOW), federation)
        appeal_file(motion=voted, reason="It harms us.", by=by, now=NOW)
    return {
        "motion": moved.public_id,
        "amendment": amendment.public_id,
        "appeal": getattr(Appeal.objects.first(), "public_id", NOWHERE),
        "painted": painted.public_id,
        "comment": comment.public_id,
        "ballot": ballot.public_id,
        "right": right,
    }


def _motions(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the interface's addresses of motions name: the same as the pages'."""
    motion, amendment = {"public_id": values["motion"]}, {"public_id": values["amendment"]}
    named = dict.fromkeys(("motion", "amendments", "comments"), motion)
    named |= dict.fromkeys(("amendment", "amendment_accept", "amendment_withdraw"), amendment)
    named |= {key: {"public_id": values["appeal"]} for key in ("appeal_support", "appeal_rule")}
    named["appeals"] = {"public_id": values["painted"]}
    named["amendment_open"] = amendment
    named["comment_hide"] = {"public_id": values["comment"]}
    return {f"api:{name}": parts for name, parts in named.items()}


def _booths(ballot: Ballot) -> dict[str, dict[str, Any]]:
    """What addresses of a secret vote name: the vote, and the booth of the bakery's delegate."""
    entry = ballot.roll.get(person__username="bread_delegate")
    parts = {"ballot": ballot.public_id, "number": entry.number, "right": entry.right}
    names = {name: {"public_id": ballot.public_id} for name in API_OF_BALLOTS}
    report = MinorityReport.objects.first()
    filed, motion = report.public_id if report else NOWHERE, Motion.objects.get(ballots=ballot).public_id
    minority = {
        "councils:minority": {"motion": motion},
        "councils:minority_sign": {"report": filed},
        "api:minority_reports": {"public_id": motion},
        "api:minority_sign": {"public_id": filed},
    }
    return {
        "councils:booth": parts,
        "councils:papers": parts,
        "councils:paper_counts": parts,
        **names,
        **minority,
    }


def _secret(federation: Federation, phase: str) -> Ballot:
    """A secret vote of the bakery's assembly, of six people; closed once a plan is in force."""
    bakery = federation.workplaces["bread"]
    for number in range(4):
        mate = person(federation, f"mate{number}")
        Membership.objects.create(person=mate, workplace=bakery, validity=DateRange(*TERM))
    Membership.objects.create(
        person=federation.people["bread_delegate"], workplace=bakery, validity=DateRange(*TERM)
    )
    motion = motion_move(
        council=federation.councils["bread assembly"], title="Open on Sundays?", text="From May.",
        by=federation.people["baker"], now=NOW,
    )  # fmt: skip
    ballot = ballot_open(motion=motion, by=federation.people["coordinator"], now=NOW, secrecy="secret")
    if phase == "in force":
        later = NOW + timedelta(days=8)
        ballot = ballot_close(ballot=ballot, by=None, now=later)
        mate = federation.people["mate0"]
        minority_report(motion=motion, text="Nobody counted the hours.", by=mate, now=later)
    return ballot


def _petition(federation: Federation) -> dict[str, Any]:
    """Signatures for the recall of the bakery's delegate: one of two that are needed."""
    mandate = federation.people["bread_delegate"].mandates.get(council=federation.councils["bread sector"])
    petition = recall_start(mandate=mandate, reason="Absent.", by=federation.people["mate0"], now=NOW)
    pages = {f"councils:{name}": {"petition": petition.public_id} for name in ("petition", "sign", "unsign")}
    operations = {f"api:petition_{name}": {"public_id": petition.public_id} for name in ("sign", "unsign")}
    ends = {"councils:delegation_end": {"delegation": NOWHERE}, "api:delegation_end": {"public_id": NOWHERE}}
    return {**pages, **operations, **ends, "councils:recall_new": {"mandate": mandate.public_id}}


def _election(federation: Federation, phase: str) -> dict[str, Any]:
    """An election of the bakery's auditor in which its delegate stands; decided once a plan is in force."""
    by, council = federation.people["coordinator"], federation.councils["bread assembly"]
    election = election_call(
        council=council, title="Auditor", role="auditor", rule="stv", nominations_until=NOW + timedelta(days=8),
        term_from=(NOW + timedelta(days=30)).date(), by=by, now=NOW,
    )  # fmt: skip
    nomination_stand(
        election=election, statement="I can count.", by=federation.people["bread_delegate"], now=NOW
    )
    if phase == "in force":
        later = NOW + timedelta(days=9)
        ballot = election_open(election=election, by=by, now=later)
        for entry in ballot.roll.select_related("person"):
            paper_cast(
                ballot=ballot,
                right=entry.right,
                choice=["c1"],
                tracker=tracker_new(),
                by=entry.person,
                now=later,
            )
        ballot_close(ballot=ballot, by=None, now=later + timedelta(days=8))
    names = ("election", "count", "stand", "stand_down", "election_open", "election_cancel", "election_seat")
    parts = {"election": election.public_id, "council": council.public_id}
    pages = {f"councils:{name}": parts for name in (*names, "election_new")}
    return pages | {name: {"public_id": election.public_id} for name in API_OF_ELECTIONS}


def _decide(ballot: Ballot, federation: Federation) -> None:
    for entry in ballot.roll.all():
        vote_cast(
            ballot=ballot,
            right=entry.right,
            option="yes",
            by=entry.person,
            idempotency_key=str(uuid.uuid4()),
            now=NOW,
        )
    ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)


def advance(federation: Federation, cycle: Cycle, phase: str, *, is_investing: bool) -> dict[str, Any]:
    """Bring the cycle into the phase, over envelopes and grants if the charter invests.

    Return the public ids of the round and run that addresses name.
    """
    by = federation.people["coordinator"]
    if phase == "preparation":
        return {"round": NOWHERE, "run": NOWHERE}
    cycle = (
        investing.begin(federation, cycle)
        if is_investing
        else cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    )
    if phase == "proposals":
        return {"round": NOWHERE, "run": NOWHERE}
    consumption_set(
        cycle=cycle,
        demand_line=federation.demand["bread"],
        quantity=118.0,
        by=federation.people["villager"],
        now=NOW,
    )
    first = round_open(cycle=cycle, by=by, now=NOW)
    run = _iterate(first, by)
    first = round_publish(round=first, run=run, by=by, now=NOW)
    if phase == "in force":
        _ratify(federation, cycle, first)
    return {"round": first.public_id, "run": run.public_id}


def _iterate(round: Any, by: Any) -> Run:
    run = run_start(round=round, by=by, now=NOW, hand_over=lambda _run: None)
    assert run_execute(run.public_id, clock=lambda: NOW) == Run.State.FINISHED
    return Run.objects.get(pk=run.pk)


def _ratify(federation: Federation, cycle: Cycle, first: Any) -> None:
    """Let everybody accept and everybody vote yes."""
    by = federation.people["coordinator"]
    yes = Answer("accept")
    for code, line in federation.lines.items():
        line_answer(round=first, line=line, answer=yes, by=federation.people[f"{code}_delegate"], now=NOW)
    for wanted in federation.demand.values():
        demand_answer(round=first, demand_line=wanted, answer=yes, by=federation.people["villager"], now=NOW)
    round_close(round=first, by=by, now=NOW)
    second = round_open(cycle=cycle, by=by, now=NOW)
    _iterate(second, by)
    plan = plan_propose(round=second, by=by, now=NOW)
    while ballots := list(Ballot.objects.filter(state=Ballot.State.OPEN)):
        for ballot in ballots:
            _decide(ballot, federation)
        plan = plan_advance(plan=plan, by=by, now=NOW)
    plan_put_in_force(plan=plan, by=by, now=NOW)
