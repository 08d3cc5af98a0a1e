"""From grant to equipment: the goods are demand of the same year, what became of them is reported, capacity follows."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Motion
from planning import permissions
from planning import policies_investment as policies
from planning.models import (
    Account,
    CapacityGain,
    ConsumptionProposal,
    Cycle,
    Grant,
    GrantReport,
    InvestmentRequest,
    JournalEntry,
)
from planning.models.answers import Source
from planning.models.ledger import MINOR
from planning.rules import rule
from planning.selectors.grants import standing_grants
from planning.selectors.levels import Economy
from planning.selectors.projects import unchosen
from planning.selectors.requests import need_of
from planning.services.envelopes import account_of
from planning.services.ledger import account, journal_post
from planning.services.leftovers import unspent_again
from workplaces.errors import Invalid
from workplaces.models import DemandLine, Line, Person, Scenario, Workplace
from workplaces.record.services import entry_append, lock_chain

GRANTED = DemandLine.Category.GRANTED
TEXT = 5000
LONGEST_AHEAD = 3660  # days


def grants_enter_demand(*, cycle: Cycle, scenario: Scenario, by: Person, now: datetime) -> int:
    """Write what the year's grants buy into the scenario with which a round begins; return how many uses there are.

    One use for each place and product, guaranteed to its last unit: councils decided it, so it is neither asked about nor
    cut; what is short because of it shows as a gap of the product. A grant buys its goods in proportion to its money. Grants
    whose motion was overruled since are taken back first.
    """
    if not policies.invests(cycle):
        return 0
    grants_reverse(cycle=cycle, by=by, now=now)
    wanted: dict[tuple[int, int], float] = defaultdict(float)
    for grant in standing_grants(cycle):
        share = grant.amount / max(1, need_of(grant.request))
        place = _place(cycle, grant.request)
        for good in grant.request.goods.all():
            wanted[place, good.product_id] += good.quantity * min(share, 1.0)
    known = {
        (row.region_id, row.product_id): row
        for row in DemandLine.objects.in_scenario(scenario).filter(category=GRANTED)
    }
    for key in known.keys() - wanted.keys():
        wanted[key] = 0.0
    for (place, product), quantity in sorted(wanted.items()):
        _write(scenario, known.get((place, product)), place, product, quantity, by)
    return len(wanted)


def _place(cycle: Cycle, request: InvestmentRequest) -> int:
    found = Workplace.objects.in_scenario(cycle.baseline).get(entity_id=request.workplace_id)
    return int(found.region_id)


def _write(
    scenario: Scenario, known: DemandLine | None, place: int, product: int, quantity: float, by: Person
) -> None:
    """Write one use and its figure, as a version of the one that is there, or as a new one."""
    if known is not None and known.floor == quantity:
        return
    figures = {"last": 0.0, "floor": quantity, "ceiling": quantity, "flexibility": 0.0}
    line = DemandLine.objects.create(
        scenario=scenario, region_id=place, product_id=product, category=GRANTED, created_by=by,
        **({"origin_id": known.entity_id, "public_id": known.public_id} if known else {}), **figures,
    )  # fmt: skip
    line.refresh_from_db(fields=["entity_id"])
    before = ConsumptionProposal.objects.in_scenario(scenario).filter(demand_line_id=line.entity_id).first()
    ConsumptionProposal.objects.create(
        scenario=scenario, demand_line_id=line.entity_id, quantity=quantity, confirmed=quantity, source=Source.PERSON,
        created_by=by, **({"origin_id": before.entity_id, "public_id": before.public_id} if before else {}),
    )  # fmt: skip


@transaction.atomic
def grants_reverse(*, cycle: Cycle, by: Person | None, now: datetime) -> int:
    """Give back to its envelope every grant whose motion no longer stands, unless it was paid; return how many.

    So does one that the vote among projects, held again after an appeal, no longer chose.
    """
    lock_chain()
    motions = Motion.objects.filter(subject_kind=policies.SHARING, state__in=policies.GONE).values(
        "subject_id"
    )
    count = 0
    gone = standing_grants(cycle).filter(share__sharing__public_id__in=motions)
    for grant in [*gone, *unchosen(cycle)]:
        if grant.is_done:
            continue
        journal_post(
            cause=JournalEntry.Cause.REVERSAL, subject=grant.public_id, cycle=cycle, by=by, now=now,
            amounts={_own(grant): -grant.amount, account_of(grant.envelope): grant.amount},
        )  # fmt: skip
        entry_append(
            kind="grant.reversed", by=by, subject=subject(grant), now=now,
            body={"workplace_name": grant.request.workplace.name, "amount": grant.amount},
        )  # fmt: skip
        count += 1
    unspent_again(cycle=cycle, by=by, now=now)
    return count


def _own(grant: Grant) -> Account:
    return account(Account.Kind.INVESTMENT, workplace_id=grant.request.workplace_id)


@transaction.atomic
def grant_report(
    *, grant: Grant, state: str, text: str, by: Person, now: datetime, expected_on: date | None = None
) -> GrantReport:
    """Say what became of a grant; done, its goods are paid for out of the workplace's investment account; diverted, its
    money goes back to the envelope.

    ``expected_on`` is the day by which late equipment is to work now. Raises Forbidden (no delegate of the workplace),
    TooLate (done before, taken back, or done before the plan is in force), Invalid (an unknown state, nothing said, a day
    that is past, or one for what is not late).
    """
    line = Line.objects.get(pk=grant.request.line_id)
    hat = permissions.check_speak_for_line(by, line, now.date())
    lock_chain()
    grant = Grant.objects.select_for_update(of=("self",)).select_related(
        "request__workplace", "envelope__draft__cycle"
    ).get(pk=grant.pk)  # fmt: skip
    policies.check_report(grant, state)
    if state not in GrantReport.State.values:
        raise Invalid(_("A grant is done, late or diverted."), fields={"state": _("Choose one of them.")})
    if not text.strip() or len(text) > TEXT:
        raise Invalid(_("Say what happened, in at most %(most)s characters.") % {"most": TEXT},
                      fields={"text": _("Say what happened.")})  # fmt: skip
    _check_expected(state, expected_on, now)
    report = GrantReport.objects.create(
        grant=grant, state=state, text=text.strip(), expected_on=expected_on, by=by, at=now
    )
    if state == GrantReport.State.DONE:
        journal_post(
            cause=JournalEntry.Cause.PURCHASE, subject=grant.public_id, cycle=grant.envelope.draft.cycle, by=by, now=now,
            amounts={_own(grant): -grant.amount, account(Account.Kind.WORLD): grant.amount},
        )  # fmt: skip
    if state == GrantReport.State.DIVERTED:
        journal_post(
            cause=JournalEntry.Cause.RETURN, subject=grant.public_id, cycle=grant.envelope.draft.cycle, by=by, now=now,
            amounts={_own(grant): -grant.amount, account_of(grant.envelope): grant.amount},
        )  # fmt: skip
        unspent_again(cycle=grant.envelope.draft.cycle, by=by, now=now)
    entry_append(
        kind="grant.reported", by=by, hat=hat.label, subject=subject(grant), now=now,
        body={"workplace_name": grant.request.workplace.name, "state": state, "text": report.text,
              **({"expected_on": expected_on} if expected_on else {}),
              "returned": grant.amount if state == GrantReport.State.DIVERTED else 0},
    )  # fmt: skip
    return report


def _check_expected(state: str, expected_on: date | None, now: datetime) -> None:
    if expected_on is None:
        return
    name = "expected_on"
    if state != GrantReport.State.LATE:
        raise Invalid(
            _("Only equipment that is late has a new day."), fields={name: _("Leave the day empty.")}
        )
    if not now.date() <= expected_on <= now.date() + timedelta(days=LONGEST_AHEAD):
        raise Invalid(
            _("The day by which late equipment is to work is today or in the next ten years."),
            fields={name: _("Choose a day from today on.")},
        )


def gains_apply(*, baseline: Scenario, cycle: Cycle, by: Person, now: datetime) -> int:
    """Add to the baseline that ``cycle``'s settlement draws what finished grants, after their lag, add to capacities.

    A grant of the year ``t`` counts in baselines drawn when ``t + lag − 1`` or later is settled: ``Δ capacity = returns ·
    grant / value added per unit`` (per unit of its price, where a unit adds no value). Returns how many were added.
    """
    lag = int(rule(cycle.rules, "investment_lag"))
    due = [
        grant
        for grant in Grant.objects.filter(gain__isnull=True, envelope__draft__cycle__year__lte=cycle.year + 1 - lag)
        .select_related("request__workplace", "envelope__draft__cycle").order_by("pk")
        if grant.is_done
    ]  # fmt: skip
    economy = Economy(cycle.baseline) if due else None
    for grant in due:
        assert economy is not None  # noqa: S101  (there are grants)
        line = Line.objects.in_scenario(baseline).filter(entity_id=grant.request.line_id).first()
        if line is None:
            continue
        per_unit = economy.per_unit(line).value_added
        worth = per_unit if per_unit > 0 else economy.price[line.product_id]
        gain = grant.request.returns * grant.amount / MINOR / worth
        _raise(line, baseline, gain, by)
        CapacityGain.objects.create(grant=grant, year=cycle.year, capacity=gain)
        entry_append(
            kind="grant.capacity", by=by, subject=subject(grant), now=now,
            body={"workplace_name": grant.request.workplace.name, "capacity": gain, "year": cycle.year + 1},
        )  # fmt: skip
    return len(due)


def _raise(line: Line, baseline: Scenario, gain: float, by: Person) -> None:
    """Write the line's version in the baseline with the gain in it."""
    line.capacity += gain
    if line.scenario_id == baseline.pk:
        line.save(update_fields=["capacity"])
        return
    line.origin_id, line.scenario_id, line.created_by_id, line.pk = line.entity_id, baseline.pk, by.pk, None
    line._state.adding = True
    line.save(force_insert=True)


def subject(grant: Grant) -> str:
    """How the public record names a grant."""
    return f"grant:{grant.public_id}"
