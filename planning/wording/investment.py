"""Investment in words: the ledger, envelopes, requests, the dial, grants."""

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Motion
from planning import policies_investment as policies
from planning.models import Cycle, EnvelopeDraft, InvestmentRequest, ResourceCharge, SurplusLevy
from planning.models.ledger import MINOR
from planning.selectors.envelopes import Fund
from planning.services.saying import in_full, said
from workplaces.models import Resource
from workplaces.presentation import figures


def money(minor: int, currency: str) -> str:
    """Return a sum in three digits."""
    return figures.money(minor / MINOR, currency, get_language())


def ledger_title(faults: int) -> str:
    """Say whether the ledger balances."""
    if not faults:
        return _("The ledger balances: no money was made or lost")
    sentence = ngettext(
        "%(count)s account or entry of the ledger does not balance",
        "%(count)s accounts or entries of the ledger do not balance",
        faults,
    )
    return sentence % {"count": faults}


def left_over(year: int, minor: int, currency: str) -> str:
    """Say where the money went that nobody was granted."""
    return _("%(sum)s of what was set aside for %(year)s was granted to nobody, and went back to that year's output.") % {
        "sum": in_full(minor, currency), "year": year,
    }  # fmt: skip


def no_charge_sentence(resource: Resource) -> str:
    """Say why a workplace was charged nothing for a resource that it uses."""
    return _(
        "%(resource)s: nothing was charged, because its cap left room in the plan: one unit more would have saved nothing."
    ) % {"resource": resource.label}


def charge_sentence(charge: ResourceCharge, cycle: Cycle) -> str:
    """Say what a workplace was charged for a resource, for how much use, and whether that was reported."""
    currency, unit = cycle.baseline.currency, charge.resource.unit
    words = {
        "resource": charge.resource.label,
        "sum": in_full(charge.amount, currency),
        "use": said(charge.use, unit),
        "rate": f"{currency}{said(charge.rate)}",
        "unreported": said(charge.unreported, unit),
        "unit": unit,
    }
    if not charge.unreported:
        return _("%(resource)s: %(sum)s for %(use)s at %(rate)s a %(unit)s, as reported.") % words
    if charge.unreported == charge.use:
        sentence = _(
            "%(resource)s: %(sum)s for %(use)s at %(rate)s a %(unit)s, as planned: no report covers the year."
        )
    else:
        sentence = _(
            "%(resource)s: %(sum)s for %(use)s at %(rate)s a %(unit)s, %(unreported)s of that as planned: no report covers "
            "the year."
        )
    return sentence % words


def surplus_sentence(found: SurplusLevy, currency: str) -> str:
    """Say what a workplace's year left over, and what becomes of it."""
    words = {
        "surplus": in_full(abs(found.surplus), currency),
        "levy": in_full(found.levy, currency),
        "rate": figures.percent(found.rate, get_language()),
        "kept": in_full(found.kept, currency),
    }
    if found.surplus > 0:
        return (
            _(
                "A surplus of %(surplus)s. The levy takes %(levy)s of it (%(rate)s, by the charter); %(kept)s is its "
                "members' to divide, and is never invested."
            )
            % words
        )
    if found.surplus < 0:
        return (
            _(
                "%(surplus)s short of what it used up. Nothing is posted: the year's output bears it, it is no debt of the "
                "workplace, and no surplus of another year is set against it."
            )
            % words
        )
    return _("What it made is worth as much as what it used up: no surplus, and no levy.")


def surplus_rows(found: SurplusLevy) -> list[tuple[str, int]]:
    """Return the computation of a surplus, line by line, in minor units."""
    rows = [
        (_("Output, at the plan's accounting prices"), found.output),
        (_("less inputs, at the same prices"), -found.inputs),
        (_("less pay of its hours, at the plan's accounting wages"), -found.pay),
        (_("less resource charges"), -found.charges),
        (_("Surplus") if found.surplus >= 0 else _("Deficit"), found.surplus),
    ]
    return [*rows, (_("Levy"), found.levy), (_("Its members'"), found.kept)] if found.surplus > 0 else rows


def surplus_unreported(found: SurplusLevy, currency: str) -> str:
    """Say how much of the output is as planned, where some is."""
    if not found.unreported:
        return _("All output is as reported.")
    return _("Of the output %(sum)s is as planned: no report covers the year.") % {
        "sum": in_full(found.unreported, currency)
    }


