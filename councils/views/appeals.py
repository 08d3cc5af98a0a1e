"""Appeals to the next layer: filing, supporting, and the ruling."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from councils import permissions, policies_appeals, why_not, wording
from councils.forms import AppealForm, RulingForm, ServiceForm
from councils.grounds import grounds_of
from councils.models import Appeal
from councils.selectors.appeals import rulings_on
from councils.services.appeals import appeal_file, appeal_support, ruling_move
from councils.views.common import act, crumbs_of, moment, page, person
from councils.views.motions import motion_or_404, motion_page
from workplaces.errors import Refused

RELATED = ("motion__council", "to", "filed_by")


def appeal_or_404(appeal: UUID) -> Appeal:
    """Return the appeal with that public id."""
    return get_object_or_404(Appeal.objects.select_related(*RELATED), public_id=appeal)


@login_required
@require_POST
def filed(request: HttpRequest, motion: UUID) -> HttpResponse:
    """Appeal against a motion that was carried."""
    found, form = motion_or_404(motion), AppealForm(request.POST, auto_id="id_appeal_%s")
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: appeal_file(motion=found, reason=reason, by=person(request), now=moment()),
        done=_("Your appeal is filed. Others can support it."),
        to=f"{reverse('councils:motion', args=[motion])}#appeals",
        refused=lambda problem: motion_page(request, found, problem, appeal=form.show(problem)),
    )


@login_required
@require_GET
def appeal_detail(request: HttpRequest, appeal: UUID) -> HttpResponse:
    """Show an appeal."""
    return _page(request, appeal_or_404(appeal))


def _page(
    request: HttpRequest, appeal: Appeal, refused: Refused | None = None, form: ServiceForm | None = None
) -> HttpResponse:
    now, who, motion = moment(), person(request), appeal.motion
    supports = list(appeal.supports.select_related("person"))
    of_roll, of_all = policies_appeals.needed(appeal)
    ground = grounds_of([appeal]).get(appeal.pk)
    given = [(one.person_id, one.on_roll) for one in supports]
    context: dict[str, Any] = {
        "appeal": appeal,
        "motion": motion,
        "supports": supports,
        "on_roll": sum(one.on_roll for one in supports),
        "of_roll": of_roll,
        "of_all": of_all,
        "facts": [
            *([{"label": _("On behalf of"), "value": ground.who, "url": ground.url}] if ground else []),
            {"label": _("Filed by"), "value": appeal.filed_by},
            {"label": _("On"), "value": wording.when(appeal.filed_at)},
            {"label": _("To"), "value": appeal.to.label},
            {"label": _("Support until"), "value": wording.when(appeal.until)},
            {"label": _("State"), "value": appeal.get_state_display()},
        ],
        "ground": ground,
        "rulings": rulings_on(appeal),
        "why_no_support": why_not.to_support(appeal, given, who, now),
        "why_no_ruling": why_not.to_rule(appeal, given, who, now),
        "can_support": permissions.can_take_part(who)
        and policies_appeals.can_support(appeal, now)
        and all(one.person_id != who.pk for one in supports),
        "can_rule": permissions.can_move(who, appeal.to, now.date()) and policies_appeals.can_rule(appeal),
        "form": form or RulingForm(),
        "crumbs": [*crumbs_of(motion), (_("Appeal"), "")],
    }
    return page(request, "councils/appeal_detail.html", context, refused)


@login_required
@require_POST
def supported(request: HttpRequest, appeal: UUID) -> HttpResponse:
    """Support an appeal."""
    found = appeal_or_404(appeal)
    return act(
        request,
        lambda: appeal_support(appeal=found, by=person(request), now=moment()),
        done=_("You support this appeal."),
        to=reverse("councils:appeal", args=[appeal]),
        refused=lambda problem: _page(request, appeal_or_404(appeal), problem),
    )


@login_required
@require_POST
def ruled(request: HttpRequest, appeal: UUID) -> HttpResponse:
    """Move in the council appealed to that it refers back or overrules."""
    found, form = appeal_or_404(appeal), RulingForm(request.POST)
    kind, reasons = request.POST.get("kind", ""), request.POST.get("text", "")
    try:
        motion = ruling_move(appeal=found, kind=kind, reasons=reasons, by=person(request), now=moment())
    except Refused as problem:
        return _page(request, appeal_or_404(appeal), problem, form.show(problem))
    return redirect("councils:motion", motion=motion.public_id)
