"""Minority reports: filing and signing, on the motion's page."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from councils.forms import MinorityForm
from councils.models import MinorityReport
from councils.services.minority import minority_report, minority_sign
from councils.views.common import act, moment, person
from councils.views.motions import motion_or_404, motion_page


@login_required
@require_POST
def reported(request: HttpRequest, motion: UUID) -> HttpResponse:
    """File a minority report."""
    found, form = motion_or_404(motion), MinorityForm(request.POST, auto_id="id_minority_%s")
    text = request.POST.get("text", "")
    return act(
        request,
        lambda: minority_report(motion=found, text=text, by=person(request), now=moment()),
        done=_("Your report stands beside the result. Others of the minority can sign it."),
        to=f"{reverse('councils:motion', args=[motion])}#minority",
        refused=lambda problem: motion_page(request, found, problem, minority=form.show(problem)),
    )


@login_required
@require_POST
def signed(request: HttpRequest, report: UUID) -> HttpResponse:
    """Sign a minority report."""
    related = MinorityReport.objects.select_related("ballot__motion")
    found = get_object_or_404(related, public_id=report, ballot__motion__isnull=False)
    motion = found.ballot.motion.public_id  # type: ignore[union-attr]
    return act(
        request,
        lambda: minority_sign(report=found, by=person(request), now=moment()),
        done=_("You have signed the report."),
        to=f"{reverse('councils:motion', args=[motion])}#minority",
        refused=lambda problem: motion_page(request, motion_or_404(motion), problem),
    )
