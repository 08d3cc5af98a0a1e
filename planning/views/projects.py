"""Requests that compete for an envelope as whole projects: who can, putting them to the council, what its vote chose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils.choice_rules import rule_told
from councils.models import Motion
from councils.result_wording import came_of, counted_in, steps, tie_rule, ties
from planning.models import Envelope, Grant, SharingOut
from planning.models.ledger import DECIMALS, MINOR
from planning.selectors import projects as selectors
from planning.selectors.appeals import motion_of
from planning.selectors.grants import as_of
from planning.selectors.sharing import money_in
from planning.services.projects import projects_propose
from planning.services.saying import in_full
from planning.views.common import crumbs, moment, page, person
from planning.views.envelopes import read_money
from planning.views.granted import returned
from planning.views.grants import state_of
from planning.views.sharing import envelope_or_404, may_propose
from planning.wording import projects as wording
from planning.wording.reading import Unreadable
from planning.wording.sharing import grant_state
from workplaces.errors import Invalid, Refused
from workplaces.tables_out import csv_response


@dataclass(frozen=True)
class Typed:
    """What came back from the form: the requests that were ticked (None: all that can compete), budget and reason."""

    requests: Collection[str] | None = None
    budget: str = ""
    reason: str = ""


@login_required
@require_GET
def projects(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show which requests of an envelope can compete, and what they come to."""
    return projects_page(request, envelope_or_404(public_id), Typed())


@login_required
@require_POST
def projects_propose_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the requests that were ticked to the council, or only say what they come to."""
    envelope = envelope_or_404(public_id)
    typed = Typed(
        request.POST.getlist("request"), request.POST.get("budget", ""), request.POST.get("reason", "")
    )
    if request.POST.get("do") == "check":
        return projects_page(request, envelope, typed)
    try:
        made = projects_propose(
            envelope=envelope, requests=_named(typed.requests or []), budget=_budget(typed), reason=typed.reason,
            by=person(request), now=moment(),
        )  # fmt: skip
    except Refused as problem:
        return projects_page(request, envelope, typed, problem)
    motion = Motion.objects.get(subject_kind="sharing", subject_id=made.public_id)
    return redirect("councils:motion", motion=motion.public_id)


def _named(ticked: Collection[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in ticked]
    except ValueError as problem:
        told = _("A request that you named does not ask this envelope for anything.")
        raise Invalid(told, fields={"requests": told}) from problem


def _budget(typed: Typed) -> int | None:
    """Return the budget in minor units, None where the field was left empty."""
    if not typed.budget.strip():
        return None
    try:
        return read_money(typed.budget)
    except Unreadable as problem:
        raise Invalid(str(problem), fields={"budget": str(problem)}) from problem


def projects_page(
    request: HttpRequest, envelope: Envelope, typed: Typed, refused: Refused | None = None
) -> HttpResponse:
    """Render the page, with a refusal on top and what was ticked and typed as it was."""
    cycle, held = envelope.draft.cycle, money_in(envelope)
    currency = cycle.baseline.currency
    budget, problem = held, refused
    try:
        given = _budget(typed)
        budget = held if given is None else given
    except Refused as unread:
        problem = refused or unread
    found = selectors.entrants(envelope, budget)
    ticked = {str(row.request.public_id) for row in found if not row.why_not}
    if typed.requests is not None:
        ticked &= set(typed.requests)
    total = sum(row.request.amount for row in found if str(row.request.public_id) in ticked)
    rule, params = selectors.rule_on(moment().date())
    params |= {"budget": budget, "unit": currency, "decimals": DECIMALS}
    context = {
        "envelope": envelope,
        "cycle": cycle,
        "currency": currency,
        "title": wording.title(envelope),
        "rows": [(row, str(row.request.public_id) in ticked) for row in found],
        "together": wording.together(len(ticked), total, held, currency),
        "rule": rule_told(rule, params),
        "held": in_full(held, currency),
        "typed": typed,
        "can_propose": may_propose(person(request), envelope),
        "crumb_items": _crumbs(envelope, _("Requests that compete")),
    }
    return page(request, "planning/projects.html", context, problem)


@login_required
@require_GET
def projects_vote(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Show a vote among requests: what each asked for, who was chosen, why, and every step of the count."""
    related = ("envelope__draft__cycle__baseline", "envelope__sector", "envelope__region")
    of_projects = SharingOut.objects.filter(method=SharingOut.Method.PROJECTS).select_related(*related)
    sharing = get_object_or_404(of_projects, public_id=public_id)
    motion, currency = motion_of(sharing), sharing.envelope.draft.cycle.baseline.currency
    rows = selectors.fared_in(sharing, motion)
    grants = _grants(sharing)
    back, by = returned(list(grants.values())), as_of(moment().date())
    states = {part: grant_state(state_of(grant, back, by)) for part, grant in grants.items()}
    if request.GET.get("format") == "csv":
        return _csv(rows, grants)
    ballot = selectors.ballot_of(motion)
    count = counted_in(ballot) if ballot else None
    context = {
        "sharing": sharing,
        "motion": motion,
        "ballot": ballot,
        "cycle": sharing.envelope.draft.cycle,
        "currency": currency,
        "title": _("Requests compete for the envelope of %(name)s") % {"name": sharing.envelope},
        "came_of": came_of(ballot) if ballot else "",
        "rule": rule_told(motion.question.rule, motion.question.params) if motion and motion.question else "",
        "rows": [
            _row(row, motion, grants, currency) | {"state": states.get(row.share.pk, "")} for row in rows
        ],
        "steps": steps(count) if count else [],
        "ties": ties(count) if count else [],
        "tie_rule": tie_rule(ballot.rule) if ballot else "",
        "left": sharing.amount - sum(grant.amount for grant in grants.values()),
        "crumb_items": _crumbs(sharing.envelope, _("Vote among requests")),
    }
    return page(request, "planning/projects_vote.html", context)


