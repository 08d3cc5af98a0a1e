"""An envelope's dial: anybody moves it and sees what it does; the council's delegates put it to their council."""

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils import permissions as council_permissions
from councils.models import Motion
from planning import policies_investment as policies
from planning.allocation.errors import AllocationError
from planning.models import Envelope, Grant, SharingOut
from planning.models.ledger import MINOR
from planning.rules import rule
from planning.selectors import sharing as selectors
from planning.selectors.grants import as_of
from planning.selectors.ledger import left_over_of
from planning.selectors.sharing import GROUPS, Criteria
from planning.services.granting import council_of
from planning.services.saying import in_full
from planning.services.sharing import sharing_propose
from planning.views.common import crumbs, moment, page, person, vary
from planning.views.granted import returned
from planning.views.grants import state_of
from planning.wording import sharing as wording
from planning.wording.granted import overruled
from planning.wording.investment import left_over
from planning.wording.reading import Unreadable, read_figure, typed
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.tables_out import csv_response

WIDTH, HEIGHT, BARS = 560.0, 180.0, 80  # of the chart, in pixels; more workplaces than bars are put together
RELATED = ("draft__cycle__baseline", "sector", "region")


def envelope_or_404(public_id: UUID) -> Envelope:
    """Return that envelope of a settled draft."""
    settled = Envelope.objects.filter(draft__settled_at__isnull=False).select_related(*RELATED)
    return get_object_or_404(settled, public_id=public_id)