def envelopes_title(cycle: Cycle, fund: Fund, settled: EnvelopeDraft | None, invests: bool) -> str:  # noqa: FBT001
    """Say where the year's envelopes stand."""
    values = {"year": cycle.year, "sum": money(fund.total, cycle.baseline.currency)}
    if not invests:
        return _("Nothing is set aside for investment in %(year)s") % values
    if settled:
        total = settled.sector_total + settled.region_total
        return _("%(sum)s for investment in %(year)s is divided") % {
            **values,
            "sum": money(total, cycle.baseline.currency),
        }
    return _("%(sum)s for investment in %(year)s: who gets how much?") % values


def draft_state(draft: EnvelopeDraft, motion: Motion | None, referrals: Sequence[Motion] = ()) -> str:
    """Say what became of a draft; ``referrals`` are the motions of councils to refer it back."""
    if draft.settled_at:
        return _("settled")
    if draft.referrals.all():
        return _("referred back")
    waits = [one.council.label for one in referrals if one.state in {Motion.State.MOVED, Motion.State.VOTING}]
    if waits and motion and motion.state == Motion.State.CARRIED:
        return _("carried by the board, not settled: it waits for %(councils)s") % {
            "councils": ", ".join(waits)
        }
    return str(motion.get_state_display()) if motion else ""


def referral_told(motion: Motion, draft: EnvelopeDraft) -> str:
    """Say what became of a council's motion to refer a draft back."""
    words = {"council": motion.council.label, "number": draft.number}
    state = Motion.State
    if any(one.motion == motion.public_id for one in draft.referrals.all()):
        return _("%(council)s referred draft %(number)s back to the board; it cannot be settled.") % words
    return {
        state.MOVED: _(
            "%(council)s is asked to refer draft %(number)s back; it is not settled before the council has voted."
        ),
        state.VOTING: _(
            "%(council)s votes on referring draft %(number)s back; it is not settled before that vote closes."
        ),
        state.CARRIED: _(
            "%(council)s carried referring draft %(number)s back when it was over already; nothing follows from it."
        ),
        state.WITHDRAWN: _("The motion in %(council)s to refer draft %(number)s back was withdrawn."),
    }.get(state(motion.state), _("%(council)s voted not to refer draft %(number)s back.")) % words


def envelopes_told(motion: Motion) -> list[str]:
    """Say what became of a draft of envelopes on the page of a motion about it: the board's, or one to refer it back."""
    draft = EnvelopeDraft.objects.filter(public_id=motion.subject_id).prefetch_related("referrals").first()
    if draft is None:
        return []
    if motion.subject_kind == policies.REFER_BACK:
        return [referral_told(motion, draft)]
    referrals = policies.referrals_moved(draft)
    told = [referral_told(one, draft) for one in referrals]
    if motion.state == Motion.State.CARRIED:
        state = {"number": draft.number, "state": draft_state(draft, motion, referrals)}
        told.append(_("Draft %(number)s is %(state)s.") % state)
    return told


def requests_title(cycle: Cycle, count: int, total: int) -> str:
    """Say how much is asked for."""
    if not count:
        return _("Nobody has asked for investment in %(year)s yet") % {"year": cycle.year}
    sentence = ngettext(
        "%(count)s workplace asks for %(sum)s of investment in %(year)s",
        "%(count)s requests for %(sum)s of investment in %(year)s",
        count,
    )
    currency = cycle.baseline.currency
    return sentence % {
        "count": figures.number(count, get_language()), "sum": money(total, currency), "year": cycle.year,
    }  # fmt: skip


def request_title(request: InvestmentRequest, currency: str) -> str:
    """Say who asks whom for how much."""
    owner = request.sector or request.region
    return _("%(workplace)s asks %(owner)s for %(sum)s") % {
        "workplace": request.workplace.label,
        "owner": owner.label if owner else "",
        "sum": money(request.amount, currency),
    }


def standing_sentence(request: InvestmentRequest, currency: str) -> str:
    """Say what was computed of whoever asks, and where the expected return comes from."""
    lang = get_language()
    return _(
        "Computed, not declared: %(level)s of value added per hour (%(value)s in %(hours)s hours, %(members)s people). "
        "Each %(unit)s invested brings %(returns)s of value added a year: %(source)s."
    ) % {
        "level": figures.money(request.level, currency, lang),
        "value": figures.money(request.value_added, currency, lang),
        "hours": figures.number(request.hours, lang),
        "members": figures.number(request.members, lang),
        "unit": figures.money(1, currency, lang),
        "returns": figures.money(request.returns, currency, lang),
        "source": request.get_returns_from_display(),
    }
