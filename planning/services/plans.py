"""From proposals that add up to a plan in force: councils vote in the charter's order, planning asks them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.charter import charter_value
from councils.models import Ballot, Council, Mandate, Motion
from councils.outcomes import CARRIED, LOST, NONE, motions_on, outcome
from councils.services.asking import councils_ask
from councils.services.ballots import ballot_void
from planning import permissions, policies
from planning.models import Plan, Round, Run, RunRow
from planning.services.cycles import cycle_move, cycle_voted, standing_open
from planning.services.keeping import keep_later
from planning.services.prices import prices_write
from planning.services.replacing import revision_follow
from planning.services.runs import runs_end
from planning.transitions import PLAN, ROUND, after
from workplaces.errors import TooLate
from workplaces.models import LabourPool, Person, Product
from workplaces.record.services import entry_append

SUBJECT = "plan"
ORDER = "councils.ratify.order"
NAMED = 5  # councils named in a sentence


@transaction.atomic
def plan_propose(*, round: Round, by: Person, now: datetime) -> Plan:
    """Put the round's proposals to the councils as a plan, with what still does not add up, and ask the first ones."""
    permissions.check_coordinate(by, now.date())
    round = Round.objects.select_for_update(of=("self",)).select_related("cycle", "scenario").get(pk=round.pk)
    latest = round.runs.filter(state=Run.State.FINISHED).order_by("-finished_at").first()
    run = policies.check_propose_plan(round, latest)
    runs_end(round=round, by=by, now=now)
    round.state, round.closed_by, round.closed_at = after(ROUND, round.state, "close"), by, now
    round.save(update_fields=["state", "closed_by", "closed_at"])
    plan = Plan.objects.create(
        cycle=round.cycle,
        number=round.cycle.plans.count() + 1,
        scenario=round.scenario,
        run=run,
        conflicts=conflicts(run, float(round.cycle.rules["tolerance"])),
        proposed_by=by,
        proposed_at=now,
    )
    plan.cycle = cycle_move(cycle=round.cycle, event="propose_plan", by=by, now=now)
    body = {"figures": round.scenario.digest, "conflicts": plan.conflicts, "run": str(run.public_id)}
    entry_append(kind="plan.proposed", by=by, subject=subject(plan), body=body, now=now)
    keep_later("planning.plan_keep", plan.public_id)
    return plan_advance(plan=plan, by=by, now=now)


def conflicts(run: Run, tolerance: float) -> list[dict[str, Any]]:
    """Return the products and labour pools beyond the tolerance: products worst first, then pools short of hours."""
    rows = [row for row in run.rows.filter(kind=RunRow.Kind.PRODUCT) if abs(row.imbalance_before) > tolerance]
    known = Product.objects.in_scenario(run.scenario).filter(entity_id__in=[row.entity for row in rows])
    codes = dict(known.values_list("entity_id", "code"))
    rows.sort(key=lambda row: -abs(row.imbalance_before))
    products = [
        {"product": codes[row.entity], "imbalance": row.imbalance_before, "use": row.use_before,
         "supply": row.supply_before}
        for row in rows
    ]  # fmt: skip
    return products + _pools_short(run, tolerance)


def _pools_short(run: Run, tolerance: float) -> list[dict[str, Any]]:
    """Name each pool by its id and by the codes of its occupation and place; hours taken and hours there are."""
    rows = list(policies.overdrawn(run, tolerance))
    pools = LabourPool.objects.in_scenario(run.scenario).filter(entity_id__in=[row.entity for row in rows])
    known = {pool.entity_id: pool for pool in pools.select_related("occupation", "region")}
    return [
        {"pool": str(pool.public_id), "occupation": pool.occupation.code, "place": pool.region.code,
         "imbalance": row.imbalance_before, "use": row.use_before, "supply": row.supply_before}
        for row in rows for pool in [known[row.entity]]
    ]  # fmt: skip


@transaction.atomic
def plan_advance(*, plan: Plan, by: Person | None, now: datetime) -> Plan:
    """See what the councils decided: refer the plan back, ask the next councils, or call it ratified.

    ``by=None`` is the clock, which counts in what was decided once a vote on the plan is over.
    """
    if by is not None:
        permissions.check_coordinate(by, now.date())
    plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("cycle", "scenario", "run")
        .get(pk=plan.pk)
    )
    if plan.state != Plan.State.PROPOSED:
        return plan
    found = stages(plan, now)
    for stage in found:
        if any(outcome(motion) == LOST for motion in stage["motions"]):
            return _refer_back(plan, stage["motions"], by, now)
        if stage["waiting"]:
            _ask(plan, stage["waiting"], by, now)
            return plan
        if not all(outcome(motion) == CARRIED for motion in stage["motions"]):
            return plan
        _check_voted(stage)
    if not any(stage["motions"] for stage in found):
        raise TooLate(
            _("No council that the charter names for plans exists; found one, so that somebody can vote.")
        )
    plan.state = after(PLAN, plan.state, "ratify")
    plan.save(update_fields=["state"])
    entry_append(kind="plan.ratified", by=by, subject=subject(plan), body={}, now=now)
    return plan