def _grants(sharing: SharingOut) -> dict[int, Grant]:
    """Return the grants of a sharing-out that were not taken back, by part."""
    standing = Grant.objects.not_taken_back().filter(share__sharing=sharing)
    found = standing.select_related("envelope__draft__cycle").prefetch_related("reports")
    return {grant.share_id: grant for grant in found}


def _row(
    row: selectors.Fared, motion: Motion | None, grants: Mapping[int, Grant], currency: str
) -> dict[str, Any]:
    grant = grants.get(row.share.pk)
    return {
        "request": row.share.request,
        "amount": row.share.amount,
        "grant": grant,
        "is_chosen": row.is_chosen,
        "votes": row.bid.votes if row.bid else None,
        "why": wording.why(row, motion, grant, currency),
    }


def _crumbs(envelope: Envelope, last: str) -> list[tuple[str, str]]:
    cycle = envelope.draft.cycle
    return crumbs(
        cycle,
        (_("Envelopes"), reverse("planning:envelopes", args=[cycle.year])),
        (str(envelope), reverse("planning:sharing", args=[envelope.public_id])),
        (last, ""),
    )


def _csv(rows: list[selectors.Fared], grants: Mapping[int, Grant]) -> HttpResponseBase:
    return csv_response(
        filename="requests-that-competed",
        header=["code", "workplace", "name", "purpose", "cost", "votes", "chosen_as", "most_paid", "left", "missing",
                "granted"],
        rows=(
            [row.share.code, row.share.request.workplace.code, row.share.request.workplace.name, row.share.request.purpose,
             row.share.amount / MINOR, *_figures(row), grants[row.share.pk].amount / MINOR if row.share.pk in grants else 0]
            for row in rows
        ),
    )  # fmt: skip


def _figures(row: selectors.Fared) -> list[float | int | None]:
    """Return a bid's figures, in the currency; nothing where nothing was counted."""
    if row.bid is None:
        return [None] * 5
    sums = [row.bid.most_paid, row.bid.left, row.bid.missing]
    return [row.bid.votes, row.bid.step, *(None if one is None else float(one) / MINOR for one in sums)]
