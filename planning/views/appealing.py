"""A workplace appeals on the rule: from the form on its request's page, and what the motion's page tells of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from councils import grounds, policies_appeals
from councils.grounds import Ground
from councils.models import Motion
from planning.models import Share, SharingAppeal, SharingOut
from planning.policies_investment import SHARING
from planning.selectors.appeals import parts_of
from planning.services.appeals import sharing_appeal
from planning.views.common import act, cycle_or_404, moment, person
from planning.views.requests import request_or_404, request_page
from planning.wording.appeals import rule_said
from workplaces.models import Person

RELATED = ("share__request__workplace", "share__request__cycle__baseline", "share__sharing")


@login_required
@require_POST
def request_appeal_view(request: HttpRequest, year: int, public_id: UUID) -> HttpResponse:
    """Appeal for the workplace that made the request."""
    cycle = cycle_or_404(year)
    found = request_or_404(cycle, public_id)
    typed = {name: request.POST.get(name, "") for name in ("rule", "reason", "sharing")}
    sharing = _sharing(typed["sharing"])
    return act(
        request,
        lambda: sharing_appeal(
            sharing=sharing, request=found, rule=typed["rule"], reason=typed["reason"], by=person(request), now=moment()
        ),
        done=_("Your workplace's appeal is before the next layer."),
        to=f"{reverse('planning:request', args=[year, public_id])}#appeal",
        refused=lambda problem: request_page(request, cycle, found, problem, typed),
    )  # fmt: skip


def _sharing(name: str) -> SharingOut:
    related = SharingOut.objects.select_related("envelope__sector", "envelope__region")
    try:
        return get_object_or_404(related, public_id=name)
    except ValidationError as problem:
        raise Http404 from problem


def told(appeals: Collection[int]) -> Mapping[int, Ground]:
    """Return by appeal which workplace appeals, on which rule and why."""
    found = SharingAppeal.objects.filter(appeal__in=appeals).select_related(*RELATED)
    return {
        row.appeal_id: Ground(
            row.share.request.workplace.label, rule_said(row), row.reason, _request_url(row.share)
        )
        for row in found
    }


def doors(motion: Motion, who: Person, now: datetime) -> list[tuple[str, str]]:
    """Return the pages on which a person can appeal for workplaces that they speak for."""
    if motion.subject_id is None or not policies_appeals.can_bring(motion, now):
        return []
    return [
        (
            _("Appeal for %(workplace)s") % {"workplace": share.request.workplace.label},
            f"{_request_url(share)}#appeal",
        )
        for share in parts_of(who, motion.subject_id, now.date())
    ]


def _request_url(share: Share) -> str:
    return reverse("planning:request", args=[share.request.cycle.year, share.request.public_id])


def install() -> None:
    """Let pages of motions and appeals tell of workplaces that appeal."""
    grounds.register(told, kind=SHARING, doors=doors)