@login_required
@require_GET
def sharing(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show what the dial does to an envelope's requests; as a part of the page, and as CSV, too."""
    envelope = envelope_or_404(public_id)
    if request.GET.get("format") == "csv":
        return _csv(envelope, request.GET)
    if request.htmx and "alpha" in request.GET:  # type: ignore[attr-defined]
        context, problem = _outcome(envelope, request.GET)
        context["can_propose"] = may_propose(person(request), envelope)
        return vary(page(request, "planning/_sharing_outcome.html", context, problem))
    return sharing_page(request, envelope, request.GET)


def sharing_page(
    request: HttpRequest, envelope: Envelope, asked: Mapping[str, str], refused: Refused | None = None
) -> HttpResponse:
    """Render the page, with a refusal on top if there was one."""
    cycle = envelope.draft.cycle
    outcome, problem = _outcome(envelope, asked)
    related = envelope.grants.select_related("request__workplace", "share")
    grants = list(related.prefetch_related("reports").order_by("pk"))
    back, by = returned(grants), as_of(moment().date())
    context = {
        **outcome,
        "low": rule(cycle.rules, "dial_least"),
        "high": rule(cycle.rules, "dial_most"),
        "low_raw": f"{rule(cycle.rules, 'dial_least'):g}",
        "high_raw": f"{rule(cycle.rules, 'dial_most'):g}",
        "title": wording.title(envelope, outcome["money"], outcome["requests"]),
        "proposed": [
            _proposed(one, grants, back, cycle.baseline.currency)
            for one in envelope.sharings.order_by("-number")
        ],
        "grants": [(grant, wording.grant_state(state_of(grant, back, by))) for grant in grants],
        "left_over": left_over_in(envelope),
        "can_propose": may_propose(person(request), envelope),
        "exact": asked.get("exact", ""),
        "reason": asked.get("reason", ""),
        "crumb_items": crumbs(
            cycle, (_("Envelopes"), reverse("planning:envelopes", args=[cycle.year])), (str(envelope), "")
        ),
    }
    return page(request, "planning/sharing.html", context, refused or problem)


def left_over_in(envelope: Envelope) -> str:
    """Say what of an envelope whose year is over nobody was granted; nothing before."""
    cycle = envelope.draft.cycle
    given = left_over_of(envelope) if cycle.phase in policies.OVER else 0
    return left_over(cycle.year, given, cycle.baseline.currency) if given else ""


def may_propose(who: Person, envelope: Envelope) -> bool:
    """Say whether somebody can move now to share the envelope out."""
    if not policies.can_share(envelope, envelope.draft.cycle):
        return False
    try:
        council = council_of(envelope)
    except Refused:
        return False
    return council_permissions.can_move(who, council, moment().date())


def _outcome(envelope: Envelope, asked: Mapping[str, str]) -> tuple[dict[str, Any], Refused | None]:
    """Return what the dial as asked for does; where it cannot be read, what the charter's middle does, and the refusal."""
    problem: Refused | None = None
    alpha, criteria = middle(envelope), Criteria()
    try:
        alpha, criteria = read_dial(asked, alpha)
        found = selectors.shared(envelope, alpha, criteria)
    except AllocationError as error:
        problem, alpha, criteria = Invalid(str(error)), middle(envelope), Criteria()
        found = selectors.shared(envelope, alpha, criteria)
    except Refused as refused:
        problem = refused
        found = selectors.shared(envelope, alpha, criteria)
    extreme = selectors.shared(envelope, 0.0, criteria, found.asked, found.measures["aversion"])
    currency = envelope.draft.cycle.baseline.currency
    context = {
        "envelope": envelope,
        "cycle": envelope.draft.cycle,
        "currency": currency,
        "money": found.envelope,
        "requests": len(found.asked.rows),
        "alpha": typed(alpha, get_language()),
        "alpha_raw": f"{alpha:g}",
        "criteria": [_criterion(name, criteria) for name in GROUPS],
        "rows": wording.rows(found, currency),
        "measures": wording.measures(found, extreme, currency),
        "idle": wording.idle(found),
        "step": wording.step(found, extreme, currency),
        "chart": chart(found),
        "unspent": found.sharing.unspent,
        "query": _query(alpha, criteria),
    }
    return context, problem


def middle(envelope: Envelope) -> float:
    """Return where the dial stands before anybody moves it: 2, or the nearest that the charter allows."""
    rules = envelope.draft.cycle.rules
    return min(max(2.0, rule(rules, "dial_least")), rule(rules, "dial_most"))


def read_dial(asked: Mapping[str, str], alpha: float) -> tuple[float, Criteria]:
    """Return the dial (or the figure typed instead) and the criteria asked for; raise Invalid for what is no number."""
    figures: dict[str, float] = {}
    faults: dict[str, str] = {}
    names = ["alpha", "exact", *(f"{what}-{group}" for what in ("weight", "least") for group in GROUPS)]
    for name in names:
        text = asked.get(name, "").strip()
        try:
            if text:
                figures[name] = read_figure(text, get_language())
        except Unreadable as problem:
            faults[name] = str(problem)
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    weights = {group: figures[f"weight-{group}"] for group in GROUPS if f"weight-{group}" in figures}
    least = {group: figures[f"least-{group}"] / 100.0 for group in GROUPS if f"least-{group}" in figures}
    if not all(weight > 0 for weight in weights.values()):
        raise Invalid(_("A weight is more than 0; 1 changes nothing."))
    alpha = figures.get("exact", figures.get("alpha", alpha))
    if not 0 <= alpha <= 1000:
        raise Invalid(_("The dial can be moved from 0 to 1000."), fields={"alpha": ""})
    return alpha, Criteria(weights, least)


def _criterion(name: str, criteria: Criteria) -> dict[str, str]:
    lang = get_language()
    return {
        "name": name,
        "label": wording.group_label(name),
        "weight": typed(criteria.weights.get(name, 1.0), lang),
        "least": typed(100.0 * criteria.least.get(name, 0.0), lang),
    }


def _query(alpha: float, criteria: Criteria) -> str:
    from urllib.parse import urlencode

    lang = get_language()
    fields = {"alpha": typed(alpha, lang)}
    fields |= {f"weight-{name}": typed(value, lang) for name, value in criteria.weights.items()}
    fields |= {f"least-{name}": typed(100 * value, lang) for name, value in criteria.least.items()}
    return urlencode(fields)


def chart(found: selectors.Shared) -> dict[str, Any]:
    """Return the bars of the chart, weakest first: the level now, and what the sharing-out adds; the ceiling, dashed."""
    before, after = found.sharing.before, found.sharing.after
    order = sorted(range(len(before)), key=lambda i: (before[i], i))
    size = max(1, math.ceil(len(order) / BARS))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    top = float(max(after.max(), 1e-12)) if len(order) else 1.0
    ceilings = [c for c in found.asked.requests.ceiling.tolist() if math.isfinite(c)]
    line = max(ceilings) if ceilings else None
    top = max(top, line or 0.0) * 1.05
    step = WIDTH / max(len(groups), 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "together": size,
        "ceiling": HEIGHT * (1 - line / top) if line else None,
        "bars": [_bar(place, [float(before[i]) for i in group], [float(after[i]) for i in group], step, top)
                 for place, group in enumerate(groups)],
    }  # fmt: skip


def _bar(place: int, before: list[float], after: list[float], step: float, top: float) -> dict[str, float]:
    now, then = sum(before) / len(before), sum(after) / len(after)
    return {
        "x": place * step, "width": min(step * 0.85, 40.0), "y": HEIGHT * (1 - now / top), "height": HEIGHT * now / top,
        "y_after": HEIGHT * (1 - then / top), "height_after": HEIGHT * (then - now) / top,
    }  # fmt: skip


def _proposed(
    one: SharingOut, grants: list[Grant], back: Mapping[UUID, str], currency: str
) -> dict[str, Any]:
    motion = (
        Motion.objects.filter(subject_kind=policies.SHARING, subject_id=one.public_id).order_by("-pk").first()
    )
    gone = [grant.amount for grant in grants if grant.share.sharing_id == one.pk and grant.public_id in back]
    is_overruled = motion is not None and motion.state == Motion.State.OVERRULED
    told = overruled(motion, sum(gone), currency) if motion and is_overruled else ""
    return {
        "sharing": one, "motion": motion, "told": told, "budget": in_full(one.amount, currency),
        "alpha": "" if one.alpha is None else typed(one.alpha, get_language()),
    }  # fmt: skip


@login_required
@require_POST
def sharing_propose_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the dial as it stands to the council."""
    envelope = envelope_or_404(public_id)
    posted = request.POST.dict()
    try:
        alpha, criteria = read_dial(posted, middle(envelope))
        made = sharing_propose(
            envelope=envelope, alpha=alpha, criteria=criteria, reason=posted.get("reason", ""), by=person(request),
            now=moment(),
        )  # fmt: skip
    except Refused as problem:
        return sharing_page(request, envelope, posted, problem)
    motion = Motion.objects.get(subject_kind=policies.SHARING, subject_id=made.public_id)
    return redirect("councils:motion", motion=motion.public_id)


def _csv(envelope: Envelope, asked: Mapping[str, str]) -> HttpResponseBase:
    try:
        alpha, criteria = read_dial(asked, middle(envelope))
        found = selectors.shared(envelope, alpha, criteria)
    except (Refused, AllocationError):
        found = selectors.shared(envelope, middle(envelope), Criteria())
    rows = zip(found.asked.rows, found.sharing.grants.tolist(), found.sharing.before.tolist(),
               found.sharing.after.tolist(), strict=True)  # fmt: skip
    return csv_response(
        filename="sharing-out",
        header=["workplace", "name", "asked", "granted", "level_before", "level_after", "members", "alpha"],
        rows=(
            [row.workplace.code, row.workplace.name, row.amount / MINOR, grant / MINOR, before, after, row.members,
             found.alpha]
            for row, grant, before, after in rows
        ),
    )  # fmt: skip
