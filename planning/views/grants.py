"""A grant: out of which envelope, by which vote, why this much, what became of it; visible to everybody."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, Grant, GrantReport, JournalEntry
from planning.models.ledger import MINOR
from planning.selectors import grants as selectors
from planning.services.grants import grant_report
from planning.simulated.reporting import reports_wait
from planning.views import granted
from planning.views.common import act, crumbs, cycle_or_404, listing, moment, page, person
from planning.views.envelopes import others_offer
from planning.wording import sharing as wording
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.presentation.days import typed_day
from workplaces.tables_out import csv_response


@login_required
@require_GET
def grant_list(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show the grants of a year and what became of them."""
    cycle = cycle_or_404(year)
    found = list(selectors.grants_of(cycle))
    back, by = granted.returned(found), selectors.as_of(moment().date())
    if request.GET.get("format") == "csv":
        return csv_response(
            filename=f"grants-{year}",
            header=["id", "workplace", "name", "envelope", "amount", "currency", "level_before", "level_after", "due_year",
                    "expected_on", "state"],
            rows=(
                [str(g.public_id), g.request.workplace.code, g.request.workplace.name, str(g.envelope), g.amount / MINOR,
                 cycle.baseline.currency, g.share.before, g.share.after, selectors.due_year(g),
                 selectors.expected_on(g) or "", state_of(g, back, by)]
                for g in found
            ),
        )  # fmt: skip
    pages = listing(request, found)
    context = {
        **pages,
        "offer": _offer(cycle, person(request)),
        "rows": [(grant, wording.grant_state(state_of(grant, back, by))) for grant in pages["page_obj"]],
        "cycle": cycle,
        "currency": cycle.baseline.currency,
        "total": len(found),
        "title": wording.grants_title(cycle, len(found), sum(g.amount for g in found)),
        "crumb_items": crumbs(
            cycle, (_("Envelopes"), reverse("planning:envelopes", args=[year])), (_("Grants"), "")
        ),
    }
    return page(request, "planning/grants.html", context)


def _offer(cycle: Cycle, who: Person) -> dict[str, str] | None:
    """Return what made-up people could do here: in the demo, for its coordinator."""
    now = moment()
    waits = settings.DEMO and permissions.can_coordinate(who, now.date()) and reports_wait(cycle, now)
    return others_offer("report") if waits else None


def state_of(grant: Grant, back: Mapping[UUID, str], by: selectors.AsOf) -> str:
    """Return what became of a grant ``by`` now; ``back`` is the cause by which money was given back, by grant."""
    given = {JournalEntry.Cause.REVERSAL: "reversed", JournalEntry.Cause.ABANDONED: "abandoned"}
    if found := given.get(back.get(grant.public_id, "")):  # type: ignore[call-overload]
        return found
    if selectors.is_overdue(grant, by):
        return "overdue"
    reports = list(grant.reports.all())
    return str(reports[-1].state) if reports else "granted"


@login_required
@require_GET
def grant_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one grant."""
    return grant_page(request, grant_or_404(public_id))


def grant_or_404(public_id: UUID) -> Grant:
    """Return that grant."""
    return get_object_or_404(Grant.objects.select_related(*selectors.RELATED), public_id=public_id)


def grant_page(request: HttpRequest, grant: Grant, refused: Refused | None = None) -> HttpResponse:
    """Render a grant, with a refusal on top if there was one."""
    cycle, now = grant.envelope.draft.cycle, moment()
    currency = cycle.baseline.currency
    sharing = grant.share.sharing.public_id
    motion = granted.motions_on([sharing]).get(sharing)
    told = granted.told(grant, motion, currency)
    state = state_of(grant, granted.returned([grant]), selectors.as_of(now.date()))
    context: dict[str, Any] = {
        "grant": grant,
        "cycle": cycle,
        "currency": currency,
        "motion": motion,
        "title": wording.grant_title(grant, currency),
        "state": wording.grant_state(state),
        "told": told,
        "appealed": bool(told and motion and motion.appeals.exists()),
        "decided": [granted.decided(grant.share, motion, cycle, person(request), now)],
        "before": wording.level(grant.share.before, currency),
        "after": wording.level(grant.share.after, currency),
        "goods": grant.request.goods.select_related("product"),
        "reports": grant.reports.select_related("by"),
        "gain": getattr(grant, "gain", None),
        "due_year": selectors.due_year(grant),
        "expected_on": selectors.expected_on(grant),
        "waits": state in {"granted", "late", "overdue"},
        "states": GrantReport.State.choices,
        "typed": request.POST if refused else {},
        "today": now.date(),
        "can_report": permissions.can_speak_for_line(person(request), grant.request.line, now.date())
        and policies.can_report(grant, GrantReport.State.LATE),
        "crumb_items": crumbs(
            cycle,
            (_("Grants"), reverse("planning:grants", args=[cycle.year])),
            (grant.request.workplace.label, ""),
        ),
    }  # fmt: skip
    return page(request, "planning/grant_detail.html", context, refused)


@login_required
@require_POST
def grant_report_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what became of a grant."""
    grant = grant_or_404(public_id)
    return act(
        request,
        lambda: grant_report(
            grant=grant, state=request.POST.get("state", ""), text=request.POST.get("text", ""),
            expected_on=_expected(request.POST.get("expected_on", "")), by=person(request), now=moment(),
        ),
        done=_("It is on the grant's page for everybody to read."),
        to=reverse("planning:grant", args=[public_id]),
        refused=lambda problem: grant_page(request, grant, problem),
    )  # fmt: skip


def _expected(text: str) -> date | None:
    """Return the day typed, None where nothing was; raises Invalid for what is no day."""
    found = typed_day(text)
    if text.strip() and found is None:
        raise Invalid(
            _("“%(text)s” is no day; write it as 2027-03-01.") % {"text": text.strip()[:40]},
            fields={"expected_on": _("Write the day as 2027-03-01.")},
        )
    return found