def stages(plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """Return per kind of council, in the charter's order: its motions so far and the councils not asked yet.

    A council in which nobody holds a mandate cannot be asked; it is listed under ``empty``. One whose motion was
    withdrawn counts as not asked.
    """
    moved = motions_on(SUBJECT, plan.public_id)
    asked = {motion.council_id: motion for motion in moved if outcome(motion) != NONE}
    return [_stage(kind, asked, now) for kind in charter_value(ORDER, on=now.date())]


def _stage(kind: str, asked: dict[int, Motion], now: datetime) -> dict[str, Any]:
    councils = list(Council.objects.sitting().filter(kind=kind).order_by("name", "pk"))
    voting = Mandate.objects.filter(
        council=OuterRef("pk"), held__contains=now.date(), role__in=["delegate", "member"]
    )
    manned = set(Council.objects.filter(Exists(voting), kind=kind).values_list("pk", flat=True))
    return {
        "kind": kind,
        "motions": [asked[council.pk] for council in councils if council.pk in asked],
        "waiting": [c for c in councils if c.pk not in asked and c.pk in manned],
        "empty": [c for c in councils if c.pk not in asked and c.pk not in manned],
    }


def _check_voted(stage: dict[str, Any]) -> None:
    """Where a kind of council exists, at least one of them has voted; a kind that nobody founded is skipped."""
    if stage["motions"] or not stage["empty"]:
        return
    names = ", ".join(council.label for council in stage["empty"][:NAMED])
    raise TooLate(
        _(
            "Nobody can vote on the plan in %(councils)s, and the charter asks one of them at least. Fill their seats first."
        )
        % {"councils": names if len(stage["empty"]) <= NAMED else f"{names}, …"}
    )


def _ask(plan: Plan, councils: list[Council], by: Person | None, now: datetime) -> None:
    """Move the plan in each council and open its named ballot."""
    count = len(plan.conflicts)
    stands = (
        ngettext(
            "%(count)s product or labour pool is further out of balance than the charter's tolerance.",
            "%(count)s products and labour pools are further out of balance than the charter's tolerance.",
            count,
        )
        if count
        else _("Every product and every labour pool is inside the charter's tolerance.")
    )
    said = _("The plan of %(cycle)s, version %(number)s. %(stands)s Digest of its figures: %(digest)s")
    text = said % {
        "cycle": plan.cycle, "number": plan.number, "stands": stands % {"count": count}, "digest": plan.scenario.digest,
    }  # fmt: skip
    asked = motions_on(SUBJECT, plan.public_id)
    councils_ask(
        councils=councils, title=_("Ratify the plan of %(year)s") % {"year": plan.cycle.year}, text=text, by=by, now=now,
        subject_kind=SUBJECT, subject=plan.public_id,
        prescribed=_("The charter puts every plan to the councils before it is in force."),
        follows=asked[0] if asked else None,
    )  # fmt: skip


def _refer_back(plan: Plan, motions: list[Motion], by: Person | None, now: datetime) -> Plan:
    """A council refused: the cycle goes back to its rounds, and the proposals can be changed again."""
    plan.state = after(PLAN, plan.state, "refer_back")
    plan.save(update_fields=["state"])
    refusing = [motion.council.name for motion in motions if outcome(motion) == LOST]
    plan.cycle = cycle = cycle_voted(
        cycle=plan.cycle, event="refer_back", by=by, now=now, note=", ".join(refusing)
    )
    reason = _("%(councils)s refused this version of the plan; it went back to the rounds.")
    ballots_void(plan=plan, reason=reason % {"councils": ", ".join(refusing)}, by=by, now=now)
    number = plan.run.of_round.number + 1
    standing_open(cycle=cycle, parent=plan.scenario, number=number, by=by, now=now)
    body = {"refused_by": refusing}
    entry_append(kind="plan.referred_back", by=by, subject=subject(plan), body=body, now=now)
    return plan


def ballots_void(*, plan: Plan, reason: str, by: Person | None, now: datetime) -> None:
    """Nobody votes on a plan that is gone: declare the votes that are still open void."""
    for motion in motions_on(SUBJECT, plan.public_id):
        for ballot in motion.ballots.filter(state=Ballot.State.OPEN):
            ballot_void(ballot=ballot, reason=reason, by=by, now=now)


@transaction.atomic
def plan_put_in_force(*, plan: Plan, by: Person | None, now: datetime) -> Plan:
    """Put a ratified plan in force: its accounting prices are written, and the plan before it expires.

    ``by=None`` is the clock, right after the last council has ratified it.
    """
    if by is not None:
        permissions.check_coordinate(by, now.date())
    plan = Plan.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=plan.pk)
    if plan.state == Plan.State.PROPOSED:
        raise TooLate(_("The councils have not ratified this plan yet."))
    _expire_others(plan, by, now)
    plan.state = after(PLAN, plan.state, "put_in_force")
    plan.in_force_at = now
    plan.save(update_fields=["state", "in_force_at"])
    revision_follow(plan=plan, by=by, now=now)
    plan.cycle = cycle_voted(cycle=plan.cycle, event="put_in_force", by=by, now=now)
    body = {"prices": prices_write(plan=plan)}
    entry_append(kind="plan.in_force", by=by, subject=subject(plan), body=body, now=now)
    return plan


def _expire_others(plan: Plan, by: Person | None, now: datetime) -> None:
    """A plan is in force until the next one replaces it."""
    for other in Plan.objects.select_for_update().filter(state=Plan.State.IN_FORCE).exclude(pk=plan.pk):
        other.state = after(PLAN, other.state, "expire")
        other.save(update_fields=["state"])
        body = {"replaced_by": str(plan.public_id)}
        entry_append(kind="plan.expired", by=by, subject=subject(other), body=body, now=now)


def subject(plan: Plan) -> str:
    """How the public record names a plan."""
    return f"plan:{plan.public_id}"
