"""The envelopes of a year: the fund, who has a part in it, the board's drafts, referring back."""

import math
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils import permissions as council_permissions
from councils.models import Council
from planning import permissions
from planning import policies_investment as policies
from planning.models import Cycle, Envelope, EnvelopeDraft
from planning.models.ledger import MINOR
from planning.selectors import envelopes as selectors
from planning.selectors.ledger import left_over
from planning.services.envelopes import envelopes_draft, envelopes_refer_back
from planning.services.saying import in_full
from planning.services.sharing import sharings_moved, sharings_put_to_the_vote
from planning.views.common import crumbs, cycle_or_404, cycle_steps, moment, page, person
from planning.views.steps_early import envelopes_offer
from planning.wording import investment as wording
from planning.wording.reading import Unreadable, read_figure
from workplaces.errors import Invalid, Refused
from workplaces.presentation.figures import number
from workplaces.tables_out import csv_response


@login_required
@require_GET
def envelopes(request: HttpRequest, year: int) -> HttpResponseBase:
    """Show the year's fund and its drafts; the settled one, or the latest, as CSV."""
    cycle = cycle_or_404(year)
    if request.GET.get("format") == "csv":
        return _csv(cycle)
    return envelopes_page(request, cycle)


def envelopes_page(
    request: HttpRequest, cycle: Cycle, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """Render the page, with a refusal on top and what was typed still in its fields."""
    now, who = moment(), person(request)
    found = selectors.fund(cycle)
    board = Council.objects.sitting().filter(kind=Council.Kind.BOARD).first()
    settled = policies.settled(cycle)
    drafts = selectors.drafts_of(cycle)
    before = selectors.earlier_envelopes(cycle)
    context: dict[str, Any] = {
        "cycle": cycle,
        "currency": cycle.baseline.currency,
        "fund": found,
        "settled": settled,
        "left_over": _left_over(cycle),
        "drafts": [_draft(draft, who, now, before) for draft in drafts],
        "before": before.year if before else None,
        "steps": cycle_steps(cycle),
        "title": wording.envelopes_title(cycle, found, settled, policies.invests(cycle)),
        "can_draft": policies.can_draft(cycle) and board is not None
        and council_permissions.can_move(who, board, now.date()),
        "streams": _streams(found, cycle, typed, refused),
        "reason": (typed or {}).get("reason", ""),
        "sharings_moved": sharings_moved(cycle).count() if permissions.can_coordinate(who, now.date()) else 0,
        "offer": others_offer(envelopes_offer(cycle)) if permissions.can_coordinate(who, now.date()) else None,
        "crumb_items": crumbs(cycle, (_("Envelopes"), "")),
    }  # fmt: skip
    return page(request, "planning/envelopes.html", context, refused)


def _left_over(cycle: Cycle) -> str:
    """Say of a year that is over what nobody was granted; nothing before."""
    if cycle.phase not in policies.OVER:
        return ""
    return " ".join(
        wording.left_over(year, given, cycle.baseline.currency) for year, given in left_over(cycle).items()
    )


def others_offer(what: str) -> dict[str, str] | None:
    """Return what made-up people would do next in words, None where there is nothing."""
    offers = {
        "draft": (
            _("Let the others draft"),
            _("A made-up member of the board moves the envelopes as they are filled in below."),
        ),
        "ask": (
            _("Let the others ask"),
            _(
                "A third of the made-up workplaces ask their sector or region for equipment, through their delegates."
            ),
        ),
        "share": (
            _("Let the others share out"),
            _(
                "Made-up delegates move a dial of 1, 2 or 4 in every council that is asked and has moved none yet."
            ),
        ),
        "report": (
            _("Let the others report"),
            _(
                "Made-up delegates say what became of their workplaces' grants: four in five are done, the others late."
            ),
        ),
        "made": (
            _("Let the others report what they made"),
            _(
                "Made-up delegates report around what was planned, 3 % more or less; one workplace in twenty says nothing."
            ),
        ),
        "vote": (
            _("Let the others vote"),
            _("Whoever is made up and has not voted yet votes; what is decided is counted."),
        ),
    }
    if what not in offers:
        return None
    label, text = offers[what]
    return {"what": what, "label": label, "text": text}


def _streams(
    found: selectors.Fund, cycle: Cycle, typed: Mapping[str, str] | None, refused: Refused | None
) -> list[dict[str, Any]]:
    faults = refused.fields if refused else {}
    rows = [
        (selectors.SECTOR, _("Sectors"), found.sectors),
        (selectors.REGION, _("Regions"), found.regions),
    ]
    return [
        {
            "label": label,
            "total": total,
            "parts": [
                {
                    "key": part.key,
                    "label": part.label,
                    "least": in_full(part.least, cycle.baseline.currency) if part.least else "",
                    "value": (typed or {}).get(part.key, as_typed(part.suggested)),
                    "error": faults.get(part.key, ""),
                }
                for part in found.stream(stream)
            ],
        }
        for stream, label, total in rows
    ]


def as_typed(minor: int) -> str:
    """Return a sum as it stands in an input field: whole units and two decimals in the reader's marks, no groups."""
    mark = "," if (get_language() or "").startswith("pt") else "."
    return f"{minor // MINOR}{mark}{minor % MINOR:02d}"


def read_money(text: str) -> int:
    """Return the minor units that were typed; raise Unreadable for what is no sum of money or has parts of a cent."""
    value = read_figure(text, get_language())
    if not math.isfinite(value * MINOR):
        raise Unreadable(_("“%(text)s” is too large to be a figure of the plan.") % {"text": text.strip()})
    minor = round(value * MINOR)
    if abs(value * MINOR - minor) > 1e-6 * max(1.0, abs(value)):
        raise Unreadable(_("“%(text)s” has more than two decimals.") % {"text": text.strip()})
    return minor


def _draft(draft: EnvelopeDraft, who: Any, now: Any, before: selectors.Earlier | None) -> dict[str, Any]:
    motion = policies.board_motion(draft)
    rows = sorted(draft.envelopes.all(), key=lambda e: (e.sector_id is None, str(e)))
    own = [
        council
        for council in _councils_of(who, now)
        if any(
            (e.sector_id and e.sector_id == council.sector_id) or (e.region_id and e.region_id == council.region_id)
            for e in rows
        )
        and policies.can_refer_back(draft, council.pk)
    ]  # fmt: skip
    referrals = policies.referrals_moved(draft)
    return {
        "draft": draft,
        "motion": motion,
        "state": wording.draft_state(draft, motion, referrals),
        "streams": _divided(draft, rows, before),
        "total": draft.sector_total + draft.region_total,
        "referrals": [(one, wording.referral_told(one, draft)) for one in referrals],
        "can_refer": own,
    }


def _divided(
    draft: EnvelopeDraft, rows: list[Envelope], before: selectors.Earlier | None
) -> list[dict[str, Any]]:
    """Return the two streams of a draft: total, share of the fund, and each envelope beside that of the year before."""
    whole = draft.sector_total + draft.region_total
    streams = []
    for name, label, total in (
        (selectors.SECTOR, _("Sectors"), draft.sector_total),
        (selectors.REGION, _("Regions"), draft.region_total),
    ):
        own = [one for one in rows if (one.sector_id is not None) == (name == selectors.SECTOR)]
        if own:
            streams.append(
                {
                    "name": name,
                    "label": label,
                    "total": total,
                    "share": total / whole if whole else 0.0,
                    "before": before.total(name) if before else None,
                    "rows": [_beside(one, name, total, before) for one in own],
                }
            )
    return streams


def _beside(envelope: Envelope, stream: str, total: int, before: selectors.Earlier | None) -> dict[str, Any]:
    entity = envelope.sector_id or envelope.region_id
    return {
        "envelope": envelope,
        "share": envelope.amount / total if total else 0.0,
        "before": before.amounts.get((stream, entity)) if before else None,
    }


def _councils_of(who: Any, now: Any) -> list[Council]:
    """Return the sector and regional councils in which the person sits."""
    sitting = Council.objects.sitting().filter(kind__in=[Council.Kind.SECTOR, Council.Kind.REGIONAL])
    mine = sitting.filter(mandates__person=who, mandates__held__contains=now.date()).distinct()
    return [council for council in mine if council_permissions.can_move(who, council, now.date())]


@login_required
@require_POST
def envelopes_draft_view(request: HttpRequest, year: int) -> HttpResponse:
    """Draft the envelopes and put them to the board."""
    cycle = cycle_or_404(year)
    typed = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    try:
        amounts = _read(typed)
        envelopes_draft(
            cycle=cycle, amounts=amounts, reason=typed.get("reason", ""), by=person(request), now=moment()
        )
    except Refused as problem:
        return envelopes_page(request, cycle, problem, typed)
    return redirect("planning:envelopes", year=year)


def _read(typed: Mapping[str, str]) -> dict[str, int]:
    amounts, faults = {}, {}
    for key, text in typed.items():
        if key == "reason":
            continue
        try:
            amounts[key] = read_money(text or "0")
        except Unreadable as problem:
            faults[key] = str(problem)
    if faults:
        raise Invalid(_("The fund cannot be divided like this."), fields=faults)
    return amounts


@login_required
@require_POST
def sharing_votes_view(request: HttpRequest, year: int) -> HttpResponse:
    """Open the votes of all councils that moved to share their envelopes out."""
    cycle = cycle_or_404(year)
    try:
        opened = sharings_put_to_the_vote(cycle=cycle, by=person(request), now=moment())
    except Refused as problem:
        return envelopes_page(request, cycle, problem)
    told = ngettext("%(count)s vote is open.", "%(count)s votes are open.", opened)
    messages.success(request, told % {"count": number(opened, get_language())})
    return redirect("planning:envelopes", year=year)


@login_required
@require_POST
def envelopes_refer_view(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Move in one's council to refer a draft back."""
    cycle = cycle_or_404(year)
    draft = get_object_or_404(EnvelopeDraft.objects.select_related("cycle"), cycle=cycle, number=number)
    councils = Council.objects.sitting().filter(kind__in=[Council.Kind.SECTOR, Council.Kind.REGIONAL])
    council = next((c for c in councils if str(c.public_id) == request.POST.get("council", "")), None)
    try:
        if council is None:
            raise Invalid(_("Say which council refers it back."))
        motion = envelopes_refer_back(
            draft=draft, council=council, reasons=request.POST.get("reasons", ""), by=person(request), now=moment()
        )  # fmt: skip
    except Refused as problem:
        return envelopes_page(request, cycle, problem)
    return redirect("councils:motion", motion=motion.public_id)


def _csv(cycle: Cycle) -> HttpResponseBase:
    draft = policies.settled(cycle) or cycle.envelope_drafts.order_by("-number").first()
    rows = draft.envelopes.select_related("sector", "region") if draft else []
    return csv_response(
        filename=f"envelopes-{cycle.year}",
        header=["stream", "code", "name", "amount", "legal_minimum", "currency", "draft", "settled"],
        rows=(
            [
                "sector" if e.sector else "region", (e.sector or e.region).code, str(e), e.amount / MINOR,  # type: ignore[union-attr]
                e.least / MINOR, cycle.baseline.currency, e.draft.number, e.draft.settled_at,
            ]
            for e in rows
        ),
    )  # fmt: skip
